#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apps that the kernel slows down are not taken for hung."""
import pathlib
import time

import e2e

APP = 'victim'
PAGE = '''<!doctype html><meta charset="utf-8"><title>start</title><script src="page.js"></script>
'''
# Works without an end, in pieces that take two seconds with a processor to itself.
SCRIPT = '''
const work = (count, milliseconds = Infinity) => {
  const end = performance.now () + milliseconds;
  let done = 0;
  for (let x = 1; done < count && performance.now () < end; done++)
    for (let i = 0; i < 10000; i++) x = Math.sin (x) + i;
  return done;
};
addEventListener ('hashchange', () => {
  const count = work (Infinity, 2000);
  let pieces = 0;
  document.title = 'busy';
  setInterval (() => { work (count); document.title = `busy ${++pieces}`; }, 10);
});
'''


def start():
    e2e.write_app(APP, files={'index.html': PAGE, 'page.js': SCRIPT}, bulkhead={
        'unresponsiveAfter': '10s', 'restart': {'policy': 'never'}})
    e2e.launch(APP)


def read_throttled():
    cgroup = e2e.read_proc(e2e.get_property(APP, 'Pid'), 'cgroup').decode().strip()
    path = pathlib.Path('/sys/fs/cgroup', cgroup.removeprefix('0::').lstrip('/'), 'cpu.stat')
    return int(dict(line.split() for line in path.read_text().splitlines())['nr_throttled'])


def throttled():
    """A busy page that the kernel gives a tenth of a processor is only slow"""
    start()
    e2e.ctl('launch', APP, '--uri', '#busy')
    e2e.wait_for('its work', lambda: e2e.get_title(APP).startswith('busy '))
    e2e.ctl('limits', APP, 'cpu=10%')
    e2e.wait_for('the kernel', lambda: e2e.get_property(APP, 'LimitsHeldBy').get('cpu') == 'kernel')
    before = read_throttled()
    end = time.monotonic() + 30
    while time.monotonic() < end:
        e2e.check_equal(e2e.get_property(APP, 'State'), 'running', 'the state')
        time.sleep(0.5)
    e2e.check(read_throttled() > before, 'the kernel has not held it back')
    e2e.ctl('limits', APP, '--reset')


if __name__ == '__main__':
    e2e.run(throttled)
