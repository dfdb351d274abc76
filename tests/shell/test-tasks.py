#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task manager, through AT-SPI: rows, figures, and what can be done with them."""
import json
import os
import unittest

import shelltest
from shelltest import (Atspi, Shell, call_app, has_state, is_showing, press, sample, set_limits,
                       wait_for, write_app, write_manifest)

TABLE = ('tree table', 'Running apps')


class Tasks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        write_app('plain', 'Notes')
        write_app('fork-2', 'Sketch')
        write_app('allocate-64', 'Hoarder')
        write_app('exit-3', 'Wreck')
        write_app('careful', 'Diary')
        cls.shell = Shell('--task-manager')
        cls.shell.wait_text('No App Is Running')

    @classmethod
    def tearDownClass(cls):
        cls.shell.close()

    def tearDown(self):
        for app, entry in sample().items():
            if 'pid' in entry:
                call_app(app, 'Kill')

    def cells(self):
        """What the table's cells say, in their order, those in cells too."""
        table = self.shell.find(*TABLE)
        return [cell.get_name() for cell in self.shell.walk(table)
                if cell.get_role_name() == 'table cell' and cell.get_name()] if table else []

    def wait_cell(self, *names):
        wait_for(lambda: all(name in self.cells() for name in names), f'the cells {names}')

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

    def can_expand(self):
        table = self.shell.find(*TABLE)
        return any(has_state(cell, Atspi.StateType.EXPANDABLE) for cell in self.shell.walk(table))

    def test_kill_of_what_is_not_saved(self):
        """A page that objects is asked at that moment, and then the user is."""
        call_app('careful', 'Launch')
        self.wait_cell('Diary', 'Running')
        kill = ('table cell', 'Kill Diary with all its processes')
        self.shell.press(*kill)
        self.shell.wait_text('Diary has changes that are not saved. They would be lost.')
        self.shell.press('push button', 'Cancel')
        self.shell.wait_gone('push button', 'Cancel')
        self.assertIn('pid', sample()['careful'])
        self.shell.press(*kill)
        # Another one is in the bar, for rows that are selected.
        press(wait_for(lambda: next((button for button in self.shell.walk()
                                     if button.get_role_name() == 'push button'
                                     and button.get_name() == 'Kill' and is_showing(button)
                                     and has_state(button, Atspi.StateType.SENSITIVE)), None),
                       'the button of the question'))
        self.shell.wait_text('No App Is Running')
        self.assertEqual(sample()['careful']['reason'], 'killed')

    def test_rows_and_their_buttons(self):
        call_app('plain', 'Launch')
        pid = sample()['plain']['pid']
        self.wait_cell('Notes', 'Running', str(pid))

        self.shell.press('table cell', 'Restart Notes')
        new = wait_for(lambda: (lambda now: now and now != pid and now)(
            sample().get('plain', {}).get('pid')), 'another PID')
        self.wait_cell('Notes', 'Running', str(new))
        self.assertRaises(ProcessLookupError, os.kill, pid, 0)

        self.shell.press('table cell', 'Kill Notes with all its processes')
        self.shell.wait_text('No App Is Running')
        self.assertRaises(ProcessLookupError, os.kill, new, 0)

        call_app('plain', 'Launch')
        self.wait_cell('Notes', 'Running')
        self.shell.press('table cell', 'Stop Notes')
        self.shell.wait_text('No App Is Running')
        self.assertEqual(sample()['plain']['reason'], 'stopped')

    def test_wait_for_what_does_not_answer(self):
        startup = {'uuid': 'mute', 'name': 'Mute', 'url': 'https://app.example/'}
        # Long enough to look at it and to select it before.
        write_manifest('mute', json.dumps({'startup_app': startup,
                                           'bulkhead': {'unresponsiveAfter': '5s'}}))
        wait_for(lambda: call_app('mute', 'Launch') or True, 'the app')
        self.wait_cell('Mute', 'Running')
        self.select('Mute')
        self.assertIsNone(self.shell.find('push button', 'Wait'))
        self.wait_cell('Not responding')
        self.shell.press('push button', 'Wait')
        self.wait_cell('Mute', 'Running')
        self.assertEqual(sample()['mute']['state'], 'running')
        # It is asked again.
        self.wait_cell('Not responding')

    def test_buttons_for_the_selection(self):
        call_app('plain', 'Launch')
        call_app('fork-2', 'Launch')
        self.wait_cell('Notes', 'Sketch')
        self.select('Notes')
        self.shell.press('push button', 'Restart')
        wait_for(lambda: sample()['plain']['restarts'] == 1, 'a restart')
        # The selection outlives what it is about.
        self.wait_cell(str(sample()['plain']['pid']))
        self.shell.press('push button', 'Stop')
        self.wait_no_cell('Notes')
        self.assertEqual(sample()['plain']['reason'], 'stopped')
        self.assertIn('Sketch', self.cells())
        self.select('Sketch')
        self.shell.press('push button', 'Kill')
        self.shell.wait_text('No App Is Running')
        self.assertEqual(sample()['fork-2']['reason'], 'killed')

    def test_keys(self):
        call_app('fork-2', 'Launch')
        self.wait_cell('Sketch')
        self.select('Sketch')
        self.assertNotIn('Runner  fake-runner', self.cells())
        # The processes are known with the first figures.
        wait_for(self.can_expand, 'a row with processes')
        self.shell.key('Right')
        self.wait_cell('Runner  fake-runner', 'Helper  fake-runner')
        pids = [str(process['pid']) for process in sample()['fork-2']['processes']]
        self.assertEqual(len(pids), 4)
        self.wait_cell(*pids)
        self.shell.key('Left')
        self.wait_no_cell('Runner  fake-runner')
        self.shell.key('Delete')
        self.shell.wait_text('No App Is Running')

    def test_limits(self):
        call_app('allocate-64', 'Launch')
        self.wait_cell('Hoarder', 'Running')
        set_limits('allocate-64', memory=512 << 20)
        # The bar's description begins with the figure above it.
        wait_for(lambda: any(cell.get_name().endswith('MiB') and cell.get_description()
                             == f'{cell.get_name()} of 512.0\u00a0MiB, by supervisor'
                             for cell in self.shell.walk(self.shell.find(*TABLE))),
                 'what of the limit is used')
        # The mark is text, too, and goes when the limit goes.
        set_limits('allocate-64', memory_high=16 << 20)
        self.wait_cell('Running – much memory')
        set_limits('allocate-64', memory=0, memory_high=0)
        self.wait_cell('Running')

    def test_figures_follow(self):
        call_app('allocate-64', 'Launch')
        wait_for(lambda: sample()['allocate-64'].get('memory', 0) > 64 << 20, 'the memory')
        wait_for(lambda: any(name.endswith('MiB') and float(name.split()[0]) > 64
                             for name in self.cells()), 'more than 64 MiB in a cell')
        # Up time goes on by itself.
        wait_for(lambda: '2 s' in self.cells(), 'an up time of 2 s')
        self.shell.wait_text('1 app · 1 process · ')

    def test_failed_launch_until_dismissed(self):
        call_app('exit-3', 'Launch')
        wait_for(lambda: any(name.startswith('Could not be started: ') for name in self.cells()),
                 'why Wreck could not be started')
        self.shell.press('table cell', 'Take Wreck off the list')
        self.shell.wait_text('No App Is Running')

    def test_sort(self):
        call_app('plain', 'Launch')
        call_app('allocate-64', 'Launch')
        wait_for(lambda: sum(name.endswith('iB') for name in self.cells()) == 2, 'two figures')

        def names():
            return [name for name in self.cells() if name in ('Notes', 'Hoarder')]

        self.shell.press('table column header', 'Memory')
        wait_for(lambda: names() == ['Notes', 'Hoarder'], 'the least first')
        self.shell.press('table column header', 'Memory')
        wait_for(lambda: names() == ['Hoarder', 'Notes'], 'the most first')
        self.shell.press('table column header', 'Name')
        wait_for(lambda: names() == ['Hoarder', 'Notes'], 'the names in order')

    def test_search(self):
        call_app('plain', 'Launch')
        call_app('fork-2', 'Launch')
        self.wait_cell('Notes', 'Sketch')
        self.shell.key('n', 'o', 't')
        self.wait_no_cell('Sketch')
        self.assertIn('Notes', self.cells())
        self.shell.key('z')
        self.shell.wait_text('No running app matches “notz”.')
        self.shell.key('Escape')
        self.wait_cell('Notes', 'Sketch')

    def test_every_button_in_a_row_has_a_name(self):
        call_app('plain', 'Launch')
        self.wait_cell('Notes')
        for accessible in self.shell.walk():
            actions = accessible.get_interfaces()
            if is_showing(accessible) and accessible.get_role_name() == 'push button' \
                    and 'Action' in actions:
                self.assertNotEqual(accessible.get_name(), '')
        self.assertIn('Restart Notes', self.cells())
        press(self.shell.wait('table cell', 'Kill Notes with all its processes'), 'press')
        self.shell.wait_text('No App Is Running')


if __name__ == '__main__':
    shelltest.enter()
    unittest.main(verbosity=2, failfast=True, warnings='ignore')
