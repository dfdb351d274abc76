#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an app can't run, it is said why, at once, and nothing is left of the attempt."""
import fcntl
import os
import pathlib
import subprocess
import time

import e2e

PAGE = '<!doctype html><title>page</title>'
# What is found out before WebKit is started needs no patience.
AT_ONCE = 10


def check_refused(app, *texts):
    start = time.monotonic()
    done = e2e.ctl_result('launch', app, '--wait')
    e2e.check(time.monotonic() - start < AT_ONCE, 'the refusal took its time')
    e2e.check_equal(done.returncode, 1, 'the status')
    for text in texts:
        e2e.check(text in done.stderr, f'the message does not name “{text}”: {done.stderr}')
    e2e.wait_for('the end of its processes', lambda: not e2e.find_processes(app))
    entry = e2e.read_app(app)
    e2e.check_equal(entry['reason'], 'launch-failed', 'the reason')


def check_mended(app):
    """What is mended works, without more ado."""
    e2e.launch(app)
    e2e.wait_for_complete(app)


def no_display():
    """Without a display"""
    with e2e.surroundings(DISPLAY='', WAYLAND_DISPLAY=''):
        e2e.write_app('guest', PAGE)
        check_refused('guest', 'no display', 'DISPLAY')
        done = subprocess.run(['bulkhead'], env={**os.environ, 'DISPLAY': '', 'WAYLAND_DISPLAY': ''},
                              capture_output=True, text=True, timeout=AT_ONCE, check=False)
        e2e.check_equal(done.returncode, 1, 'the status of the shell')
        e2e.check('no display' in done.stderr, f'the shell says “{done.stderr}”')
    check_mended('guest')


def no_sandbox():
    """Without the programs of the sandbox"""
    folder = e2e.get_home('XDG_STATE_HOME') / 'programs'
    folder.mkdir()
    with e2e.surroundings(PATH=str(folder)):
        e2e.write_app('guest', PAGE)
        check_refused('guest', 'bwrap', 'kept apart')
    e2e.check(not e2e.find_processes(), 'something runs')
    # A Bubblewrap that the system forbids to work.
    broken = folder / 'bwrap'
    broken.write_text('#!/bin/sh\necho "bwrap: No permissions" >&2\nexit 1\n', encoding='utf-8')
    broken.chmod(0o700)
    with e2e.surroundings(PATH=f'{folder}:{os.environ["PATH"]}'):
        check_refused('guest', 'No permissions', 'user namespaces')
    e2e.check_equal(e2e.ctl_json('info', 'guest')['isolation'], '', 'the isolation')
    broken.unlink()
    folder.rmdir()
    check_mended('guest')
    e2e.check_equal(e2e.get_property('guest', 'Isolation'), 'bubblewrap', 'the isolation')


def profile():
    """With something else in the place of its profile, or a profile that another session uses"""
    e2e.write_app('blocked', PAGE)
    place = e2e.get_profile('blocked')
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text('in the way', encoding='utf-8')
    check_refused('blocked', str(place))
    place.unlink()
    check_mended('blocked')

    e2e.ctl('stop', 'blocked')
    with open(place / 'lock', 'rb') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        check_refused('blocked', 'running already, in another session')
    check_mended('blocked')


def read_only_home():
    """With a home that can't be written to"""
    home = pathlib.Path('/proc/self')     # Not even root can make a directory there.
    with e2e.surroundings(XDG_CACHE_HOME=str(home)):
        e2e.write_app('guest', PAGE)
        check_refused('guest', str(home))
    check_mended('guest')


if __name__ == '__main__':
    e2e.run(no_display, no_sandbox, profile, read_only_home)
