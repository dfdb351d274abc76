#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An app's details with the real supervisor behind them: its history, events, settings and data."""
import os
import pathlib
import signal
import unittest

import shelltest
from shelltest import (SUPERVISOR, Atspi, Gio, GLib, Shell, bus, call_app, find_app, has_state,
                       is_sensitive, press, sample, supervisor_pid, wait_for, write_app)

APP = 'allocate-64'
MEMORY = 'Memory in the last '


def app_property(name):
    return bus().call_sync(SUPERVISOR, find_app(APP), 'org.freedesktop.DBus.Properties', 'Get',
                           GLib.Variant('(ss)', ('io.github.bulkhead.App1', name)), None,
                           Gio.DBusCallFlags.NONE, 5000, None).unpack()[0]


def storage():
    return bus().call_sync(SUPERVISOR, find_app(APP), 'io.github.bulkhead.App1', 'GetStorage', None,
                           None, Gio.DBusCallFlags.NONE, 5000, None).unpack()[0]


class Past(unittest.TestCase):
    def setUp(self):
        write_app(APP, 'Hoarder')
        call_app(APP, 'Launch')
        self.shell = Shell('--task-manager')
        self.shell.wait('table cell', 'Hoarder')

    def tearDown(self):
        self.shell.close()
        if sample().get(APP, {}).get('pid'):
            call_app(APP, 'Kill')

    def open(self, page):
        cell = self.shell.wait('table cell', 'Hoarder')
        wait_for(cell.grab_focus, 'the focus on Hoarder')
        self.shell.key('alt+Return')
        self.shell.press('radio button', page)

    def find(self, role, name):
        return wait_for(lambda: self.shell.find(role, name, showing=False), f'{role} “{name}”')

    def press(self, role, name):
        press(wait_for(lambda: (lambda it: it if it and is_sensitive(it) else None)(
            self.shell.find(role, name, showing=False)), f'a sensitive {role} “{name}”'))

    def graph(self, start, part=''):
        return wait_for(lambda: next(
            (it for it in self.shell.walk() if it.get_role() == Atspi.Role.CHART
             and it.get_name().startswith(start) and part in it.get_name()), None),
            f'a graph “{start}…{part}”')

    def test_history_of_before(self):
        # The task manager is looked at for some samples before there are any details.
        wait_for(lambda: sample()[APP]['uptime'] > 3, 'three seconds')
        self.open('Overview')
        graph = self.graph(MEMORY + '10 minutes', 'MiB now')
        wait_for(graph.grab_focus, 'the focus on the graph')
        self.shell.key('Home')
        first = wait_for(graph.get_description, 'the first point')
        self.shell.key('End')
        wait_for(lambda: graph.get_description() != first, 'the last point')

        self.press('radio button', '1 h')
        self.graph(MEMORY + 'hour', 'MiB at most')
        call_app(APP, 'Kill')
        # What is over stays in the graph.
        wait_for(lambda: 'now' not in self.graph(MEMORY + 'hour').get_name(), 'the end of the app')
        self.graph(MEMORY + 'hour', 'MiB at most')

    def test_events(self):
        self.open('Events')
        wait_for(lambda: any('Started' in name for name in self.shell.texts('list item')),
                 'that it was started')
        call_app(APP, 'Kill')
        wait_for(lambda: any('Killed' in name for name in self.shell.texts('list item')),
                 'that it was killed')

    def test_supervisor_killed(self):
        self.open('Events')
        wait_for(lambda: any('Started' in name for name in self.shell.texts('list item')),
                 'that it was started')
        before = supervisor_pid()
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: supervisor_pid() not in (0, before), 'another supervisor')
        wait_for(lambda: app_property('State') == 'running', 'the app in its hands')
        call_app(APP, 'Kill')
        wait_for(lambda: any('Killed' in name for name in self.shell.texts('list item')),
                 'what the other one tells')
        self.shell.press('radio button', 'Overview')
        self.graph(MEMORY + '10 minutes', 'MiB at most')

    def test_settings(self):
        self.open('Settings')
        self.press('check box', 'Show notifications when it is in trouble')
        wait_for(lambda: app_property('Settings')['muted'], 'no notifications')
        self.press('check box', 'Put it to sleep when it was in the background for')
        wait_for(lambda: app_property('Settings')['suspend-after'] == 30, 'thirty minutes')
        minutes = self.find('spin button', 'Minutes in the background')
        Atspi.Value.set_current_value(minutes, 5)
        wait_for(lambda: app_property('Settings')['suspend-after'] == 5, 'five minutes')
        self.press('check box', 'Put it to sleep when it was in the background for')
        wait_for(lambda: app_property('Settings')['suspend-after'] == 0, 'never')
        mute = self.find('check box', 'Show notifications when it is in trouble')
        press(mute)
        wait_for(lambda: not app_property('Settings')['muted'], 'notifications')
        self.assertTrue(has_state(mute, Atspi.StateType.CHECKED))

    def test_clear_data(self):
        kept = pathlib.Path(storage()['data-path']) / 'kept'
        kept.write_bytes(b'x' * 100000)
        cached = pathlib.Path(storage()['cache-path']) / 'cached'
        cached.write_bytes(b'x' * 100000)
        self.open('Data')
        self.press('push button', 'Clear Data…')
        self.press('push button', 'Clear')
        self.shell.wait_text('What you have chosen is gone.')
        self.assertFalse(cached.exists())
        self.assertTrue(kept.exists())
        # It had to be closed.
        self.assertNotIn('pid', sample()[APP])


if __name__ == '__main__':
    shelltest.enter()
    unittest.main(verbosity=2)
