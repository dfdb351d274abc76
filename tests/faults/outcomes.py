# SPDX-License-Identifier: GPL-3.0-or-later
"""One cell of the matrix, from the harm to the return of the app: what must come of it."""
import contextlib
import os
import re
import signal
import time

import causes
import cells
import e2e
import limits
import measure

# Seconds that a disk stays full.
FULL_FOR = 4


class Skip(Exception):
    """This machine can't do it; the text says why."""


class Trial:
    def __init__(self, cell, witness, victims):
        self.cell = cell
        self.app = cell.app
        self.witness = witness
        self.victims = victims
        self.entry = None       # What `ps` says of the app before the harm.
        self.load = None        # When its page was loaded.
        self.when = None        # What times are taken from.
        self.found = {}         # What goes into the table.

    def start(self):
        limits_of_it = dict(cells.LIMITS)
        if self.cell.outcome == cells.HELD:
            limits_of_it['cpu'] = f'{cells.CPU_SHARE}%'
        if self.cell.reason == 'cpu-time-limit':
            limits_of_it['cpuTime'] = f'{cells.CPU_TIME}s'
        self.entry = self.victims.start(self.app, **limits_of_it)
        self.load = e2e.read_beat(self.app)[0]

    def harm(self):
        self.when = self.victims.harm(self.cell, self.entry)

    def run(self):
        """Starts the app, does the harm and waits for what must come of it. Between, it is a
        generator: it yields when the harm is about to be done."""
        if self.cell.fault == 'disk full':
            yield from self.run_on_small_disks()
        elif self.cell.fault == 'launch failure':
            yield from self.run_failing_start()
        else:
            self.start()
            yield
            self.harm()
            {cells.ENDED: self.expect_end, cells.SILENT: self.expect_silence,
             cells.ASLEEP: self.expect_silence, cells.HELD: self.expect_hold,
             cells.LIVES: self.expect_life}[self.cell.outcome]()

    # Helpers

    def get_pid(self):
        """The process that the harm is done to."""
        return e2e.get_pid(self.entry, self.cell.role)

    def take_time(self, name, when, most):
        seconds = when - self.when
        self.found[name] = round(seconds, 2)
        e2e.check(seconds <= most * e2e.SLOWNESS,
                  f'“{name}” took {seconds:.1f} seconds, which is more than {most}')

    def take_reason(self, reason, detail):
        self.found['reason'] = reason
        e2e.check_equal(reason, self.cell.reason, f'the reason (“{detail}”)')
        self.take_detail(detail)

    def take_detail(self, detail):
        self.found['detail'] = detail
        e2e.check(re.search(self.cell.detail, detail),
                  f'the detail is “{detail}”, without “{self.cell.detail}”')

    def wait_for_return(self):
        """For a page that was loaded since."""
        def is_back():
            e2e.check_equal(e2e.get_property(self.app, 'State'), 'running', 'the state')
            e2e.check(e2e.read_beat(self.app)[0] != self.load, 'it is the old page')
            return True
        e2e.wait_for(f'the return of {self.app}', is_back, cells.MOST_TO_COME_BACK * e2e.SLOWNESS)
        self.take_time('back', time.monotonic(), cells.MOST_TO_COME_BACK)

    def wait_for_old_to_go(self):
        e2e.wait_for('the end of the old processes', lambda: not any(
            e2e.is_alive(process['pid']) for process in self.entry['processes']))

    def wait_for_answer(self):
        """That the network process answers the page."""
        fetched = e2e.read_beat(self.app)[2]
        e2e.wait_for('the next answer', lambda: e2e.read_beat(self.app)[2] > fetched + 1)

    def check_undisturbed(self):
        """Nobody called it ended or unresponsive, and its page has gone on."""
        told = self.witness.list(self.app, 'Ended', self.when)
        told += [state for state in self.witness.list(self.app, 'State', self.when)
                 if state[1] != 'running']
        e2e.check(not told, f'it was said to be {told}')
        e2e.check_equal(e2e.get_property(self.app, 'State'), 'running', 'the state')
        e2e.wait_for_beats(self.app)
        e2e.check_equal(e2e.read_beat(self.app)[0], self.load, 'when the page was loaded')

    # What may come of it

    def expect_end(self):
        began = self.when
        when, (reason, detail) = self.witness.wait(self.app, 'Ended', began,
                                                   cells.MOST_TO_NOTICE * e2e.SLOWNESS)
        self.take_time('noticed', when, cells.MOST_TO_NOTICE)
        self.take_reason(reason, detail)
        if self.cell.back == cells.STARTED:
            e2e.wait_for_state(self.app, 'stopped')
            self.wait_for_old_to_go()
            self.when = time.monotonic()
            e2e.launch(self.app)
        self.wait_for_return()
        running = e2e.wait_for_complete(self.app)[self.app]
        e2e.check(not e2e.is_alive(self.get_pid()), 'the process that was harmed lives')
        if running['pid'] != self.entry['pid']:
            self.wait_for_old_to_go()
        e2e.check_equal(len(self.witness.list(self.app, 'Ended', began)), 1, 'the number of ends')

    def expect_silence(self):
        when, _ = self.witness.wait(self.app, 'State', self.when,
                                    cells.MOST_TO_HANG * e2e.SLOWNESS,
                                    lambda state: state == self.cell.outcome)
        self.take_time('noticed', when, cells.MOST_TO_HANG)
        self.when = time.monotonic()
        if self.cell.back == cells.RESTARTED:
            e2e.ctl('restart', self.app)
            self.wait_for_return()
            self.wait_for_old_to_go()
            return
        os.kill(self.get_pid(), signal.SIGCONT)
        e2e.wait_for_state(self.app, 'running')
        e2e.wait_for_beats(self.app)
        self.take_time('back', time.monotonic(), cells.MOST_TO_COME_BACK)
        e2e.check_equal(e2e.read_beat(self.app)[0], self.load, 'when the page was loaded')

    def expect_hold(self):
        """The limit, once it has taken hold."""
        time.sleep(1)
        pids = [process['pid'] for process in self.entry['processes']]
        share = measure.read_share(pids, limits.SHARE_SECONDS)
        self.found['share'] = round(share, 1)
        e2e.check(abs(share - cells.CPU_SHARE) <= cells.SHARE_TOLERANCE,
                  f'it used {share:.1f} % of a core')
        self.check_undisturbed()

    def expect_life(self):
        """The page goes on, and is answered again."""
        if self.cell.back == cells.RELAUNCHED:
            when, (role, detail) = self.witness.wait(self.app, 'ProcessEnded', self.when,
                                                     cells.MOST_TO_NOTICE * e2e.SLOWNESS)
            self.take_time('noticed', when, cells.MOST_TO_NOTICE)
            e2e.check_equal(role, self.cell.role, 'the role')
            self.take_detail(detail)
            e2e.wait_for('the end of the process', lambda: not e2e.is_alive(self.get_pid()))
            self.wait_for_answer()
            self.take_time('back', time.monotonic(), cells.MOST_TO_COME_BACK)
            again = e2e.wait_for_complete(self.app)[self.app]
            e2e.check_equal(e2e.get_identities(again, ('runner', 'web')),
                            e2e.get_identities(self.entry, ('runner', 'web')),
                            'the runner and the web process')
            self.check_undisturbed()
            return

        # Nobody answers the page, and it waits: long enough for a false alarm.
        time.sleep(cells.MOST_TO_HANG)
        told = self.witness.list(self.app, 'State', self.when)
        e2e.check(not told, f'it was said to be {told}')
        beats, fetched = e2e.read_beat(self.app)[1:3]
        e2e.wait_for('a beat', lambda: e2e.read_beat(self.app)[1] > beats)
        e2e.check_equal(e2e.read_beat(self.app)[2], fetched, 'the number of answers')
        self.when = time.monotonic()
        if self.cell.back == cells.RESTARTED:
            e2e.ctl('restart', self.app)
            self.wait_for_return()
            return
        os.kill(self.get_pid(), signal.SIGCONT)
        self.wait_for_answer()
        self.take_time('back', time.monotonic(), cells.MOST_TO_COME_BACK)
        e2e.check_equal(e2e.read_beat(self.app)[0], self.load, 'when the page was loaded')

    def expect_refusal(self):
        self.when = time.monotonic()
        done = e2e.ctl_result('launch', self.app, '--wait')
        self.take_time('noticed', time.monotonic(), cells.MOST_TO_NOTICE)
        self.take_reason(e2e.get_property(self.app, 'Reason'),
                         e2e.get_property(self.app, 'ReasonDetail'))
        e2e.check(done.returncode != 0, '“bulkheadctl launch” says that it was started')
        e2e.check(self.found['detail'] in done.stderr, f'“bulkheadctl” says “{done.stderr}”')
        e2e.wait_for('the end of its processes', lambda: not e2e.find_processes(self.app))

    def start_after_refusal(self):
        self.when = time.monotonic()
        e2e.launch(self.app)
        self.wait_for_return()

    def run_failing_start(self):
        self.victims.write(self.app, **cells.LIMITS)
        yield
        with causes.failing_start(self.app, self.cell.role):
            self.expect_refusal()
        self.start_after_refusal()

    def run_on_small_disks(self):
        if not causes.can_mount():
            raise Skip('no disk can be made here: that takes root')
        disks = causes.SmallDisks(self.app)
        disks.mount()
        try:
            if self.cell.outcome == cells.REFUSED:
                self.victims.write(self.app, **cells.LIMITS)
                disks.fill()
                yield
                self.expect_refusal()
                disks.empty()
                self.start_after_refusal()
            else:
                self.start()
                yield
                self.live_on_full_disk(disks)
            with contextlib.suppress(e2e.Failure):
                e2e.ctl('kill', self.app)
        finally:
            disks.unmount()

    def live_on_full_disk(self, disks):
        if self.cell.role == 'web':
            self.harm()
            e2e.wait_for('the end of the disk',
                         lambda: '/stored/failed' in self.victims.server.asked)
        else:
            disks.fill()
            self.when = time.monotonic()
        time.sleep(FULL_FOR)
        self.wait_for_answer()
        self.check_undisturbed()
        e2e.ctl('stop', self.app)
        e2e.check_equal(e2e.get_property(self.app, 'Reason'), 'stopped', 'the reason')
