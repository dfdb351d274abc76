#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with rows of the task manager, and what it remembers, through AT-SPI."""
import os
import time
import unittest

import shelltest
from shelltest import (Gio, GLib, Shell, bus, call_app, find_app, is_showing, press, sample,
                       wait_for, walk, write_app)

TABLE = ('tree table', 'Running apps')
APPS = {'plain': 'Notes', 'fork-2': 'Sketch', 'allocate-64': 'Hoarder'}


def tell(app, order):
    """Has the fake runner obey: see tests/helpers/fake-runner.c."""
    bus().call_sync(shelltest.SUPERVISOR, find_app(app), 'io.github.bulkhead.App1', 'Launch',
                    GLib.Variant('(a{sv})', ({'uri': GLib.Variant('s', f'#{order}')},)), None,
                    Gio.DBusCallFlags.NONE, 20000, None)


def call_app_with_options(app, method):
    bus().call_sync(shelltest.SUPERVISOR, find_app(app), 'io.github.bulkhead.App1', method,
                    GLib.Variant('(a{sv})', ({},)), None, Gio.DBusCallFlags.NONE, 20000, None)


def read_property(app, name):
    return bus().call_sync(shelltest.SUPERVISOR, find_app(app), 'org.freedesktop.DBus.Properties',
                           'Get', GLib.Variant('(ss)', ('io.github.bulkhead.App1', name)), None,
                           Gio.DBusCallFlags.NONE, 20000, None).unpack()[0]


class Case(unittest.TestCase):
    def cells(self):
        table = self.shell.find(*TABLE)
        return [cell.get_name() for cell in self.shell.walk(table)
                if cell.get_role_name() == 'table cell' and cell.get_name()] if table else []

    def wait_cell(self, *names):
        try:
            wait_for(lambda: all(name in self.cells() for name in names), f'the cells {names}')
        except AssertionError as error:
            raise AssertionError(f'{error}; there are: {self.cells()}') from None

    def wait_no_cell(self, name):
        wait_for(lambda: name not in self.cells(), f'the end of the cell “{name}”')

    def find_cell(self, name):
        table = self.shell.find(*TABLE)
        return next((cell for cell in self.shell.walk(table)
                     if cell.get_role_name() == 'table cell' and cell.get_name() == name),
                    None) if table else None

    def select(self, name):
        wait_for(lambda: (lambda cell: cell and cell.grab_focus())(self.find_cell(name)),
                 f'the row “{name}”')

    def headers(self):
        return [header.get_name() for header in self.shell.walk()
                if header.get_role_name() == 'table column header' and is_showing(header)]

    def choose(self, name, *keys):
        """Chooses in the task manager's menu, in the submenu to which the keys lead."""
        def find():
            return next((each for each in self.shell.walk() if each.get_name() == name
                         and 'menu' in each.get_role_name() and is_showing(each)), None)
        self.shell.key('ctrl+m', *keys)
        press(wait_for(find, f'the menu item “{name}”'))
        wait_for(lambda: find() is None, 'the end of the menu')


class Actions(Case):
    @classmethod
    def setUpClass(cls):
        for app, name in APPS.items():
            write_app(app, name)
        cls.shell = Shell('--task-manager')
        cls.shell.wait_text('No App Is Running')

    @classmethod
    def tearDownClass(cls):
        cls.shell.close()

    def tearDown(self):
        for app, entry in sample().items():
            if 'pid' in entry:
                call_app(app, 'Kill')
        self.shell.wait_text('No App Is Running')

    def launch(self, *apps):
        for app in apps:
            call_app(app, 'Launch')
        self.wait_cell(*(APPS[app] for app in apps))
        wait_for(lambda: self.cells().count('Running') == len(apps), 'all to run')

    def test_kill_at_once(self):
        self.launch('plain')
        self.select('Notes')
        self.shell.press('push button', 'Kill')
        self.shell.wait_text('No App Is Running')
        self.assertEqual(sample()['plain']['reason'], 'killed')

    def test_kill_asks_when_something_is_unsaved(self):
        self.launch('plain', 'fork-2')
        tell('plain', 'does-unsaved,audio')
        self.wait_cell('Plays sound, Has changes that are not saved')
        self.select('Notes')
        self.shell.press('push button', 'Kill')
        self.shell.wait_text('Notes has changes that are not saved. They would be lost.')
        self.shell.press('push button', 'Cancel')
        self.shell.wait_gone('push button', 'Cancel')
        self.assertIn('pid', sample()['plain'])

        # One question for all that were to be killed together; nothing of them is gone before.
        self.select('Sketch')
        self.shell.key('ctrl+a', 'Delete')
        self.shell.wait_text('Kill 2 apps?')
        self.assertIn('pid', sample()['fork-2'])
        dialog = next(each for each in self.shell.walk() if each.get_role_name() == 'alert')
        press(next(each for each in walk(dialog)
                   if each.get_role_name() == 'push button' and each.get_name() == 'Kill'))
        self.shell.wait_text('No App Is Running')
        self.assertEqual(sample()['plain']['reason'], 'killed')
        self.assertEqual(sample()['fork-2']['reason'], 'killed')

    def test_sleep_and_wake(self):
        self.launch('plain', 'fork-2')
        self.select('Notes')
        self.assertIsNone(self.shell.find('push button', 'Wake'))
        self.shell.press('push button', 'Sleep')
        wait_for(lambda: read_property('plain', 'Suspended') == 'user', 'Notes to sleep')
        # In words and as a mark.
        self.wait_cell('Asleep')
        self.assertEqual(read_property('fork-2', 'Suspended'), '')
        self.shell.press('push button', 'Wake')
        wait_for(lambda: read_property('plain', 'Suspended') == '', 'Notes to wake')
        self.wait_no_cell('Asleep')

        # Mixed: the keys do what they can with each.
        self.shell.key('ctrl+s')
        wait_for(lambda: read_property('plain', 'Suspended') == 'user', 'Notes to sleep')
        self.shell.key('ctrl+a', 'ctrl+s')
        wait_for(lambda: read_property('fork-2', 'Suspended') == 'user', 'Sketch to sleep')
        self.shell.key('ctrl+shift+s')
        wait_for(lambda: not read_property('plain', 'Suspended')
                 and not read_property('fork-2', 'Suspended'), 'both to wake')

    def test_sleep_all_and_wake_all(self):
        self.launch('plain', 'fork-2')
        tell('fork-2', 'does-audio')
        self.wait_cell('Plays sound')
        self.choose('Sleep All')
        wait_for(lambda: read_property('plain', 'Suspended') == 'user', 'Notes to sleep')
        self.assertEqual(read_property('fork-2', 'Suspended'), '')
        self.choose('Wake All')
        wait_for(lambda: read_property('plain', 'Suspended') == '', 'Notes to wake')

    def test_copy(self):
        self.launch('plain', 'fork-2')
        self.select('Notes')
        self.shell.key('ctrl+a', 'ctrl+c')
        text = wait_for(read_clipboard, 'a text that was copied')
        lines = text.splitlines()
        self.assertEqual([line.split('\t')[:2] for line in lines],
                         [['Notes', 'Running'], ['Sketch', 'Running']])
        pids = [sample()[app]['pid'] for app in ('plain', 'fork-2')]
        for line, pid in zip(lines, pids):
            self.assertIn(str(pid), line.split('\t'))
            self.assertEqual(len(line.split('\t')), 6)

    def test_search_by_pid_and_state(self):
        self.launch('plain', 'fork-2')
        wait_for(lambda: len(sample()['fork-2'].get('processes', ())) == 4, 'the processes')
        helper = sample()['fork-2']['processes'][-1]['pid']
        self.select('Notes')
        self.shell.key('ctrl+f', *str(helper))
        wait_for(lambda: 'Sketch' in self.cells() and 'Notes' not in self.cells(),
                 'the app that has the process, alone')
        self.shell.key('Escape')
        self.wait_cell('Notes')
        tell('fork-2', 'does-nothing')
        call_app('fork-2', 'Suspend')
        self.shell.key('ctrl+f', *'asleep')
        wait_for(lambda: 'Sketch' in self.cells() and 'Notes' not in self.cells(),
                 'the app that sleeps, alone')
        call_app('fork-2', 'Resume')
        self.wait_no_cell('Sketch')
        self.shell.key('Escape')

    def test_stop_by_key(self):
        self.launch('plain')
        self.select('Notes')
        self.shell.key('ctrl+e')
        self.shell.wait_text('No App Is Running')
        self.assertEqual(sample()['plain']['reason'], 'stopped')

    def test_menu_of_a_row_shows_the_keys(self):
        self.launch('plain')
        self.select('Notes')
        self.shell.key('shift+F10')
        for name in ('Sleep', 'Stop', 'Kill', 'Developer Tools', 'Show Folder of Its Data', 'Copy'):
            self.shell.wait('menu item', name)
        self.shell.key('Escape')

    def test_machine_and_itself(self):
        self.launch('plain')
        self.shell.wait_text('Computer: ')
        label = self.shell.wait_text('Bulkhead itself: ')
        self.assertRegex(label.get_name(), r'Computer: [\d.]+\s\w+ of [\d.]+\s\w+ · ')

    def test_shell_sleeps_when_nothing_changes(self):
        # The launcher shows no figures: nothing wakes the shell.
        self.shell.press('radio button', 'Apps')

        def switches():
            total = 0
            for task in os.listdir(f'/proc/{self.shell.process.pid}/task'):
                with open(f'/proc/{self.shell.process.pid}/task/{task}/status',
                          encoding='ascii') as status:
                    total += next(int(line.split()[1]) for line in status
                                  if line.startswith('voluntary_ctxt_switches'))
            return total

        def is_quiet():
            before = switches()
            time.sleep(1)
            return switches() - before < 5
        wait_for(is_quiet, 'a second in which the shell does nothing')
        self.shell.press('radio button', 'Task Manager')


class Memory(Case):
    """What the next window is like."""

    def tearDown(self):
        self.shell.close()
        for app, entry in sample().items():
            if 'pid' in entry:
                call_app(app, 'Kill')

    def open(self):
        self.shell = Shell('--task-manager')
        self.wait_cell('Notes')

    def test_columns_are_remembered(self):
        write_app('plain', 'Notes')
        call_app('plain', 'Launch')
        self.open()
        first = self.headers()
        self.assertIn('CPU/core', first)
        self.assertNotIn('Threads', first)

        self.choose('Threads', 'c')
        self.shell.wait('table column header', 'Threads')
        self.choose('Restarts', 'c')
        call_app_with_options('plain', 'Restart')
        self.wait_cell('1')
        self.choose('Up Time', 'c')
        self.shell.wait_gone('table column header', 'Up Time')
        self.choose('Of the Whole Machine', 'p')
        self.shell.wait('table column header', 'CPU/machine')
        self.shell.press('table column header', 'Memory')
        self.shell.key('ctrl+w')
        self.shell.process.wait(shelltest.DEADLINE)

        self.open()
        headers = self.headers()
        self.assertIn('Threads', headers)
        self.assertIn('CPU/machine', headers)
        self.assertNotIn('Up Time', headers)

        self.choose('Reset Columns', 'c')
        self.shell.wait('table column header', 'Up Time')
        self.shell.wait_gone('table column header', 'Threads')
        self.choose('Of One Core', 'p')
        wait_for(lambda: self.headers() == first, 'the columns as they were at first')


def read_clipboard():
    import gi
    gi.require_version('Gtk', '3.0')
    gi.require_version('Gdk', '3.0')
    from gi.repository import Gdk, Gtk
    return Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).wait_for_text()


if __name__ == '__main__':
    shelltest.enter(environment={'GSETTINGS_BACKEND': 'keyfile'})
    unittest.main(verbosity=2, failfast=True, warnings='ignore')
