#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How soon an app that does not answer is found out, and that one which gets little time is not. These
measure times, and what the rest does is in test-answers.py.
"""
import time

import e2e
import victim
import widgets


def hang():
    """A page that hangs is told within 10 seconds, and left to the user"""
    e2e.write_beating_app('left')
    e2e.launch('left')
    runner = e2e.get_pid(victim.start(), 'runner')
    begin = time.monotonic()
    victim.order('hang')
    victim.check_stays('running', 5)
    e2e.wait_for_state(victim.NAME, 'unresponsive')
    took = time.monotonic() - begin
    e2e.say(f'# told after {took:.1f} s')
    e2e.check(took < 10 + e2e.SLOWNESS, f'it took {took:.1f} s to notice')
    widgets.wait_for_text(runner, victim.NOT_ANSWERING)
    e2e.wait_for_beats('left')

    widgets.press(runner, 'Restart')
    e2e.wait_for_state(victim.NAME, 'running')
    widgets.wait_for_no_text(runner, victim.NOT_ANSWERING)
    victim.wait_for_beat()
    e2e.check_equal(e2e.get_pid(e2e.wait_for_complete(victim.NAME)[victim.NAME], 'runner'), runner,
                    'the runner')


def throttled():
    """A busy page that gets a tenth of a processor is only slow"""
    victim.start(unresponsiveAfter='2s')
    victim.order('busy-300')
    victim.check_stays('running', 4)
    # Each piece of its work takes more than the two seconds now.
    e2e.ctl('limits', victim.NAME, 'cpu=10%')
    victim.check_stays('running', 15)


def memory_limit():
    """A page that grows and yields is ended by WebKit; its window stays and says so"""
    entry = victim.start(limits={'memory': '512M'})
    runner = e2e.get_pid(entry, 'runner')
    victim.order('grow')
    e2e.wait_for_state(victim.NAME, 'crashed')
    e2e.check_equal(e2e.get_property(victim.NAME, 'Reason'), 'memory-limit', 'the reason')
    detail = e2e.get_property(victim.NAME, 'ReasonDetail')
    e2e.check(detail.startswith('WebKit ended the page'), f'the detail is “{detail}”')
    widgets.wait_for_text(runner, 'This page used too much memory')
    widgets.press(runner, 'Reload')
    e2e.wait_for_state(victim.NAME, 'running')
    victim.wait_for_beat()


if __name__ == '__main__':
    e2e.run(hang, throttled, memory_limit)
