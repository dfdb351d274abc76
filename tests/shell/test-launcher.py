#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The launcher, through AT-SPI: tiles, launching, search, keys, menus, broken apps."""
import os
import shutil
import subprocess
import unittest

import shelltest
from shelltest import (Atspi, Shell, call_app, describe, press, sample, wait_for, write_app,
                       write_manifest)

# What can have the keyboard and is no control: it is named by what is in it.
CONTAINERS = {'scroll pane', 'table cell', 'frame', 'dialog'}
TILE = 'push button'


def is_unnamed(accessible):
    if accessible.get_name() or accessible.get_role_name() in CONTAINERS:
        return False
    if not shelltest.is_showing(accessible):
        return False
    labels = accessible.get_relation_set() or []
    if any(relation.get_relation_type() == Atspi.RelationType.LABELLED_BY for relation in labels):
        return False
    return shelltest.has_state(accessible, Atspi.StateType.FOCUSABLE)


class Launcher(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        write_app('plain', 'Notes', description='Write things down')
        write_app('fork-2', 'Sketch')
        write_app('exit-3', 'Wreck')
        write_app('stubborn', 'Stubborn')
        write_manifest('bad', '{"startup_app": {"uuid": "bad", "name": "Bad", "url": 7}}')
        cls.shell = Shell()
        cls.shell.wait(TILE, 'Notes')

    @classmethod
    def tearDownClass(cls):
        cls.shell.close()

    def setUp(self):
        # Each begins at the launcher, with nothing searched for.
        self.shell.key('ctrl+1')
        self.shell.wait('table', 'Installed apps')

    def check_names(self):
        unnamed = [describe(accessible) for accessible in self.shell.walk() if is_unnamed(accessible)]
        self.assertEqual(unnamed, [])

    def open_menu(self, tile):
        self.shell.wait(TILE, tile)
        wait_for(lambda: self.shell.find(TILE, tile).grab_focus(), f'the focus on “{tile}”')
        self.shell.key('Menu')

    def test_tiles_in_order(self):
        tiles = [name for name in self.shell.texts(TILE)
                 if name.partition(',')[0] in ('Notes', 'Sketch', 'Stubborn', 'Wreck', 'bad')]
        self.assertEqual([name.partition(',')[0] for name in tiles],
                         ['Notes', 'Sketch', 'Stubborn', 'Wreck', 'bad'])
        self.assertEqual(self.shell.find('frame', 'Bulkhead').get_name(), 'Bulkhead')

    def test_launch_by_press_and_stop_by_menu(self):
        press(self.shell.wait(TILE, 'Notes'))
        self.shell.wait(TILE, 'Notes, Running')
        pid = sample()['plain']['pid']
        os.kill(pid, 0)

        # A second press raises the window, and starts nothing.
        press(self.shell.wait(TILE, 'Notes, Running'))
        self.assertEqual(sample()['plain']['pid'], pid)

        self.open_menu('Notes, Running')
        self.shell.wait('menu item', 'Show Window')
        self.shell.wait('menu item', 'Restart')
        self.shell.wait('menu item', 'Kill')
        self.shell.wait('menu item', 'Details…')
        press(self.shell.wait('menu item', 'Stop'))
        self.shell.wait(TILE, 'Notes')
        self.assertRaises(ProcessLookupError, os.kill, pid, 0)

    def test_kill_by_menu_while_stopping(self):
        press(self.shell.wait(TILE, 'Stubborn'))
        self.shell.wait(TILE, 'Stubborn, Running')
        self.open_menu('Stubborn, Running')
        press(self.shell.wait('menu item', 'Stop'))
        # It does not close; the grace time need not be waited for.
        self.open_menu('Stubborn, Stopping…')
        press(self.shell.wait('menu item', 'Kill'))
        self.shell.wait(TILE, 'Stubborn')

    def test_launch_by_search_and_return(self):
        self.shell.key('s', 'k', 'e', 't')
        self.shell.wait_gone(TILE, 'Notes')
        self.shell.wait(TILE, 'Sketch')
        self.shell.key('Return')
        self.shell.wait(TILE, 'Sketch, Running')
        self.shell.key('ctrl+a', 'q', 'q')
        self.shell.wait_text('No app matches “qq”.')
        self.shell.key('Escape')
        self.shell.wait(TILE, 'Notes')
        self.open_menu('Sketch, Running')
        press(self.shell.wait('menu item', 'Kill'))
        self.shell.wait(TILE, 'Sketch')

    def test_search_in_descriptions(self):
        self.shell.key('t', 'h', 'i', 'n', 'g')
        self.shell.wait_gone(TILE, 'Sketch')
        self.assertIsNotNone(self.shell.find(TILE, 'Notes'))
        self.shell.key('Escape')
        self.shell.wait(TILE, 'Sketch')

    def test_launch_by_arrows_and_return(self):
        wait_for(lambda: self.shell.find(TILE, 'Notes').grab_focus(), 'the focus on “Notes”')
        self.shell.key('Right', 'Return')
        self.shell.wait(TILE, 'Sketch, Running')
        self.open_menu('Sketch, Running')
        press(self.shell.wait('menu item', 'Kill'))
        self.shell.wait(TILE, 'Sketch')

    def test_keys_are_for_what_is_shown(self):
        wait_for(lambda: self.shell.find(TILE, 'Notes').grab_focus(), 'the focus on “Notes”')
        self.shell.key('ctrl+2')
        self.shell.wait_text('No App Is Running')
        # Not for the tile that had the keyboard and is out of sight.
        self.shell.key('Return', 'ctrl+1')
        self.shell.wait(TILE, 'Notes')
        self.shell.settle()
        self.assertEqual([app for app, entry in sample().items() if 'pid' in entry], [])

        # A row that comes while nothing has the keyboard takes it.
        self.shell.key('ctrl+2')
        self.shell.wait_text('No App Is Running')
        call_app('plain', 'Launch')
        self.shell.wait('table cell', 'Notes')
        wait_for(lambda: shelltest.has_state(self.shell.find('tree table', 'Running apps'),
                                             Atspi.StateType.FOCUSED), 'the focus on the table')
        call_app('plain', 'Kill')
        self.shell.wait_text('No App Is Running')

    def test_launch_that_fails_is_told(self):
        press(self.shell.wait(TILE, 'Wreck'))
        self.shell.wait(TILE, 'Wreck, Could not be started')
        self.open_menu('Wreck, Could not be started')
        press(self.shell.wait('menu item', 'Dismiss'))
        self.shell.wait(TILE, 'Wreck')

    def test_broken_app_says_why(self):
        press(self.shell.wait(TILE, 'bad, Can’t be opened'))
        reason = wait_for(lambda: self.shell.find('label', 'Why the manifest can’t be used'),
                          'the reason')
        text = Atspi.Text.get_text(reason, 0, -1)
        self.assertIn('bad/manifest.json', text)
        self.assertIn('startup_app.url', text)
        self.assertIn('line 1', text)
        self.check_names()
        self.shell.key('Escape')
        self.shell.wait_gone('label', 'Why the manifest can’t be used')

    def test_details(self):
        self.open_menu('Notes')
        press(self.shell.wait('menu item', 'Details…'))
        self.shell.wait_text('Write things down')
        self.check_names()
        self.shell.press('radio button', 'About')
        self.shell.wait_text('https://app.example/')
        self.check_names()
        self.shell.key('Escape')
        wait_for(lambda: not self.shell.find_text('https://app.example/'), 'the end of the details')
        # The same by one key.
        wait_for(lambda: self.shell.find(TILE, 'Notes').grab_focus(), 'the focus on “Notes”')
        self.shell.key('alt+Return')
        self.shell.wait('radio button', 'Overview')
        self.shell.key('Escape')
        self.shell.wait_gone('radio button', 'Overview')

    def test_apps_come_and_go(self):
        write_app('new', 'Brand New')
        self.shell.wait(TILE, 'Brand New')
        write_app('new', 'Renamed', uuid='new')
        self.shell.wait(TILE, 'Renamed')
        shutil.rmtree(shelltest.apps_directory() / 'new')
        self.shell.wait_gone(TILE, 'Renamed')

    def resize(self, width, height):
        for window in self.shell.list_windows():
            subprocess.run(['xdotool', 'windowsize', window, str(width), str(height)], check=True,
                           timeout=shelltest.DEADLINE)

    def width(self):
        return self.shell.find('frame', 'Bulkhead').get_extents(Atspi.CoordType.SCREEN).width

    def test_narrow_window(self):
        call_app('plain', 'Launch')
        self.shell.key('ctrl+2')
        self.shell.wait('table cell', 'Notes')
        self.shell.wait('table column header', 'PID')
        width = self.width()

        # What makes it fit shows on the way there, not before.
        wait_for(lambda: self.resize(360, 600) or self.width() <= 370, 'a width of 360')
        self.shell.wait_gone('table column header', 'PID')
        right = self.width()
        button = self.shell.wait('table cell', 'Kill Notes with all its processes')
        extents = button.get_extents(Atspi.CoordType.WINDOW)
        self.assertLessEqual(extents.x + extents.width, right)
        press(self.shell.wait('radio button', 'Apps'))
        self.shell.wait(TILE, 'Notes, Running')
        self.check_names()

        wait_for(lambda: self.resize(900, 600) or self.width() >= width, 'a width of 900')
        press(self.shell.wait('radio button', 'Task Manager'))
        self.shell.wait('table column header', 'PID')
        call_app('plain', 'Kill')
        self.shell.wait_text('No App Is Running')

    def test_every_control_has_a_name(self):
        self.check_names()
        self.shell.key('ctrl+f')
        wait_for(lambda: self.shell.find('text', 'Search'), 'the search')
        self.check_names()
        self.shell.key('Escape')
        self.shell.key('ctrl+2')
        self.shell.wait_text('No App Is Running')
        self.check_names()

    def test_single_instance(self):
        # The second hands its command line over and ends at once.
        done = subprocess.run([os.environ['BH_TEST_SHELL'], '--task-manager'], timeout=20,
                              check=False)
        self.assertEqual(done.returncode, 0)
        self.shell.wait_text('No App Is Running')
        self.assertIsNone(self.shell.process.poll())

    def test_launch_from_the_command_line(self):
        done = subprocess.run([os.environ['BH_TEST_SHELL'], '--launch=plain'], timeout=20,
                              check=False)
        self.assertEqual(done.returncode, 0)
        self.shell.wait(TILE, 'Notes, Running')
        self.open_menu('Notes, Running')
        press(self.shell.wait('menu item', 'Kill'))
        self.shell.wait(TILE, 'Notes')

        subprocess.run([os.environ['BH_TEST_SHELL'], '--launch=missing'], timeout=20, check=True)
        self.shell.wait_text('missing could not be opened')
        self.check_names()

    def test_stray_argument(self):
        ended = subprocess.run([os.environ['BH_TEST_SHELL'], 'notes'], stderr=subprocess.PIPE,
                               text=True, timeout=shelltest.DEADLINE, check=False)
        self.assertEqual(ended.returncode, 1)
        self.assertIn('--launch=ID', ended.stderr)


if __name__ == '__main__':
    shelltest.enter()
    unittest.main(verbosity=2, failfast=True, warnings='ignore')
