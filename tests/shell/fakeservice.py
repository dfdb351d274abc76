# SPDX-License-Identifier: GPL-3.0-or-later
"""A supervisor for the shell that says what a test wants: a week of history, permissions, sizes.

The real one has them too, but only after a week. It is exported as src/dbus describes it, in the
test's own process: what the shell asks is answered while the test waits for something.
"""
import os
import pathlib
import re
import time

from shelltest import SUPERVISOR, Gio, GLib, bus

ROOT = '/io/github/bulkhead/Supervisor'
MIB = 1 << 20
MINUTE = 60 * 1000000
MANAGER = """<node><interface name='org.freedesktop.DBus.ObjectManager'>
<method name='GetManagedObjects'><arg type='a{oa{sa{sv}}}' direction='out'/></method>
<signal name='InterfacesAdded'><arg type='o'/><arg type='a{sa{sv}}'/></signal>
<signal name='InterfacesRemoved'><arg type='o'/><arg type='as'/></signal>
</interface></node>"""
ERROR = 'io.github.bulkhead.Error.'


def read_interface(name):
    path = pathlib.Path(os.environ['BH_TEST_SOURCE']) / f'src/dbus/io.github.bulkhead.{name}.xml'
    text = re.sub(r'<!DOCTYPE[^>]*>', '', path.read_text(encoding='utf-8'))
    return Gio.DBusNodeInfo.new_for_xml(text).interfaces[0]


def now():
    return int(time.time() * 1000000)


def guess(value):
    if isinstance(value, GLib.Variant):
        return value
    kinds = {bool: 'b', str: 's', float: 'd'}
    return GLib.Variant(kinds.get(type(value), 't'), value)


class Refusal(Exception):
    """An error by its name in Supervisor1 and its message."""


class FakeService:
    """Owns the supervisor's name, with one app."""

    def __init__(self, app='mail', name='Mail', **properties):
        self.connection = bus()
        self.path = f'{ROOT}/apps/{app}'
        self.registered = []
        self.calls = []
        self.answers = {}       # What a method answers instead: a function, or a Refusal.
        self.missing = set()    # Methods of a supervisor of an earlier version.
        self.events = []
        self.history = {1: [], 60: []}
        self.permissions = []
        self.storage = {}
        self.watched = False
        self.shown = ['/']     # Whose processes are told of.
        self.sample = {}
        self.interfaces = {name: read_interface(name)
                           for name in ('Supervisor1', 'Journal1', 'App1')}
        self.properties = {
            'Supervisor1': {'Version': GLib.Variant('s', '0'), 'Running': GLib.Variant('u', 1)},
            'Journal1': {'Path': GLib.Variant('s', '/history'), 'Trouble': GLib.Variant('s', '')},
            'App1': {
                'Id': GLib.Variant('s', app), 'Name': GLib.Variant('s', name),
                'Url': GLib.Variant('s', 'https://mail.example/'),
                'Source': GLib.Variant('s', 'user'), 'State': GLib.Variant('s', 'running'),
                'ManifestPath': GLib.Variant('s', f'/apps/{app}/manifest.json'),
                'Pid': GLib.Variant('u', 4242), 'StartedAt': GLib.Variant('t', now() - 3600000000),
                'Settings': GLib.Variant('a{sv}', {
                    'muted': GLib.Variant('b', False), 'keep-awake': GLib.Variant('b', False),
                    'suspend-after': GLib.Variant('u', 0)}),
                **{key: guess(value) for key, value in properties.items()}},
        }
        for name_, info in self.interfaces.items():
            for prop in info.properties:
                self.properties[name_].setdefault(prop.name, self._empty(prop.signature))
        self._register(ROOT, self.interfaces['Supervisor1'])
        self._register(ROOT, self.interfaces['Journal1'])
        self._register(self.path, self.interfaces['App1'])
        self._register(ROOT, Gio.DBusNodeInfo.new_for_xml(MANAGER).interfaces[0])
        reply = self.connection.call_sync(
            'org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'RequestName',
            GLib.Variant('(su)', (SUPERVISOR, 4)), None, Gio.DBusCallFlags.NONE, 5000, None)
        assert reply.unpack()[0] == 1, 'somebody else owns the supervisor’s name'
        self.timer = GLib.timeout_add(1000, self._send_sample)

    @staticmethod
    def _empty(signature):
        return {'a{sv}': lambda: GLib.Variant('a{sv}', {}),
                'a{ss}': lambda: GLib.Variant('a{ss}', {}),
                'as': lambda: GLib.Variant('as', []), 's': lambda: GLib.Variant('s', ''),
                'b': lambda: GLib.Variant('b', False)}.get(
                    signature, lambda: GLib.Variant(signature, 0))()

    def _register(self, path, info):
        self.registered.append(
            self.connection.register_object(path, info, self._on_call, self._on_get, None))

    def _on_get(self, _connection, _sender, _path, interface, name):
        return self.properties[interface.rsplit('.', 1)[1]][name]

    def _on_call(self, _connection, sender, _path, _interface, method, parameters, invocation):
        arguments = parameters.unpack()
        self.calls.append((method, arguments))
        if method in self.missing:
            invocation.return_dbus_error('org.freedesktop.DBus.Error.UnknownMethod',
                                         f'No such method “{method}”')
            return
        answer = self.answers.get(method) or getattr(self, f'do_{method}', None)
        try:
            if isinstance(answer, Refusal):
                raise answer
            reply = answer(*arguments) if answer else None
            if method == 'Watch':
                self.watched = sender if arguments[0] else None
            invocation.return_value(reply)
        except Refusal as refusal:
            invocation.return_dbus_error(ERROR + refusal.args[0], refusal.args[1])

    def do_ShowProcesses(self, paths):
        self.shown = paths

    def do_CheckUnsaved(self):
        return GLib.Variant('(b)', (False,))

    def do_GetManagedObjects(self):
        return GLib.Variant('(a{oa{sa{sv}}})', ({
            self.path: {'io.github.bulkhead.App1': self.properties['App1']}},))

    def do_GetEvents(self, options):
        events = [event for event in self.events
                  if event['app'] == options.get('app', event['app'])
                  and options.get('since', 0) <= event['time'] < options.get('until', now() * 2)]
        return GLib.Variant('(aa{sv})', ([self._event(event) for event in
                                          events[-options.get('limit', 1000):]],))

    def do_GetHistory(self, _app, options):
        points = [point for point in self.history[options['resolution']]
                  if point[0] >= options['since']]
        return GLib.Variant('(ua(tutttddd))', (options['resolution'], points))

    def do_GetPermissions(self):
        return GLib.Variant('(a(sss))', (self.permissions,))

    def do_SetPermission(self, origin, kind, answer):
        self.permissions = [it for it in self.permissions if it[:2] != (origin, kind)]
        if answer != 'ask':
            self.permissions.append((origin, kind, answer))

    def do_GetStorage(self):
        return GLib.Variant('(a{sv})', ({key: guess(value)
                                         for key, value in self.storage.items()},))

    def do_ClearData(self, kinds):
        self.storage.update({kind: 0 for kind in kinds})

    def do_SetSettings(self, settings):
        before = self.properties['App1']['Settings'].unpack()
        kinds = {'muted': 'b', 'keep-awake': 'b', 'suspend-after': 'u'}
        self.change(Settings=GLib.Variant('a{sv}', {
            key: GLib.Variant(kinds[key], value)
            for key, value in {**before, **settings}.items()}))

    @staticmethod
    def _event(event):
        kinds = {'pid': 'u', 'uptime': 'd'}
        return {key: GLib.Variant(kinds[key], value) if key in kinds else guess(value)
                for key, value in event.items()}

    def _send_sample(self):
        if self.watched and self.sample:
            processes = [{'pid': GLib.Variant('u', pid), 'start-time': GLib.Variant('t', 1),
                          'role': GLib.Variant('s', role), 'memory': GLib.Variant('t', memory),
                          'cpu': GLib.Variant('d', cpu), 'threads': GLib.Variant('u', threads)}
                         for pid, role, memory, cpu, threads in self.sample.get('processes', ())]
            entry = {key: guess(value) for key, value in self.sample.items() if key != 'processes'}
            entry['path'] = GLib.Variant('o', self.path)
            if '/' in self.shown or self.path in self.shown:
                entry['processes'] = GLib.Variant('aa{sv}', processes)
            self.connection.emit_signal(self.watched, ROOT, 'io.github.bulkhead.Supervisor1',
                                        'Sampled', GLib.Variant('(aa{sv})', ([entry],)))
        return True

    def change(self, **properties):
        """Changes properties of the app."""
        changed = {key: guess(value) for key, value in properties.items()}
        self.properties['App1'].update(changed)
        self.connection.emit_signal(
            None, self.path, 'org.freedesktop.DBus.Properties', 'PropertiesChanged',
            GLib.Variant('(sa{sv}as)', ('io.github.bulkhead.App1', changed, [])))

    def say_trouble(self, text):
        """What is wrong with the history."""
        self.properties['Journal1']['Trouble'] = GLib.Variant('s', text)
        self.connection.emit_signal(
            None, ROOT, 'org.freedesktop.DBus.Properties', 'PropertiesChanged',
            GLib.Variant('(sa{sv}as)', ('io.github.bulkhead.Journal1',
                                        {'Trouble': GLib.Variant('s', text)}, [])))

    def add_event(self, kind, ago, **more):
        """An event so many microseconds ago, not told of."""
        event = {'number': len(self.events) + 1, 'time': now() - ago, 'kind': kind,
                 'app': self.properties['App1']['Id'].unpack(), **more}
        self.events.append(event)
        return event

    def record(self, kind, **more):
        """An event that happens now."""
        event = self.add_event(kind, 0, **more)
        self.connection.emit_signal(None, ROOT, 'io.github.bulkhead.Journal1', 'Recorded',
                                    GLib.Variant('(a{sv})', (self._event(event),)))

    def called(self, method):
        return [arguments for name, arguments in self.calls if name == method]

    def close(self):
        GLib.source_remove(self.timer)
        for registered in self.registered:
            self.connection.unregister_object(registered)
        self.connection.call_sync(
            'org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'ReleaseName',
            GLib.Variant('(s)', (SUPERVISOR,)), None, Gio.DBusCallFlags.NONE, 5000, None)
