#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The supervisor may die: the apps go on, and the next one has them."""
import os
import signal

import e2e

APPS = ('left', 'right', 'notes')


def start_apps():
    server = e2e.Server(e2e.BEATING_FILES)
    e2e.write_beating_app('left')
    e2e.write_beating_app('right', server)
    e2e.launch(*APPS)
    return e2e.wait_for_complete(*APPS)


def check_adopted(before, loads):
    after = e2e.wait_for_complete(*APPS)
    for app in APPS:
        e2e.check_equal(e2e.get_identities(after[app]), e2e.get_identities(before[app]),
                        f'the processes of {app}')
        e2e.check_equal(after[app]['state'], 'running', f'the state of {app}')
        e2e.check_equal({process['pid'] for process in after[app]['processes']},
                        e2e.find_processes(app), f'what is listed of {app}')
    e2e.check_equal(e2e.wait_for_beats('left', 'right'), loads, 'when the pages were loaded')


def check_usable(before):
    """Kill, restart, stop and a second launch work on what was adopted."""
    e2e.check_equal(e2e.ctl_json('launch', 'left')[0]['pid'], before['left']['pid'],
                    'the runner after a second launch')
    e2e.ctl('restart', 'left', '--wait')
    e2e.ctl('kill', 'right')
    e2e.check(not e2e.find_processes('right'), 'killed, and yet there are processes')
    after = e2e.wait_for_complete('left', 'notes')
    e2e.check(not e2e.get_identities(after['left']) & e2e.get_identities(before['left']),
              'restarted, and yet in old processes')
    e2e.check_equal(e2e.get_identities(after['notes']), e2e.get_identities(before['notes']),
                    'the processes of notes')
    e2e.ctl('stop', 'notes')
    e2e.check_equal(e2e.read_app('notes')['reason'], 'stopped', 'the reason')
    e2e.check(not e2e.find_processes('notes'), 'stopped, and yet there are processes')


def killed():
    """A killed supervisor: three apps go on, the next one adopts them and can do all with them"""
    before = start_apps()
    loads = e2e.wait_for_beats('left', 'right')
    old = e2e.end_supervisor(signal.SIGKILL)
    check_adopted(before, loads)
    e2e.check(e2e.get_supervisor() != old, 'the dead supervisor lives')
    check_usable(before)


def terminated():
    """A supervisor that is asked to leave: the same"""
    before = start_apps()
    loads = e2e.wait_for_beats('left', 'right')
    e2e.end_supervisor(signal.SIGTERM)
    check_adopted(before, loads)
    check_usable(before)


def often():
    """Five supervisors killed one after the other lose nothing and start nothing twice"""
    before = start_apps()
    loads = e2e.wait_for_beats('left', 'right')
    for _ in range(5):
        e2e.end_supervisor(signal.SIGKILL)
        e2e.read_apps()
    check_adopted(before, loads)


def unsupervised():
    """An app that ends while nothing supervises it is found ended, with nothing left of it"""
    before = start_apps()
    supervisor = e2e.get_supervisor()
    # Stopped, it can see nothing; nor can a runner have another one activated.
    os.kill(supervisor, signal.SIGSTOP)
    os.kill(before['left']['pid'], signal.SIGKILL)
    os.kill(supervisor, signal.SIGKILL)
    e2e.wait_for('the end of the supervisor', lambda: e2e.find_supervisor() != supervisor)
    e2e.wait_for('the end of left', lambda: 'left' not in e2e.read_apps())
    e2e.check_equal(e2e.read_app('left')['reason'], 'crashed', 'the reason')
    e2e.wait_for('the end of its processes', lambda: not e2e.find_processes('left'))
    after = e2e.read_apps()
    for app in ('right', 'notes'):
        e2e.check_equal(e2e.get_identities(after[app]), e2e.get_identities(before[app]),
                        f'the processes of {app}')


if __name__ == '__main__':
    e2e.run(killed, terminated, often, unsupervised)
