#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apps come, change, break and go while Bulkhead runs, and a broken one breaks nothing else."""
import shutil

import e2e


def read_list():
    return {entry['id']: entry for entry in e2e.ctl_json('list')}


def wait_for_entry(app, condition, what):
    def look():
        entry = read_list().get(app)
        e2e.check(condition(entry), f'it is {entry}')
        return True
    e2e.wait_for(f'{app} {what}', look)


def broken():
    """A broken manifest is listed with file and line, the apps beside it work"""
    e2e.write_app('good', '<!doctype html><title>good</title>')
    folder = e2e.get_home('XDG_DATA_HOME') / 'bulkhead/apps/bad'
    folder.mkdir()
    manifest = folder / 'manifest.json'
    manifest.write_text('{\n  "startup_app": {\n    "uuid": "bad",\n    "url": 7\n  }\n}\n',
                        encoding='utf-8')
    wait_for_entry('bad', lambda entry: entry and entry['broken'], 'as broken')
    reason = read_list()['bad']['broken']
    for part in (str(manifest), 'line 4', 'startup_app.url'):
        e2e.check(part in reason, f'the reason does not name “{part}”: {reason}')
    done = e2e.ctl_result('launch', 'bad')
    e2e.check_equal(done.returncode, 1, 'the status of launching the broken app')
    e2e.check(str(manifest) in done.stderr, f'the message is “{done.stderr}”')
    e2e.launch('good', 'notes')
    e2e.wait_for_complete('good', 'notes')


def come_and_go():
    """An app that appears, changes and is taken away while others run is listed so at once"""
    e2e.launch('notes')
    before = e2e.get_identities(e2e.wait_for_complete('notes')['notes'])
    folder = e2e.write_app('guest', '<!doctype html><title>first</title>')
    e2e.launch('guest')
    e2e.wait_for('the first page', lambda: e2e.get_title('guest') == 'first')

    # What runs, runs on with what it was started with.
    e2e.write_app('guest', '<!doctype html><title>second</title>', name='Visitor')
    wait_for_entry('guest', lambda entry: entry['name'] == 'Visitor', 'under its new name')
    e2e.check_equal(e2e.get_title('guest'), 'first', 'the title of the running app')
    e2e.ctl('restart', 'guest', '--wait')
    e2e.wait_for('the second page', lambda: e2e.get_title('guest') == 'second')

    (folder / 'manifest.json').write_text('{', encoding='utf-8')
    wait_for_entry('guest', lambda entry: entry and entry['broken'], 'as broken')
    e2e.write_app('guest', '<!doctype html><title>third</title>')
    wait_for_entry('guest', lambda entry: entry and not entry['broken'], 'mended')
    e2e.ctl_result('stop', 'guest')
    e2e.launch('guest')
    e2e.wait_for('the third page', lambda: e2e.get_title('guest') == 'third')

    e2e.ctl('stop', 'guest')
    shutil.rmtree(folder)
    wait_for_entry('guest', lambda entry: entry is None, 'off the list')
    done = e2e.ctl_result('launch', 'guest')
    e2e.check_equal(done.returncode, 3, 'the status of launching an app that is gone')
    after = e2e.read_apps()['notes']
    e2e.check_equal(e2e.get_identities(after), before, 'the processes of notes')


def removed():
    """An app whose files are taken away while it runs can still be stopped"""
    folder = e2e.write_app('guest', '<!doctype html><title>guest</title>')
    e2e.launch('guest')
    e2e.wait_for_complete('guest')
    shutil.rmtree(folder)
    e2e.wait_for('the end of the manifest', lambda: 'guest' not in read_list()
                 or read_list()['guest']['broken'] or read_list()['guest']['state'] == 'running')
    e2e.ctl('stop', 'guest')
    e2e.wait_for('the end of its processes', lambda: not e2e.find_processes('guest'))
    wait_for_entry('guest', lambda entry: entry is None, 'off the list')


if __name__ == '__main__':
    e2e.run(broken, come_and_go, removed)
