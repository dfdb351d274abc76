#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""events and history: what they ask for, what they print, and that --follow goes on."""
import json
import os
import pathlib
import select
import signal
import subprocess
import time

import fakeservice
from fakeservice import Error, check, check_equal, value

SECOND = 1000000
# 2026-11-25 17:30:00 UTC
BEGINNING = 1795627800 * SECOND
KINDS = {'number': 't', 'time': 't', 'kind': 's', 'app': 's', 'name': 's', 'instance': 's',
         'reason': 's', 'detail': 's', 'message': 's', 'pid': 'u', 'memory': 't',
         'memory-peak': 't', 'cpu-time': 't', 'uptime': 'd'}


def make_event(number, kind='started', app='notes', **more):
    content = {'number': number, 'time': BEGINNING + number * SECOND, 'kind': kind, **more}
    if app:
        content.update(app=app, name=app.capitalize(), message=f'{app.capitalize()} {kind} {number}')
    return fakeservice.dictionary(KINDS, content)


class Journal:
    """The answer to GetEvents, from a list that grows."""

    def __init__(self, service, *events):
        self.events = list(events)
        self.asked = []
        self.service = service
        service.answers['GetEvents'] = self.answer

    def answer(self, app, given):
        options = given[0]
        self.asked.append(options)
        found = [event for event in self.events
                 if options.get('app') in (None, event['app'].unpack() if 'app' in event else '')
                 and event['time'].unpack() >= options.get('since', 0)
                 and event['kind'].unpack() in options.get('kinds', [event['kind'].unpack()])]
        return (found[-options['limit']:],)

    def record(self, event):
        self.events.append(event)
        self.service.emit('Recorded', value('(a{sv})', (event,)), 'Journal1')


class Follower:
    """A running `events --follow`."""

    def __init__(self, service, *arguments):
        self.process = service.start('events', '--follow', *arguments, stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE)
        self.pending = b''

    def read(self, n):
        """Waits for n lines."""
        while self.pending.count(b'\n') < n:
            check(select.select([self.process.stdout], [], [], fakeservice.TIMEOUT)[0],
                  f'after {self.pending} nothing came')
            more = os.read(self.process.stdout.fileno(), 65536)
            check(more, f'it ended after {self.pending}')
            self.pending += more
        *lines, self.pending = self.pending.split(b'\n', n)
        return [line.decode() for line in lines]

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        rest, complaint = self.process.communicate(timeout=fakeservice.TIMEOUT)
        check_equal((self.process.returncode, rest, complaint), (0, b'', b''), 'its end')


def past(service):
    """events: the past, as lines and as JSON, of all or of some"""
    service.add_app('notes')
    journal = Journal(service, make_event(1), make_event(
        2, 'ended', reason='memory-limit', detail='512 MiB', pid=42, memory=5 << 20,
        uptime=1.5, **{'memory-peak': 6 << 20, 'cpu-time': 2500000}),
        make_event(3, 'supervisor-stopped', app=None, message='The service ended'),
        make_event(4, app='a-very-long-id-indeed'))
    check_equal(service.ctl('events').splitlines(), [
        '2026-11-25 17:30:01  notes           started        Notes started 1',
        '2026-11-25 17:30:02  notes           ended          Notes ended 2',
        '2026-11-25 17:30:03  –               supervisor-stopped  The service ended',
        '2026-11-25 17:30:04  a-very-long-i…  started        A-very-long-id-indeed started 4'],
        'the lines')
    check_equal(journal.asked[-1], {'limit': 1000}, 'what was asked')
    check_equal(service.ctl_json('events')[1], {
        'number': 2, 'time': '2026-11-25T17:30:02Z', 'kind': 'ended', 'app': 'notes',
        'name': 'Notes', 'instance': None, 'reason': 'memory-limit', 'detail': '512 MiB',
        'message': 'Notes ended 2', 'pid': 42, 'memory': 5 << 20, 'memoryPeak': 6 << 20,
        'cpuTime': 2.5, 'uptime': 1.5}, 'its JSON')

    service.ctl('events', '--kind', 'ended', '-k', 'started', '--since', '2026-11-25T17:30:00Z',
                '--until', '2026-11-25T18:30:00Z', '-n', '7')
    check_equal(journal.asked[-1], {'limit': 7, 'kinds': ['ended', 'started'], 'since': BEGINNING,
                                    'until': BEGINNING + 3600 * SECOND}, 'what was asked')
    journal.asked.clear()
    check_equal([event['number'] for event in
                 service.ctl_json('events', '-a', 'a-very-long-id-indeed', '-a', 'notes', '-n', '2')],
                [2, 4], 'the latest of two apps, one of which is not installed any more')
    check_equal([options['app'] for options in journal.asked], ['a-very-long-id-indeed', 'notes'],
                'what was asked')
    check_equal(service.ctl('events', '-k', 'resumed'), 'Nothing of that kind has happened.\n',
                'what it says of nothing')
    check_equal(service.ctl_json('events', '-k', 'resumed'), [], 'the JSON of nothing')


def wrong(service):
    """events and history: what is mistyped is explained, and nothing of an unknown app is exit code 3"""
    service.add_app('notes')
    Journal(service)
    service.answers['GetHistory'] = lambda app, given: (60, [])
    for words, complaint in (
            (['--kind', 'endet'], 'did you mean “ended”?'),
            (['--kind', 'killed'], 'there is no kind “killed”'), (['--since', 'soon'], '“soon” is no time'),
            (['--since', '1h', '--until', '2h'], 'not later than'), (['-n', '10001'], '--limit'),
            (['--follow', '--until', '1h'], '--follow and --until')):
        check(complaint in service.ctl('events', *words, status=2), complaint)
    check('there is no app “nots”' in service.ctl('events', '-a', 'nots', status=3), 'events')
    check('there is no app “nots”' in service.ctl('history', 'nots', status=3), 'history')
    check('“1s”, “1m” and “1h”' in service.ctl('history', 'notes', '-r', '2m', status=2), '-r')
    check_equal(service.ctl('history', 'notes'), 'It did not run then.\n', 'without a history')

    def fail(app, given):
        raise Error('Failed', 'the history can’t be read')
    service.answers['GetEvents'] = service.answers['GetHistory'] = fail
    check('the history can’t be read' in service.ctl('events', status=1), 'not why')
    check('the history can’t be read' in service.ctl('history', 'notes', status=1), 'not why')


def history(service):
    """history: what it asks for, and what it prints"""
    service.add_app('notes')
    asked = []

    def answer(app, given):
        asked.append(given)
        return (60, [(BEGINNING + i * 60 * SECOND, 60, 1 << 20, 2 << 20, 3 << 20, 0.0, 10.0, 50.0)
                     for i in range(3)])
    service.answers['GetHistory'] = answer
    said = service.ctl('history', 'notes')
    check_equal(asked[-1], ('notes', {'resolution': 0}), 'what was asked')
    for part in ('17:32   1.0M  2.0M  3.0M', 'least 1.0', 'of which it ran 3 min 0 s'):
        check(part in said, f'“{part}” is not in\n{said}')
    service.ctl('history', 'notes', '-r', '1m', '--since', '2026-11-25T17:30:00Z')
    check_equal(asked[-1], ('notes', {'resolution': 60, 'since': BEGINNING}), 'what was asked')
    answer = service.ctl_json('history', 'notes')
    check_equal((answer['id'], answer['resolution'], len(answer['points'])), ('notes', 60, 3),
                'its JSON')
    check_equal(answer['points'][0], {
        'time': '2026-11-25T17:30:00Z', 'samples': 60, 'memoryMin': 1 << 20,
        'memoryMean': 2 << 20, 'memoryMax': 3 << 20, 'cpuMin': 0, 'cpuMean': 10, 'cpuMax': 50},
        'a point')


def follow(service):
    """events --follow: the last ten, then what happens, and SIGINT is a good end"""
    journal = Journal(service, *[make_event(number) for number in range(1, 16)])
    follower = Follower(service)
    check_equal([line.split()[-1] for line in follower.read(10)],
                [str(number) for number in range(6, 16)], 'the last ten')
    journal.record(make_event(16, 'ended'))
    check_equal(follower.read(1), ['2026-11-25 17:30:16  notes           ended          '
                                   'Notes ended 16'], 'what happened')
    follower.end()


def follow_some(service):
    """events --follow --json: a line each, of the apps and kinds that are wanted"""
    service.add_app('notes')
    journal = Journal(service, make_event(1))
    follower = Follower(service, '--json', '--app', 'notes', '--kind', 'started', '--kind', 'ended')
    check_equal(json.loads(follower.read(1)[0])['number'], 1, 'the past')
    journal.record(make_event(2, 'resumed'))
    journal.record(make_event(3, 'ended', app='sketch'))
    journal.record(make_event(4, 'ended'))
    check_equal(json.loads(follower.read(1)[0])['number'], 4, 'what is wanted')
    follower.end(signal.SIGTERM)


def follow_restart(service):
    """events --follow: the service goes and comes, nothing is left out and nothing told twice"""
    journal = Journal(service, make_event(1))
    follower = Follower(service)
    follower.read(1)
    service.disown()
    # What no signal told of.
    journal.events += [make_event(2, 'supervisor-stopped'), make_event(3, 'supervisor-started')]
    journal.asked.clear()
    service.own()
    check_equal([line.split()[-1] for line in follower.read(2)], ['2', '3'], 'what was missed')
    # It asks for what it has not, not for everything.
    check_equal({options['since'] for options in journal.asked}, {BEGINNING + SECOND}, 'since when')
    journal.record(make_event(4))
    check_equal(follower.read(1)[0].split()[-1], '4', 'what came afterwards')
    # A new history counts from the beginning.
    journal.record(fakeservice.dictionary(KINDS, {
        'number': 1, 'time': BEGINNING + 100 * SECOND, 'kind': 'history-lost', 'message': 'lost'}))
    check(follower.read(1)[0].endswith('lost'), 'the loss was not told')
    follower.end()


def follow_closed_pipe(service):
    """events --follow: nobody reads any more, which is a good end, too, and at once"""
    Journal(service, make_event(1))
    follower = Follower(service)
    follower.read(1)
    follower.process.stdout.close()
    check_equal(follower.process.wait(fakeservice.TIMEOUT), 0, 'its exit code')
    check_equal(follower.process.stderr.read(), b'', 'its complaint')


def follow_quietly(service):
    """events --follow: while nothing happens it sleeps"""
    Journal(service, make_event(1))
    follower = Follower(service)
    follower.read(1)

    def count():
        status = pathlib.Path(f'/proc/{follower.process.pid}/status').read_text(encoding='utf-8')
        return sum(int(line.split()[1]) for line in status.splitlines()
                   if 'voluntary_ctxt_switches' in line)

    def is_calm():
        before = count()
        time.sleep(0.5)
        return count() == before
    fakeservice.wait_for('half a second without a wake-up', is_calm)
    follower.end()


os.environ['TZ'] = 'UTC'
fakeservice.run(past, wrong, history, follow, follow_some, follow_restart, follow_closed_pipe,
                follow_quietly)
