#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes docs/faults.md of what matrix.py has found, and checks that it says what is expected.

usage: report.py --write RESULTS…     of one run or of several
       report.py --check              rows and reasons; times may differ
"""
import argparse
import json
import pathlib
import re
import statistics
import sys

import cells

PAGE = pathlib.Path(__file__).resolve().parents[2] / 'docs' / 'faults.md'
NONE = '–'
HEAD = '''# What becomes of an app when something breaks

Bulkhead promises that nothing that one app does reaches another. This page shows it by doing the
damage: each process of an app is killed, stopped, hung, flooded and starved in turn, with real pages
in real WebKit, while two more apps run beside it, one with files of its own and one on a server.
Their pages beat ten times a second and fetch a file twice a second. They may not lose a process, be
loaded again, miss a fetch or stand still.

    ./dev test faults                     do it all again, in some minutes
    tests/faults/run 'web × SIGKILL'      one row, or all whose names have these words; after ./dev build
    tests/faults/run --write-docs         do it all, and write this page

The page is made from what the tests print; [cells.py](../tests/faults/cells.py) has what they expect,
and they fail when it is otherwise. Times are medians, from the harm on; those of another machine
differ, and a test checks that nothing else here does. **Noticed** is when the supervisor told of it on the bus.
**Back** is when a page that was loaded since, or the old one where it goes on, beat again; where
somebody has to do something first, it counts from there. Restarts wait a second, on purpose. A
dash is where there is nothing to tell, and nothing to come back from.
**Neighbours** is the longest pause in the beats, which should be 0.1 s, and in the fetches,
which should be 0.5 s, of both neighbours while the row was tried.

The victims’ manifests say `"restart": {{ "policy": "on-crash" }}` and limit memory to {memory} and
threads to {tasks}. The limits are those that the supervisor holds itself, with no help from the
kernel; those of systemd’s scopes are tried in a virtual machine by `./dev test vm`.
'''
ROLE_COLUMNS = ('What is done', 'What becomes of the app', 'Reason, in the supervisor’s words',
                'Noticed', 'Back', 'Neighbours')
STATIC_COLUMNS = 2
OUTCOMES = {
    (cells.ENDED, cells.BY_ITSELF): 'ends, comes back by itself',
    (cells.ENDED, cells.STARTED): 'ends; a person starts it again',
    (cells.ASLEEP, cells.CONTINUED): 'is told to be asleep; goes on when it is continued',
    (cells.SILENT, cells.RESTARTED): 'does not answer; a person restarts it',
    (cells.HELD, cells.BY_ITSELF): 'goes on, held to its limit',
    (cells.LIVES, cells.BY_ITSELF): 'goes on',
    (cells.LIVES, cells.RELAUNCHED): 'goes on; WebKit starts another process',
    (cells.LIVES, cells.CONTINUED): 'goes on, waits for answers until it is continued',
    (cells.LIVES, cells.RESTARTED): 'goes on, waits for answers until a person restarts it',
    (cells.REFUSED, cells.STARTED): 'is not started; a person starts it once the cause is gone',
}
LEAK_HEAD = '''## Memory, by a page that never yields

The page allocates as fast as it can and never returns to its event loop. The supervisor looks as often
as the fastest page could make it necessary, and stops the app before it weighs it exactly: it must
never have more than {over} % of its limit, and be gone within {end} s of passing it. The memory is
sampled each 20 ms from outside; what samples come late by, because the machine lets nobody else run, the
page is given as well. Most is the most of all runs.
'''
LEAK_COLUMNS = ('How', 'Limit', 'Before', 'Most', 'Of the limit', 'From passing it to the end')
REST_HEAD = '''## CPU and threads
'''


def format_seconds(seconds):
    if seconds is None:
        return NONE
    return '< 0.1 s' if seconds < 0.1 else f'{seconds:.1f} s'


def format_gaps(gaps):
    return f'{gaps["beats"]:.1f} s, {gaps["fetches"]:.1f} s' if gaps else NONE


def format_row(columns):
    return f'| {" | ".join(columns)} |'


def make_table(columns, rows):
    return [format_row(columns), format_row(['---'] * len(columns)), *map(format_row, rows), '']


def format_reason(cell, found):
    if cell.outcome == cells.HELD:
        return f'none; {found["share"]:.0f} % of a core' if found else 'none'
    if cell.outcome in (cells.SILENT, cells.ASLEEP):
        return f'none; the state is `{cell.outcome}`'
    # What is between is a session's own.
    detail = re.sub(r'“/[^”]*/profiles/', '“…/profiles/', found.get('detail', '') if found else '')
    reason = f'`{cell.reason}`' if cell.reason else 'none'
    if detail and not cell.reason:
        # Of one of its processes, and not of the app's.
        return f'{reason}; {detail}'
    return f'{reason}: {detail}' if detail else reason


def describe_fault(cell):
    return f'**{cell.fault}**: {cell.how or cells.FAULTS[cell.fault]}'


def make_role_row(cell, found):
    if isinstance(cell, cells.Blank):
        return [f'**{cell.fault}**', '—', cell.why, '—', '—', '—']
    return [describe_fault(cell), OUTCOMES[cell.outcome, cell.back], format_reason(cell, found),
            format_seconds(found.get('noticed')), format_seconds(found.get('back')),
            format_gaps(found.get('gaps'))]


def make_leak_row(leak, found):
    return [leak.words, f'{leak.limit} MiB',
            f'{found["before"]:.0f} MiB' if 'before' in found else NONE,
            f'{found["peak"]:.0f} MiB', f'{found["of_limit"]:.0f} %',
            format_seconds(found['to_end'])]


def make_page(results):
    lines = [HEAD.format(memory=cells.LIMITS['memory'], tasks=cells.LIMITS['tasks'])]
    for role, words in cells.ROLES.items():
        lines += [f'## {role.title()}', '', f'{words}.', '']
        lines += make_table(ROLE_COLUMNS, [make_role_row(cell, results.get(cell.name, {}))
                                           for cell in cells.CELLS if cell.role == role])
    lines.append(LEAK_HEAD.format(over=round(100 * cells.MOST_OVER), end=cells.MOST_TO_END))
    lines += make_table(LEAK_COLUMNS,
                        [make_leak_row(leak, results[leak.name]) for leak in cells.LEAKS])
    cpu, tasks = results['cpu'], results['tasks']
    lines += [REST_HEAD,
              f'A page that is never done, held to {cells.CPU_SHARE} % of a core, used '
              f'{cpu["share"]:.0f} % over ten seconds; more than {cells.SHARE_TOLERANCE} points to '
              f'either side fail the test. Its window answered in {cpu["answer"]:.0f} ms in the '
              f'median, at the longest in {cpu["longest"]:.0f} ms.', '',
              f'A page that starts workers without end, with a limit of {tasks["limit"]:.0f} '
              f'threads, got to {tasks["peak"]:.0f} and was gone '
              f'{format_seconds(tasks["to_end"])} after it had passed its limit.']
    return '\n'.join(lines) + '\n'


# Of several runs not the median.
WORST = ('peak', 'of_limit', 'longest')


def merge(found):
    """One of what several runs have found: the medians of times, the most of what was used, the
    longest of gaps."""
    merged = {}
    for key in found[0]:
        values = [each[key] for each in found if key in each]
        if key == 'gaps':
            merged[key] = {what: max(value[what] for value in values) for what in values[0]}
        elif key in WORST:
            merged[key] = max(values)
        elif isinstance(values[0], (int, float)):
            merged[key] = statistics.median(values)
        else:
            merged[key] = values[0]
    return merged


def write(files):
    runs = [json.loads(file.read_text(encoding='utf-8')) for file in files]
    names = dict.fromkeys(name for run in runs for name in run)
    results = {name: merge([run[name] for run in runs if name in run]) for name in names}
    missing = [each.name for each in [*cells.CELLS, *cells.LEAKS] if each.name not in results
               and not isinstance(each, cells.Blank)]
    if missing:
        print('no results of', ', '.join(missing), file=sys.stderr)
        return 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(make_page(results), encoding='utf-8')
    return 0


# What stands in the page

def read_rows(text):
    """heading → rows of cells, without the head of the table."""
    rows = {}
    heading = ''
    for line in text.splitlines():
        if line.startswith('## '):
            heading = line.removeprefix('## ').lower()
        elif line.startswith('|') and not line.startswith('| ---'):
            rows.setdefault(heading, []).append(
                [column.strip() for column in line.strip('|').split('|')])
    return {heading: found[1:] for heading, found in rows.items()}


def check_role(role, rows):
    wanted = [cell for cell in cells.CELLS if cell.role == role]
    if len(rows) != len(wanted):
        yield f'{role}: there are {len(rows)} rows, not {len(wanted)}'
        return
    for cell, row in zip(wanted, rows):
        static = make_role_row(cell, {})
        if row[:STATIC_COLUMNS] != static[:STATIC_COLUMNS]:
            yield f'{role}: the row “{row[0]}, {row[1]}” should be “{static[0]}, {static[1]}”'
        if row[STATIC_COLUMNS] != static[STATIC_COLUMNS] and not (
                isinstance(cell, cells.Cell)
                and row[STATIC_COLUMNS].startswith(static[STATIC_COLUMNS])
                and re.search(cell.detail, row[STATIC_COLUMNS])):
            yield f'{cell.name}: the reason is “{row[STATIC_COLUMNS]}”'


def check_page(text):
    rows = read_rows(text)
    for role in cells.ROLES:
        yield from check_role(role, rows.get(role, []))
    heading = LEAK_HEAD.splitlines()[0].removeprefix('## ').lower()
    if [row[:2] for row in rows.get(heading, [])] != [
            [leak.words, f'{leak.limit} MiB'] for leak in cells.LEAKS]:
        yield f'the rows of “{heading}” are not those of cells.py'


def check_cells():
    """That each fault is tried on each role, or it is said why not."""
    for role in cells.ROLES:
        found = [cell.fault for cell in cells.CELLS if cell.role == role]
        if found != list(cells.FAULTS):
            yield f'{role}: the faults are {found}'


def check():
    problems = [*check_cells(), *check_page(PAGE.read_text(encoding='utf-8'))]
    for problem in problems:
        print(f'docs/faults.md: {problem}')
    if problems:
        print('tests/faults/run --write-docs makes it anew')
    return 1 if problems else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('--check', action='store_true')
    parser.add_argument('--write', type=pathlib.Path, nargs='+', metavar='RESULTS')
    options = parser.parse_args()
    sys.exit(write(options.write) if options.write else check())


if __name__ == '__main__':
    main()
