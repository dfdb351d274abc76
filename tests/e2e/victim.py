# SPDX-License-Identifier: GPL-3.0-or-later
"""An app that does harm to itself: it hangs, is busy, or grows."""
import time

import e2e

NAME = 'victim'

# Hangs when it is asked to, for good or for some milliseconds; or is busy again and again, with as
# much work as takes so many of them with a processor to itself.
PAGE = '''<!doctype html><meta charset="utf-8"><title>start</title><h1>Counter</h1>
<textarea autofocus></textarea><script src="page.js"></script>
'''
SCRIPT = '''
let beats = 0;
setInterval (() => document.title = `beat ${++beats}`, 100);
const hang = milliseconds => {
  const end = Date.now () + milliseconds;
  while (Date.now () < end);
};
const work = (count, milliseconds = Infinity) => {
  const end = performance.now () + milliseconds;
  let done = 0;
  for (let x = 1; done < count && performance.now () < end; done++)
    for (let i = 0; i < 10000; i++) x = Math.sin (x) + i;
  return done;
};
addEventListener ('hashchange', () => {
  const [order, number] = location.hash.slice (1).split ('-');
  if (order === 'hang') setTimeout (hang, 0, Number (number ?? 1e9));
  if (order === 'busy') {
    const count = work (Infinity, Number (number));
    setInterval (() => work (count), 10);
  }
  if (order === 'grow') {
    const held = [];
    const grow = bytes => {
      const block = new Uint8Array (bytes);
      for (let at = 0; at < block.length; at += 4096) block[at] = 1 + at % 251;
      held.push (block);
    };
    /* Slowly where it counts: WebKit looks once in a second. */
    grow (192 * 1024 * 1024);
    setInterval (grow, 100, 512 * 1024);
  }
});
'''
NOT_ANSWERING = '“Victim” doesn’t answer'


def start(**bulkhead):
    e2e.write_app(NAME, files={'index.html': PAGE, 'page.js': SCRIPT}, bulkhead=dict(
        {'restart': {'policy': 'never'}}, **bulkhead))
    e2e.launch(NAME)
    wait_for_beat()
    return e2e.wait_for_complete(NAME)[NAME]


def wait_for_beat():
    before = e2e.get_title(NAME)
    e2e.wait_for('a beat', lambda: e2e.get_title(NAME).startswith('beat ')
                 and e2e.get_title(NAME) != before)


def order(what):
    e2e.ctl('launch', NAME, '--uri', f'#{what}')


def check_stays(state, seconds):
    """That the app has one state all the time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        e2e.check_equal(e2e.get_property(NAME, 'State'), state, 'the state')
        time.sleep(0.1)
