#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands where bulkhead-runner would, as a runner does that a page has taken over: it tries to get
at all that is not its app's. What it is to try is in targets.json of its profile, what came of it in
report.json: attack → [whether it succeeded, what it saw].

The app “neighbour” is its victim: it only has a secret.
"""
import argparse
import ctypes
import ctypes.util
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

LIBC = ctypes.CDLL(ctypes.util.find_library('c'), use_errno=True)
PTRACE_ATTACH, PTRACE_DETACH = 16, 17
SYS_REQUEST_KEY, SYS_KEYCTL = (249, 250) if os.uname().machine == 'x86_64' else (218, 219)
KEYCTL_READ = 11
HOST = 'io.github.bulkhead.RunnerHost1'
BUS = 'org.freedesktop.DBus'
SUPERVISOR = 'io.github.bulkhead.Bulkhead.Supervisor'
ROOT = '/io/github/bulkhead/Supervisor'
TIMEOUT = 20000
VICTIM = 'neighbour'
ATTACKS = {}


class Held(Exception):
    """The attack came to nothing."""


def attack(name):
    """Names a function that attacks: it returns what it got, or raises."""
    def register(function):
        ATTACKS[name] = function
        return function
    return register


def libc_check(result):
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def read(path):
    return pathlib.Path(path).read_bytes()[:200].decode(errors='replace')


def connect(address):
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(TIMEOUT / 1000)
        client.connect(address)
        return f'connected to {address!r}'


def call(bus, name, path, interface, method, arguments=None):
    return str(bus.call_sync(name, path, interface, method, arguments, None,
                             Gio.DBusCallFlags.NONE, TIMEOUT, None).unpack())


def get_session_bus():
    return Gio.bus_get_sync(Gio.BusType.SESSION)


# Files

attack('profile')(lambda targets: read(targets['profile']))
attack('home')(lambda targets: read(targets['home']))
attack('settings')(lambda targets: read(targets['settings']))
attack('records')(lambda targets: read(targets['record']))
attack('tmp')(lambda targets: read(targets['tmp']))
attack('other-app')(lambda targets: read(targets['other-app']))
attack('shm-file')(lambda targets: read(targets['shm-file']))


@attack('profiles')
def list_profiles(targets):
    names = sorted(os.listdir(pathlib.Path(targets['profile']).parent.parent))
    if VICTIM in names:
        return str(names)
    raise Held(f'there is only {names}')


@attack('plant')
def plant(targets):
    """Whether it can be seen outside is the test's to say."""
    pathlib.Path(targets['plant']).write_text('planted', encoding='utf-8')
    return 'written'


def append(path):
    with open(path, 'r+b', buffering=0):
        return f'{path} is open for writing'


attack('own-app-files')(lambda targets: append(targets['own-app']))
attack('system-files')(lambda targets: append(targets['system-file']))
attack('memory-device')(lambda targets: append('/dev/mem'))
attack('kernel-log')(lambda targets: append('/dev/kmsg'))


# Processes

@attack('processes')
def see_processes(targets):
    seen = []
    for name in os.listdir('/proc'):
        try:
            if name.isdigit() and f'BULKHEAD_APP={VICTIM}' in read(f'/proc/{name}/environ'):
                seen.append(name)
            elif name.isdigit() and f'BULKHEAD_APP={VICTIM}'.encode() in pathlib.Path(
                    f'/proc/{name}/environ').read_bytes():
                seen.append(name)
        except OSError:
            continue
    if seen:
        return f'the processes {seen}'
    raise Held('there is none of the other app')


@attack('session-environment')
def read_session_environment(targets):
    """Of the first process in the namespace, too, which has become another program meanwhile."""
    name = 'EXAMPLE_PASSWORD'
    if name in os.environ or name.encode() in pathlib.Path('/proc/1/environ').read_bytes():
        return 'it is there'
    raise Held('it is not there')


attack('environment')(lambda targets: read(f'/proc/{targets["pid"]}/environ'))


@attack('memory')
def read_memory(targets):
    start = pathlib.Path(f'/proc/{targets["pid"]}/maps').read_text(encoding='ascii').split('-')[0]
    with open(f'/proc/{targets["pid"]}/mem', 'rb') as memory:
        memory.seek(int(start, 16))
        return f'{len(memory.read(64))} bytes'


@attack('ptrace')
def trace(targets):
    libc_check(LIBC.ptrace(PTRACE_ATTACH, targets['pid'], None, None))
    os.waitpid(targets['pid'], 0x40000000)      # __WALL
    LIBC.ptrace(PTRACE_DETACH, targets['pid'], None, None)
    return 'attached'


@attack('signal')
def send_signal(targets):
    os.kill(targets['pid'], 0)
    return 'it can be killed'


@attack('signal-supervisor')
def send_signal_to_supervisor(targets):
    os.kill(targets['supervisor'], 0)
    return 'it can be killed'


@attack('shared-memory')
def attach_shared_memory(targets):
    libc_check(LIBC.shmget(targets['shm-key'], 0, 0))
    return 'there'


@attack('keyring')
def read_key(targets):
    LIBC.syscall.restype = ctypes.c_long
    number = libc_check(LIBC.syscall(SYS_REQUEST_KEY, b'user', b'bulkhead-attack', None, 0))
    value = ctypes.create_string_buffer(100)
    length = libc_check(LIBC.syscall(SYS_KEYCTL, KEYCTL_READ, number, value, len(value), 0))
    return value.raw[:length].decode()


@attack('log')
def read_log(targets):
    """What can be written to by a descriptor can be opened anew."""
    fd = os.open('/proc/self/fd/2', os.O_RDONLY | os.O_NONBLOCK)
    try:
        text = os.read(fd, 200).decode(errors='replace')
    finally:
        os.close(fd)
    if targets['secret'] in text:
        return text
    raise Held('there is only what apps say')


@attack('oom-score')
def lower_oom_score(targets):
    score = int(targets['oom-score']) - 1
    pathlib.Path('/proc/self/oom_score_adj').write_text(str(score), encoding='ascii')
    return 'the kernel would now pick another'


def run_in_new_namespaces(script):
    """What root of a user namespace of its own can do to the mounts."""
    done = subprocess.run(['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', script],
                          capture_output=True, text=True, timeout=20, check=False)
    if done.returncode:
        raise Held(done.stderr.strip()[:200] or f'status {done.returncode}')
    return done.stdout[:200] or 'done'


@attack('unmount')
def unmount(targets):
    home = pathlib.Path(targets['home'])
    return run_in_new_namespaces(f'umount -l "{home.parent}" && cat "{home}"')


@attack('remount')
def remount(targets):
    return run_in_new_namespaces(f'mount -o remount,rw,bind /usr && touch /usr/bulkhead-attack')


# Buses and sockets

@attack('bus-names')
def list_names(targets):
    names = call(get_session_bus(), BUS, '/org/freedesktop/DBus', BUS, 'ListNames')
    if targets['name'] in names:
        return names
    raise Held(names)


@attack('bus-call')
def call_other(targets):
    return call(get_session_bus(), targets['name'], '/', 'org.freedesktop.DBus.Peer', 'Ping')


@attack('bus-unique-name')
def call_unique(targets):
    return call(get_session_bus(), targets['unique-name'], '/', 'org.freedesktop.DBus.Peer', 'Ping')


@attack('bus-systemd')
def call_systemd(targets):
    return call(get_session_bus(), 'org.freedesktop.systemd1', '/', 'org.freedesktop.DBus.Peer',
                'Ping')


@attack('bus-notifier')
def call_notifier(targets):
    return call(get_session_bus(), 'org.freedesktop.Notifications', '/',
                'org.freedesktop.DBus.Peer', 'Ping')


@attack('bus-own')
def own_name(targets):
    return call(get_session_bus(), BUS, '/org/freedesktop/DBus', BUS, 'RequestName',
                GLib.Variant('(su)', (targets['other-name'], 4)))


@attack('bus-supervisor')
def call_supervisor(targets):
    return call(get_session_bus(), SUPERVISOR, ROOT, 'io.github.bulkhead.Supervisor1', 'Sample',
                GLib.Variant('(u)', (50,)))


@attack('bus-kill')
def kill_neighbour(targets):
    return call(get_session_bus(), SUPERVISOR, f'{ROOT}/apps/{VICTIM}', 'io.github.bulkhead.App1',
                'Kill')


@attack('bus-monitor')
def monitor(targets):
    bus = Gio.DBusConnection.new_for_address_sync(
        Gio.dbus_address_get_for_bus_sync(Gio.BusType.SESSION),
        Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
        | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
    return call(bus, BUS, '/org/freedesktop/DBus', 'org.freedesktop.DBus.Monitoring',
                'BecomeMonitor', GLib.Variant('(asu)', ([], 0)))


@attack('bus-process')
def ask_for_process(targets):
    return call(get_session_bus(), BUS, '/org/freedesktop/DBus', BUS, 'GetConnectionCredentials',
                GLib.Variant('(s)', (targets['unique-name'],)))


@attack('accessibility')
def spy_on_windows(targets):
    address = os.environ.get('AT_SPI_BUS_ADDRESS') or call(
        get_session_bus(), 'org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress')[2:-3]
    bus = Gio.DBusConnection.new_for_address_sync(
        address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
        | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
    return call(bus, 'org.a11y.atspi.Registry', '/org/a11y/atspi/accessible/root',
                'org.a11y.atspi.Accessible', 'GetChildren')


@attack('bus-socket')
def pass_by_proxy(targets):
    """At the place of the session bus there may be the proxy, which tells less."""
    bus = Gio.DBusConnection.new_for_address_sync(
        f'unix:path={targets["bus-socket"]}', Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
        | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
    names = call(bus, BUS, '/org/freedesktop/DBus', BUS, 'ListNames')
    if targets['name'] in names:
        return names
    raise Held(names)


attack('systemd-socket')(lambda targets: connect(targets['systemd-socket']))
attack('agent-socket')(lambda targets: connect(targets['agent-socket']))


@attack('runtime-dir')
def list_runtime_dir(targets):
    names = sorted(os.listdir(os.environ['XDG_RUNTIME_DIR']))
    if set(targets['private']) & set(names):
        return str(names)
    raise Held(f'there is only {names}')


@attack('resume-as-other')
def resume_as_other(targets):
    stream = Gio.SocketClient().connect(Gio.UnixSocketAddress.new(targets['channel']), None)
    channel = Gio.DBusConnection.new_sync(stream, None, Gio.DBusConnectionFlags.NONE, None, None)
    return call(channel, None, '/', HOST, 'Resume',
                GLib.Variant('(ssa{sv})', (VICTIM, targets['token'], {})))


# Network

@attack('network')
def reach_network(targets):
    with socket.create_connection(('127.0.0.1', targets['port']), TIMEOUT / 1000):
        return 'connected'


@attack('network-portal')
def ask_portal(targets):
    return call(get_session_bus(), 'org.freedesktop.portal.Desktop',
                '/org/freedesktop/portal/desktop', 'org.freedesktop.portal.NetworkMonitor',
                'CanReach', GLib.Variant('(su)', ('what-i-know.example', 80)))


attack('abstract-socket')(lambda targets: connect('\0' + targets['abstract']))


def try_all(targets):
    report = {}
    for name in targets['attacks']:
        try:
            report[name] = [True, ATTACKS[name](targets)[:300]]
        except (Held, OSError, ValueError, GLib.Error, subprocess.SubprocessError) as error:
            report[name] = [False, (getattr(error, 'message', None) or str(error))[:300]]
    return report


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--app')
    parser.add_argument('--channel-fd', type=int)
    parser.add_argument('--lock-fd', type=int)
    options = parser.parse_args()

    stream = Gio.Socket.new_from_fd(options.channel_fd).connection_factory_create_connection()
    channel = Gio.DBusConnection.new_sync(stream, None, Gio.DBusConnectionFlags.NONE, None, None)
    config = channel.call_sync(None, '/', HOST, 'Hello', None, None, Gio.DBusCallFlags.NONE, TIMEOUT,
                               None).unpack()[0]
    for word in ('Ready', 'Painted'):
        channel.call_sync(None, '/', HOST, word, None, None, Gio.DBusCallFlags.NONE, TIMEOUT, None)

    print('an attacker speaks', file=sys.stderr, flush=True)
    data = pathlib.Path(config['data'])
    if options.app != VICTIM:
        targets = json.loads((data / 'targets.json').read_text(encoding='utf-8'))
        targets['token'] = config['token']
        targets['channel'] = config['socket']
        partial = data / 'report.partial'
        partial.write_text(json.dumps(try_all(targets)), encoding='utf-8')
        partial.rename(data / 'report.json')
    signal.pause()


if __name__ == '__main__':
    sys.exit(main())
