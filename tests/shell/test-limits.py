#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An app's limits in its details, through AT-SPI: read, typed, refused, applied and reset."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import shelltest
from shelltest import (Atspi, Shell, call_app, is_sensitive, press, sample, set_limits, wait_for,
                       write_app)

MIB = 1 << 20


def limits(app):
    return sample().get(app, {}).get('limits', {})


class Limits(unittest.TestCase):
    def setUp(self):
        write_app('allocate-64', 'Hoarder')
        call_app('allocate-64', 'Launch')
        self.shell = Shell('--task-manager')
        self.shell.wait('table cell', 'Hoarder')

    def tearDown(self):
        self.shell.close()
        call_app('allocate-64', 'Kill')

    def open_details(self, name):
        cell = self.shell.wait('table cell', name)
        wait_for(cell.grab_focus, f'the focus on {name}')
        self.shell.key('Menu')
        press(self.shell.wait('menu item', 'Details…'))
        self.shell.press('radio button', 'Settings')
        self.shell.wait_text('Write sizes as 512M')

    # The details scroll: what is further down is not on the screen.

    def find(self, role, name):
        return wait_for(lambda: self.shell.find(role, name, showing=False), f'{role} “{name}”')

    def wait_text(self, part):
        wait_for(lambda: next((it for it in self.shell.walk() if it.get_role_name() == 'label'
                               and part in it.get_name()), None), f'the text “{part}”')

    def press(self, name):
        press(wait_for(lambda: (lambda it: it if is_sensitive(it) else None)(
            self.find('push button', name)), f'a sensitive “{name}”'))

    def field(self, name):
        return self.find('text', name)

    def type_into(self, name, text):
        field = self.field(name)
        assert Atspi.EditableText.set_text_contents(field, text)

    def read(self, name):
        field = self.field(name)
        return Atspi.Text.get_text(field, 0, -1)

    def test_read_and_change(self):
        set_limits('allocate-64', memory=512 * MIB, cpu=50)
        self.open_details('Hoarder')
        self.assertEqual(self.read('Memory'), '512M')
        # A soft limit that follows the hard one is not a number that somebody has to look after.
        self.assertEqual(self.read('Memory, warning'), '')
        self.assertEqual(self.read('CPU share'), '50%')
        self.assertEqual(self.read('Threads'), '')
        self.wait_text('of 512.0\u00a0MiB, by supervisor · Set by you')
        self.wait_text('of 50 %, by supervisor · Set by you')
        apply = self.find('push button', 'Apply Limits')
        self.assertFalse(is_sensitive(apply))
        self.take_picture('limits')

        # What is typed is checked while it is typed, and said where it is typed.
        self.type_into('Memory', '512MB')
        self.wait_text('“512MB” is not a size')
        self.assertFalse(is_sensitive(apply))
        self.type_into('Memory', '256M')
        self.type_into('Memory, warning', '300M')
        self.wait_text('This can’t be more than the memory limit')
        self.assertFalse(is_sensitive(apply))
        self.take_picture('problem')
        self.type_into('Memory, warning', '200M')
        self.type_into('CPU share', '')
        self.type_into('Threads', '300')
        self.press('Apply Limits')
        wait_for(lambda: limits('allocate-64') == {
            'memory': 256 * MIB, 'memory-high': 200 * MIB, 'tasks': 300}, 'the new limits')
        wait_for(lambda: not is_sensitive(apply), 'nothing more to apply')
        self.wait_text('of 300, by supervisor · Set by you')

        # Return is for what can be seen: on another page it applies nothing.
        self.type_into('Threads', '310')
        wait_for(lambda: is_sensitive(apply), 'something to apply')
        self.shell.press('radio button', 'Overview')
        graph = wait_for(lambda: next((it for it in self.shell.walk() if it.get_role()
                                       == Atspi.Role.CHART), None), 'a graph')
        wait_for(graph.grab_focus, 'the focus on it')
        self.shell.key('Return')
        self.shell.settle()
        self.assertEqual(limits('allocate-64')['tasks'], 300)
        self.shell.press('radio button', 'Settings')
        self.type_into('Threads', '300')

        # A new hard limit does not take the soft one along that is shown.
        self.type_into('Memory', '1G')
        self.press('Apply Limits')
        wait_for(lambda: limits('allocate-64').get('memory') == 1024 * MIB, 'the new limit')
        self.assertEqual(limits('allocate-64')['memory-high'], 200 * MIB)

        self.press('Reset Limits')
        wait_for(lambda: not limits('allocate-64'), 'no limits')
        wait_for(lambda: self.read('Memory') == '', 'an empty field')
        reset = self.find('push button', 'Reset Limits')
        wait_for(lambda: not is_sensitive(reset), 'nothing more to reset')

    def test_what_is_typed_stays(self):
        self.open_details('Hoarder')
        self.type_into('Threads', '400')
        # Others change limits, too, and figures come each second.
        set_limits('allocate-64', cpu_time=3600 * 1000000)
        wait_for(lambda: self.read('CPU time') == '1h', 'the other limit')
        self.wait_text('of 1 h 0 min, by supervisor')
        self.assertEqual(self.read('Threads'), '400')
        self.shell.key('Escape')
        wait_for(lambda: not self.shell.find_text('Write sizes as'), 'the end of the details')
        self.assertNotIn('tasks', limits('allocate-64'))
        set_limits('allocate-64', cpu_time=0)

    def test_managed(self):
        directory = pathlib.Path(os.environ['XDG_CONFIG_DIRS']) / 'bulkhead/apps/locked'
        directory.mkdir(parents=True, exist_ok=True)
        self.addCleanup(shutil.rmtree, directory)
        (directory / 'manifest.json').write_text(
            '{"startup_app": {"uuid": "locked", "name": "Locked", "url": "https://app.example/"},'
            ' "bulkhead": {"limits": {"memory": "700M"}}}', encoding='utf-8')
        wait_for(lambda: shelltest.find_app('locked'), 'the managed app')
        self.addCleanup(call_app, 'locked', 'Kill')
        call_app('locked', 'Launch')
        self.open_details('Locked')
        self.assertEqual(self.read('Memory'), '700M')
        self.assertFalse(is_sensitive(self.field('Memory')))
        self.assertTrue(is_sensitive(self.field('Threads')))
        self.wait_text('of 700.0\u00a0MiB, by supervisor · Set by your administrator')
        self.take_picture('managed')

    def take_picture(self, name):
        """For people who change how it looks: BH_PICTURES names a directory."""
        directory = os.environ.get('BH_PICTURES')
        if directory:
            subprocess.run(['xdotool', 'windowsize', '--sync', self.shell.list_windows()[-1], '480',
                            '900'], check=True)
            subprocess.run(['import', '-window', 'root', f'{directory}/{name}.png'], check=True)


if __name__ == '__main__':
    with tempfile.TemporaryDirectory(prefix='bulkhead-managed-') as managed:
        shelltest.enter(environment={'XDG_CONFIG_DIRS': managed})
    unittest.main(verbosity=2)
