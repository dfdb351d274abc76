#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An app's details through AT-SPI: figures, graphs, events, settings, permissions and storage."""
import os
import pathlib
import subprocess
import unittest

import shelltest
from fakeservice import MIB, MINUTE, FakeService, Refusal, guess, now
from shelltest import Atspi, GLib, Shell, has_state, is_sensitive, press, wait_for

MEMORY = 'Memory in the last '
CPU = 'CPU in the last '
WEEK = 7 * 24 * 60
NBSP = '\u00a0'
CLIPBOARD = """
import gi
gi.require_version('Gtk', '3.0')
from gi.repository import Gtk, Gdk
print(Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).wait_for_text() or '', end='')
"""


def week(until):
    """A point for each minute of 7 days, but for 5 hours of each day."""
    return [(until - ago * MINUTE, 60, (100 + ago % 7) * MIB, (120 + ago % 7) * MIB,
             (200 + ago % 7) * MIB, 1.0, 10.0 + ago % 5, 90.0)
            for ago in range(WEEK, 0, -1) if not 300 <= ago % 1440 < 600]


class Details(unittest.TestCase):
    def setUp(self):
        # What the shell remembers of another test.
        (pathlib.Path(os.environ['XDG_CONFIG_HOME']) / 'glib-2.0/settings/keyfile').unlink(True)
        self.service = FakeService(
            StartedAt=GLib.Variant('t', now() - 90 * MINUTE), Restarts=GLib.Variant('u', 2),
            Reason='crashed', ReasonDetail='signal 11',
            Limits=GLib.Variant('a{sv}', {'memory': GLib.Variant('t', 512 * MIB)}),
            LimitsHeldBy=GLib.Variant('a{ss}', {'memory': 'kernel'}))
        self.addCleanup(self.service.close)
        self.service.sample = {
            'id': 'mail', 'name': 'Mail', 'state': 'running', 'memory': 310 * MIB,
            'memory-kind': 'cgroup', 'cpu': 12.5, 'cpu-time': 723000000,
            'threads': GLib.Variant('u', 84), 'swap': 2 * MIB, 'memory-peak': 333 * MIB,
            'descriptors': GLib.Variant('u', 212), 'disk-read': 88 * MIB, 'disk-written': 3 * MIB,
            'uptime': 5400.0, 'network-received': 5 * MIB,
            'processes': [(4242, 'runner', 60 * MIB, 1.5, 22), (4250, 'web', 210 * MIB, 10.5, 40)]}
        self.shell = None

    def tearDown(self):
        if self.shell:
            self.shell.close()

    def open(self):
        self.shell = Shell('--task-manager')
        self.show_details()

    def show_details(self):
        cell = self.shell.wait('table cell', 'Mail')
        wait_for(cell.grab_focus, 'the focus on Mail')
        self.shell.key('Menu')
        press(self.shell.wait('menu item', 'Details…'))
        self.shell.wait('radio button', 'Overview')

    def show(self, page):
        self.shell.press('radio button', page)

    # The details scroll: what is further down is not on the screen.

    def find(self, role, name):
        return wait_for(lambda: self.shell.find(role, name, showing=False), f'{role} “{name}”')

    def press(self, role, name):
        press(wait_for(lambda: (lambda it: it if it and is_sensitive(it) else None)(
            self.shell.find(role, name, showing=False)), f'a sensitive {role} “{name}”'))

    def find_graph(self, start):
        return next((it for it in self.shell.walk() if it.get_role() == Atspi.Role.CHART
                     and it.get_name().startswith(start)), None)

    def graph(self, start):
        return wait_for(lambda: self.find_graph(start), f'a graph “{start}…”')

    def wait_graph_name(self, start, part):
        wait_for(lambda: (lambda it: it and part in it.get_name())(self.find_graph(start)),
                 f'“{part}” in the name of “{start}…”')

    def wait_for_text(self, part):
        wait_for(lambda: self.has_text(part), f'the text “{part}”')

    def has_text(self, part):
        return any(it.get_role_name() == 'label' and part in it.get_name()
                   and has_state(it, Atspi.StateType.VISIBLE) for it in self.shell.walk())

    def figure(self, title):
        """The value that has the label of that name."""
        for it in self.shell.walk():
            for relation in it.get_relation_set() if it.get_role_name() == 'label' else ():
                if (relation.get_relation_type() == Atspi.RelationType.LABELLED_BY
                        and relation.get_target(0).get_name() == title):
                    return it.get_name()
        return None

    def take_picture(self, name):
        """For people who change how it looks: BH_PICTURES names a directory."""
        directory = os.environ.get('BH_PICTURES')
        if directory:
            subprocess.run(['import', '-window', 'root', f'{directory}/{name}.png'], check=True)

    def test_figures(self):
        self.open()
        expected = {'Memory': f'310.0{NBSP}MiB', 'Most memory': f'333.0{NBSP}MiB',
                    'Swap': f'2.0{NBSP}MiB', 'CPU': '12.5 %', 'CPU time': '12 min 3 s',
                    'Running for': '1 h 30 min', 'Threads': '84', 'Open files': '212',
                    'Disk read': f'88.0{NBSP}MiB', 'Disk written': f'3.0{NBSP}MiB',
                    'Received': f'5.0{NBSP}MiB', 'Sent': '–', 'Restarts': '2'}
        wait_for(lambda: self.figure('Memory') == expected['Memory'], 'the memory')
        self.assertEqual({title: self.figure(title) for title in expected}, expected)
        self.assertRegex(self.figure('Started'), r'\d\d:\d\d')
        self.wait_for_text('Memory is what the kernel counts for this app.')
        self.wait_for_text('Last end: Crashed: signal 11')
        self.find('table cell', 'Web page')
        self.find('table cell', '4250')
        self.assertEqual(self.service.shown, [self.service.path])

        # Without a sample nothing is known, and nothing is 0.
        self.service.change(State='stopped', Pid=GLib.Variant('u', 0),
                            StartedAt=GLib.Variant('t', 0))
        self.service.sample = {'id': 'mail', 'state': 'stopped'}
        wait_for(lambda: self.figure('Memory') == '–', 'no memory')
        for title in ('Most memory', 'CPU', 'Threads', 'Started', 'Running for', 'Disk read'):
            self.assertEqual(self.figure(title), '–', title)
        self.assertIsNone(self.shell.find('table cell', '4250', showing=False))

    def test_ranges(self):
        self.service.history[60] = week(now())
        self.service.history[1] = [
            (now() - ago * 1000000, 1, ago * MIB // 10, ago * MIB // 10, ago * MIB // 10,
             1.0, 1.0, 1.0) for ago in range(500, 0, -1)]
        self.open()
        # The last ten minutes are asked for once, and go on with what is sampled.
        self.wait_graph_name(MEMORY + '10 minutes', f'310.0{NBSP}MiB now, 310.0{NBSP}MiB at most')
        self.graph(CPU + '10 minutes')
        self.press('radio button', '1 min')
        self.graph(MEMORY + 'minute')
        self.press('radio button', '10 min')
        self.graph(MEMORY + '10 minutes')
        asked = self.service.called('GetHistory')
        self.assertEqual([options['resolution'] for _, options in asked], [1])

        self.press('radio button', '7 d')
        self.wait_graph_name(MEMORY + '7 days', f'206.0{NBSP}MiB at most')
        self.wait_graph_name(CPU + '7 days', '90.0 % at most')
        app, options = self.service.called('GetHistory')[-1]
        self.assertEqual((app, options['resolution']), ('mail', 60))
        self.assertAlmostEqual(options['since'], now() - WEEK * MINUTE, delta=3 * MINUTE)
        for name, text in (('1 h', 'hour'), ('24 h', '24 hours')):
            self.press('radio button', name)
            self.wait_graph_name(MEMORY + text, 'at most')

        # The choice is remembered.
        self.shell.close()
        self.open()
        self.graph(MEMORY + '24 hours')
        self.assertTrue(has_state(self.shell.wait('radio button', '24 h'),
                                  Atspi.StateType.CHECKED))
        self.press('radio button', '10 min')
        self.graph(MEMORY + '10 minutes')

    def test_read_out_by_key(self):
        until = now()
        self.service.history[60] = [
            (until - ago * MINUTE, 60, 100 * MIB, 120 * MIB, ago * 10 * MIB, 1.0, 2.0, 3.0)
            for ago in range(59, 0, -1) if not 20 <= ago < 30]
        self.service.add_event('ended', 25 * MINUTE, reason='crashed', message='It crashed')
        self.open()
        self.press('radio button', '1 h')
        self.wait_graph_name(MEMORY + 'hour', f'590.0{NBSP}MiB at most')
        graph = self.graph(MEMORY)
        self.assertEqual(graph.get_description(), '')
        wait_for(graph.grab_focus, 'the focus on the graph')
        read_out = wait_for(graph.get_description, 'a read-out')
        # Time, mean, least and most of the last minute.
        self.assertRegex(read_out, r'^\d\d:\d\d, 120 MiB, from 100 MiB to 10 MiB$')
        self.assertEqual(Atspi.Text.get_text(graph, 0, -1), read_out)

        def move(key, part):
            self.shell.key(key)
            wait_for(lambda: part in graph.get_description(), f'“{part}” after {key}')

        move('Left', 'to 20 MiB')
        move('Left', 'to 30 MiB')
        move('Right', 'to 20 MiB')
        move('Home', 'to 590 MiB')
        move('Left', 'to 590 MiB')
        # From event to event; there the app did not run.
        move('ctrl+Right', 'not measured, Crashed')
        move('Right', 'to 190 MiB')
        move('End', 'to 10 MiB')
        move('ctrl+Left', 'Crashed')
        self.take_picture('keys')
        self.shell.key('Tab')
        wait_for(lambda: graph.get_description() == '', 'no read-out without the focus')

    def test_read_out_by_pointer(self):
        self.service.history[60] = week(now())
        self.open()
        self.press('radio button', '7 d')
        self.wait_graph_name(MEMORY + '7 days', 'at most')
        graph = wait_for(lambda: (lambda it: it if it and shelltest.is_showing(it) else None)(
            self.find_graph(MEMORY)), 'the graph on the screen')
        place = graph.get_extents(Atspi.CoordType.SCREEN)

        def point(share):
            subprocess.run(['xdotool', 'mousemove', str(place.x + int(place.width * share)),
                            str(place.y + place.height // 2)], check=True)

        point(0.5)
        middle = wait_for(graph.get_description, 'a read-out')
        self.assertRegex(middle, r'^\w+ \d+, \d\d:\d\d, ')
        point(0.75)
        wait_for(lambda: graph.get_description() not in ('', middle), 'another read-out')
        self.take_picture('pointer')
        subprocess.run(['xdotool', 'mousemove', '0', '0'], check=True)
        wait_for(lambda: graph.get_description() == '', 'no read-out without the pointer')

    def test_events(self):
        for number in range(120, 0, -1):
            self.service.add_event('started', number * MINUTE, message=f'Start {number}')
        self.open()
        self.show('Events')
        wait_for(lambda: self.has_text('Start 1'), 'the latest event')
        self.assertTrue(self.has_text('Start 50'))
        self.assertFalse(self.has_text('Start 51'))
        self.press('push button', 'Older…')
        wait_for(lambda: self.has_text('Start 51'), 'an older event')

        self.service.record('ended', reason='memory-limit', message='It used too much',
                            **{'memory-peak': 512 * MIB, 'uptime': 3600.0})
        wait_for(lambda: self.has_text('It used too much'), 'an event that was just recorded')
        self.wait_for_text('Used too much memory')
        self.wait_for_text(f'after 1 h 0 min · 512.0{NBSP}MiB of memory')
        row = next(it for it in self.shell.walk() if it.get_role_name() == 'list item'
                   and 'It used too much' in it.get_name())
        self.assertRegex(row.get_name(), r'^\d\d:\d\d:\d\d, Used too much memory\. It used')
        self.take_picture('events')

        # Another app's events are not this one's.
        self.service.record('ended', app='other', reason='crashed', message='Not mine')
        self.service.record('resumed', message='Mine')
        wait_for(lambda: self.has_text('Mine'), 'one more event')
        self.assertFalse(self.has_text('Not mine'))

        self.press('push button', 'Copy All')
        copied = wait_for(self.read_clipboard, 'something in the clipboard').splitlines()
        self.assertEqual(len(copied), 102)
        self.assertRegex(copied[0], r'^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S*\tWoke up\tMine\t$')
        self.press('push button', 'Older…')
        wait_for(lambda: self.has_text('Start 120'), 'the oldest event')
        older = self.find('push button', 'Older…')
        self.assertFalse(has_state(older, Atspi.StateType.VISIBLE))

    def read_clipboard(self):
        return subprocess.run(['/usr/bin/python3', '-c', CLIPBOARD], check=True, text=True,
                              capture_output=True, timeout=shelltest.DEADLINE).stdout

    def test_settings(self):
        self.open()
        self.show('Settings')
        self.press('check box', 'Show notifications when it is in trouble')
        wait_for(lambda: self.service.called('SetSettings') == [({'muted': True},)], 'the call')
        self.press('check box', 'Put it to sleep when it was in the background for')
        wait_for(lambda: self.service.called('SetSettings')[1:] == [({'suspend-after': 30},)],
                 'the call')
        minutes = self.find('spin button', 'Minutes in the background')
        wait_for(lambda: is_sensitive(minutes), 'minutes to be changed')
        Atspi.Value.set_current_value(minutes, 45)
        wait_for(lambda: self.service.called('SetSettings')[2:] == [({'suspend-after': 45},)],
                 'the call')

        # Somebody else changes it.
        self.service.do_SetSettings({'keep-awake': True, 'suspend-after': 10})
        wait_for(lambda: Atspi.Value.get_current_value(minutes) == 10, 'the other number')
        awake = self.find('check box', 'Keep it awake when all apps are put to sleep')
        self.assertTrue(has_state(awake, Atspi.StateType.CHECKED))
        self.assertFalse(is_sensitive(minutes))

        # What is refused is said, and goes back.
        self.service.answers['SetSettings'] = Refusal('Failed', 'The disk is full.')
        press(awake)
        self.wait_for_text('The settings could not be changed: The disk is full.')
        wait_for(lambda: has_state(awake, Atspi.StateType.CHECKED), 'what holds')

    def test_permissions(self):
        self.service.permissions = [('https://mail.example', 'notifications', 'allow'),
                                    ('https://meet.example', 'camera', 'deny'),
                                    ('https://mail.example', 'cookies-other.example', 'allow')]
        self.open()
        self.show('Data')

        def choose(name, answer):
            # GTK warns of a menu that pops up without a click or a key.
            answers = ['Allowed', 'Not allowed', 'Ask again']
            assert Atspi.Selection.select_child(self.find('combo box', name),
                                                answers.index(answer))

        choose('Camera, https://meet.example', 'Allowed')
        wait_for(lambda: self.service.called('SetPermission')
                 == [('https://meet.example', 'camera', 'allow')], 'the call')
        choose('Notifications, https://mail.example', 'Ask again')
        wait_for(lambda: self.shell.find('combo box', 'Notifications, https://mail.example',
                                         showing=False) is None, 'the end of a forgotten answer')
        choose('Let other.example know you there, https://mail.example', 'Ask again')
        wait_for(lambda: self.service.permissions == [('https://meet.example', 'camera', 'allow')],
                 'the answer that is left')
        choose('Camera, https://meet.example', 'Ask again')
        self.wait_for_text('The app has not asked for anything')

    def test_clear_data(self):
        self.service.storage = {'data': 34 * MIB, 'cache': 210 * MIB, 'state': 4096,
                                'data-path': '/tmp', 'cache-path': '/nonexistent',
                                'state-path': '/tmp'}
        self.open()
        self.show('Data')
        wait_for(lambda: self.figure('Cache') == f'210.0{NBSP}MiB', 'the size of the cache')
        self.assertTrue(is_sensitive(self.find('push button', 'Show folder: Data of its pages')))
        self.assertFalse(is_sensitive(self.find('push button', 'Show folder: Cache')))

        # Return does nothing that can't be undone.
        self.press('push button', 'Clear Data…')
        self.wait_for_text('Mail runs and will be closed first.')
        self.take_picture('clear')
        self.shell.key('Return')
        self.shell.wait_gone('push button', 'Clear')
        self.assertEqual(self.service.called('ClearData'), [])

        self.press('push button', 'Clear Data…')
        self.assertTrue(has_state(self.find('check box', f'Cache (210.0{NBSP}MiB)'),
                                  Atspi.StateType.CHECKED))
        data = f'Data of its pages (34.0{NBSP}MiB)'
        self.assertFalse(has_state(self.find('check box', data), Atspi.StateType.CHECKED))
        self.press('check box', f'Cache (210.0{NBSP}MiB)')
        wait_for(lambda: not is_sensitive(self.find('push button', 'Clear')), 'nothing to clear')
        self.press('check box', data)
        self.service.answers['ClearData'] = Refusal('Failed', '/tmp/x is in use')
        self.press('push button', 'Clear')
        self.wait_for_text('Not all of it could be removed. /tmp/x is in use')
        del self.service.answers['ClearData']
        self.press('push button', 'Clear')
        self.wait_for_text('What you have chosen is gone.')
        self.assertEqual(self.service.called('ClearData'), [(['data'],), (['data'],)])
        self.press('push button', 'Close')
        wait_for(lambda: self.figure('Data of its pages') == '0 bytes', 'the new size')

    def test_growing(self):
        self.open()
        self.shell.wait('radio button', '10 min')
        self.assertFalse(self.has_text('Memory has grown'))
        self.service.change(Growing=True, Growth=guess(12 * MIB))
        self.shell.wait_text(f'Memory has grown steadily by 12.0{NBSP}MiB an hour for hours.')
        self.show('Events')
        self.press('push button', 'Show 24 Hours')
        self.graph(MEMORY + '24 hours')
        self.press('radio button', '10 min')
        self.service.change(Growing=False, Growth=guess(0))
        wait_for(lambda: not self.shell.find_text('Memory has grown'), 'the end of the notice')

    def test_trouble(self):
        self.open()
        self.graph(MEMORY)
        self.service.say_trouble('The disk is full. Nothing is kept until there is room.')
        self.shell.wait_text('The disk is full.')
        self.service.say_trouble('')
        wait_for(lambda: not self.shell.find_text('The disk is full.'), 'the end of the trouble')

    def test_supervisor_of_an_earlier_version(self):
        self.service.missing = {'GetHistory', 'GetEvents', 'GetPermissions', 'GetStorage'}
        self.service.properties['App1']['Settings'] = GLib.Variant('a{sv}', {})
        self.open()
        # What is sampled is there all the same.
        self.wait_graph_name(MEMORY + '10 minutes', f'310.0{NBSP}MiB now')
        self.wait_for_text('What was before these details were opened is not known. '
                           'The supervisor that runs now keeps no history.')
        self.press('radio button', '1 h')
        self.wait_for_text('The history can’t be shown.')
        self.press('radio button', '10 min')
        self.show('Events')
        self.wait_for_text('What has happened to this app can’t be shown.')
        self.show('Data')
        self.wait_for_text('The supervisor that runs now can’t tell what the app may do.')
        self.wait_for_text('The supervisor that runs now can’t tell what the app keeps.')
        self.assertFalse(is_sensitive(self.find('push button', 'Clear Data…')))

    def test_back_and_once(self):
        self.open()
        windows = len(self.shell.list_windows())
        # The window behind is not blocked; the same details do not open twice.
        self.show_details()
        self.assertEqual(len(self.shell.list_windows()), windows)
        self.shell.key('Escape')
        self.shell.wait_gone('radio button', 'Overview')
        self.shell.wait('table cell', 'Mail')
        self.show_details()

    def test_measured_while_seen(self):
        self.shell = Shell()
        tile = wait_for(lambda: next((it for it in self.shell.walk()
                                      if it.get_name().startswith('Mail')), None), 'the app')
        wait_for(lambda: not self.service.watched, 'nothing to be measured for a launcher')
        wait_for(tile.grab_focus, 'the focus on it')
        self.shell.key('alt+Return')
        self.shell.wait('radio button', 'Overview')
        wait_for(lambda: self.service.watched, 'figures to be wanted')
        wait_for(lambda: self.figure('Memory') == f'310.0{NBSP}MiB', 'the memory')
        self.shell.key('Escape')
        wait_for(lambda: not self.service.watched, 'no figures to be wanted')

    def test_narrow(self):
        self.service.history[60] = week(now())
        self.service.permissions = [('https://a.very.long.name.of.a.site.example', 'camera', 'deny')]
        self.open()
        window = self.shell.list_windows()[-1]

        def width():
            dialog = self.shell.find('dialog', 'Mail')
            return dialog.get_extents(Atspi.CoordType.SCREEN).width if dialog else 0

        def shrink():
            subprocess.run(['xdotool', 'windowsize', window, '360', '640'], check=True)
            self.shell.settle()
            return 0 < width() <= 400

        # What makes it fit shows on the way there, not before.
        wait_for(shrink, 'a width of 400')
        self.shell.wait('label', 'Mail')
        for page in ('Events', 'Settings', 'Data', 'About', 'Overview'):
            self.show(page)
            self.shell.settle()
            self.take_picture(f'narrow-{page}')
            self.assertLessEqual(width(), 400, page)


if __name__ == '__main__':
    shelltest.enter(environment={'GSETTINGS_BACKEND': 'keyfile'})
    unittest.main(verbosity=2)
