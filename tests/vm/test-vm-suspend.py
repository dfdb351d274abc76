#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apps that sleep where each has a scope of its own: the kernel freezes all of it."""
import os
import pathlib
import signal
import subprocess
import time

import e2e

CGROUPS = pathlib.Path('/sys/fs/cgroup')
APP = 'notes'


def call(method):
    e2e.call(f'{e2e.ROOT_PATH}/apps/{APP}', e2e.APP_INTERFACE, method)


def start():
    e2e.launch(APP)
    e2e.wait_for_complete(APP)
    text = e2e.read_proc(e2e.get_property(APP, 'Pid'), 'cgroup').decode()
    return CGROUPS / text.strip().removeprefix('0::').lstrip('/')


def is_frozen(cgroup):
    return 'frozen 1' in (cgroup / 'cgroup.events').read_text(encoding='ascii')


def read_time(cgroup):
    return int((cgroup / 'cpu.stat').read_text(encoding='ascii').split()[1])


def read_states(cgroup):
    """Of all processes: one that was stopped by a signal is T."""
    pids = (cgroup / 'cgroup.procs').read_text(encoding='ascii').split()
    return {e2e.read_proc(int(pid), 'stat').decode().rpartition(')')[2].split()[0] for pid in pids}


def wait_for_suspended(wanted):
    e2e.wait_for(f'it to be suspended by “{wanted}”',
                 lambda: e2e.get_property(APP, 'Suspended') == wanted)


def check_frozen(cgroup):
    e2e.check(is_frozen(cgroup), 'the kernel does not say that it is frozen')
    e2e.check('T' not in read_states(cgroup), 'it was stopped by signals, too')
    before = read_time(cgroup)
    time.sleep(3)
    e2e.check_equal(read_time(cgroup), before, 'the CPU time')


def freezes():
    """The kernel freezes the scope and thaws it"""
    cgroup = start()
    call('Suspend')
    wait_for_suspended('user')
    check_frozen(cgroup)
    shown = subprocess.run(['systemctl', '--user', 'show', cgroup.name, '--property',
                            'FreezerState'], check=True, capture_output=True, text=True).stdout
    e2e.check_equal(shown.strip(), 'FreezerState=frozen', 'what systemd says')
    call('Resume')
    wait_for_suspended('')
    e2e.check(not is_frozen(cgroup), 'it is frozen still')
    e2e.wait_for_state(APP, 'running')


def ends():
    """What is frozen can be killed, stopped and opened"""
    cgroup = start()
    call('Suspend')
    call('Kill')
    e2e.wait_for('the end of the scope', lambda: not cgroup.exists())
    cgroup = start()
    call('Suspend')
    call('Stop')
    e2e.wait_for('the end of the scope', lambda: not cgroup.exists())
    e2e.check_equal(e2e.get_property(APP, 'Reason'), 'stopped', 'the reason')
    cgroup = start()
    call('Suspend')
    e2e.launch(APP)
    wait_for_suspended('')
    e2e.check(not is_frozen(cgroup), 'it is frozen still')


def adopted():
    """A supervisor that dies leaves it frozen, and the next one knows of it"""
    cgroup = start()
    call('Suspend')
    check_frozen(cgroup)
    e2e.end_supervisor(signal.SIGKILL)
    e2e.check(is_frozen(cgroup), 'it is not frozen any more')
    wait_for_suspended('user')
    check_frozen(cgroup)
    call('Resume')
    wait_for_suspended('')
    e2e.check(not is_frozen(cgroup), 'it is frozen still')

    # One that was to be stopped, too.
    call('Suspend')
    e2e.end_supervisor(signal.SIGKILL)
    wait_for_suspended('user')
    call('Stop')
    e2e.wait_for('the end of the scope', lambda: not cgroup.exists())


def outside():
    """What somebody else has frozen is told, and goes on here"""
    cgroup = start()
    subprocess.run(['systemctl', '--user', 'freeze', cgroup.name], check=True)
    wait_for_suspended('outside')
    call('Resume')
    wait_for_suspended('')
    e2e.check(not is_frozen(cgroup), 'it is frozen still')


os.environ.setdefault('LC_ALL', 'C.UTF-8')
e2e.run(freezes, ends, adopted, outside)
