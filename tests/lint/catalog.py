#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that data/bulkhead.catalog, which `journalctl -x` shows, has an entry for each MESSAGE_ID
that the supervisor logs and for no other, and that journalctl, where it is installed, can read it."""
import pathlib
import re
import shutil
import subprocess
import tempfile

import lint

LOG = pathlib.Path('src/supervisor/bh-lifecycle-log.c')
CATALOG = pathlib.Path('data/bulkhead.catalog')
FIELDS = ('BULKHEAD_APP', 'BULKHEAD_INSTANCE', 'BULKHEAD_REASON')
FOUND = re.compile(r'Found (\d+) items in catalog')


def read_entries(text):
    """Of each entry its id, its line, its headers and its body."""
    for match in re.finditer(r'^-- (\S+)\n(.*?)(?=^-- |\Z)', text, re.MULTILINE | re.DOTALL):
        head, _, body = match[2].partition('\n\n')
        headers = dict(line.partition(': ')[::2] for line in head.split('\n') if line)
        yield match[1], lint.line_of(text, match.start()), headers, body.strip()


def check_entry(name, line, headers, body, seen):
    if not re.fullmatch('[0-9a-f]{32}', name):
        yield lint.Finding(CATALOG, line, f'“{name}” is no message id')
    if name in seen:
        yield lint.Finding(CATALOG, line, f'a second entry for {name}')
    for header in ('Subject', 'Defined-By'):
        if not headers.get(header):
            yield lint.Finding(CATALOG, line, f'add “{header}: …”')
    if not body:
        yield lint.Finding(CATALOG, line, 'say what it means and what can be done')
    for field in re.findall('@([^@\n]+)@', ' '.join([*headers.values(), body])):
        if field not in FIELDS:
            yield lint.Finding(CATALOG, line, f'there is no field @{field}@')


def check_with_journalctl(root, count):
    """What systemd itself finds in the file. It takes the second part of a file's name for the
    language, if there is one, and would show none of it then."""
    with tempfile.TemporaryDirectory() as folder:
        directory = pathlib.Path(folder, 'usr', 'lib', 'systemd', 'catalog')
        directory.mkdir(parents=True)
        pathlib.Path(folder, 'var', 'lib', 'systemd', 'catalog').mkdir(parents=True)
        shutil.copy(root / CATALOG, directory)
        done = subprocess.run(['journalctl', f'--root={folder}', '--update-catalog'],
                              capture_output=True, text=True, check=False,
                              env={'SYSTEMD_LOG_LEVEL': 'debug', 'PATH': '/usr/bin:/bin'})
    found = FOUND.search(done.stderr)
    if done.returncode != 0 or found and int(found[1]) != count:
        yield lint.Finding(CATALOG, 1, f'journalctl does not take it as it is: {done.stderr}')
    if 'has language' in done.stderr:
        yield lint.Finding(CATALOG, 1, 'its name says that it is in some language')


def check(root):
    log, text = lint.read(root, LOG), lint.read(root, CATALOG)
    ids = {match[1]: lint.line_of(log, match.start())
           for match in re.finditer(r'\[BH_EVENT_\w+\] = "([^"]*)"', log)}
    findings, seen = [], set()
    if not ids:
        findings.append(lint.Finding(LOG, 1, 'no message id found'))
    for name, line, headers, body in read_entries(text):
        findings += check_entry(name, line, headers, body, seen)
        if name not in ids:
            findings.append(lint.Finding(CATALOG, line, f'nothing logs {name}'))
        seen.add(name)
    findings += [lint.Finding(LOG, line, f'{name} has no entry in {CATALOG}')
                 for name, line in ids.items() if name not in seen]
    if not findings and shutil.which('journalctl'):
        findings += check_with_journalctl(root, len(ids))
    return findings


ID = '5a3f5c0e6b0f4c6c9d0e8f8a51c0a001'
OTHER = '5a3f5c0e6b0f4c6c9d0e8f8a51c0a002'
ENTRY = f'-- {ID}\nSubject: @BULKHEAD_APP@ has ended\nDefined-By: Bulkhead\n\nIt has ended.\n'
CLEAN = {str(LOG): f'  [BH_EVENT_ENDED] = "{ID}",\n', str(CATALOG): f'# A comment\n\n{ENTRY}'}
PLANTED = [
    ({str(LOG): CLEAN[str(LOG)] + f'  [BH_EVENT_LIMIT] = "{OTHER}",\n'}, f'{LOG}:2', 'has no entry'),
    ({str(CATALOG): ENTRY + ENTRY.replace(ID, OTHER)}, f'{CATALOG}:6', 'nothing logs'),
    ({str(CATALOG): ENTRY + ENTRY}, f'{CATALOG}:6', 'a second entry'),
    ({str(CATALOG): ENTRY.replace('Subject', 'Object')}, f'{CATALOG}:1', 'Subject'),
    ({str(CATALOG): ENTRY.replace('It has ended.\n', '')}, f'{CATALOG}:1', 'what it means'),
    ({str(CATALOG): ENTRY.replace('_APP@', '_AP@')}, f'{CATALOG}:1', 'no field'),
    ({str(CATALOG): ENTRY.replace(ID, ID[1:])}, f'{CATALOG}:1', 'no message id'),
]

if __name__ == '__main__':
    lint.main(check, CLEAN, PLANTED)
