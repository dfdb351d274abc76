#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command as an ordinary user, with a home of its own, when this is root.

usage: as-user.py COMMAND [ARGUMENT…]

An ordinary user has run all other tests when this is none: then there is nothing to do. The report
of what is skipped is in TAP.
"""
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile

USER = 'nobody'


def skip(why):
    print(f'1..0 # SKIP {why}')
    return 0


def can_read(user, path):
    return subprocess.run(['test', '-r', path], user=user.pw_uid, group=user.pw_gid,
                          extra_groups=[], check=False).returncode == 0


def main():
    command = sys.argv[1:]
    if os.getuid() != 0:
        return skip('this is an ordinary user already')
    try:
        user = pwd.getpwnam(USER)
    except KeyError:
        return skip(f'there is no user {USER}')
    unreadable = [path for path in command
                  if os.path.isabs(path) and not can_read(user, path)]
    if unreadable:
        return skip(f'the user {USER} can’t read {unreadable[0]}')

    home = pathlib.Path(tempfile.mkdtemp(prefix='bulkhead-home-'))
    try:
        os.chown(home, user.pw_uid, user.pw_gid)
        environ = {name: value for name, value in os.environ.items()
                   if not name.startswith('XDG_')}
        environ.update(HOME=str(home), USER=USER, LOGNAME=USER, BH_TEST_USER='1')
        return subprocess.run(command, env=environ, cwd=home, user=user.pw_uid, group=user.pw_gid,
                              extra_groups=[], umask=0o022, check=False).returncode
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == '__main__':
    sys.exit(main())
