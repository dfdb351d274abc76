#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bulkheadctl with the real supervisor, whose runners are tests/helpers/fake-runner."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile

from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics

import fakeservice
from fakeservice import BUS_NAME, Gio, GLib, Session, check, check_equal, wait_for
from terminal import Terminal

SERVICE = '[D-BUS Service]\nName={name}\nExec={supervisor} --unconfined --runner={runner}\n'


class Real(Session):
    """The real service on a bus of its own, started by the bus when it is needed."""

    def __init__(self):
        super().__init__()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='bulkhead-cli-'))
        for name in ('DATA', 'CONFIG', 'CACHE', 'STATE', 'RUNTIME'):
            path = self.folder / name.lower()
            path.mkdir(mode=0o700)
            os.environ[f'XDG_{name}_' + ('DIR' if name == 'RUNTIME' else 'HOME')] = str(path)
        (self.folder / 'services').mkdir()
        (self.folder / 'services' / f'{BUS_NAME}.service').write_text(SERVICE.format(
            name=BUS_NAME, supervisor=os.environ['BH_TEST_SUPERVISOR'],
            runner=os.environ['BH_TEST_RUNNER']), encoding='utf-8')
        self.bus.add_service_dir(str(self.folder / 'services'))
        self.bus.up()
        self.connection = Gio.DBusConnection.new_for_address_sync(
            self.bus.get_bus_address(), Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        self.connection.set_exit_on_close(False)
        for app in ('plain', 'stubborn', 'allocate-64'):
            self.write_app(app)

    def write_app(self, app, **own):
        folder = self.folder / 'data/bulkhead/apps' / app
        folder.mkdir(parents=True)
        manifest = {'startup_app': {'uuid': app, 'name': app.capitalize(),
                                    'url': 'https://app.example/'}, 'bulkhead': own}
        (folder / 'manifest.json').write_text(json.dumps(manifest), encoding='utf-8')

    def get_supervisor(self):
        """Its PID, or 0."""
        try:
            return self.connection.call_sync(
                'org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus',
                'GetConnectionUnixProcessID', GLib.Variant('(s)', (BUS_NAME,)), None,
                Gio.DBusCallFlags.NONE, -1, None).unpack()[0]
        except GLib.Error:
            return 0

    def get_state(self, app):
        return self.ctl_json('info', app)['state']

    def close(self):
        running = self.ctl('list', '--ids', '--running').split()
        if running:
            self.ctl('kill', *running)
        self.connection.close_sync()
        super().close()
        shutil.rmtree(self.folder, ignore_errors=True)


def figures(real):
    """ps and info: what the service measures is there"""
    real.ctl('launch', 'plain', 'allocate-64', '--wait')
    app = next(app for app in real.ctl_json('ps') if app['id'] == 'allocate-64')
    for member in ('memory', 'memoryPeak', 'swap', 'threads', 'descriptors', 'cpuTime', 'startedAt'):
        check(app[member] is not None, f'{member} is not known')
        check(app['processes'][0][member] is not None, f'{member} of a process is not known')
    check(app['memoryPeak'] >= 64 << 20, f'a peak of {app["memoryPeak"]}')
    check_equal(app['growing'], False, 'growing')
    said = real.ctl('ps', '--wide', '--processes').replace('\u00a0', ' ')
    for heading in ('Peak memory', 'Swap', 'CPU time', 'Threads', 'Descriptors', 'Disk', 'Network',
                    'Started'):
        check(heading in said.splitlines()[0], f'“{heading}” is not in\n{said}')
    said = real.ctl('info', 'allocate-64')
    for label in ('Most memory:', 'CPU time:', 'Descriptors:'):
        check(label in said, f'“{label}” is not in\n{said}')
    info = real.ctl_json('info', 'allocate-64')
    check(info['memoryPeak'] >= 64 << 20, 'the peak')
    check_equal(info['settings']['muted'], False, 'a setting')


def setting(real):
    """settings, permissions, storage and clear: what is set stays, what is cleared is gone"""
    real.ctl('settings', 'plain', 'muted=yes', 'suspend-after=2h')
    check_equal(real.ctl_json('settings', 'plain'), {
        'id': 'plain', 'muted': True, 'suspendAfter': 120, 'keepAwake': False}, 'the settings')
    real.ctl('permissions', 'plain', 'https://app.example', 'notifications=deny')
    check_equal(real.ctl_json('permissions', 'plain'), [
        {'origin': 'https://app.example', 'kind': 'notifications', 'answer': 'deny'}],
        'the permissions')
    real.ctl('permissions', 'plain', 'https://app.example', 'notifications=ask')
    check_equal(real.ctl_json('permissions', 'plain'), [], 'the permissions')
    check('“frobnicate”' in real.ctl('permissions', 'plain', 'https://app.example', 'frobnicate=deny',
                                     status=1), 'an unknown kind')

    data = pathlib.Path(real.ctl_json('storage', 'plain')['dataPath'])
    data.mkdir(parents=True, exist_ok=True)
    (data / 'kept').write_bytes(b'x' * 100000)
    check(real.ctl_json('storage', 'plain')['data'] >= 100000, 'what was kept is not counted')
    real.ctl('launch', 'plain', '--wait')
    real.ctl('clear', 'plain', 'data', '--yes')
    check(not (data / 'kept').exists(), 'what was cleared is there')
    check_equal(real.get_state('plain'), 'stopped', 'the state')


def sleeping(real):
    """suspend and resume: one app and all, and it is told why"""
    real.ctl('launch', 'plain', 'stubborn', '--wait')
    real.ctl('suspend', 'plain')
    check_equal(real.get_state('plain'), 'suspended', 'the state')
    app = next(app for app in real.ctl_json('ps') if app['id'] == 'plain')
    check_equal((app['suspended'], app['processes'][0]['stopped']), ('user', True), 'who did it')
    check('By you' in real.ctl('info', 'plain'), 'info does not say who')
    check_equal(real.ctl_json('suspend', '--all'), {'suspended': 1}, 'how many')
    check_equal(real.ctl_json('resume', '--all'), {'resumed': 2}, 'how many')
    check_equal(real.get_state('plain'), 'running', 'the state')
    check('does not run' in real.ctl('suspend', 'allocate-64', status=1)
          or 'not running' in real.ctl('suspend', 'allocate-64', status=1), 'not why')


def past(real):
    """events: what has happened, before and after the supervisor was ended"""
    process = real.start('events', '--follow', '--json', stdout=subprocess.PIPE)
    real.ctl('launch', 'plain', '--wait')
    real.ctl('suspend', 'plain')
    real.ctl('resume', 'plain')
    os.kill(real.get_supervisor(), signal.SIGTERM)
    wait_for('no supervisor', lambda: real.get_supervisor() == 0)
    wait_for('a running app', lambda: real.get_state('plain') == 'running')
    real.ctl('kill', 'plain')

    def get_kinds(*options):
        return [(event['kind'], event['app']) for event in real.ctl_json('events', *options)]
    wait_for('the end', lambda: ('ended', 'plain') in get_kinds())
    kinds = get_kinds('--app', 'plain')
    for kind in ('started', 'ready', 'suspended', 'resumed', 'adopted', 'ended'):
        check((kind, 'plain') in kinds, f'{kind} is not in {kinds}')
    check_equal(get_kinds('--kind', 'ended'), [('ended', 'plain')], 'the ends')
    ended = real.ctl_json('events', '--kind', 'ended')[0]
    check_equal(ended['reason'], 'killed', 'the reason')
    check(ended['message'], 'there is no message')
    check_equal(real.ctl_json('events', '--until', '1h'), [], 'what was an hour ago')

    # The follower has it all, each once and in order, from both supervisors.
    seen = []
    while not seen or seen[-1]['kind'] != 'ended':
        seen.append(json.loads(process.stdout.readline()))
    numbers = [event['number'] for event in seen]
    check_equal(numbers, sorted(set(numbers)), 'the order')
    check_equal([event['number'] for event in real.ctl_json('events')][-len(numbers):], numbers,
                'what was followed')
    process.send_signal(signal.SIGINT)
    check_equal(process.wait(fakeservice.TIMEOUT), 0, 'the end of --follow')
    for line in real.ctl('events').splitlines():
        check(re.match(r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  \S+ +\S+  .+', line), f'“{line}”')


def follow_killed(real):
    """events --follow: goes on when the supervisor was killed, whatever that had not written yet"""
    process = real.start('events', '--follow', '--json', stdout=subprocess.PIPE)

    def expect(kind):
        while json.loads(process.stdout.readline())['kind'] != kind:
            pass
    real.ctl('launch', 'plain', '--wait')
    expect('started')
    os.kill(real.get_supervisor(), signal.SIGKILL)
    wait_for('no supervisor', lambda: real.get_supervisor() == 0)
    wait_for('a running app', lambda: real.get_state('plain') == 'running')
    expect('adopted')
    real.ctl('kill', 'plain')
    expect('ended')
    process.send_signal(signal.SIGINT)
    check_equal(process.wait(fakeservice.TIMEOUT), 0, 'the end of --follow')


def history(real):
    """history: the seconds that somebody watched are there"""
    real.ctl('launch', 'plain', '--wait')
    real.ctl('top', '--batch', '-n', '5', '-i', '250ms')
    answer = real.ctl_json('history', 'plain', '--resolution', '1s')
    check_equal((answer['id'], answer['resolution']), ('plain', 1), 'the JSON')
    check(answer['points'], 'there are no points')
    check(answer['points'][-1]['memoryMax'] > 0, 'there is no memory')
    said = real.ctl('history', 'plain', '-r', '1s')
    check('Memory: least' in said and 'of which it ran' in said, said)


def metrics(real):
    """metrics: a real parser reads them; the service is not started for them"""
    check_equal([line for line in real.ctl('metrics').splitlines() if line[0] != '#'],
                ['bulkhead_up 0'], 'without the service')
    check_equal(real.get_supervisor(), 0, 'the supervisor')
    real.ctl('launch', 'plain', 'allocate-64', '--wait')
    families = {family.name: family for family in parse_openmetrics(real.ctl('metrics'))}
    memory = {sample.labels['app']: sample.value
              for sample in families['bulkhead_app_memory_bytes'].samples}
    check_equal(sorted(memory), ['allocate-64', 'plain'], 'whose memory')
    check(memory['allocate-64'] >= 64 << 20, f'memory of {memory["allocate-64"]}')
    for name in ('bulkhead_app_cpu_seconds', 'bulkhead_app_threads', 'bulkhead_machine_cores',
                 'bulkhead_supervisor_memory_bytes', 'bulkhead_supervisor_cpu_ratio'):
        check(name in families, f'{name} is not there')


def batch(real):
    """top --batch: the first frame has the CPU of apps, of the machine and of the service already"""
    real.ctl('launch', 'plain', '--wait')
    said = real.ctl('top', '--batch', '-n', '1')
    check(re.search(r'CPU [|.]+ \d+\.\d% of \d+ core', said), said)
    check(re.search(r'Bulkhead itself \d+\.\d% \d', said), said)
    check(re.search(r'Plain +\d+  Running +~?[\d.]+[KM] +\d+\.\d%', said), said)


def live(real):
    """top: real apps, k kills, and a killed supervisor does not disturb it"""
    real.ctl('launch', 'plain', 'stubborn', 'allocate-64', '--wait')
    terminal = Terminal(real, 'top', size=(120, 24))
    terminal.expect_selected('Allocate-64')
    terminal.wait_for(lambda now: re.search(r'Bulkhead itself \d+\.\d% \d', now.get_text()),
                      'the cost of the service')
    terminal.type('enter')
    terminal.expect('─ Runner')
    old = real.get_supervisor()
    os.kill(old, signal.SIGKILL)
    wait_for('another supervisor', lambda: real.get_supervisor() not in (0, old))
    terminal.type('z')
    terminal.wait_for(lambda now: '+z ' in now.get_text() or '-z ' in now.get_text(), 'a sleeping app')
    terminal.type('z')
    terminal.wait_for(lambda now: '-z ' not in now.get_text(), 'no sleeping app')
    terminal.type('k')
    terminal.expect('Allocate-64 was killed.')
    terminal.expect_not('─ Runner')
    check_equal(real.get_state('allocate-64'), 'stopped', 'the state')
    terminal.type('q')
    check_equal(terminal.end(), 0, 'its exit code')


fakeservice.run(figures, setting, sleeping, past, follow_killed, history, metrics, batch, live, make=Real)
