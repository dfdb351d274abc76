#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each app runs in processes of its own, with a profile of its own, in WebKit's sandbox."""
import contextlib
import os
import pathlib
import stat

import e2e

APPS = ('notes', 'sketch', 'calculator')
HOMES = ('XDG_DATA_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME')
MARKED_PAGE = '''<!doctype html><meta charset="utf-8"><title>start</title>
<script>
localStorage.setItem ('mark', 'MARK');
document.cookie = 'mark=MARK; max-age=3600';
document.title = `${localStorage.length} ${localStorage.getItem ('mark')} ${document.cookie}`;
</script>
'''


def check_distinct(running, role, apps):
    pids = {e2e.get_pid(running[app], role) for app in apps}
    e2e.check_equal(len(pids), len(apps), f'the number of {role} processes')


def check_tagged(entry):
    for process in entry['processes']:
        environment = e2e.read_environment(process['pid'])
        e2e.check_equal(environment.get(b'BULKHEAD_APP'), entry['id'].encode(),
                        f'BULKHEAD_APP of the {process["role"]} process {process["pid"]}')


def check_private(path):
    e2e.check(path.is_dir(), f'{path} is no directory')
    e2e.check_equal(oct(stat.S_IMODE(path.stat().st_mode)), '0o700', f'the mode of {path}')


def processes():
    """Three apps have distinct, sandboxed and tagged processes, and private profiles"""
    e2e.launch(*APPS)
    running = e2e.wait_for_complete(*APPS)
    for role in e2e.MAIN_ROLES:
        check_distinct(running, role, APPS)
    for app in APPS:
        e2e.check_sandboxed(running[app])
        check_tagged(running[app])
        e2e.check_equal({process['pid'] for process in running[app]['processes']},
                        e2e.find_processes(app), f'what “ps” lists of {app}')
        for home in HOMES:
            check_private(e2e.get_profile(app, home))


def read_oom_score_adj(pid):
    return int(e2e.read_proc(pid, 'oom_score_adj') or -1)


def eligible():
    """When memory is at its end the kernel picks a page first, then an app, and the service last"""
    e2e.launch('notes')
    entry = e2e.wait_for_complete('notes')['notes']
    e2e.wait_for('the score of the page',
                 lambda: read_oom_score_adj(e2e.get_pid(entry, 'web')) == 500)
    e2e.check_equal(read_oom_score_adj(e2e.get_pid(entry, 'runner')), 300, 'the runner’s score')
    e2e.check_equal(read_oom_score_adj(e2e.get_pid(entry, 'network')), 300, 'the network’s score')
    supervisor = read_oom_score_adj(e2e.get_supervisor())
    e2e.check(supervisor < 300, f'the score of the supervisor is {supervisor}')


def list_files_with(folder, text):
    """What is swept away meanwhile does not have it."""
    found = []
    for place, _, names in os.walk(folder):
        for path in (pathlib.Path(place) / name for name in names):
            with contextlib.suppress(FileNotFoundError):
                if path.is_file() and text in path.read_bytes():
                    found.append(path)
    return found


def profiles():
    """What the pages of one app keep does not reach another app, not even of the same server"""
    server = e2e.Server({})
    marks = {'first': 'mark-of-the-first', 'second': 'mark-of-the-second'}
    for app, mark in marks.items():
        server.pages['index.html'] = MARKED_PAGE.replace('MARK', mark)
        e2e.write_app(app, url=server.url)
        e2e.launch(app)
        wanted = f'1 {mark} mark={mark}'
        e2e.wait_for(f'the title “{wanted}”', lambda wanted=wanted, app=app:
                     e2e.get_title(app) == wanted)
    for app in marks:
        e2e.ctl('stop', app)
    for app, mark in marks.items():
        for other in set(marks.values()) - {mark}:
            for home in HOMES:
                found = list_files_with(e2e.get_profile(app, home), other.encode())
                e2e.check(not found, f'{app} has what the page of the other app kept: {found}')
        e2e.check(list_files_with(e2e.get_profile(app), mark.encode()),
                  f'nothing in {e2e.get_profile(app)} has what the page kept')


def laboratory():
    """The laboratory’s page counts in its title"""
    def read_count():
        name, _, count = e2e.get_title('laboratory').rpartition(' – ')
        e2e.check(name == 'Laboratory' and count.isdigit(),
                  f'the title is “{e2e.get_title("laboratory")}”')
        return int(count)

    e2e.launch('laboratory')
    before = e2e.wait_for('the laboratory’s count', read_count)
    e2e.wait_for('three more counts', lambda: read_count() >= before + 3)


if __name__ == '__main__':
    e2e.run(processes, eligible, laboratory, profiles)
