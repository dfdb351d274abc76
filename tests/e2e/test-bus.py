#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The session bus goes away while an app runs. Supervisor and app are on a bus of their own here,
since the tests need theirs.
"""
import contextlib
import os
import signal
import subprocess
import time

import e2e

APP = 'notes'


def find_supervisor(address):
    for pid in map(int, filter(str.isdigit, os.listdir('/proc'))):
        if ((e2e.read_proc(pid, 'comm') or b'').startswith(b'bulkhead-super')
                and e2e.read_environment(pid).get(b'DBUS_SESSION_BUS_ADDRESS')
                == address.encode()):
            return pid
    raise e2e.Failure('there is no supervisor on that bus')


def read_cpu_time(pid):
    fields = (e2e.read_proc(pid, 'stat') or b'').decode().rpartition(')')[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


@contextlib.contextmanager
def own_bus():
    with subprocess.Popen(['dbus-daemon', '--session', '--nofork', '--print-address'],
                          stdout=subprocess.PIPE, text=True) as bus:
        try:
            yield bus.stdout.readline().strip()
        finally:
            bus.kill()


def bus_gone():
    """The bus ends: the supervisor leaves, the app goes on and does not spin"""
    with own_bus() as address:
        subprocess.run(['bulkheadctl', 'launch', APP, '--wait'], stdin=subprocess.DEVNULL,
                       env={**os.environ, 'DBUS_SESSION_BUS_ADDRESS': address},
                       capture_output=True, timeout=e2e.TIMEOUT, check=True)
        supervisor = find_supervisor(address)
        before = e2e.find_processes(APP)
        e2e.check(len(before) >= len(e2e.MAIN_ROLES), f'{APP} has only {before}')

    e2e.wait_for('the end of the supervisor', lambda: not e2e.is_alive(supervisor))
    # It tries to find another one, at longer and longer intervals.
    used = {pid: read_cpu_time(pid) for pid in before}
    time.sleep(3)
    for pid, ticks in used.items():
        e2e.check(e2e.is_alive(pid), f'{pid} has ended with the bus')
        spent = read_cpu_time(pid) - ticks
        e2e.check(spent < 1, f'{pid} has used {spent} s of CPU time in three')

    # The app is the user's to close.
    runners = [pid for pid in before if e2e.read_proc(pid, 'comm') == b'bulkhead-runner\n']
    e2e.check(runners, 'there is no runner')
    os.kill(runners[0], signal.SIGTERM)
    e2e.wait_for('the end of the app', lambda: not e2e.find_processes(APP))


if __name__ == '__main__':
    e2e.run(bus_gone)
