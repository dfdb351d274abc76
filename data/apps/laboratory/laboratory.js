// SPDX-License-Identifier: GPL-3.0-or-later

import { _, fill, locale, ngettext } from './i18n.js';
import * as experiments from './experiments.js';
import { EXPERIMENTS, parseFragment } from './fragment.js';

const BEAT_MS = 100;
// Painting costs more than beating: what is on the screen follows at this pace.
const PAINT_BEATS = 5;
const TITLE_MS = 1000;
const NOTABLE_PAUSE_MS = 1000;
const LOG_LENGTH = 50;

const $ = (id) => document.getElementById(id);
const base = document.title;
const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
const decimals = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });

// What runs and can be stopped, by name.
const running = new Map();
let beats = 0;
let lastBeat = performance.now();
let lastTitle = -Infinity;
let longest = 0;
// MiB that the leak holds.
let taken = null;

function log(text) {
  const line = document.createElement('li');
  const time = document.createElement('time');

  time.textContent = clock.format(new Date());
  line.append(time, ` ${text}`);
  $('log').prepend(line);
  while ($('log').childElementCount > LOG_LENGTH)
    $('log').lastElementChild.remove();
}

function show(id, text) {
  if ($(id).textContent !== text)
    $(id).textContent = text;
}

function paint() {
  show('beats', whole.format(beats));
  show('pause', fill(_('{n} s'), { n: decimals.format(longest / 1000) }));
  show('taken', taken === null ? '–' : fill(_('{n} MiB'), { n: whole.format(taken) }));
  $('heart').classList.toggle('on');
}

// Watchers read from the title that the page lives: the name first, the number last, plain digits.
function beat() {
  const now = performance.now();
  const pause = now - lastBeat;

  beats += 1;
  lastBeat = now;
  longest = Math.max(longest, pause);
  if (beats % PAINT_BEATS === 1)
    paint();
  if (pause > NOTABLE_PAUSE_MS && document.visibilityState === 'visible')
    log(fill(_('The page stood still for {n} s.'), { n: decimals.format(pause / 1000) }));
  if (now - lastTitle >= TITLE_MS - BEAT_MS / 2) {
    lastTitle = now;
    document.title = `${base} – ${beats}`;
  }
}

function refresh() {
  for (const name of Object.keys(EXPERIMENTS)) {
    const active = running.has(name);
    const stop = document.querySelector(`[data-stop="${name}"]`);

    $(`card-${name}`).classList.toggle('active', active);
    if (stop !== null) {
      if (!active && document.activeElement === stop)
        document.querySelector(`[data-start="${name}"]`).focus();
      stop.disabled = !active;
    }
  }
  $('stop-all').disabled = running.size === 0;
}

function stop(name) {
  const end = running.get(name);

  if (end === undefined)
    return;
  end();
  running.delete(name);
  refresh();
}

const painted = () => new Promise((resolve) =>
  requestAnimationFrame(() => requestAnimationFrame(resolve)));

const starters = {
  'crash': async () => {
    log(_('Crashing now.'));
    await painted();
    try {
      experiments.crash();
    } catch {
      log(_('This engine withstood every attempt to crash it.'));
    }
  },

  'leak': (rate) => {
    log(fill(_('Leaking {n} MiB per second.'), { n: whole.format(rate) }));
    return experiments.leak(rate, {
      report: (held) => { taken = held; },
      refused: () => log(_('The engine gives no more memory.')),
    });
  },

  'leak-hard': async (rate) => {
    log(fill(_('Leaking {n} MiB per second without a pause.'), { n: whole.format(rate) }));
    await painted();
    experiments.leakHard(rate);
  },

  'spin': (percent) => {
    log(fill(_('Using {n} per cent of one core.'), { n: whole.format(percent) }));
    return experiments.spin(percent);
  },

  'hang': async (seconds) => {
    log(Number.isFinite(seconds)
      ? fill(ngettext('Hanging for {n} second.', 'Hanging for {n} seconds.', seconds), { n: seconds })
      : _('Hanging for ever.'));
    await painted();
    experiments.hang(seconds);
  },

  'workers': (count, option) => {
    const number = Math.round(count);
    const busy = option === 'busy';

    log(fill(busy
      ? ngettext('Opening {n} busy worker.', 'Opening {n} busy workers.', number)
      : ngettext('Opening {n} idle worker.', 'Opening {n} idle workers.', number), { n: number }));
    return experiments.workers(number, busy, {
      report: (started) => {
        if (started === number)
          log(fill(ngettext('{n} worker runs.', '{n} workers run.', number), { n: number }));
      },
      failed: () => log(_('A worker could not be started.')),
    });
  },
};

async function start({ name, amount, option }) {
  stop(name);

  const end = await starters[name](amount, option);
  if (end !== undefined)
    running.set(name, end);
  refresh();
}

const STOPPED = {
  'leak': () => {
    taken = null;
    log(_('Stopped leaking; the memory is given back.'));
  },
  'spin': () => log(_('Stopped spinning.')),
  'workers': () => log(_('Closed the workers.')),
};

function stopByHand(name) {
  stop(name);
  STOPPED[name]();
}

async function startFromFragment() {
  const wanted = parseFragment(location.hash);

  if (wanted.length === 0)
    return;
  await painted();
  // Those that never come back go last, or the others would not start.
  wanted.sort((a, b) => Number(!STOPPED[a.name]) - Number(!STOPPED[b.name]));
  for (const experiment of wanted)
    await start(experiment);
}

// A button leaves the address alone: after a crash, the reloaded page comes back in peace.
function startByHand(name) {
  const field = $(`${name}-amount`);

  if (field !== null && !field.reportValidity())
    return;
  start({
    name,
    amount: field === null ? EXPERIMENTS[name].initial : field.valueAsNumber,
    option: $('workers-busy').checked ? 'busy' : 'idle',
  });
}

$('cards').addEventListener('click', (event) => {
  const button = event.target.closest('button');

  if (button?.dataset.start)
    startByHand(button.dataset.start);
  else if (button?.dataset.stop)
    stopByHand(button.dataset.stop);
});
$('stop-all').addEventListener('click', () => {
  for (const name of [...running.keys()])
    stopByHand(name);
});
addEventListener('hashchange', startFromFragment);

beat();
setInterval(beat, BEAT_MS);
startFromFragment();
