#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apps that do not answer are told apart from those that can't, and how a process ended is told."""
import os
import signal
import time

import e2e
import widgets

VICTIM = 'victim'

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
    grow (128 * 1024 * 1024);
    setInterval (grow, 100, 512 * 1024);
  }
});
'''
NOT_ANSWERING = '“Victim” doesn’t answer'


def start(**bulkhead):
    e2e.write_app(VICTIM, files={'index.html': PAGE, 'page.js': SCRIPT}, bulkhead=dict(
        {'restart': {'policy': 'never'}}, **bulkhead))
    e2e.launch(VICTIM)
    wait_for_beat()
    return e2e.wait_for_complete(VICTIM)[VICTIM]


def wait_for_beat():
    before = e2e.get_title(VICTIM)
    e2e.wait_for('a beat', lambda: e2e.get_title(VICTIM).startswith('beat ')
                 and e2e.get_title(VICTIM) != before)


def order(what):
    e2e.ctl('launch', VICTIM, '--uri', f'#{what}')


def check_stays(state, seconds):
    """That the app has one state all the time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        e2e.check_equal(e2e.get_property(VICTIM, 'State'), state, 'the state')
        time.sleep(0.1)


def hang():
    """A page that hangs is told within 10 seconds, and left to the user"""
    e2e.write_beating_app('left')
    e2e.launch('left')
    runner = e2e.get_pid(start(), 'runner')
    begin = time.monotonic()
    order('hang')
    check_stays('running', 5)
    e2e.wait_for_state(VICTIM, 'unresponsive')
    took = time.monotonic() - begin
    e2e.say(f'# told after {took:.1f} s')
    e2e.check(took < 10 + e2e.SLOWNESS, f'it took {took:.1f} s to notice')
    widgets.wait_for_text(runner, NOT_ANSWERING)
    e2e.wait_for_beats('left')

    widgets.press(runner, 'Restart')
    e2e.wait_for_state(VICTIM, 'running')
    widgets.wait_for_no_text(runner, NOT_ANSWERING)
    wait_for_beat()
    e2e.check_equal(e2e.get_pid(e2e.wait_for_complete(VICTIM)[VICTIM], 'runner'), runner,
                    'the runner')


def wait():
    """Who waits is asked again when the page still does not answer, and not when it does"""
    runner = e2e.get_pid(start(unresponsiveAfter='2s'), 'runner')
    order('hang-13000')
    e2e.wait_for_state(VICTIM, 'unresponsive')
    widgets.wait_for_text(runner, NOT_ANSWERING)
    widgets.press(runner, 'Wait')
    e2e.wait_for_state(VICTIM, 'running')
    widgets.wait_for_no_text(runner, NOT_ANSWERING)
    e2e.wait_for_state(VICTIM, 'unresponsive')
    widgets.wait_for_text(runner, NOT_ANSWERING)
    e2e.ctl('wait', VICTIM)
    e2e.check_equal(e2e.get_property(VICTIM, 'State'), 'running', 'the state')
    widgets.wait_for_no_text(runner, NOT_ANSWERING)
    e2e.wait_for_state(VICTIM, 'unresponsive')
    # It comes back by itself, and so does the window.
    e2e.wait_for_state(VICTIM, 'running')
    widgets.wait_for_no_text(runner, NOT_ANSWERING)
    wait_for_beat()


def stopped():
    """A page or a window that somebody has stopped is asleep, and not in trouble"""
    entry = start(unresponsiveAfter='2s')
    for role in ('web', 'runner'):
        pid = e2e.get_pid(entry, role)
        os.kill(pid, signal.SIGSTOP)
        e2e.wait_for_state(VICTIM, 'suspended')
        check_stays('suspended', 4)
        os.kill(pid, signal.SIGCONT)
        e2e.wait_for_state(VICTIM, 'running')
        check_stays('running', 3)
    wait_for_beat()


def throttled():
    """A busy page that gets a tenth of a processor is only slow"""
    start(unresponsiveAfter='2s')
    order('busy-300')
    check_stays('running', 4)
    # Each piece of its work takes more than the two seconds now.
    e2e.ctl('limits', VICTIM, 'cpu=10%')
    check_stays('running', 15)


def keys():
    """Whoever has no pointer reaches the answers, though the page keeps all other keys"""
    with widgets.window_manager():
        runner = e2e.get_pid(start(unresponsiveAfter='2s'), 'runner')
        widgets.focus(widgets.wait_for_window(VICTIM))
        # The page has the focus, and would be sent the keys that come.
        widgets.press_keys('a')
        order('hang')
        e2e.wait_for_state(VICTIM, 'unresponsive')
        widgets.wait_for_text(runner, NOT_ANSWERING)

        def has_focus(name):
            return any(found.get_state_set().contains(widgets.Atspi.StateType.FOCUSED)
                       for found in widgets.find(runner, name, 'push button'))

        for _ in range(12):
            if has_focus('Wait'):
                break
            widgets.press_keys('Tab')
            time.sleep(0.1)
        e2e.check(has_focus('Wait'), 'the button has not got the focus')
        widgets.press_keys('space')
        e2e.wait_for_state(VICTIM, 'running')


def deaths():
    """The ends of the page's process and of the network process name the signal"""
    entry = start()
    runner = e2e.get_pid(entry, 'runner')
    e2e.kill_process(e2e.get_pid(entry, 'network'))
    e2e.wait_for('the word of it', lambda: e2e.get_property(VICTIM, 'NetworkCrashes') == 1)
    e2e.check_equal(e2e.get_property(VICTIM, 'State'), 'running', 'the state')
    e2e.check_equal(e2e.ctl_json('info', VICTIM)['networkCrashes'], 1, 'what “info” says')
    wait_for_beat()

    e2e.kill_process(e2e.get_pid(entry, 'web'))
    e2e.wait_for_state(VICTIM, 'crashed')
    detail = e2e.get_property(VICTIM, 'ReasonDetail')
    e2e.check('SIGKILL (9)' in detail, f'the detail is “{detail}”')
    widgets.wait_for_text(runner, 'This page crashed')
    widgets.press(runner, 'Reload')
    e2e.wait_for_state(VICTIM, 'running')


def memory_limit():
    """A page that grows and yields is ended by WebKit; its window stays and says so"""
    entry = start(limits={'memory': '512M'})
    runner = e2e.get_pid(entry, 'runner')
    order('grow')
    e2e.wait_for_state(VICTIM, 'crashed')
    e2e.check_equal(e2e.get_property(VICTIM, 'Reason'), 'memory-limit', 'the reason')
    detail = e2e.get_property(VICTIM, 'ReasonDetail')
    e2e.check(detail.startswith('WebKit ended the page'), f'the detail is “{detail}”')
    widgets.wait_for_text(runner, 'This page used too much memory')
    widgets.press(runner, 'Reload')
    e2e.wait_for_state(VICTIM, 'running')
    wait_for_beat()


if __name__ == '__main__':
    e2e.run(hang, wait, keys, stopped, throttled, deaths, memory_limit)
