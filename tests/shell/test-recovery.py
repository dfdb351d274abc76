#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shell when the supervisor dies, and when there is none to be had."""
import errno
import os
import pathlib
import signal
import unittest

import shelltest
from shelltest import (SUPERVISOR, Shell, call_app, press, sample, supervisor_pid, wait_for,
                       write_app)

TILE = 'push button'


def service_file():
    folder = os.environ['XDG_DATA_DIRS'].partition(':')[0]
    return pathlib.Path(folder) / f'dbus-1/services/{SUPERVISOR}.service'


def open_gate(path):
    """The descriptor to write to, or None as long as nobody waits to read."""
    try:
        return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        assert error.errno == errno.ENXIO, error
        return None


class Recovery(unittest.TestCase):
    def setUp(self):
        write_app('plain', 'Notes')
        write_app('fork-2', 'Sketch')
        self.shell = Shell()
        self.addCleanup(self.shell.close)

    def kill_supervisor(self):
        pid = wait_for(supervisor_pid, 'the supervisor')
        os.kill(pid, signal.SIGKILL)
        return pid

    def test_supervisor_is_killed(self):
        press(self.shell.wait(TILE, 'Notes'))
        self.shell.wait(TILE, 'Notes, Running')
        runner = sample()['plain']['pid']

        old = self.kill_supervisor()
        wait_for(lambda: supervisor_pid() not in (0, old), 'another supervisor')
        # Nothing was lost, nothing was started twice, and all can be done as before.
        wait_for(lambda: sample().get('plain', {}).get('pid') == runner, 'the same runner')
        self.shell.wait(TILE, 'Notes, Running')
        wait_for(lambda: not self.shell.find_text('can’t be reached'), 'no complaint')
        press(self.shell.wait(TILE, 'Sketch'))
        self.shell.wait(TILE, 'Sketch, Running')

        # The figures come again, too.
        press(self.shell.wait('radio button', 'Task Manager'))
        self.shell.wait_text('2 apps · ')
        old = self.kill_supervisor()
        wait_for(lambda: supervisor_pid() not in (0, old), 'another supervisor')
        # Not the old one's figures, which are shown until the shell has noticed.
        self.shell.settle()
        self.shell.wait_text('2 apps · 5 processes · ')
        for name in ('Notes', 'Sketch'):
            self.shell.press('table cell', f'Kill {name} with all its processes')
        self.shell.wait_text('No App Is Running')
        self.assertRaises(ProcessLookupError, os.kill, runner, 0)

    def test_apps_outlive_the_shell(self):
        for name, key in (('Notes', 'ctrl+w'), ('Sketch', 'ctrl+q')):
            press(self.shell.wait(TILE, name))
            self.shell.wait(TILE, f'{name}, Running')
            self.shell.key(key)
            self.assertEqual(self.shell.process.wait(shelltest.DEADLINE), 0)
            self.shell = Shell()
            self.addCleanup(self.shell.close)
            self.shell.wait(TILE, f'{name}, Running')
        for app in ('plain', 'fork-2'):
            os.kill(sample()[app]['pid'], 0)
            call_app(app, 'Kill')

    def reload_services(self):
        shelltest.bus().call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus',
                                  'org.freedesktop.DBus', 'ReloadConfig', None, None, 0, 5000, None)

    def change_service(self, old, new):
        """Has the bus start something else, until the test is over."""
        service = service_file()
        text = service.read_text(encoding='utf-8')
        self.addCleanup(service.write_text, text, encoding='utf-8')
        service.write_text(text.replace(old, new), encoding='utf-8')
        self.reload_services()

    def test_kill_while_the_supervisor_comes_back(self):
        press(self.shell.wait(TILE, 'Notes'))
        self.shell.wait(TILE, 'Notes, Running')
        runner = sample()['plain']['pid']
        self.shell.key('ctrl+2')
        button = self.shell.wait('table cell', 'Kill Notes with all its processes')

        # The next supervisor comes when it is let.
        gate = pathlib.Path(os.environ['XDG_RUNTIME_DIR']) / 'gate'
        os.mkfifo(gate)
        self.change_service(
            'Exec=', f"""Exec=/bin/sh -c 'read go <{gate} && exec "$@"' sh """)
        self.kill_supervisor()
        wait_for(lambda: supervisor_pid() == 0, 'the end of the supervisor')
        self.shell.settle()
        press(button)
        self.shell.wait('table cell', 'Stopping…')
        os.kill(runner, 0)

        opened = wait_for(lambda: open_gate(gate), 'the start of the next supervisor')
        os.write(opened, b'go\n')
        os.close(opened)
        self.shell.wait_text('No App Is Running')
        self.assertRaises(ProcessLookupError, os.kill, runner, 0)
        self.assertIsNone(self.shell.find_text('could not be killed'))

    def test_there_is_no_supervisor(self):
        self.shell.wait(TILE, 'Notes')
        text = service_file().read_text(encoding='utf-8')
        self.change_service('Exec=', 'Exec=/nonexistent')
        self.kill_supervisor()
        self.shell.wait_text('Bulkhead’s supervisor can’t be reached.')

        # The apps are still to be seen; what can't be done now says so, and nothing hangs.
        press(self.shell.wait(TILE, 'Notes'))
        self.shell.wait_text('Notes could not be opened: Bulkhead’s supervisor can’t be reached.')
        self.shell.wait(TILE, 'Notes')

        service_file().write_text(text, encoding='utf-8')
        self.reload_services()
        self.shell.press(TILE, 'Try Again')
        wait_for(lambda: not self.shell.find_text('Your running apps go on.'), 'no complaint')
        press(self.shell.wait(TILE, 'Notes'))
        self.shell.wait(TILE, 'Notes, Running')
        self.shell.key('ctrl+2')
        self.shell.press('table cell', 'Kill Notes with all its processes')
        self.shell.wait_text('No App Is Running')


if __name__ == '__main__':
    shelltest.enter()
    unittest.main(verbosity=2, failfast=True, warnings='ignore')
