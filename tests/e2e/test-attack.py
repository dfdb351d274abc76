#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An app whose runner is in the hands of its page gets at nothing but its own.

attacker.py is started in place of the runner, by the real supervisor, and tries. The same attacks
are made once more by an attacker that is not confined, where they must succeed: an attack that
never could would prove nothing.

docs/isolation.md has the table of them; --table prints it.
"""
import contextlib
import ctypes
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

import e2e

from gi.repository import Gio, GLib

ATTACKER = pathlib.Path(__file__).resolve().with_name('attacker.py')
DOCUMENT = ATTACKER.parents[2] / 'docs' / 'isolation.md'
LIBC = ctypes.CDLL(None, use_errno=True)
IPC_CREAT, IPC_RMID = 0o1000, 0
# Of the architecture that the tests run on.
SYS_ADD_KEY, SYS_KEYCTL = (248, 250) if os.uname().machine == 'x86_64' else (217, 219)
KEYCTL_JOIN_SESSION_KEYRING, KEY_SPEC_SESSION_KEYRING = 1, -3
KEY_NAME = b'bulkhead-attack'
SECRET = 'a secret'
# What stands for the desktop portal.
PORTAL = Gio.DBusNodeInfo.new_for_xml(
    '<node><interface name="org.freedesktop.portal.NetworkMonitor"><method name="CanReach">'
    '<arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="b" direction="out"/>'
    '</method></interface></node>')
OTHER_NAME = 'org.example.Secrets'
ROOT = os.getuid() == 0

# What is tried, and whether a process that is not confined can do it: always, as root only, or not
# even then.
ALWAYS, AS_ROOT, NEVER = 'always', 'as root', 'never'
ATTACKS = {
    'profile': ('Read a file of another app’s profile', ALWAYS),
    'profiles': ('See which other apps have profiles', ALWAYS),
    'home': ('Read a file in the user’s home', ALWAYS),
    'plant': ('Leave a file in the user’s home', ALWAYS),
    'settings': ('Read the settings of Bulkhead', ALWAYS),
    'records': ('Read another run’s record, with its token', ALWAYS),
    'tmp': ('Read a file in /tmp', ALWAYS),
    'other-app': ('Read the files of another app', ALWAYS),
    'own-app-files': ('Change the files of its own app', ALWAYS),
    'system-files': ('Change a file of the system', AS_ROOT),
    'shm-file': ('Read a file in /dev/shm', ALWAYS),
    'memory-device': ('Open /dev/mem', NEVER),
    'kernel-log': ('Write to the kernel’s log', AS_ROOT),
    'processes': ('See another app’s processes', ALWAYS),
    'session-environment': ('Read another program’s password in the session’s environment', ALWAYS),
    'environment': ('Read another app’s environment', ALWAYS),
    'memory': ('Read another app’s memory', ALWAYS),
    'ptrace': ('Trace another app’s process', AS_ROOT),
    'signal': ('Send a signal to another app', ALWAYS),
    'signal-supervisor': ('Send a signal to the supervisor', ALWAYS),
    'shared-memory': ('Attach System V shared memory of the user’s', ALWAYS),
    'keyring': ('Read a key in the kernel’s keyring of the session', ALWAYS),
    'log': ('Read what others have written to the session’s log', ALWAYS),
    'oom-score': ('Have the kernel end the shell first when memory runs out', NEVER),
    'unmount': ('Unmount what hides the user’s home, in namespaces of its own', NEVER),
    'remount': ('Mount the system’s files writable, in namespaces of its own', NEVER),
    'bus-names': ('See who else is on the session bus', ALWAYS),
    'bus-call': ('Call a service on the session bus', ALWAYS),
    'bus-unique-name': ('Call a program on the session bus by its unique name', ALWAYS),
    'bus-notifier': ('Call what else the program that shows notifications has on the bus', ALWAYS),
    'bus-systemd': ('Call the user’s systemd over the session bus', ALWAYS),
    'bus-own': ('Take the bus name of another app', ALWAYS),
    'bus-supervisor': ('Call the supervisor’s public interface', ALWAYS),
    'bus-monitor': ('Listen to all that is said on the session bus', ALWAYS),
    'bus-process': ('Ask which process is behind a name on the bus', ALWAYS),
    'accessibility': ('Read other windows over the accessibility bus', ALWAYS),
    'bus-socket': ('Connect to the session bus past the proxy', ALWAYS),
    'systemd-socket': ('Connect to the user’s systemd at its socket', ALWAYS),
    'agent-socket': ('Connect to the user’s agents (keyring, ssh)', ALWAYS),
    'runtime-dir': ('See what is in the user’s runtime directory', ALWAYS),
    'resume-as-other': ('Come back to the supervisor as another app', NEVER),
    'bus-kill': ('Kill another app over the session bus', ALWAYS),
}
# For an app whose manifest has "network": false.
NETWORK_ATTACKS = {
    'network': ('Reach the network, without leave', ALWAYS),
    'network-portal': ('Have the desktop portal look up a name of the network, without leave', ALWAYS),
    'abstract-socket': ('Connect to an abstract socket, such as some session buses and X servers '
                        'have', ALWAYS),
}


@contextlib.contextmanager
def listening(path):
    """Has somebody listen there, if nobody does."""
    if not path.startswith('\0') and os.path.exists(path):
        yield
        return
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        yield


@contextlib.contextmanager
def shared_memory():
    key = os.getpid()
    number = LIBC.shmget(key, 4096, IPC_CREAT | 0o600)
    e2e.check(number >= 0, f'no shared memory: {os.strerror(ctypes.get_errno())}')
    try:
        yield key
    finally:
        LIBC.shmctl(number, IPC_RMID, None)


def keep_key():
    """In a keyring that all that is started from here inherits, as that of a login. Containers often
    have none."""
    return (LIBC.syscall(SYS_KEYCTL, KEYCTL_JOIN_SESSION_KEYRING, None) >= 0
            and LIBC.syscall(SYS_ADD_KEY, b'user', KEY_NAME, SECRET.encode(), len(SECRET),
                             KEY_SPEC_SESSION_KEYRING) >= 0)


class Surroundings:
    """A user's session with something in it to be got at, and a supervisor that starts attackers."""

    def __init__(self, stack, *arguments):
        self.stack = stack
        runtime = e2e.get_home('XDG_RUNTIME_DIR')
        self.home = pathlib.Path(stack.enter_context(
            tempfile.TemporaryDirectory(prefix='bulkhead-attack-')))
        self.diary = self.write(self.home / 'user' / 'diary.txt')
        self.tmp = self.write(self.home / 'note.txt')
        self.settings = self.write(e2e.get_home('XDG_CONFIG_HOME') / 'bulkhead' / 'private.txt')
        self.shm = self.write(pathlib.Path('/dev/shm') / f'bulkhead-attack-{os.getpid()}')
        stack.callback(self.shm.unlink)
        for folder in (runtime / 'systemd', runtime / 'keyring'):
            if not folder.exists():
                folder.mkdir()
                stack.callback(shutil.rmtree, folder)
        self.systemd = str(runtime / 'systemd' / 'private')
        self.agent = str(runtime / 'keyring' / 'control')
        self.abstract = f'bulkhead-attack-{os.getpid()}'
        for path in (self.systemd, self.agent, '\0' + self.abstract):
            stack.enter_context(listening(path))
        self.server = e2e.Server({'index.html': SECRET})
        stack.callback(self.server.stop)
        self.key = stack.enter_context(shared_memory())
        # A program of its own, for the app may see this one on the bus.
        self.notifier = Gio.DBusConnection.new_for_address_sync(
            os.environ['DBUS_SESSION_BUS_ADDRESS'],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        self.notifier.register_object(
            '/org/freedesktop/portal/desktop', PORTAL.interfaces[0],
            lambda *call: call[-1].return_value(GLib.Variant('(b)', (True,))), None, None)
        for bus, name in ((e2e.get_bus(), OTHER_NAME), (e2e.get_bus(), 'org.freedesktop.systemd1'),
                          (self.notifier, 'org.freedesktop.Notifications'),
                          (self.notifier, 'org.freedesktop.portal.Desktop')):
            owner = Gio.bus_own_name_on_connection(
                bus, name, Gio.BusNameOwnerFlags.NONE, None, None)
            stack.callback(Gio.bus_unown_name, owner)

        if e2e.find_supervisor():
            e2e.end_supervisor(signal.SIGTERM)
        prefix = pathlib.Path(shutil.which('bulkheadctl')).parent.parent
        keep_key()
        self.log = self.write(self.home / 'log.txt')
        log = stack.enter_context(self.log.open('a', encoding='utf-8'))
        self.supervisor = subprocess.Popen(
            [prefix / 'libexec' / 'bulkhead-supervisor', '--runner', ATTACKER, *arguments],
            env={**os.environ, 'HOME': str(self.diary.parent), 'EXAMPLE_PASSWORD': SECRET},
            stderr=log)
        stack.callback(self.end_supervisor)
        e2e.wait_for('the supervisor', lambda: e2e.find_supervisor() == self.supervisor.pid)

    @staticmethod
    def write(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SECRET, encoding='utf-8')
        return path

    def end_supervisor(self):
        for app in ('attacker', 'hermit', 'neighbour'):
            e2e.ctl_result('kill', app)
        self.supervisor.terminate()
        self.supervisor.wait()
        print(self.log.read_text(encoding='utf-8'), file=sys.stderr)

    def attack(self, app, attacks, **bulkhead):
        """What an app found out that tries the attacks."""
        runtime = e2e.get_home('XDG_RUNTIME_DIR')
        bulkhead['restart'] = {'policy': 'never'}
        victim = e2e.write_app('neighbour', SECRET, bulkhead={'restart': {'policy': 'never'}})
        own = e2e.write_app(app, SECRET, bulkhead=bulkhead)
        e2e.launch('neighbour')
        self.write(e2e.get_profile('neighbour') / 'cookies.txt')
        address = os.environ['DBUS_SESSION_BUS_ADDRESS']
        targets = {
            'attacks': list(attacks),
            'secret': SECRET,
            'profile': str(e2e.get_profile('neighbour') / 'cookies.txt'),
            'home': str(self.diary),
            'plant': str(self.diary.with_name('planted.txt')),
            'settings': str(self.settings),
            'record': str(next(runtime.glob('bulkhead/*/neighbour.instance'))),
            'tmp': str(self.tmp),
            'shm-file': str(self.shm),
            'other-app': str(victim / 'index.html'),
            'own-app': str(own / 'index.html'),
            'system-file': '/usr/bin/true',
            'pid': e2e.get_property('neighbour', 'Pid'),
            'supervisor': self.supervisor.pid,
            'oom-score': pathlib.Path('/proc/self/oom_score_adj').read_text(encoding='ascii'),
            'shm-key': self.key,
            'name': OTHER_NAME,
            'unique-name': e2e.get_bus().get_unique_name(),
            'other-name': f'{e2e.DESKTOP_ID}.App_neighbour',
            'bus-socket': address.removeprefix('unix:path=').partition(',')[0],
            'systemd-socket': self.systemd,
            'agent-socket': self.agent,
            'private': ['systemd', 'keyring'],
            'port': self.server.server_port,
            'abstract': self.abstract,
        }
        profile = e2e.get_profile(app)
        profile.mkdir(parents=True, exist_ok=True)
        (profile / 'targets.json').write_text(json.dumps(targets), encoding='utf-8')
        report = profile / 'report.json'
        report.unlink(missing_ok=True)
        e2e.launch(app)
        # Who is asked over the bus must answer.
        context = e2e.GLib.MainContext.default()

        def look():
            while context.iteration(False):
                pass
            return report.exists()
        e2e.wait_for(f'the report of {app}', look)
        result = json.loads(report.read_text(encoding='utf-8'))
        result['plant'][0] = pathlib.Path(targets['plant']).exists() if 'plant' in result else None
        return result


def get_control(control):
    return control == ALWAYS or (control == AS_ROOT and ROOT)


def describe(report, names):
    return '; '.join(f'{name}: {report[name][1]}' for name in names)


def make_table():
    lines = ['| What is tried | Without the sandbox |', '| --- | --- |']
    for text, control in {**ATTACKS, **NETWORK_ATTACKS}.values():
        mark = {ALWAYS: '●', AS_ROOT: '● as root', NEVER: 'held off by others'}[control]
        lines.append(f'| {text} | {mark} |')
    return '\n'.join(lines)


def documented():
    """The table of docs/isolation.md is the list of what is tried"""
    text = DOCUMENT.read_text(encoding='utf-8')
    e2e.check(make_table() in text, f'{DOCUMENT.name} has another table; see --table')


def attack_all(*arguments):
    with contextlib.ExitStack() as stack:
        surroundings = Surroundings(stack, *arguments)
        report = surroundings.attack('attacker', ATTACKS)
        e2e.wait_for('the attacker’s word in the log',
                     lambda: 'an attacker speaks' in surroundings.log.read_text(encoding='utf-8'))
        report.update(surroundings.attack('hermit', {'plant': None, **NETWORK_ATTACKS},
                                          network=False))
        return report


def confined():
    """An attacker in the place of the runner gets at nothing"""
    report = attack_all()
    attacks = {**ATTACKS, **NETWORK_ATTACKS}
    e2e.check_equal(sorted(report), sorted(attacks), 'what was tried')
    reached = [name for name in attacks if report[name][0]]
    e2e.check(not reached, f'not held off: {describe(report, reached)}')
    for name, (text, _) in attacks.items():
        print(f'# {text}: {report[name][1].partition(chr(10))[0]}')


def unconfined():
    """Without the confinement the same attacks succeed"""
    report = attack_all('--unconfined')
    attacks = {**ATTACKS, **NETWORK_ATTACKS}
    # Where there is no accessibility bus nobody can listen to it.
    missing = ['accessibility'] if os.environ.get('NO_AT_BRIDGE') else []
    if not keep_key():
        missing.append('keyring')
    failed = [name for name, (_, control) in attacks.items()
              if get_control(control) and not report[name][0] and name not in missing]
    e2e.check(not failed, f'prove nothing: {describe(report, failed)}')


if __name__ == '__main__':
    if '--table' in sys.argv:
        print(make_table())
        sys.exit()
    # In the virtual machine there are no documents.
    e2e.run(confined, unconfined, *([documented] if DOCUMENT.exists() else []))
