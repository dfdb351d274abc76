#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an update of the task manager's table costs the main loop.

usage: pane.py [APPS…]      (in a session: ./dev bench pane)

For each number of apps, of eight processes each: the time of the main thread in milliseconds, from
when the figures of all are there until the frame that shows them is drawn. The supervisor tells the
processes only of apps whose processes are shown (Supervisor1.ShowProcesses); the last line is what
it would cost to be told all of them.
"""
import pathlib
import re
import shutil
import subprocess
import sys

DEFAULT = (1, 100, 200, 500)
LINE = re.compile(r'model ([\d.]+) ms, until drawn ([\d.]+) ms, 95 % ([\d.]+) ms, most ([\d.]+) ms')
BUDGET = 16.0


def find_bench():
    shell = shutil.which('bulkhead')
    if shell is None:
        sys.exit('pane: there is no bulkhead in PATH: run it as ./dev bench pane')
    # The prefix is in the build directory.
    return pathlib.Path(shell).resolve().parents[2] / 'tests/shell/pane-bench'


def measure(bench, *arguments):
    output = subprocess.run([bench, *arguments], stdout=subprocess.PIPE, text=True, check=True).stdout
    return LINE.search(output).groups()


def main():
    bench = find_bench()
    apps = [int(number) for number in sys.argv[1:]] or DEFAULT
    runs = [(f'{number} apps, by CPU', ('-a', str(number), '-s', 'cpu')) for number in apps]
    runs += [(f'{max(apps)} apps, by name', ('-a', str(max(apps)), '-s', 'name')),
             (f'{max(apps)} apps, 20 with processes', ('-a', str(max(apps)), '-s', 'cpu', '-e', '20')),
             (f'{min(200, max(apps))} apps, all processes told',
              ('-a', str(min(200, max(apps))), '-s', 'cpu', '--tell-all'))]
    print(f'{"":36} {"model":>8} {"drawn":>8} {"95 %":>8} {"most":>8}')
    worst = 0.0
    for name, arguments in runs:
        figures = measure(bench, *arguments)
        print(f'{name:36} ' + ' '.join(f'{figure:>8}' for figure in figures), flush=True)
        if '--tell-all' not in arguments:
            worst = max(worst, float(figures[1]))
    print(f'\nThe budget is {BUDGET:g} ms; the slowest of the usual took {worst:g} ms.')


if __name__ == '__main__':
    main()
