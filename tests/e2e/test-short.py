#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job in its short form, for surroundings other than those of the other tests: under
Wayland, and as an ordinary user.
"""
import os

import e2e
import shellwindow
import widgets

VICTIM = 'victim'
NAMES = {'left': 'Left', 'right': 'Right', VICTIM: 'Victim'}


def check_surroundings():
    if os.environ.get('BH_TEST_WAYLAND'):
        e2e.check('DISPLAY' not in os.environ, 'there is an X display')
        e2e.check(os.environ['GDK_BACKEND'] == 'wayland', 'this is not Wayland')
    if os.environ.get('BH_TEST_USER'):
        e2e.check(os.getuid() != 0, 'this runs as root')


def kills():
    """Web, network and runner process killed in turn: the other two apps live"""
    check_surroundings()
    with e2e.others_live(VICTIM) as victim:
        # Only an ordinary user needs a user namespace for the others.
        namespaces = e2e.SANDBOX_NAMESPACES + (('user',) if os.getuid() else ())
        for entry in e2e.read_apps().values():
            e2e.check_sandboxed(entry, namespaces)

        runner = e2e.get_pid(victim, 'runner')
        e2e.kill_process(e2e.get_pid(victim, 'web'))
        e2e.wait_for_state(VICTIM, 'crashed')
        widgets.press(runner, 'Reload')
        e2e.wait_for_state(VICTIM, 'running')
        e2e.wait_for_beats(VICTIM)

        victim = e2e.wait_for_complete(VICTIM)[VICTIM]
        e2e.check_equal(e2e.get_pid(victim, 'runner'), runner, 'the runner after the reload')
        e2e.kill_process(e2e.get_pid(victim, 'network'))
        e2e.wait_for_beats(VICTIM, fetches=2)

        e2e.kill_process(runner)
        e2e.wait_for_state(VICTIM, 'crashed')
        e2e.wait_for('the end of the app’s processes', lambda: not e2e.find_processes(VICTIM))


def ctl():
    """Kill, launch, restart and stop by bulkheadctl: the other two apps live"""
    with e2e.others_live(VICTIM) as victim:
        e2e.ctl('kill', VICTIM)
        e2e.check(not e2e.find_processes(VICTIM), 'killed, and yet there are processes')
        e2e.launch(VICTIM)
        e2e.ctl('restart', VICTIM, '--wait')
        again = e2e.wait_for_complete(VICTIM)[VICTIM]
        e2e.check(not e2e.get_identities(again) & e2e.get_identities(victim),
                  'the app runs in processes that were killed')
        e2e.ctl('stop', VICTIM)
        e2e.check(not e2e.find_processes(VICTIM), 'stopped, and yet there are processes')


def shell():
    """Kill, start and restart in the shell’s window: the other two apps live"""
    with e2e.others_live(VICTIM) as victim, shellwindow.open_shell('--task-manager') as window:
        shellwindow.wait_for_row(window, NAMES[VICTIM], victim['pid'])
        shellwindow.press_in_row(window, f'Kill {NAMES[VICTIM]} with all its processes')
        e2e.wait_for('the end of its processes', lambda: not e2e.find_processes(VICTIM))

        widgets.press(window, 'Apps', 'radio button')
        shellwindow.click_tile(window, NAMES[VICTIM])
        started = e2e.wait_for_complete(VICTIM)[VICTIM]
        shellwindow.show_tasks(window)
        shellwindow.wait_for_row(window, NAMES[VICTIM], started['pid'])
        shellwindow.press_in_row(window, f'Restart {NAMES[VICTIM]}')
        e2e.wait_for('another runner', lambda: e2e.read_app(VICTIM).get('pid')
                     not in (None, started['pid']))
        e2e.wait_for_beats(VICTIM)


if __name__ == '__main__':
    e2e.run(kills, ctl, shell)
