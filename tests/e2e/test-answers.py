#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of an app that does not answer, or of which a process ends, and what its user is told."""
import contextlib
import os
import signal

import e2e
import victim
import widgets


def wait():
    """Who waits is asked again when the page still does not answer, and not when it does"""
    # Each state can be seen for three seconds.
    runner = e2e.get_pid(victim.start(unresponsiveAfter='3s'), 'runner')
    victim.order('hang-18000')
    e2e.wait_for_state(victim.NAME, 'unresponsive')
    widgets.wait_for_text(runner, victim.NOT_ANSWERING)
    widgets.press(runner, 'Wait')
    e2e.wait_for_state(victim.NAME, 'running')
    widgets.wait_for_no_text(runner, victim.NOT_ANSWERING)
    e2e.wait_for_state(victim.NAME, 'unresponsive')
    widgets.wait_for_text(runner, victim.NOT_ANSWERING)
    e2e.ctl('wait', victim.NAME)
    e2e.check_equal(e2e.get_property(victim.NAME, 'State'), 'running', 'the state')
    widgets.wait_for_no_text(runner, victim.NOT_ANSWERING)
    e2e.wait_for_state(victim.NAME, 'unresponsive')
    # It comes back by itself, and so does the window.
    e2e.wait_for_state(victim.NAME, 'running')
    widgets.wait_for_no_text(runner, victim.NOT_ANSWERING)
    victim.wait_for_beat()


def keys():
    """Whoever has no pointer reaches the answers, though the page keeps all other keys"""
    with widgets.window_manager():
        runner = e2e.get_pid(victim.start(unresponsiveAfter='2s'), 'runner')
        widgets.focus(widgets.wait_for_window(victim.NAME))
        # The page has the focus, and would be sent the keys that come.
        widgets.press_keys('a')
        victim.order('hang')
        e2e.wait_for_state(victim.NAME, 'unresponsive')
        widgets.wait_for_text(runner, victim.NOT_ANSWERING)

        def find_focus():
            """What has it, by kind and name."""
            return [(found.get_role_name(), found.get_name())
                    for found in widgets.walk(widgets.find_application(runner))
                    if found.get_state_set().contains(widgets.Atspi.StateType.FOCUSED)]

        answer = ('push button', 'Wait')
        for _ in range(12):
            before = find_focus()
            if answer in before:
                break
            widgets.press_keys('Tab')
            # It need not move: the page may have it at first.
            with contextlib.suppress(e2e.Failure):
                e2e.wait_for('its move', lambda before=before: find_focus() != before, timeout=2)
        e2e.check(answer in find_focus(), f'{find_focus()} has the focus')
        widgets.press_keys('space')
        e2e.wait_for_state(victim.NAME, 'running')


def stopped():
    """A page or a window that somebody has stopped is asleep, and not in trouble"""
    entry = victim.start(unresponsiveAfter='2s')
    for role in ('web', 'runner'):
        pid = e2e.get_pid(entry, role)
        os.kill(pid, signal.SIGSTOP)
        e2e.wait_for_state(victim.NAME, 'suspended')
        victim.check_stays('suspended', 4)
        os.kill(pid, signal.SIGCONT)
        e2e.wait_for_state(victim.NAME, 'running')
        victim.check_stays('running', 3)
    victim.wait_for_beat()


def deaths():
    """The ends of the page's process and of the network process name the signal"""
    entry = victim.start()
    runner = e2e.get_pid(entry, 'runner')
    e2e.kill_process(e2e.get_pid(entry, 'network'))
    e2e.wait_for('the word of it', lambda: e2e.get_property(victim.NAME, 'NetworkCrashes') == 1)
    e2e.check_equal(e2e.get_property(victim.NAME, 'State'), 'running', 'the state')
    e2e.check_equal(e2e.ctl_json('info', victim.NAME)['networkCrashes'], 1, 'what “info” says')
    victim.wait_for_beat()

    e2e.kill_process(e2e.get_pid(entry, 'web'))
    e2e.wait_for_state(victim.NAME, 'crashed')
    detail = e2e.get_property(victim.NAME, 'ReasonDetail')
    e2e.check('SIGKILL (9)' in detail, f'the detail is “{detail}”')
    widgets.wait_for_text(runner, 'This page crashed')
    widgets.press(runner, 'Reload')
    e2e.wait_for_state(victim.NAME, 'running')


if __name__ == '__main__':
    e2e.run(wait, keys, stopped, deaths)
