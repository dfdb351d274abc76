#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up what test runs found: a line per suite, the total last.

usage: summary.py LOG…

A LOG is the meson-logs directory of `meson test`, or NAME=DIRECTORY, which puts all its suites
under one name, or NAME=FILE for the output of a program that ends in "N passed, N failed".

Meson's verdict on a program is what counts as failed; the test cases of a program that speaks
TAP are counted one by one. What failed and passed when again.py ran it alone counts as passed and
has a line that begins with UNSTEADY; so has what a program in a FILE says in such a line. Exits
with 1 when something failed, when a log is missing, and when nothing was run at all.
"""
import json
import os
import re
import sys

CASE = re.compile(r'^(not )?ok \d+(?:.*#\s*(SKIP))?', re.IGNORECASE | re.MULTILINE)
TOTAL = re.compile(r'^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$')
UNSTEADY = 'UNSTEADY '


class Count:
    def __init__(self, passed=0, failed=0, skipped=0):
        self.passed, self.failed, self.skipped = passed, failed, skipped

    def __iadd__(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        return self

    def __str__(self):
        text = f'{self.passed} passed, {self.failed} failed'
        return text + (f', {self.skipped} skipped' if self.skipped else '')


def count_program(entry):
    """What one line of testlog.json says."""
    count = Count()
    for negation, directive in CASE.findall(entry.get('stdout', '')):
        if directive:
            count.skipped += 1
        elif negation:
            count.failed += 1
        else:
            count.passed += 1
    result = entry['result']
    if result in ('OK', 'EXPECTEDFAIL'):
        if not count.passed + count.failed + count.skipped:
            count.passed = 1
    elif result == 'SKIP':
        if not count.skipped:
            count.skipped = 1
    elif not count.failed:
        # It crashed, hung, or left without its last test cases.
        count.failed = 1
    return count


def read_again(folder):
    """What programs did that were run once more: name → count."""
    try:
        with open(os.path.join(folder, 'again.json'), encoding='utf-8') as file:
            return {entry['name']: count_program(entry) for entry in map(json.loads, file)}
    except FileNotFoundError:
        return {}


def read_meson_log(folder, label, suites, failures, unsteady):
    again = read_again(folder)
    with open(os.path.join(folder, 'testlog.json'), encoding='utf-8') as file:
        for line in file:
            entry = json.loads(line)
            suite, _, name = entry['name'].rpartition(' / ')
            key = label or suite.rpartition(':')[2].partition('+')[0] or 'other'
            count = count_program(entry)
            verdict = entry['result'].lower()
            second = again.get(entry['name']) if count.failed else None
            if second and second.passed and not second.failed:
                count = second
                unsteady.append(f'{key}: {name} failed at first ({verdict}) and passed alone')
            elif count.failed:
                failures.append(f'{key}: {name} ({verdict}{", and alone, too" if second else ""})')
            suites.setdefault(key, Count())
            suites[key] += count


def read_total(path, label, suites, failures, unsteady):
    with open(path, encoding='utf-8', errors='replace') as file:
        lines = file.read().split('\n')
    match = next((m for m in map(TOTAL.match, reversed(lines)) if m), None)
    count = Count(*(int(n or 0) for n in match.groups())) if match else Count(failed=1)
    suites[label] = count
    unsteady += [line.removeprefix(UNSTEADY) for line in lines if line.startswith(UNSTEADY)]
    if count.failed:
        failures.append(f'{label}: see {path}')


def main():
    suites, failures, unsteady = {}, [], []
    for argument in sys.argv[1:]:
        label, equals, path = argument.partition('=')
        if not equals or '/' in label:
            label, path = '', argument
        try:
            (read_meson_log if os.path.isdir(path) else read_total)(path, label, suites, failures,
                                                                    unsteady)
        except FileNotFoundError:
            suites[label or 'tests'] = Count(failed=1)
            failures.append(f'{label or "tests"}: did not run, there is no log in {path}')
    total = Count()
    print()
    for name, count in suites.items():
        total += count
        print(f'{name:12} {count}')
    for text in unsteady:
        print(UNSTEADY + text)
    for text in failures:
        print('FAILED', text)
    print(total)
    return 1 if total.failed or not total.passed else 0


if __name__ == '__main__':
    sys.exit(main())
