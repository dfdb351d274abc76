#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The launcher and the task manager, used as a person uses them: through their buttons."""
import subprocess

import e2e
import shellwindow
import widgets

APPS = {'notes': 'Notes', 'sketch': 'Sketch', 'calculator': 'Calculator'}


def clicks():
    """Three apps are started by their tiles; Kill and Restart in a row leave the others alone"""
    with shellwindow.open_shell() as shell:
        for name in APPS.values():
            shellwindow.click_tile(shell, name)
        first = e2e.wait_for_complete(*APPS)
        shellwindow.show_tasks(shell)
        for app, name in APPS.items():
            shellwindow.wait_for_row(shell, name, first[app]['pid'])

        shellwindow.expand_row(shell, 'Sketch', first['sketch'])

        shellwindow.press_in_row(shell, 'Kill Sketch with all its processes')
        e2e.wait_for('the end of sketch', lambda: not e2e.find_processes('sketch'))
        e2e.check_equal(e2e.read_app('sketch')['reason'], 'killed', 'the reason')
        e2e.check_kept(first, e2e.read_apps(), ('notes', 'calculator'))

        shellwindow.press_in_row(shell, 'Restart Notes')
        e2e.wait_for('another runner of notes',
                     lambda: e2e.read_app('notes').get('pid') not in (None, first['notes']['pid']))
        second = e2e.wait_for_complete('notes', 'calculator')
        e2e.check(not e2e.get_identities(second['notes']) & e2e.get_identities(first['notes']),
                  'notes was restarted and runs in old processes')
        e2e.check_kept(first, second, ('calculator',))
        shellwindow.wait_for_row(shell, 'Notes', second['notes']['pid'])
        # The column that shows it is one of those to choose: tests/shell/test-task-actions.py.
        e2e.check_equal(e2e.read_app('notes')['restarts'], 1, 'the restarts')

        widgets.press(shell, 'Apps', 'radio button')
        shellwindow.click_tile(shell, 'Sketch')
        third = e2e.wait_for_complete(*APPS)
        e2e.check_kept(second, third, ('notes', 'calculator'))
        shellwindow.show_tasks(shell)
        shellwindow.wait_for_row(shell, 'Sketch', third['sketch']['pid'])


def buttons():
    """The buttons below the table stop, restart and kill what is selected, and nothing else"""
    e2e.launch(*APPS)
    first = e2e.wait_for_complete(*APPS)
    with shellwindow.open_shell('--task-manager') as shell:
        shellwindow.wait_for_row(shell, 'Calculator', first['calculator']['pid'])
        shellwindow.select_row(shell, 'Calculator')
        widgets.press(shell, 'Restart')
        e2e.wait_for('another runner of calculator', lambda: e2e.read_app('calculator').get('pid')
                     not in (None, first['calculator']['pid']))
        second = e2e.wait_for_complete(*APPS)
        e2e.check_kept(first, second, ('notes', 'sketch'))

        shellwindow.select_row(shell, 'Calculator')
        widgets.press(shell, 'Stop')
        e2e.wait_for('the end of calculator', lambda: not e2e.find_processes('calculator'))
        e2e.check_equal(e2e.read_app('calculator')['reason'], 'stopped', 'the reason')

        shellwindow.select_row(shell, 'Notes')
        widgets.press(shell, 'Kill')
        e2e.wait_for('the end of notes', lambda: not e2e.find_processes('notes'))
        e2e.check_equal(e2e.read_app('notes')['reason'], 'killed', 'the reason')
        e2e.check_kept(first, e2e.read_apps(), ('sketch',))


def search():
    """What is typed into the launcher narrows the tiles down, and Enter starts the first"""
    with widgets.window_manager(), shellwindow.open_shell() as shell:
        for name in APPS.values():
            e2e.wait_for(f'the tile of {name}', lambda name=name:
                         shellwindow.find_tiles(shell, name))
        widgets.focus(e2e.wait_for('the window', lambda: widgets.list_windows(e2e.DESKTOP_ID))[0])
        widgets.run_tool('xdotool', 'type', 'calc')
        e2e.wait_for('the end of the other tiles', lambda: not any(
            shellwindow.find_tiles(shell, name) for name in ('Notes', 'Sketch', 'Laboratory')))
        e2e.check(shellwindow.find_tiles(shell, 'Calculator'), 'the tile of Calculator is gone, too')
        widgets.press_keys('Return')
        e2e.wait_for_complete('calculator')
        e2e.check_equal(list(e2e.read_apps()), ['calculator'], 'what runs')


def shell_killed():
    """A killed shell takes no app with it, and the next one shows them"""
    e2e.launch('notes', 'sketch')
    first = e2e.wait_for_complete('notes', 'sketch')
    with subprocess.Popen(['bulkhead']) as shell:
        e2e.wait_for('the tile of Notes', lambda: shellwindow.find_tiles(shell.pid, 'Notes'))
        shell.kill()
    e2e.check_kept(first, e2e.read_apps(), ('notes', 'sketch'))
    with shellwindow.open_shell('--task-manager') as shell:
        for app in ('notes', 'sketch'):
            shellwindow.wait_for_row(shell, APPS[app], first[app]['pid'])


def supervisor_killed():
    """The shell reaches the next supervisor, which has the same apps, and works on"""
    e2e.launch('notes', 'sketch')
    first = e2e.wait_for_complete('notes', 'sketch')
    with shellwindow.open_shell('--task-manager') as shell:
        shellwindow.wait_for_row(shell, 'Notes', first['notes']['pid'])
        old = e2e.get_supervisor()
        e2e.kill_process(old)
        e2e.wait_for('another supervisor', lambda: e2e.get_supervisor() != old)
        for app in ('notes', 'sketch'):
            shellwindow.wait_for_row(shell, APPS[app], first[app]['pid'])
        e2e.check_kept(first, e2e.read_apps(), ('notes', 'sketch'))
        shellwindow.press_in_row(shell, 'Kill Sketch with all its processes')
        e2e.wait_for('the end of sketch', lambda: not e2e.find_processes('sketch'))
        e2e.check_kept(first, e2e.read_apps(), ('notes',))
        widgets.wait_for_no_text(shell, 'can’t be reached')


if __name__ == '__main__':
    e2e.run(clicks, buttons, search, shell_killed, supervisor_killed)
