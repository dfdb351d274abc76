// SPDX-License-Identifier: GPL-3.0-or-later

// The harm itself. Every experiment is a function that starts it and returns a function that stops it,
// or null where nothing can. Nothing here reaches beyond the web platform: a page that does this on
// the open web would do it in the same way.

const MIB = 1024 * 1024;
const PAGE = 4096;
const LEAK_STEP_MS = 100;
const SLICE_MS = 10;

// Nested far deeper than any real page does. WebKit's parsers of selectors and media queries call
// themselves for every level; the stack of the process ends first, and with it the process, by SIGSEGV.
// The later attempts are for an engine that has learnt to refuse the earlier ones.
const CRASH_ATTEMPTS = [
  () => document.querySelector(`${':is('.repeat(30_000)}a${')'.repeat(30_000)}`),
  () => matchMedia(`${'('.repeat(30_000)}color${')'.repeat(30_000)}`),
  () => document.querySelector(`${':not('.repeat(300_000)}a${')'.repeat(300_000)}`),
  () => new RegExp(`${'('.repeat(1_000_000)}a${')'.repeat(1_000_000)}`),
  () => deepTree(200_000).cloneNode(true),
];

function chain(length) {
  const top = document.createElement('div');
  let end = top;

  for (let i = 1; i < length; i++)
    end = end.appendChild(document.createElement('div'));
  return { top, end };
}

function deepTree(depth) {
  const pieceLength = 500;
  const whole = chain(pieceLength);

  for (let length = pieceLength; length < depth; length += pieceLength) {
    const piece = chain(pieceLength);
    whole.end.appendChild(piece.top);
    whole.end = piece.end;
  }
  document.body.append(whole.top);
  return whole.top;
}

// Throws when the page outlives every attempt.
export function crash() {
  for (const attempt of CRASH_ATTEMPTS) {
    try {
      attempt();
    } catch (error) {
      if (!(error instanceof DOMException || error instanceof Error))
        throw error;
    }
  }
  throw new Error('The engine withstood every attempt');
}

const noise = (() => {
  const block = new Uint8Array(MIB);

  for (let at = 0; at < MIB; at += 65536)
    crypto.getRandomValues(block.subarray(at, at + 65536));
  return block;
})();
let serial = 0;

// Every page of the block is written and none is like another, so that it is resident and can be neither
// merged nor compressed away.
function allocate(bytes) {
  const block = new Uint8Array(bytes);

  for (let at = 0; at < bytes; at += MIB)
    block.set(at + MIB <= bytes ? noise : noise.subarray(0, bytes - at), at);

  const words = new Uint32Array(block.buffer, 0, Math.floor(bytes / 4));
  for (let at = 0; at < words.length; at += PAGE / 4)
    words[at] = serial++;
  return block;
}

// Grows by the given number of MiB a second and lets the page live in between. report is called with the
// MiB held so far, refused when the engine gives no more.
export function leak(rate, { report, refused }) {
  const held = [];
  const start = performance.now();
  let bytes = 0;
  let timer = 0;

  const step = () => {
    const due = rate * MIB * (performance.now() - start) / 1000;

    try {
      // What a slow machine can't keep up with is not made up for in one go: the page would stand still.
      const size = Math.min(due - bytes, rate * MIB * 3 * LEAK_STEP_MS / 1000);
      const whole = Math.floor(size / PAGE) * PAGE;
      if (whole > 0) {
        held.push(allocate(whole));
        bytes += whole;
      }
    } catch (error) {
      if (!(error instanceof RangeError))
        throw error;
      clearInterval(timer);
      refused();
    }
    report(bytes / MIB);
  };

  timer = setInterval(step, LEAK_STEP_MS);
  step();
  return () => {
    clearInterval(timer);
    // Giving up the references would leave the memory to the next garbage collection, some time.
    for (const block of held)
      block.buffer.transfer?.(0);
    held.length = 0;
  };
}

// The same without ever returning to the page.
export function leakHard(rate) {
  const held = [];
  const start = performance.now();
  let bytes = 0;

  for (;;) {
    if (bytes > rate * MIB * (performance.now() - start) / 1000)
      continue;
    try {
      held.push(allocate(MIB));
    } catch (error) {
      if (!(error instanceof RangeError))
        throw error;
    }
    bytes += MIB;
  }
}

function burn(milliseconds) {
  const end = performance.now() + milliseconds;
  let value = 1;

  while (performance.now() < end) {
    for (let i = 0; i < 1000; i++)
      value = Math.imul(value, 1664525) + 1013904223 | 0;
  }
  return value;
}

// Keeps one core busy for the given percentage of the time, in slices between which the page answers.
// Messages come back at once, where timers would be held up and leave the core idle.
export function spin(percent) {
  const { port1, port2 } = new MessageChannel();
  let running = true;

  port1.onmessage = () => {
    burn(SLICE_MS);
    if (!running)
      port1.close();
    else if (percent >= 100)
      port2.postMessage(null);
    else
      setTimeout(() => port2.postMessage(null), SLICE_MS * (100 / percent - 1));
  };
  port2.postMessage(null);
  return () => { running = false; };
}

// Never yields; comes back after the given number of seconds, which may be infinite.
export function hang(seconds) {
  burn(seconds * 1000);
}

// report is called with the number of workers that have started.
export function workers(count, busy, { report, failed }) {
  const all = [];
  let started = 0;

  for (let i = 0; i < count; i++) {
    const worker = new Worker('worker.js');
    worker.onmessage = () => report(started += 1);
    worker.onerror = failed;
    worker.postMessage(busy ? 'busy' : 'idle');
    all.push(worker);
  }
  return () => {
    for (const worker of all)
      worker.terminate();
  };
}
