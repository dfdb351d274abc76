#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""top, in a terminal: what it shows, what its keys do, and what it survives."""
import os
import re
import signal
import subprocess
import time

import fakeservice
from fakeservice import check, check_equal, dictionary, value
from terminal import Terminal

KINDS = {'id': 's', 'name': 's', 'path': 'o', 'state': 's', 'reason': 's', 'memory': 't',
         'memory-kind': 's', 'cpu': 'd', 'cpu-time': 't', 'threads': 'u', 'pid': 'u', 'uptime': 'd',
         'disk-read': 't', 'disk-written': 't', 'network-received': 't', 'network-sent': 't',
         'pressed': 'b', 'growing': 'b', 'suspended': 's', 'activity': 'as', 'limits': 'a{sv}',
         'processes': 'aa{sv}', 'role': 's', 'start-time': 't', 'stopped': 'b', 'started-at': 't'}
MACHINE = {'cores': 'u', 'cpu': 'd', 'memory': 't', 'memory-used': 't', 'swap': 't',
           'swap-used': 't', 'supervisor-memory': 't', 'supervisor-cpu': 'd'}
ROLES = (('runner', 'bulkhead-runner'), ('web', 'WebKitWebProces'), ('network', 'WebKitNetworkPr'))


def make_app(app, place, **more):
    processes = [dictionary(KINDS, {
        'pid': 1000 * place + number, 'start-time': 5, 'role': role, 'name': name,
        'memory': place << 20, 'memory-kind': 'resident', 'cpu': 1.0, 'threads': 9, 'cpu-time': 10,
        'stopped': False}) for number, (role, name) in enumerate(ROLES)]
    return dictionary(KINDS, {
        'id': app, 'name': app.capitalize(), 'path': fakeservice.Service.get_path(app),
        'state': 'running', 'memory': (100 * place) << 20, 'memory-kind': 'pss', 'cpu': 10.0 / place,
        'cpu-time': place * 1000000, 'threads': 27, 'pid': 1000 * place, 'uptime': 60.0 * place,
        'disk-read': 0, 'disk-written': 0, 'network-received': 0, 'network-sent': 0,
        'processes': processes, **more})


class World:
    """What the service tells of: apps that can be changed, told to all who watch."""

    def __init__(self, service, **apps):
        self.service = service
        self.apps = apps or {'notes': make_app('notes', 1), 'sketch': make_app('sketch', 2),
                             'mail': make_app('mail', 3)}
        self.machine = {'cores': 4, 'cpu': 25.0, 'memory': 16 << 30, 'memory-used': 4 << 30,
                        'swap': 2 << 30, 'swap-used': 0, 'supervisor-memory': 9 << 20,
                        'supervisor-cpu': 0.3}
        for app in self.apps:
            service.add_app(app)
        service.answers['Sample'] = lambda app, given: (list(self.apps.values()),)
        service.answers['SampleMachine'] = lambda app, given: (dictionary(MACHINE, self.machine),)

    def tell(self):
        self.service.emit('MachineSampled', value('(a{sv})', (dictionary(MACHINE, self.machine),)))
        self.service.emit('Sampled', value('(aa{sv})', (list(self.apps.values()),)))

    def change(self, app, **more):
        self.apps[app] = {**self.apps[app], **dictionary(KINDS, more)}
        self.tell()


def shown(service):
    """top: the machine, the service's own cost, and the apps, those with most memory first"""
    world = World(service)
    terminal = Terminal(service, 'top', size=(120, 24))
    # The last figure of the last row.
    terminal.expect('1m00s')
    lines = terminal.get_lines()
    check(lines[0].startswith('Bulkhead  3 apps, 9 processes'), lines[0])
    for part in ('25.0% of 4 cores', '4.0G of 16G', '|||||...', 'Swap 0 of 2.0G'):
        check(part in lines[1], f'“{part}” is not in “{lines[1]}”')
    for part in ('CPU 18.3% of one core', 'Memory 600M', 'Bulkhead itself 0.3% 9.0M'):
        check(part in lines[2], f'“{part}” is not in “{lines[2]}”')
    for heading in ('Name', 'PID', 'State', 'vMemory', 'CPU', 'Nearest limit', 'Thr', 'CPU time',
                    'Disk/s', 'Net/s', 'Up time'):
        check(heading in lines[3], f'“{heading}” is not in “{lines[3]}”')
    check_equal([line.split()[1] for line in lines[4:7]], ['Mail', 'Sketch', 'Notes'], 'the order')
    check(re.match(r'\+  Notes +1000  Running +100M +10\.0%  – +27   0:01\.00       –       –    1m00s$',
                   lines[6]), lines[6])
    check('h help' in lines[23] and 'q quit' in lines[23], lines[23])

    # Rates are those from one sample to the next.
    world.change('notes', **{'disk-written': 500 << 20, 'network-received': 700 << 20})
    terminal.wait_for(lambda now: re.search(r'Notes .* 0:01\.00 +\d+[MG.\d]* +\d+[MG.\d]*  ', now.get_text()),
                      'a rate')
    # What is not known is a dash.
    world.apps['mail'] = dictionary(KINDS, {'id': 'mail', 'name': 'Mail', 'state': 'starting',
                                            'pid': 3000, 'path': service.get_path('mail')})
    world.tell()
    terminal.wait_for(lambda now: re.search(
        r'Mail +3000  Starting +– +–  – +– +– +– +– +–$', now.get_text(), re.MULTILINE), 'dashes')
    terminal.type('q')
    check_equal(terminal.end(), 0, 'its exit code')


def tree(service):
    """top: Enter, Space, + - and * show processes and hide them"""
    World(service)
    terminal = Terminal(service, 'top')
    terminal.expect_selected('Mail')
    terminal.type('enter')
    terminal.wait_for(lambda now: '└─ Network' in now.get_text() and now.find('Sketch') == 8, 'the tree')
    check(terminal.get_lines()[4].startswith('-  Mail'), 'no sign that it is open')
    check('└─ Network' in terminal.get_lines()[7] and '3002' in terminal.get_lines()[7], 'the last')
    check('~3.0M' in terminal.get_lines()[5], 'an estimate is not marked')
    terminal.type('down', 'down')
    terminal.expect_selected('Web page')
    # Hiding goes from a process to its app.
    terminal.type('left')
    terminal.expect_not('Web page')
    terminal.expect_selected('Mail')
    terminal.type('*')
    terminal.wait_for(lambda now: now.get_text().count('Runner') == 3, 'all processes')
    terminal.type('*')
    terminal.expect_not('Runner')
    terminal.type('q')
    check_equal(terminal.end(), 0, 'its exit code')


def sorting(service):
    """top: sorted by any column; the selection stays with its app"""
    world = World(service)
    terminal = Terminal(service, 'top', '--sort', 'name')
    terminal.wait_for(lambda now: now.find('Mail') == 4 and now.find('Sketch') == 6, 'by name')
    terminal.type('end')
    terminal.expect_selected('Sketch')
    terminal.type('P')
    terminal.wait_for(lambda now: now.find('Notes') == 4 and now.find('Mail') == 6, 'by CPU')
    terminal.expect_selected('Sketch')
    terminal.type('i')
    terminal.wait_for(lambda now: now.find('Mail') == 4, 'the other way round')
    terminal.type('f6')
    terminal.expect('Sort by which column?')
    terminal.type('up', 'enter')
    terminal.wait_for(lambda now: 'vMemory' in now.get_text() and now.find('Mail') == 4, 'by memory')
    world.change('notes', memory=4 << 30)
    terminal.wait_for(lambda now: now.find('Notes') == 4, 'Notes, first')
    terminal.expect_selected('Sketch')
    terminal.type('>')
    terminal.wait_for(lambda now: re.search('v *CPU', now.get_lines()[3]), 'by CPU')
    # It is measured most exactly what is selected.
    fakeservice.wait_for('a focus', lambda: (None, 'Focus', (service.get_path('sketch'),)) in service.calls)
    # Only what is there can be.
    terminal.type('f10')
    check_equal(terminal.end(), 0, 'its exit code')
    check('did you mean “memory”' in service.ctl('top', '--sort', 'memori', status=2), 'no suggestion')


def finding(service):
    """top: search goes to a name, the filter shows only some"""
    World(service)
    terminal = Terminal(service, 'top')
    terminal.expect('Mail')
    terminal.type('/', 'k', 'e')
    terminal.expect('Search: ke')
    terminal.expect_selected('Sketch')
    terminal.type('backspace', 'backspace', 'N', 'o', 'enter')
    terminal.expect_selected('Notes')
    terminal.type('\\', 's')
    terminal.expect_not('Mail')
    terminal.expect('only “s”')
    terminal.type('k')
    terminal.expect_not('+  Notes')
    terminal.type('q')
    terminal.expect('No app that runs has that in its name')
    terminal.type('escape')
    terminal.expect('Mail')
    terminal.expect_not('only “')
    # No letter that was typed there was taken for an order.
    check_equal(service.get_calls('Kill', 'Stop'), [], 'what was called')
    terminal.type('q')
    check_equal(terminal.end(), 0, 'its exit code')


def acting(service):
    """top: kill, stop, restart, suspend and resume, all of them; a question where work is unsaved"""
    world = World(service)
    terminal = Terminal(service, 'top')
    terminal.expect_selected('Mail')
    service.answers['Kill'] = lambda app, given: (3,)
    service.answers['Restart'] = lambda app, given: ({},)
    for key, method, said in (('k', 'Kill', 'Mail was killed'), ('s', 'Stop', 'Mail was stopped'),
                              ('r', 'Restart', 'Mail was restarted'), ('z', 'Suspend', 'Mail is asleep'),
                              ('a', 'Activate', 'Mail was raised')):
        terminal.type(key)
        terminal.expect(said)
        check_equal(service.calls[-1][:2], ('mail', method), 'what was called')
    world.change('mail', suspended='user', state='suspended')
    terminal.expect('+z Mail')
    terminal.expect('Asleep')
    terminal.type('z')
    terminal.expect('Mail goes on')
    service.answers['SuspendAll'] = lambda app, given: (2,)
    service.answers['ResumeAll'] = lambda app, given: (1,)
    terminal.type('Z')
    terminal.expect('2 apps were suspended')
    terminal.type('W')
    terminal.expect('1 app goes on')

    service.calls.clear()
    world.change('mail', activity=['focused', 'unsaved'])
    world.change('notes', activity=['focused'], memory=5 << 30)
    terminal.wait_for(lambda now: now.find('Notes') == 4, 'Notes, first')
    for key, method in (('k', 'Kill'), ('s', 'Stop'), ('r', 'Restart')):
        terminal.type(key)
        terminal.expect('changes that are not saved')
        terminal.type('n')
        terminal.expect('Nothing was done.')
        check_equal(service.get_calls(method), [], 'what was called')
        terminal.type(key)
        terminal.expect('changes that are not saved')
        # The question is about the app, wherever its row goes.
        world.change('mail', memory=(10 if key == 'k' else 1) << 30)
        terminal.wait_for(lambda now: now.find('Mail') == (4 if key == 'k' else 5), 'another order')
        terminal.type('y')
        fakeservice.wait_for(method, lambda: [call[0] for call in service.get_calls(method)] == ['mail'])
        terminal.expect_not('not saved')

    def refuse(app, given):
        raise fakeservice.Error('NotRunning', 'Mail does not run')
    service.answers['Suspend'] = service.answers['Resume'] = refuse
    terminal.type('z')
    terminal.expect('! Mail does not run')
    terminal.type('q')
    check_equal(terminal.end(), 0, 'its exit code')


def help_and_cores(service):
    """top: h explains every key, 1 changes what CPU is a share of"""
    World(service)
    terminal = Terminal(service, 'top')
    terminal.expect('of one core')
    terminal.expect('10.0%')
    terminal.type('1')
    terminal.expect('4.6% of the machine')
    terminal.expect('2.5%')
    terminal.type('h')
    terminal.expect('Any key goes back')
    for part in ('Kill the app', 'Suspend all apps', 'Search for a name', 'Quit'):
        check(part in terminal.get_text(), f'“{part}” is not explained')
    terminal.type('q')
    terminal.expect_not('Any key goes back')
    terminal.type('q')
    check_equal(terminal.end(), 0, 'its exit code')


def colors(service):
    """top: colours, and a second sign; neither NO_COLOR nor a vt100 has any"""
    apps = {'notes': make_app('notes', 1, state='unresponsive'), 'sketch': make_app('sketch', 2),
            'mail': make_app('mail', 3, pressed=True, limits={'memory': value('t', 320 << 20)})}
    World(service, **apps)
    for environment, wanted in (({'TERM': 'linux'}, {'red', 'magenta'}),
                                ({'TERM': 'linux', 'NO_COLOR': '1'}, {'default'}),
                                ({'TERM': 'vt100'}, {'default'})):
        terminal = Terminal(service, 'top', **environment)
        terminal.expect('+! Notes')
        terminal.expect('Not responding')
        terminal.expect('+! Mail')
        terminal.expect('Much memory')
        terminal.expect('mem ||||||  94%')
        terminal.type('\x1bOB' if environment['TERM'] == 'vt100' else 'down')
        terminal.expect_selected('Sketch')
        check_equal(terminal.get_colors('Notes') | terminal.get_colors('Mail'), wanted,
                    f'the colours with {environment}')
        terminal.type('q')
        check_equal(terminal.end(), 0, 'its exit code')
    terminal = Terminal(service, 'top', TERM='frobnicate')
    check_equal(terminal.end(), 1, 'the exit code in an unknown terminal')
    check('“frobnicate” (TERM) is not known' in terminal.get_text(), terminal.get_text())


def sizes(service):
    """top: any size, and another one at any time; the selection stays in sight"""
    apps = {f'app{number:02}': make_app(f'app{number:02}', 99 - number) for number in range(60)}
    world = World(service, **apps)
    terminal = Terminal(service, 'top', size=(80, 24))
    terminal.expect('App00')
    terminal.type('end')
    terminal.expect_selected('App59')
    for columns, lines in ((40, 10), (20, 5), (200, 60), (1, 1), (2, 3), (80, 24)):
        terminal.resize(columns, lines)
        world.tell()
        if columns >= 20:
            terminal.wait_for(lambda now: now.is_selected('App59'), f'App59 in {columns}x{lines}')
        if columns >= 80:
            terminal.expect('Up time' if columns > 100 else 'State')
    terminal.type('page-up')
    terminal.wait_for(lambda now: not now.is_selected('App59') and now.is_selected('App4'), 'a page up')
    terminal.type('home')
    terminal.expect_selected('App00')
    terminal.type('q')
    check_equal(terminal.end(), 0, 'its exit code')


def restart(service):
    """top: the service goes and comes; it says so and goes on"""
    world = World(service)
    terminal = Terminal(service, 'top')
    terminal.expect('Mail')
    watches = len(service.watchers)
    check_equal(service.watchers[-1][1], 1000, 'the interval')
    service.disown()
    terminal.expect('! the session bus does not know the service')
    terminal.expect('Mail')
    service.own()
    fakeservice.wait_for('another Watch', lambda: len(service.watchers) > watches)
    terminal.expect_not('the session bus does not know')
    world.change('mail', name='Mail anew')
    terminal.expect('Mail anew')
    terminal.type('q')
    check_equal(terminal.end(), 0, 'its exit code')


def ends(service):
    """top: signals, a terminal that goes away and a bus that goes away end it, and none leaves a mess"""
    World(service)
    for number in (signal.SIGINT, signal.SIGTERM):
        terminal = Terminal(service, 'top')
        terminal.expect('Mail')
        terminal.process.send_signal(number)
        check_equal(terminal.end(), 0, f'the exit code after {number}')
    terminal = Terminal(service, 'top')
    terminal.expect('Mail')
    os.close(terminal.ours)
    terminal.process.wait(fakeservice.TIMEOUT)


def names(service):
    """top: a name can neither move the cursor nor push columns out of line, whatever the locale"""
    World(service, evil=make_app('evil', 3, name='\x1b[2Jevil\n\u202eдом 日本'),
          wide=make_app('wide', 2, name='日本語アプリ' * 5), notes=make_app('notes', 1))
    terminal = Terminal(service, 'top')
    terminal.wait_for(lambda now: now.get_text().count('Running') == 3, 'all rows')
    # The second half of a wide character is an empty one.
    columns = {''.join(terminal.screen.buffer[row][column].data or '_' for column in range(80))
               .index('Running') for row in (4, 5, 6)}
    check_equal(len(columns), 1, 'columns')
    check('\ufffd[2Jevil' in terminal.get_text(), terminal.get_text())
    terminal.type('q')
    check_equal(terminal.end(), 0, 'its exit code')
    for locale in ('C', 'POSIX'):
        terminal = Terminal(service, 'top', LC_ALL=locale)
        terminal.expect('Notes')
        terminal.type('*')
        terminal.expect('├─ Runner')
        terminal.type('q')
        check_equal(terminal.end(), 0, 'its exit code')


def quiet(service):
    """top: of a sample in which little has changed little is written"""
    apps = {f'app{number:02}': make_app(f'app{number:02}', 100 - number) for number in range(100)}
    world = World(service, **apps)
    terminal = Terminal(service, 'top', size=(120, 50))
    terminal.expect('App10')
    world.tell()
    while terminal.read(0.3):
        pass
    before = terminal.written
    world.change('app05', threads=31)
    terminal.wait_for(lambda now: re.search(r'App05 .* 31 ', now.get_text()), 'the change')
    check(terminal.written - before < 600, f'{terminal.written - before} bytes were written')
    terminal.type('q')
    check_equal(terminal.end(), 0, 'its exit code')


def batch(service):
    """top --batch: frames of plain text; without it and without a terminal it says so"""
    world = World(service)
    said = service.ctl('top', '--batch', '-n', '1', '--processes', '--sort', 'cpu')
    lines = said.splitlines()
    check(lines[0].startswith('Bulkhead  3 apps, 9 processes'), lines[0])
    check_equal([line.split()[1] for line in lines if line[0:1] == '-'], ['Notes', 'Sketch', 'Mail'],
                'the order')
    check_equal(said.count('├─ Web page (WebKitWebProces)'), 3, 'the processes')
    check('\x1b' not in said, 'escapes')

    process = service.start('top', '--batch', '-n', '3', '-i', '500ms', stdout=subprocess.PIPE)
    fakeservice.wait_for('a Watch', lambda: (500 in [watcher[1] for watcher in service.watchers]))
    fakeservice.wait_for('a first frame', lambda: len(service.get_calls('Sample')) > 1)
    while process.poll() is None:
        world.tell()
        time.sleep(0.01)
    check_equal(process.stdout.read().decode().count('Bulkhead  3 apps'), 3, 'the frames')

    process = service.start('top', '--batch', stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    check_equal((process.wait(fakeservice.TIMEOUT), process.stderr.read()), (0, b''),
                'its end when nobody reads')
    for words, complaint in ((['top'], '--batch prints plain text'), (['top', '--json'], 'ps --json'),
                             (['top', '-b', '-i', '1ms'], 'from 250ms'),
                             (['top', '-n', '3'], 'for --batch')):
        check(complaint in service.ctl(*words, status=2), complaint)


fakeservice.run(shown, tree, sorting, finding, acting, help_and_cores, colors, sizes, restart, ends,
                names, quiet, batch)
