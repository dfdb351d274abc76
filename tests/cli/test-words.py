#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words that do or set something: what they call, and what they say of the answer."""
import os
import pty
import select
import subprocess

import fakeservice
from fakeservice import Error, check, check_equal, value

STORAGE = {'data': value('t', 12345678), 'cache': value('t', 4096),
           'data-path': value('s', '/somewhere/data'), 'cache-path': value('s', '/somewhere/cache')}


def suspending(service):
    """suspend, resume, devtools: one app or several, or all at once"""
    service.add_app('notes')
    service.add_app('sketch')
    check_equal(service.ctl('suspend', 'notes'), 'notes: suspended\n', 'what it says')
    check_equal(sorted(service.ctl('resume', 'notes', 'sketch').splitlines()),
                ['notes: resumed', 'sketch: resumed'], 'what it says')
    check_equal(service.ctl('devtools', 'notes'), 'notes: developer tools opened\n',
                'what it says')
    check_equal([call[:2] for call in service.get_calls('Suspend', 'Resume', 'OpenDeveloperTools')],
                [('notes', 'Suspend'), ('notes', 'Resume'), ('sketch', 'Resume'),
                 ('notes', 'OpenDeveloperTools')], 'what was called')
    check_equal(service.ctl_json('suspend', 'notes'), [{'id': 'notes'}], 'its JSON')

    service.answers['SuspendAll'] = lambda app, given: (3,)
    service.answers['ResumeAll'] = lambda app, given: (1,)
    check_equal(service.ctl('suspend', '--all'), '3 apps suspended\n', 'what it says')
    check_equal(service.ctl('resume', '--all'), '1 app resumed\n', 'what it says')
    check_equal(service.ctl_json('suspend', '--all'), {'suspended': 3}, 'its JSON')
    check_equal(service.ctl_json('resume', '-a'), {'resumed': 1}, 'its JSON')

    for wrong in (['suspend'], ['resume', '--all', 'notes']):
        check('it needs either IDs or --all' in service.ctl(*wrong, status=2), 'no such complaint')


def refusals(service):
    """An app that can't be suspended: why, and exit code 1; one that is not there: 3"""
    service.add_app('notes')

    def refuse(app, given):
        raise Error('NotRunning', 'Notes does not run')
    service.answers['Suspend'] = refuse
    check('notes: Notes does not run' in service.ctl('suspend', 'notes', status=1), 'not why')
    for words in (['suspend', 'nots'], ['settings', 'nots'], ['permissions', 'nots'],
                  ['storage', 'nots'], ['clear', 'nots', 'data', '--yes']):
        said = service.ctl(*words, status=3)
        check('there is no app “nots”' in said and 'Did you mean “notes”?' in said,
              f'{words} gave {said}')
        answer = service.ctl_json(*words, status=3)
        answer = answer[0] if isinstance(answer, list) else answer
        check_equal(answer['id'], 'nots', 'the id in JSON')


def settings(service):
    """settings: shows them, and sets what is typed"""
    service.add_app('notes', Settings={'muted': value('b', True), 'suspend-after': value('u', 15),
                                       'keep-awake': value('b', False),
                                       'from-the-future': value('u', 7)})
    said = service.ctl('settings', 'notes')
    for line in ('muted            yes     No notifications', 'suspend-after    15 min',
                 'keep-awake       no', 'from-the-future  7'):
        check(line in said, f'“{line}” is not in\n{said}')
    check_equal(service.ctl_json('settings', 'notes'),
                {'id': 'notes', 'muted': True, 'suspendAfter': 15, 'keepAwake': False}, 'its JSON')

    for typed, wanted in (
            (['muted=no'], {'muted': False}), (['muted=on', 'keep-awake=yes'],
                                              {'muted': True, 'keep-awake': True}),
            (['suspend-after=never'], {'suspend-after': 0}),
            (['suspend-after=10'], {'suspend-after': 10}),
            (['suspend-after=2h'], {'suspend-after': 120})):
        service.calls.clear()
        service.ctl('settings', 'notes', *typed)
        check_equal(service.get_calls('SetSettings'), [('notes', 'SetSettings', (wanted,))],
                    f'the call for {typed}')

    for typed, complaint in (
            ('mute=yes', 'did you mean “muted”?'), ('muted', 'is no KEY=VALUE'),
            ('muted=perhaps', 'neither “yes” nor “no”'), ('suspend-after=90s', 'no whole minutes'),
            ('frobnicate=1', 'there is no setting “frobnicate”')):
        check(complaint in service.ctl('settings', 'notes', typed, status=2), complaint)
    check('is given twice' in service.ctl('settings', 'notes', 'muted=no', 'muted=no', status=2),
          'twice')


def permissions(service):
    """permissions: shows them, and sets what is typed"""
    service.add_app('notes')
    service.answers['GetPermissions'] = lambda app, given: (
        [('https://notes.example', 'camera', 'deny'), ('app://notes', 'notifications', 'allow')],)
    said = service.ctl('permissions', 'notes')
    check_equal(said.splitlines(), [
        'Origin                 Kind           Answer',
        'https://notes.example  camera         denied',
        'app://notes            notifications  allowed'], 'the table')
    check_equal(service.ctl_json('permissions', 'notes')[0],
                {'origin': 'https://notes.example', 'kind': 'camera', 'answer': 'deny'}, 'its JSON')

    service.ctl('permissions', 'notes', 'https://a.example', 'camera=allow', 'geolocation=ask')
    check_equal([call[2] for call in service.get_calls('SetPermission')],
                [('https://a.example', 'camera', 'allow'),
                 ('https://a.example', 'geolocation', 'ask')], 'what was set')
    for words, complaint in (
            (['https://a.example'], 'it needs KIND=ANSWER'),
            (['https://a.example', 'camera'], 'is no KIND=ANSWER'),
            (['https://a.example', 'camera=perhaps'], '“allow”, “deny” and “ask”')):
        check(complaint in service.ctl('permissions', 'notes', *words, status=2), complaint)
    service.answers['GetPermissions'] = lambda app, given: ([],)
    check_equal(service.ctl('permissions', 'notes'), 'Nothing has been allowed or denied to it.\n',
                'what it says of none')


def storage(service):
    """storage: sizes and directories; what is not known is “–” and null"""
    service.add_app('notes')
    service.answers['GetStorage'] = lambda app, given: (STORAGE,)
    said = service.ctl('storage', 'notes')
    for line in ('data   11.8 MiB  /somewhere/data', 'cache   4.0 KiB  /somewhere/cache',
                 'state         –'):
        check(line in said.replace('\u00a0', ' '), f'“{line}” is not in\n{said}')
    check_equal(service.ctl_json('storage', 'notes'),
                {'id': 'notes', 'data': 12345678, 'dataPath': '/somewhere/data', 'cache': 4096,
                 'cachePath': '/somewhere/cache', 'state': None, 'statePath': None}, 'its JSON')


def answer_at_terminal(service, typed):
    """Runs `clear` at a terminal and types; its exit code and what was shown."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([fakeservice.PROGRAM, 'clear', 'notes', 'cache', 'data'],
                               stdin=theirs, stdout=theirs, stderr=theirs,
                               env=service.make_environment())
    os.close(theirs)
    shown = b''
    while b'[y/N]' not in shown:
        check(select.select([ours], [], [], fakeservice.TIMEOUT)[0], f'no question: {shown}')
        shown += os.read(ours, 4096)
    os.write(ours, typed)
    status = process.wait(fakeservice.TIMEOUT)
    try:
        while more := os.read(ours, 4096):
            shown += more
    except OSError:
        # The other end is closed, and all of it was read.
        pass
    os.close(ours)
    return status, shown.decode()


def clearing(service):
    """clear: asks at a terminal, and elsewhere needs --yes"""
    service.add_app('notes', Pid=42, State='running')
    check('say --yes' in service.ctl('clear', 'notes', 'data', status=2), 'it did not refuse')
    check('did you mean “cache”' in service.ctl('clear', 'notes', 'cashe', '--yes', status=2),
          'no suggestion')
    check_equal(service.get_calls('ClearData'), [], 'what was cleared')
    check_equal(service.ctl('clear', 'notes', 'data', 'state', '--yes'),
                'notes: removed data, state\n', 'what it says')
    check_equal(service.get_calls('ClearData'), [('notes', 'ClearData', (['data', 'state'],))],
                'the call')
    check_equal(service.ctl_json('clear', 'notes', 'cache', '--yes'),
                {'id': 'notes', 'cleared': ['cache']}, 'its JSON')

    service.calls.clear()
    for no in (b'\n', b'n\n', b'yesterday\n', b'\x04'):
        status, shown = answer_at_terminal(service, no)
        check_equal(status, 1, 'the exit code after a no')
        check('nothing was removed' in shown, shown)
    check_equal(service.get_calls('ClearData'), [], 'what was cleared without a yes')
    status, shown = answer_at_terminal(service, b'y\n')
    check_equal(status, 0, 'the exit code after a yes')
    for line in ('This removes of Notes for good', 'cookies', 'is stopped first', 'removed cache'):
        check(line in shown, f'“{line}” is not in {shown}')
    check_equal(service.get_calls('ClearData'), [('notes', 'ClearData', (['cache', 'data'],))],
                'the call')


fakeservice.run(suspending, refusals, settings, permissions, storage, clearing)
