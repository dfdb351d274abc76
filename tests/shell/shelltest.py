# SPDX-License-Identifier: GPL-3.0-or-later
"""What the shell's tests share: apps with fake runners behind a real supervisor, and the shell
seen through AT-SPI, as a screen reader sees it.

A test calls enter() first. That runs it again in a session of its own, whose bus activates the
supervisor of the build with tests/helpers/fake-runner as its runner. The environment names the
programs: BH_TEST_SHELL, BH_TEST_SUPERVISOR, BH_TEST_RUNNER, and BH_TEST_SOURCE the checkout.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings

import gi
gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, Gio, GLib  # noqa: E402

# The bindings warn about what libatspi's own documentation tells to use.
warnings.simplefilter('ignore', DeprecationWarning)

SHELL = 'io.github.bulkhead.Bulkhead'
SUPERVISOR = 'io.github.bulkhead.Bulkhead.Supervisor'
INSIDE = 'BH_TEST_INSIDE'
DEADLINE = 15.0          # Seconds until a condition counts as never to come.
SERVICE = '[D-BUS Service]\nName={name}\nExec={supervisor} --unconfined --runner={runner}\n'


def enter(arguments=(), environment=None):
    """Returns inside the session; outside it never returns."""
    if os.environ.get(INSIDE):
        return
    source = pathlib.Path(os.environ['BH_TEST_SOURCE'])
    with tempfile.TemporaryDirectory(prefix='bulkhead-shell-') as name:
        prefix = pathlib.Path(name)
        services = prefix / 'share/dbus-1/services'
        schemas = prefix / 'share/glib-2.0/schemas'
        services.mkdir(parents=True)
        schemas.mkdir(parents=True)
        (services / f'{SUPERVISOR}.service').write_text(
            SERVICE.format(name=SUPERVISOR, supervisor=os.environ['BH_TEST_SUPERVISOR'],
                           runner=os.environ['BH_TEST_RUNNER']), encoding='utf-8')
        shutil.copy(source / 'data/io.github.bulkhead.Bulkhead.gschema.xml', schemas)
        subprocess.run(['glib-compile-schemas', '--strict', schemas], check=True)
        (prefix / 'share/icons').symlink_to(source / 'data/icons')
        done = subprocess.run(
            [source / 'tests/session.py', '--prefix', prefix, '--xvfb', *arguments, '--',
             sys.executable, *sys.argv],
            env={**os.environ, INSIDE: '1', **(environment or {})}, check=False)
    sys.exit(done.returncode)


def apps_directory():
    return pathlib.Path(os.environ['XDG_DATA_HOME']) / 'bulkhead/apps'


def write_app(folder, name, uuid=None, **members):
    """Installs an app; its uuid, by default the folder's name, tells the fake runner what to do."""
    app = {'uuid': uuid or folder, 'name': name, 'url': 'https://app.example/', **members}
    write_manifest(folder, json.dumps({'startup_app': app}))


def write_manifest(folder, text):
    """Puts a manifest there at once, as an installer would: the directory is watched."""
    directory = apps_directory() / folder
    directory.mkdir(parents=True, exist_ok=True)
    temporary = directory / '.manifest.json'
    temporary.write_text(text, encoding='utf-8')
    temporary.rename(directory / 'manifest.json')


def wait_for(condition, what, deadline=DEADLINE):
    """The first true value of the condition; what is in the message when none comes."""
    end = time.monotonic() + deadline
    while True:
        while GLib.MainContext.default().iteration(False):
            pass
        try:
            value = condition()
        except GLib.Error:
            # Something in the tree went away while it was looked at.
            value = None
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f'in {deadline:g} seconds not seen: {what}')
        time.sleep(0.02)


# The supervisor, from outside

def bus():
    return Gio.bus_get_sync(Gio.BusType.SESSION)


def call_bus(method, parameters, reply):
    return bus().call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus',
                           'org.freedesktop.DBus', method, parameters, GLib.VariantType(reply),
                           Gio.DBusCallFlags.NONE, 5000, None).unpack()[0]


def supervisor_pid():
    """The PID of the supervisor that owns the name, or 0."""
    try:
        return call_bus('GetConnectionUnixProcessID', GLib.Variant('(s)', (SUPERVISOR,)), '(u)')
    except GLib.Error:
        return 0


def sample():
    """What the supervisor itself says of the apps, by id."""
    reply = bus().call_sync(SUPERVISOR, '/io/github/bulkhead/Supervisor',
                            'io.github.bulkhead.Supervisor1', 'Sample',
                            GLib.Variant('(u)', (50,)), None, Gio.DBusCallFlags.NONE, 10000, None)
    return {entry['id']: entry for entry in reply.unpack()[0]}


def find_app(app):
    """The app's object path."""
    return bus().call_sync(SUPERVISOR, '/io/github/bulkhead/Supervisor',
                           'io.github.bulkhead.Supervisor1', 'FindApp',
                           GLib.Variant('(s)', (app,)), None, Gio.DBusCallFlags.NONE, 10000,
                           None).unpack()[0]


def call_app(app, method):
    """Calls a method of App1; Launch with no options."""
    path = find_app(app)
    parameters = GLib.Variant('(a{sv})', ({},)) if method == 'Launch' else None
    bus().call_sync(SUPERVISOR, path, 'io.github.bulkhead.App1', method, parameters, None,
                    Gio.DBusCallFlags.NONE, 20000, None)


def set_limits(app, **limits):
    """SetLimits; an underline in a name stands for a hyphen."""
    values = {name.replace('_', '-'): GLib.Variant('t', value) for name, value in limits.items()}
    bus().call_sync(SUPERVISOR, find_app(app), 'io.github.bulkhead.App1', 'SetLimits',
                    GLib.Variant('(a{sv})', (values,)), None, Gio.DBusCallFlags.NONE, 20000, None)


# The shell, through AT-SPI

def children(accessible):
    for index in range(accessible.get_child_count()):
        child = accessible.get_child_at_index(index)
        if child is not None:
            yield child


def walk(accessible):
    yield accessible
    for child in children(accessible):
        yield from walk(child)


def has_state(accessible, state):
    return accessible.get_state_set().contains(state)


def is_showing(accessible):
    return has_state(accessible, Atspi.StateType.SHOWING)


def is_sensitive(accessible):
    return has_state(accessible, Atspi.StateType.SENSITIVE)


def press(accessible, name=None):
    """Does the accessible's action of that name, by default its first."""
    # Asking one without the interface is a critical warning in the shell.
    count = accessible.get_n_actions() if 'Action' in accessible.get_interfaces() else 0
    names = [Atspi.Action.get_action_name(accessible, index) for index in range(count)]
    assert names, f'{describe(accessible)} has no action'
    index = names.index(name) if name else 0
    assert accessible.do_action(index), f'{describe(accessible)} does not do “{names[index]}”'


def describe(accessible):
    return f'{accessible.get_role_name()} “{accessible.get_name()}”'


class Shell:
    """The shell's process and what is on its windows."""

    def __init__(self, *arguments, environment=None):
        self.process = subprocess.Popen(
            [os.environ['BH_TEST_SHELL'], *arguments],
            env={**os.environ, 'GTK_THEME': os.environ.get('GTK_THEME', 'Adwaita'),
                 'G_DEBUG': 'fatal-warnings', **(environment or {})})
        self.application = wait_for(self._find_application, 'the shell on the accessibility bus')

    def _find_application(self):
        self.check_alive()
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        return next((child for child in children(desktop)
                     if child.get_process_id() == self.process.pid and child.get_child_count()),
                    None)

    def walk(self, root=None):
        """Everything that is on the screen."""
        self.check_alive()
        root = root or self.application
        root.clear_cache()
        return (accessible for accessible in walk(root))

    def find(self, role, name, showing=True):
        """The first that is shown with that role and name, or None."""
        return next((accessible for accessible in self.walk()
                     if accessible.get_role_name() == role and accessible.get_name() == name
                     and (not showing or is_showing(accessible))), None)

    def wait(self, role, name):
        try:
            return wait_for(lambda: self.find(role, name), f'{role} “{name}”')
        except AssertionError as error:
            raise AssertionError(f'{error}; there are: {self.texts(role)}') from None

    def wait_gone(self, role, name):
        wait_for(lambda: self.find(role, name) is None, f'the end of {role} “{name}”')

    def find_text(self, part):
        return next((accessible for accessible in self.walk()
                     if accessible.get_role_name() == 'label' and is_showing(accessible)
                     and part in accessible.get_name()), None)

    def wait_text(self, part):
        """A shown label with that text in it."""
        return wait_for(lambda: self.find_text(part), f'the text “{part}”')

    def texts(self, role):
        return [accessible.get_name() for accessible in self.walk()
                if accessible.get_role_name() == role and is_showing(accessible)]

    def press(self, role, name, action=None):
        found = wait_for(lambda: (lambda it: it if it and is_sensitive(it) else None)(
            self.find(role, name)), f'a sensitive {role} “{name}”')
        press(found, action)

    def key(self, *keys):
        """Types on the window, which has the focus: there is no window manager."""
        windows = wait_for(self.list_windows, 'a window of the shell')
        subprocess.run(['xdotool', 'windowfocus', windows[-1], 'key', '--clearmodifiers', '--delay',
                        '40', *keys],
                       check=True, timeout=DEADLINE)

    def list_windows(self):
        """The X ids of the windows that are shown."""
        self.check_alive()
        return subprocess.run(
            ['xdotool', 'search', '--onlyvisible', '--pid', str(self.process.pid)], check=False,
            capture_output=True, text=True, timeout=DEADLINE).stdout.split()

    def settle(self):
        """Returns when the shell has handled what came to it over the bus before."""
        bus().call_sync(SHELL, '/io/github/bulkhead/Bulkhead', 'org.gtk.Actions', 'List', None,
                        None, Gio.DBusCallFlags.NONE, 10000, None)

    def check_alive(self):
        assert self.process.poll() is None, f'the shell ended with {self.process.returncode}'

    def close(self):
        """Ends the shell as its user would; nothing may be left that keeps it."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(DEADLINE)
