# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that says what a test wants bulkheadctl to hear, on a bus of its own; and what the tests
of bulkheadctl share: running it, and the report in TAP.

The interfaces are those of src/dbus, so that an answer of a wrong type can't be given. The real
service has tests of its own, and test-real.py has bulkheadctl speak with it.
"""
import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import traceback

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

BUS_NAME = 'io.github.bulkhead.Bulkhead.Supervisor'
ROOT_PATH = '/io/github/bulkhead/Supervisor'
PREFIX = 'io.github.bulkhead.'
MANAGER = '''<node><interface name="org.freedesktop.DBus.ObjectManager">
<method name="GetManagedObjects"><arg type="a{oa{sa{sv}}}" direction="out"/></method>
</interface></node>'''
PROGRAM = os.environ['BULKHEADCTL']
TIMEOUT = 30


class Failure(Exception):
    """What should be is not; the text says both."""


def check(condition, text):
    if not condition:
        raise Failure(text)


def check_equal(found, wanted, what):
    check(found == wanted, f'{what} is {found!r}, not {wanted!r}')


def wait_for(what, condition, timeout=TIMEOUT):
    end = time.monotonic() + timeout
    while True:
        result = condition()
        if result:
            return result
        check(time.monotonic() < end, f'{what} did not come within {timeout} seconds')
        time.sleep(0.01)


def value(kind, content):
    return GLib.Variant(kind, content)


def text(content):
    return GLib.Variant('s', content)


def dictionary(signatures, content):
    """An a{sv} of what signatures has a type for."""
    return {key: value(signatures[key], content[key]) for key in content}


def load_interfaces():
    folder = pathlib.Path(os.environ['BH_TEST_SOURCE'], 'src/dbus')
    found = {}
    for name in ('Supervisor1', 'App1', 'Journal1'):
        xml = (folder / f'{PREFIX}{name}.xml').read_text(encoding='utf-8')
        found[name] = Gio.DBusNodeInfo.new_for_xml(xml).interfaces[0]
    found['ObjectManager'] = Gio.DBusNodeInfo.new_for_xml(MANAGER).interfaces[0]
    return found


class Error(Exception):
    """What a method shall answer with: the last part of the error's name, and a text."""


DEFAULTS = {'b': False, 'u': 0, 't': 0, 's': '', 'as': [], 'a{sv}': {}, 'a{ss}': {}}


class Session:
    """A session bus, and bulkheadctl on it."""

    def __init__(self, **environment):
        self.environment = environment
        self.processes = []
        self.bus = Gio.TestDBus.new(Gio.TestDBusFlags.NONE)

    def make_environment(self):
        environment = dict(os.environ, DBUS_SESSION_BUS_ADDRESS=self.bus.get_bus_address(),
                           **self.environment)
        environment.pop('COLUMNS', None)
        return environment

    def ctl(self, *arguments, status=0, stdin=subprocess.DEVNULL):
        """Runs bulkheadctl; what it printed, in and beside the output."""
        done = subprocess.run([PROGRAM, *arguments], env=self.make_environment(), stdin=stdin,
                              capture_output=True, text=True, timeout=TIMEOUT, check=False)
        check(done.returncode == status,
              f'“{" ".join(arguments)}” ended with {done.returncode}, not {status}: '
              f'{done.stdout}{done.stderr}')
        check((status == 0) == (not done.stderr), f'it complained: {done.stderr}')
        return done.stdout if status == 0 else done.stdout + done.stderr

    def ctl_json(self, *arguments, status=0):
        done = subprocess.run([PROGRAM, *arguments, '--json'], env=self.make_environment(),
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=TIMEOUT, check=False)
        check_equal(done.returncode, status, f'the status of “{" ".join(arguments)}”')
        return json.loads(done.stdout)

    def start(self, *arguments, **options):
        process = subprocess.Popen([PROGRAM, *arguments], env=self.make_environment(),
                                   stdin=subprocess.DEVNULL, **options)
        self.processes.append(process)
        return process

    def close(self):
        for process in self.processes:
            process.kill()
            process.wait()
        self.bus.stop()


class Service(Session):
    """The service: apps is id → properties of App1; answers is method → a function of (app id or
    None, arguments) that gives the tuple to answer with, or raises Error. Calls are kept."""

    def __init__(self):
        super().__init__()
        self.interfaces = load_interfaces()
        self.apps = {}
        self.answers = {}
        self.calls = []
        self.watchers = []
        self.bus.up()
        self.context = GLib.MainContext.new()
        self.loop = GLib.MainLoop.new(self.context, False)
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        check(self.ready.wait(TIMEOUT), 'the fake service did not come up')

    def run(self):
        self.context.push_thread_default()
        flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
                 | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        self.connection = Gio.DBusConnection.new_for_address_sync(
            self.bus.get_bus_address(), flags, None, None)
        self.connection.set_exit_on_close(False)
        for name in ('Supervisor1', 'Journal1', 'ObjectManager'):
            self.connection.register_object(ROOT_PATH, self.interfaces[name], self.on_call,
                                            self.on_get, None)
        self.own()
        self.ready.set()
        self.loop.run()
        self.context.pop_thread_default()

    def call_bus(self, method, arguments):
        self.connection.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus',
                                  'org.freedesktop.DBus', method, arguments, None,
                                  Gio.DBusCallFlags.NONE, -1)

    def own(self):
        self.call_bus('RequestName', value('(su)', (BUS_NAME, 4)))

    def disown(self):
        """The service is gone, for its clients."""
        self.call_bus('ReleaseName', value('(s)', (BUS_NAME,)))

    def add_app(self, app, **properties):
        self.apps[app] = {'Id': app, 'Name': app.capitalize(), 'State': 'stopped', **properties}
        done = threading.Event()

        def register():
            self.connection.register_object(self.get_path(app), self.interfaces['App1'],
                                            self.on_call, self.on_get, None)
            done.set()
        # The object's calls come to the thread that it is registered in.
        self.context.invoke_full(GLib.PRIORITY_DEFAULT, lambda: register() and False)
        check(done.wait(TIMEOUT), 'an app was not registered')

    @staticmethod
    def get_path(app):
        return f'{ROOT_PATH}/apps/{app}'

    def get_properties(self, app):
        given = self.apps[app]
        return {info.name: value(info.signature, given.get(info.name, DEFAULTS[info.signature]))
                for info in self.interfaces['App1'].properties}

    def on_get(self, connection, sender, path, interface, name):
        if path == ROOT_PATH:
            return {'Version': text('0.0.0'), 'Running': value('u', len(self.apps)),
                    'Path': text('/nowhere'), 'Trouble': text('')}[name]
        return self.get_properties(path.rpartition('/')[2])[name]

    def on_call(self, connection, sender, path, interface, method, arguments, invocation):
        app = None if path == ROOT_PATH else path.rpartition('/')[2]
        given = arguments.unpack()
        self.calls.append((app, method, given))
        info = next(item for item in self.interfaces[interface.rpartition('.')[2]].methods
                    if item.name == method)
        kind = '(' + ''.join(argument.signature for argument in info.out_args) + ')'
        try:
            if method in self.answers:
                result = self.answers[method](app, given)
            else:
                result = self.answer(sender, method, given)
            invocation.return_value(value(kind, result))
        except Error as error:
            name, message = error.args
            invocation.return_dbus_error(f'{PREFIX}Error.{name}', message)

    def answer(self, sender, method, given):
        if method == 'FindApp':
            if given[0] not in self.apps:
                raise Error('NoSuchApp', 'there is none')
            return (self.get_path(given[0]),)
        if method == 'GetManagedObjects':
            return ({self.get_path(app): {PREFIX + 'App1': self.get_properties(app)}
                     for app in self.apps},)
        if method == 'Watch':
            self.watchers.append((sender, given[0]))
        return ()

    def emit(self, name, arguments, interface='Supervisor1', receiver=None):
        self.connection.emit_signal(receiver, ROOT_PATH, PREFIX + interface, name, arguments)

    def get_calls(self, *methods):
        return [call for call in self.calls if call[1] in methods]

    def close(self):
        self.loop.quit()
        self.thread.join(TIMEOUT)
        self.connection.close_sync()
        super().close()


def run(*scenarios, make=Service):
    """Runs each with a service of its own and prints TAP."""
    failed = 0
    for number, scenario in enumerate(scenarios, 1):
        title = scenario.__doc__.strip().splitlines()[0]
        service = make()
        try:
            scenario(service)
            print(f'ok {number} - {title}', flush=True)
        except Exception as failure:   # Whatever it is, the others are worth running.
            failed += 1
            trace = traceback.format_exc() if not isinstance(failure, Failure) else str(failure)
            print('\n'.join(f'# {line}' for line in trace.splitlines()))
            print(f'not ok {number} - {title}', flush=True)
        finally:
            service.close()
    print(f'1..{len(scenarios)}')
    sys.exit(1 if failed else 0)
