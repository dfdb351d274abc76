#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits that the kernel holds: each app is in a scope of its own."""
import os
import pathlib
import signal
import subprocess

import e2e
from gi.repository import GLib

CGROUPS = pathlib.Path('/sys/fs/cgroup')
MIB = 1024 * 1024


def set_limits(app, **limits):
    values = {name.replace('_', '-'): GLib.Variant('t', value) for name, value in limits.items()}
    e2e.call(f'{e2e.ROOT_PATH}/apps/{app}', e2e.APP_INTERFACE, 'SetLimits',
             GLib.Variant('(a{sv})', (values,)))


def read_cgroup(pid):
    return (e2e.read_proc(pid, 'cgroup') or b'').decode().strip().removeprefix('0::')


def read_setting(cgroup, name):
    return (CGROUPS / cgroup.lstrip('/') / name).read_text(encoding='ascii').strip()


def scopes():
    """All processes of an app are in one scope of its own, and two apps in two"""
    e2e.launch('notes', 'calculator')
    running = e2e.wait_for_complete('notes', 'calculator')
    found = {}
    for app, entry in running.items():
        cgroups = {read_cgroup(process['pid']) for process in entry['processes']}
        e2e.check_equal(len(cgroups), 1, f'the number of cgroups of {app}: {cgroups}')
        found[app] = cgroups.pop()
        name = found[app].rpartition('/')[2]
        e2e.check(name.startswith(f'app-bulkhead-{app}-') and name.endswith('.scope'),
                  f'{app} is in {found[app]}')
        e2e.check('/app.slice/' in found[app], f'{app} is in {found[app]}')
    e2e.check(found['notes'] != found['calculator'], 'two apps are in one scope')
    for app in running:
        e2e.ctl('kill', app)
    for app, cgroup in found.items():
        e2e.wait_for(f'the end of the scope of {app}',
                     lambda cgroup=cgroup: not (CGROUPS / cgroup.lstrip('/')).exists())


def live_changes():
    """Limits that are set while an app runs stand in its cgroup, and the kernel holds them"""
    e2e.launch('notes')
    cgroup = read_cgroup(e2e.get_property('notes', 'Pid'))
    set_limits('notes', memory=1024 * MIB, cpu=50, tasks=500)
    e2e.wait_for('the holders', lambda: e2e.get_property('notes', 'LimitsHeldBy') == {
        'memory': 'kernel', 'memory-high': 'kernel', 'cpu': 'kernel', 'tasks': 'kernel'})
    e2e.check_equal(read_setting(cgroup, 'memory.max'), str(1024 * MIB), 'memory.max')
    e2e.check_equal(read_setting(cgroup, 'memory.swap.max'), '0', 'memory.swap.max')
    e2e.check_equal(read_setting(cgroup, 'pids.max'), '500', 'pids.max')
    quota, period = read_setting(cgroup, 'cpu.max').split()
    e2e.check_equal(int(quota) * 2, int(period), 'cpu.max')
    e2e.check_equal(int(read_setting(cgroup, 'memory.high')) // MIB, 921, 'memory.high in MiB')
    e2e.check_equal(read_setting(cgroup, 'cpu.weight'), '100', 'cpu.weight')
    # One process that is killed for want of memory does not take the others with it.
    e2e.check_equal(read_setting(cgroup, 'memory.oom.group'), '0', 'memory.oom.group')
    shown = subprocess.run(['systemctl', '--user', 'show', cgroup.rpartition('/')[2], '--property',
                            'OOMPolicy'], check=True, capture_output=True, text=True).stdout
    e2e.check_equal(shown.strip(), 'OOMPolicy=continue', 'the policy of the scope')

    # What is shown as used is what the kernel compares with the limit.
    entry = e2e.read_apps()['notes']
    e2e.check_equal(entry['memoryKind'], 'cgroup', 'what the memory is')
    e2e.check_equal(entry['limits']['memory'], 1024 * MIB, 'the limit in ps')
    e2e.check_equal(entry['limitsHeldBy']['memory'], 'kernel', 'the holder in ps')
    current = int(read_setting(cgroup, 'memory.current'))
    e2e.check(abs(entry['memory'] - current) < 64 * MIB,
              f'ps says {entry["memory"]} bytes, the kernel {current}')


def sample(app):
    """What Sampled would tell of an app."""
    apps, = e2e.call(e2e.ROOT_PATH, 'io.github.bulkhead.Supervisor1', 'Sample',
                     GLib.Variant('(u)', (250,)))
    return next(entry for entry in apps if entry['id'] == app)


def read_cpu(cgroup):
    return int(dict(line.split() for line in
                    read_setting(cgroup, 'cpu.stat').splitlines())['usage_usec'])


def figures():
    """What an app in a cgroup of its own costs is what the kernel counts for it"""
    e2e.launch('notes')
    e2e.wait_for_complete('notes')
    cgroup = read_cgroup(e2e.get_property('notes', 'Pid'))
    before = read_cpu(cgroup)
    entry = sample('notes')
    after = read_cpu(cgroup)
    e2e.check_equal(entry['memory-kind'], 'cgroup', 'what the memory is')
    e2e.check(before <= entry['cpu-time'] <= after,
              f'{entry["cpu-time"]} microseconds, the kernel counted {before} and {after}')
    current = int(read_setting(cgroup, 'memory.current'))
    e2e.check(abs(entry['memory'] - current) < 64 * MIB,
              f'{entry["memory"]} bytes, the kernel counts {current}')
    e2e.check_equal(entry['swap'], int(read_setting(cgroup, 'memory.swap.current')), 'the swap')
    peak = int(read_setting(cgroup, 'memory.peak'))
    e2e.check(entry['memory'] <= entry['memory-peak'] <= peak,
              f'a peak of {entry["memory-peak"]} bytes, the kernel counted {peak}')
    e2e.check(entry['cpu'] >= 0 and entry['descriptors'] > 0, f'odd figures: {entry}')
    for process in entry['processes']:
        e2e.check(not process['stopped'], f'{process["name"]} is stopped')
        e2e.check(process['cpu-time'] <= entry['cpu-time'], f'{process["name"]} used more than all')

    unit = cgroup.rpartition('/')[2]
    subprocess.run(['systemctl', '--user', 'freeze', unit], check=True)
    e2e.wait_for('frozen processes',
                 lambda: all(process['stopped'] for process in sample('notes')['processes']))
    subprocess.run(['systemctl', '--user', 'thaw', unit], check=True)
    e2e.wait_for('processes that go on',
                 lambda: not any(process['stopped'] for process in sample('notes')['processes']))


def memory_limit():
    """A page that fills memory without yielding never passes its limit, and is ended for it"""
    e2e.launch('notes', 'laboratory')
    beside = e2e.wait_for_complete('notes')['notes']
    limit = 700 * MIB
    set_limits('laboratory', memory=limit)
    e2e.wait_for('the holder', lambda: e2e.get_property('laboratory', 'LimitsHeldBy').get(
        'memory') == 'kernel')
    cgroup = read_cgroup(e2e.get_property('laboratory', 'Pid'))
    e2e.call(f'{e2e.ROOT_PATH}/apps/laboratory', e2e.APP_INTERFACE, 'Launch',
             GLib.Variant('(a{sv})', ({'uri': GLib.Variant('s', '#leak-hard')},)))
    e2e.wait_for('the reason', lambda: e2e.get_property('laboratory', 'Reason') == 'memory-limit')
    peak = int(read_setting(cgroup, 'memory.peak')) if os.path.exists(
        CGROUPS / cgroup.lstrip('/') / 'memory.peak') else 0
    e2e.check(peak <= limit, f'it reached {peak} bytes, with a limit of {limit}')
    e2e.say(f'# peak {peak / MIB:.0f} MiB of {limit / MIB:.0f}: '
            f'{e2e.get_property("laboratory", "ReasonDetail")}')
    after = e2e.read_apps()['notes']
    e2e.check_equal(e2e.get_identities(after), e2e.get_identities(beside), 'the other app')


def adopted():
    """The scopes of a supervisor that was killed go on being held; one that nobody knows is ended"""
    apps = ('notes', 'calculator')
    e2e.launch(*apps)
    before = e2e.wait_for_complete(*apps)
    cgroups = {app: read_cgroup(e2e.get_property(app, 'Pid')) for app in apps}
    set_limits('notes', memory=1024 * MIB, cpu=50, tasks=500)
    holders = {'memory': 'kernel', 'memory-high': 'kernel', 'cpu': 'kernel', 'tasks': 'kernel'}
    e2e.wait_for('the holders', lambda: e2e.get_property('notes', 'LimitsHeldBy') == holders)

    e2e.end_supervisor(signal.SIGKILL)
    e2e.wait_for('the holders again', lambda: e2e.get_property('notes', 'LimitsHeldBy') == holders)
    e2e.check_kept(before, e2e.wait_for_complete(*apps), apps)
    e2e.check_equal(read_cgroup(e2e.get_property('notes', 'Pid')), cgroups['notes'], 'the cgroup')

    e2e.end_supervisor(signal.SIGKILL)
    runtime = pathlib.Path(os.environ['XDG_RUNTIME_DIR']) / 'bulkhead'
    for record in runtime.glob('*/calculator.instance'):
        record.unlink()
    # Activates the next one.
    e2e.check_equal(e2e.get_property('notes', 'State'), 'running', 'the state of notes')
    e2e.wait_for('the end of the scope that nobody knows',
                 lambda: not (CGROUPS / cgroups['calculator'].lstrip('/')).exists())
    e2e.check_kept({'notes': before['notes']}, e2e.wait_for_complete('notes'), ['notes'])
    e2e.launch('calculator')


e2e.run(scopes, live_changes, figures, memory_limit, adopted)
