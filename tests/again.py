#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows what failed in a run of `meson test`, and runs it once more, each program alone.

usage: again.py TREE

TREE is the build directory. The logs of the first run stay; those of the programs that were run
again are added to again.json beside testlog.json, for summary.py, which names each of them. Exits
with 0 when all that had failed passed alone.

A program that waits for others can fail because the machine had no time for it; that says nothing
of Bulkhead, and a run of all tests should not be lost for it. Whatever fails twice has failed, and
some failures are believed at once: in a suite that measures and waits for nothing, one that was a
sanitizer's finding or the end of the test program by a fault of its own, and many at once.
"""
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys

# What they say does not depend on what else the machine does.
STEADY = ('apps', 'core', 'fuzz', 'lint', 'tools')
# More programs than that fail for one reason, which is no lack of time.
MOST = 5
FINDING = re.compile(r'(Address|Leak|UndefinedBehavior)Sanitizer|: runtime error: ')
FAULTS = (signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGSEGV)
MOST_LINES = 300


def say(text):
    print(f'again: {text}', flush=True)


def read_log(path):
    with open(path, encoding='utf-8') as file:
        return [json.loads(line) for line in file]


def split_name(entry):
    """The suite and the name of a program: they are “PROJECT:SUITE / NAME” in the log."""
    suites, _, name = entry['name'].rpartition(' / ')
    return suites.rpartition(':')[2].partition('+')[0], name


def show_output(entry):
    """Meson shows what went to stderr, and of a program that speaks TAP nothing else."""
    lines = entry.get('stdout', '').splitlines()
    if len(lines) > MOST_LINES:
        print(f'(the last {MOST_LINES} lines of {len(lines)})')
    print(*lines[-MOST_LINES:], sep='\n', flush=True)


def find_reason(entry):
    """Why a failure is believed at once, or None."""
    suite, _ = split_name(entry)
    status = entry.get('returncode', 0)
    if suite in STEADY:
        return f'the suite {suite} waits for nothing'
    if FINDING.search(entry.get('stdout', '') + entry.get('stderr', '')):
        return 'a sanitizer has found something'
    # A session gives the end by a signal as a shell does.
    if -status in FAULTS or status - 128 in FAULTS:
        return 'the program itself crashed'
    return None


def run_alone(tree, suite, name):
    """Returns whether it passed."""
    logs = tree / 'meson-logs'
    done = subprocess.run(['meson', 'test', '-C', tree, '--no-rebuild', '--print-errorlogs',
                           '--num-processes', '1', '--logbase', 'alone', '--suite', suite, name],
                          stdin=subprocess.DEVNULL, check=False)
    with open(logs / 'again.json', 'ab') as file, open(logs / 'alone.json', 'rb') as log:
        shutil.copyfileobj(log, file)
    entries = read_log(logs / 'alone.json')
    return done.returncode == 0 and [entry['result'] for entry in entries] == ['OK']


def main():
    tree = pathlib.Path(sys.argv[1])
    failed = [entry for entry in read_log(tree / 'meson-logs' / 'testlog.json')
              if entry['result'] not in ('OK', 'EXPECTEDFAIL', 'SKIP')]
    if any(entry['result'] == 'INTERRUPT' for entry in failed):
        return 1
    for entry in failed:
        say(f'{" / ".join(split_name(entry))} has failed, and had printed this:')
        show_output(entry)
    if len(failed) > MOST:
        say(f'{len(failed)} programs have failed: they are not run once more')
        return 1
    passed = 0
    for entry in failed:
        suite, name = split_name(entry)
        reason = find_reason(entry)
        if reason:
            say(f'{suite} / {name} is not run once more: {reason}')
            continue
        say(f'{suite} / {name} once more, alone')
        if run_alone(tree, suite, name):
            passed += 1
        else:
            for log in read_log(tree / 'meson-logs' / 'alone.json'):
                show_output(log)
    return 0 if failed and passed == len(failed) else 1


if __name__ == '__main__':
    sys.exit(main())
