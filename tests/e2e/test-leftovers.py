#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""However often apps are started and ended, nothing is left of them but their profile."""
import collections
import contextlib
import os
import pathlib
import re
import tempfile

import e2e

# Of what others may put there at the same time, such as the directories of sessions, only names as
# WebKit, Bubblewrap and the bus's proxy give them count.
NAMES = re.compile(r'webkit|wkshm|bwrap|dbus-proxy')


def list_tree(folder):
    return collections.Counter(str(path) for path in folder.rglob('*'))


def list_shared():
    return collections.Counter(
        str(path) for folder in ('/tmp', '/dev/shm')
        for path in pathlib.Path(folder).iterdir() if NAMES.search(path.name.lower()))


def read_kinds(pid):
    """How many descriptors of each kind a process has open."""
    kinds = collections.Counter()
    for name in os.listdir(f'/proc/{pid}/fd'):
        with contextlib.suppress(OSError):
            kinds[os.readlink(f'/proc/{pid}/fd/{name}').partition(':')[0]] += 1
    return kinds


def look(folder):
    supervisor = e2e.get_supervisor()
    return {'processes': collections.Counter(e2e.find_processes()),
            'files in the runtime directory': list_tree(e2e.get_home('XDG_RUNTIME_DIR')),
            'temporary files': list_tree(pathlib.Path(folder)),
            'temporary files outside of TMPDIR': list_shared(),
            'descriptors of the supervisor': read_kinds(supervisor),
            'supervisors': collections.Counter([supervisor])}


def check_rounds(rounds, launch, end):
    with tempfile.TemporaryDirectory() as folder, e2e.surroundings(TMPDIR=folder):
        e2e.write_beating_app('guest')
        # Once before: what is made only once may stay.
        e2e.launch('guest')
        end()
        before = look(folder)
        e2e.check(not before['temporary files'],
                  f'one round has left {sorted(before["temporary files"])}')
        for _ in range(rounds):
            launch()
            end()

        def is_clean():
            for what, found in look(folder).items():
                new = found - before[what]
                e2e.check(not new, f'new {what}: {sorted(new.elements())}')
            return True
        # The supervisor answers first and closes its descriptors then; and others may have
        # something in /tmp for a while.
        e2e.wait_for(f'the end of what {rounds} rounds have left', is_clean, timeout=10)


def kill():
    """Ten launches and kills leave no process, socket, temporary file or descriptor"""
    check_rounds(10, lambda: e2e.launch('guest'), lambda: e2e.ctl('kill', 'guest'))


def stop():
    """Nor do launches and stops"""
    check_rounds(4, lambda: e2e.launch('guest'), lambda: e2e.ctl('stop', 'guest'))


def kill_early():
    """Nor do ten kills in the middle of a launch"""
    check_rounds(10, lambda: e2e.ctl('launch', 'guest'), lambda: e2e.ctl('kill', 'guest'))


if __name__ == '__main__':
    e2e.run(kill, stop, kill_early)
