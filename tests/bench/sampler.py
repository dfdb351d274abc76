#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What it costs to watch apps: the supervisor, the shell, and other programs beside.

usage: sampler.py [-s SECONDS] [--pane] [APPS…]     (in a session: ./dev bench sampler)

The apps, by default 20, 100 and 500 of them, are programs of five processes each that do nothing
(family-N of tests/helpers/fake-runner). They are watched once a second by one client.

The second line is for a client that shows no processes, as the shell does until rows are opened.

  CPU          of the watching program, all its threads, in per cent of one core
  per sample   the supervisor's CPU time from one sample to the next, median
  PSS          its memory
  wake-ups     how often the supervisor's threads left the CPU to wait in ten seconds in which
               nobody watched and nothing was recorded; with strace, the system calls of ten more

bulkheadctl top, and top, htop and gnome-system-monitor where they are installed, show the same
processes at the same time, once a second, each on its own. With --pane the shell does, with its task manager open.

It measures; it does not judge.
"""
import argparse
import json
import os
import pathlib
import pty
import re
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'e2e'))
import e2e  # noqa: E402
from gi.repository import Gio, GLib  # noqa: E402

BUILD = pathlib.Path(os.environ.get('BH_BUILD')
                     or pathlib.Path(__file__).resolve().parents[2] / '_build')
RUNNER = BUILD / 'tests' / 'helpers' / 'fake-runner'
SUPERVISOR = BUILD / 'src' / 'supervisor' / 'bulkhead-supervisor'
INTERFACE = 'io.github.bulkhead.Supervisor1'
PROCESSES = 5      # Of each app.
QUIET = 10         # Seconds in which nobody watches.
SETTLE = 5         # Seconds from the beginning of watching until it is measured.
COLUMNS = ('CPU, %', 'per sample, ms', 'PSS, MiB', 'wake-ups', 'system calls')


def read_threads(pid, name):
    for thread in os.listdir(f'/proc/{pid}/task'):
        try:
            with open(f'/proc/{pid}/task/{thread}/{name}', encoding='utf-8') as file:
                yield file.read()
        except OSError:
            continue


def read_cpu(pid):
    """Nanoseconds of CPU time of the threads that there are."""
    return sum(int(text.split()[0]) for text in read_threads(pid, 'schedstat'))


def read_switches(pid):
    return sum(int(re.search(r'^voluntary_ctxt_switches:\s*(\d+)', text, re.MULTILINE)[1])
               for text in read_threads(pid, 'status'))


def read_pss(pid):
    """In MiB."""
    text = e2e.read_proc(pid, 'smaps_rollup') or b''
    return sum(int(line.split()[1]) for line in text.splitlines()
               if line.startswith(b'Pss:')) / 1024


def measure_cpu(pid, seconds):
    """Per cent of a core."""
    before, start = read_cpu(pid), time.monotonic()
    time.sleep(seconds)
    return (read_cpu(pid) - before) / 1e7 / (time.monotonic() - start)


def write_apps(count):
    apps = pathlib.Path(os.environ['XDG_DATA_HOME']) / 'bulkhead' / 'apps'
    shutil.rmtree(apps, ignore_errors=True)
    for number in range(count):
        manifest = {'startup_app': {'uuid': f'family-{number}', 'name': f'Family {number}',
                                    'url': 'app:///index.html'}}
        (apps / f'family-{number}').mkdir(parents=True)
        (apps / f'family-{number}' / 'manifest.json').write_text(json.dumps(manifest))


def write_settings(history):
    """Apps that say nothing do not hang, and gnome-system-monitor looks each second rather than
    every three. Whether the past is recorded, which takes a look a minute, is said."""
    directory = pathlib.Path(os.environ['XDG_CONFIG_HOME']) / 'glib-2.0' / 'settings'
    directory.mkdir(parents=True, exist_ok=True)
    (directory / 'keyfile').write_text(
        '[io/github/bulkhead/Bulkhead]\nunresponsive-after=uint32 0\n'
        f'record-history={"true" if history else "false"}\n'
        '[org/gnome/gnome-system-monitor]\nupdate-interval=1000\n')
    os.environ['GSETTINGS_BACKEND'] = 'keyfile'


def raise_processes():
    """Five processes of each of 500 apps, and their supervisor's descriptors."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NPROC, (hard, hard))


class Supervisor:
    """The real program, with the fake runner."""

    def __init__(self, count):
        write_apps(count)
        self.program = subprocess.Popen(
            [SUPERVISOR, '--unconfined', '--runner', RUNNER,
             '--gate', SUPERVISOR.parent / 'bulkhead-gate', '--idle-timeout', '600000'],
            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.pid = self.program.pid
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        e2e.wait_for('the supervisor', self.is_there)
        for number in range(count):
            self.call_app(f'family-{number}', 'Launch', GLib.Variant('(a{sv})', ({},)))
        e2e.wait_for(f'{count} running apps', lambda: self.count_running() == count, timeout=300)

    def is_there(self):
        reply = self.bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus',
                                   'org.freedesktop.DBus', 'NameHasOwner',
                                   GLib.Variant('(s)', (e2e.BUS_NAME,)), None, 0, -1)
        return reply.unpack()[0]

    def call(self, method, parameters=None):
        return self.bus.call_sync(e2e.BUS_NAME, e2e.ROOT_PATH, INTERFACE, method, parameters, None,
                                  0, 60000).unpack()

    def call_app(self, app, method, parameters):
        path, = self.call('FindApp', GLib.Variant('(s)', (app,)))
        self.bus.call_sync(e2e.BUS_NAME, path, e2e.APP_INTERFACE, method, parameters, None, 0,
                           60000)

    def count_running(self):
        apps, = self.call('Sample', GLib.Variant('(u)', (50,)))
        return sum(app['state'] == 'running' and len(app['processes']) == PROCESSES
                   for app in apps)

    def list_pids(self):
        apps, = self.call('Sample', GLib.Variant('(u)', (50,)))
        return [process['pid'] for app in apps for process in app['processes']]

    def end(self, count):
        for number in range(count):
            self.call_app(f'family-{number}', 'Kill', None)
        self.program.terminate()
        self.program.wait()


class Watcher(threading.Thread):
    """Watches once a second, and reads the supervisor's CPU time with each sample."""

    def __init__(self, supervisor, paths):
        super().__init__(daemon=True)
        self.supervisor = supervisor
        self.paths = paths     # Of the apps whose processes are wanted.
        self.readings = []
        self.context = GLib.MainContext()
        self.loop = GLib.MainLoop.new(self.context, False)
        self.start()

    def run(self):
        self.context.push_thread_default()
        # A connection of its own, so that it leaves with it.
        address = Gio.dbus_address_get_for_bus_sync(Gio.BusType.SESSION)
        bus = Gio.DBusConnection.new_for_address_sync(
            address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        bus.signal_subscribe(e2e.BUS_NAME, INTERFACE, 'Sampled', None, None, 0, self.on_sampled)
        for method, parameters in (('Watch', GLib.Variant('(u)', (1000,))),
                                   ('ShowProcesses', GLib.Variant('(ao)', (self.paths,)))):
            bus.call_sync(e2e.BUS_NAME, e2e.ROOT_PATH, INTERFACE, method, parameters, None, 0,
                          60000)
        self.loop.run()
        bus.close_sync()

    def on_sampled(self, *_):
        self.readings.append(read_cpu(self.supervisor.pid))

    def measure(self, seconds):
        """CPU in per cent of a core, and milliseconds per sample."""
        time.sleep(SETTLE)
        self.readings.clear()
        cpu = measure_cpu(self.supervisor.pid, seconds)
        steps = [(after - before) / 1e6
                 for before, after in zip(self.readings, self.readings[1:])]
        return cpu, statistics.median(steps) if steps else None

    def end(self):
        self.loop.quit()
        self.join()


def count_calls(pid):
    """The system calls within ten seconds, or None without strace."""
    if not shutil.which('strace'):
        time.sleep(QUIET)
        return None
    with subprocess.Popen(['strace', '-f', '-q', '-p', str(pid)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as strace:
        time.sleep(QUIET)
        strace.terminate()
        lines = strace.stderr.read().decode(errors='replace').splitlines()
    # What each thread was in when it began, and again when it is let go.
    return sum('(' in line and 'resumed' not in line and 'restart_syscall' not in line
               and '<unfinished' not in line and '<detached' not in line for line in lines)


def is_quiet(pid):
    """Whether it is done with what it still had to do."""
    before = read_switches(pid)
    time.sleep(2)
    return read_switches(pid) == before


def measure_quiet(supervisor):
    """How often the supervisor wakes up while nobody watches."""
    e2e.wait_for('a quiet supervisor', lambda: is_quiet(supervisor.pid), timeout=60)
    before = read_switches(supervisor.pid)
    time.sleep(QUIET)
    switches = read_switches(supervisor.pid) - before
    return switches, count_calls(supervisor.pid)


def measure_program(argv, seconds, terminal=True):
    """CPU and PSS of a program that is watching, or None where it is not installed."""
    if not shutil.which(argv[0]):
        return None
    environment = dict(os.environ, TERM='xterm', LINES='60', COLUMNS='200')
    if terminal:
        ours, theirs = pty.openpty()
    else:
        theirs = os.open(os.devnull, os.O_RDWR)
    with subprocess.Popen(argv, env=environment, stdin=theirs, stdout=theirs,
                          stderr=subprocess.DEVNULL, start_new_session=True) as program:
        os.close(theirs)
        if terminal:
            threading.Thread(target=drain, args=(ours,), daemon=True).start()
        time.sleep(SETTLE)
        if program.poll() is not None:
            return None
        cpu, memory = measure_cpu(program.pid, seconds), read_pss(program.pid)
        program.terminate()
    return cpu, memory


def drain(fd):
    try:
        while os.read(fd, 65536):
            pass
    except OSError:
        pass
    os.close(fd)


def measure_others(pids, seconds):
    yield 'bulkheadctl top', measure_program(['bulkheadctl', 'top'], seconds)
    yield '  with all processes', measure_program(['bulkheadctl', 'top', '--processes'], seconds)
    yield 'top', measure_program(['top', '-d', '1'], seconds)
    yield 'htop', measure_program(['htop', '-d', '10', '-t'], seconds)
    some = ','.join(map(str, pids))
    yield 'htop, these alone', measure_program(['htop', '-d', '10', '-p', some], seconds)
    yield 'gnome-system-monitor', measure_program(['gnome-system-monitor', '-p'], seconds,
                                                  terminal=False)


def measure_pane(seconds):
    """The shell with its task manager open, and with its other page."""
    yield 'bulkhead, task manager', measure_program(['bulkhead', '--task-manager'], seconds,
                                                    terminal=False)
    yield 'bulkhead, launcher', measure_program(['bulkhead'], seconds, terminal=False)


def show(name, *values):
    cells = ['–' if value is None else f'{value:.2f}' if isinstance(value, float) else str(value)
             for value in values]
    print(f'{name:26}', *(f'{cell:>15}' for cell in cells), flush=True)


def measure_apps(count, options):
    write_settings(history=False)
    supervisor = Supervisor(count)
    try:
        print(f'\n{count} apps of {PROCESSES} processes', flush=True)
        print(f'{"":26}', *(f'{column:>15}' for column in COLUMNS))
        quiet = measure_quiet(supervisor)
        write_settings(history=True)
        for name, paths in (('bulkhead-supervisor', ['/']), ('the same, apps alone', [])):
            watcher = Watcher(supervisor, paths)
            cpu, step = watcher.measure(options.seconds)
            show(name, cpu, step, read_pss(supervisor.pid), *quiet)
            watcher.end()
            quiet = None, None
        for name, figures in measure_others(supervisor.list_pids(), options.seconds):
            if figures:
                show(name, figures[0], None, figures[1], None, None)
        if options.pane:
            for name, figures in measure_pane(options.seconds):
                if figures:
                    show(name, figures[0], None, figures[1], None, None)
    finally:
        supervisor.end(count)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('-s', '--seconds', type=int, default=20)
    parser.add_argument('--pane', action='store_true')
    parser.add_argument('apps', nargs='*', type=int, default=[20, 100, 500])
    options = parser.parse_args()

    raise_processes()
    for count in options.apps:
        measure_apps(count, options)
    return 0


if __name__ == '__main__':
    sys.exit(main())
