# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault matrix as data: what is done to which process of an app, and what must come of it.

matrix.py does it and holds it against this; report.py makes docs/faults.md of both.
"""
import dataclasses
import re

ROLES = {
    'runner': 'The app’s own window process, `bulkhead-runner`',
    'web': 'The page’s process, `WebKitWebProcess`. When it ends the window stays, says why, and '
           'loads the page again',
    'network': 'The process that speaks to servers and keeps cookies, `WebKitNetworkProcess`. Whether '
               'it answers is not watched: a page that waits for it is like one that waits for a '
               'slow server',
}

FAULTS = {
    'SIGKILL': 'killed from outside',
    'SIGSEGV': 'reads memory that is not there',
    'SIGSTOP': 'stopped from outside',
    'hang': 'its main loop does not come back',
    'leak, yielding': '200 MiB a second in small steps, answering in between',
    'leak, not yielding': 'as fast as it can, without answering',
    'spin': 'one thread that never rests, with a CPU limit of 25 %',
    'spin, CPU time': 'one thread that never rests, with 3 s of CPU time for the app',
    'worker flood': 'threads without end, with a limit of 150',
    'exit 0': 'ends with exit code 0, which nobody asked for',
    'exit 1': 'ends with exit code 1',
    'launch failure': 'can’t be started',
    'disk full': 'the disk of the app’s profile is full',
}

# What becomes of the app.
ENDED = 'ended'                # It, or its page, ends for a reason.
SILENT = 'unresponsive'        # It is told to be unresponsive, and goes on when it can.
ASLEEP = 'suspended'           # It is told to be suspended, and goes on when it can.
HELD = 'held'                  # It goes on, but not faster than its limit.
LIVES = 'goes on'              # It goes on.
REFUSED = 'not started'        # It does not start, for a reason.

# How it comes back.
BY_ITSELF = 'by itself'
STARTED = 'started again'
RESTARTED = 'restarted'
CONTINUED = 'continued'
RELAUNCHED = 'by itself, at the next request'

# What the manifests of victims say. The share of the CPU is set where a row is about it.
LIMITS = {'memory': '600M', 'tasks': 150}
CPU_SHARE = 25
CPU_TIME = 3
MEMORY = 600 * 1024 * 1024

# Seconds. A slow machine may take its time; what is decided, and why, may not differ.
MOST_TO_NOTICE = 20
MOST_TO_HANG = 15
MOST_TO_COME_BACK = 30
# Two neighbours may miss this much of their beat, and not one fetch. They share two cores with the
# victim and with whatever else the machine does.
MOST_GAP = 5


@dataclasses.dataclass(frozen=True)
class Cell:
    role: str
    fault: str
    outcome: str
    reason: str = ''
    detail: str = ''          # A regular expression.
    back: str = BY_ITSELF
    how: str = ''             # What is done, where the fault's own words do not say it.

    @property
    def name(self):
        return f'{self.role} × {self.fault}'

    @property
    def app(self):
        return re.sub('[^a-z0-9]', '', f'{self.role}{self.fault}'.lower())


@dataclasses.dataclass(frozen=True)
class Blank:
    """A cell that makes no sense, and why."""
    role: str
    fault: str
    why: str


def list_common(role):
    """What is the same whichever process of the app it is."""
    yield Cell(role, 'leak, yielding', ENDED, 'memory-limit')
    yield Cell(role, 'leak, not yielding', ENDED, 'memory-limit', 'its limit is 600')
    yield Cell(role, 'spin', HELD)
    yield Cell(role, 'spin, CPU time', ENDED, 'cpu-time-limit', 'its limit is 3')
    yield Cell(role, 'worker flood', ENDED, 'task-limit', 'its limit is 150')


CELLS = [
    Cell('runner', 'SIGKILL', ENDED, 'crashed', r'SIGKILL \(9\)'),
    Cell('runner', 'SIGSEGV', ENDED, 'crashed', r'SIGSEGV \(11\)'),
    Cell('runner', 'SIGSTOP', ASLEEP, back=CONTINUED),
    Cell('runner', 'hang', SILENT, back=RESTARTED),
    *list_common('runner'),
    Cell('runner', 'exit 0', ENDED, 'closed', back=STARTED),
    Cell('runner', 'exit 1', ENDED, 'crashed', 'exit code 1'),
    Cell('runner', 'launch failure', REFUSED, 'launch-failed', 'exit code 1 before', back=STARTED),
    Cell('runner', 'disk full', REFUSED, 'launch-failed', 'No space left on device. See who', back=STARTED,
         how='the disk of the app’s profile is full when the app is started'),

    Cell('web', 'SIGKILL', ENDED, 'web-process-crashed', r'SIGKILL \(9\)'),
    Cell('web', 'SIGSEGV', ENDED, 'web-process-crashed', r'SIGSEGV \(11\)'),
    Cell('web', 'SIGSTOP', ASLEEP, back=CONTINUED),
    Cell('web', 'hang', SILENT, back=RESTARTED, how='the page’s script does not come back'),
    *list_common('web'),
    # Which exit code it was is not known then: its sandbox ends as any other does.
    Cell('web', 'exit 0', ENDED, 'web-process-crashed', 'ended unexpectedly'),
    Cell('web', 'exit 1', ENDED, 'web-process-crashed', 'exit code 1'),
    Cell('web', 'launch failure', REFUSED, 'launch-failed', back=STARTED),
    Cell('web', 'disk full', LIVES, how='the page fills its database until the disk is full'),

    Cell('network', 'SIGKILL', LIVES, detail=r'SIGKILL \(9\)', back=RELAUNCHED),
    Cell('network', 'SIGSEGV', LIVES, detail=r'SIGSEGV \(11\)', back=RELAUNCHED),
    Cell('network', 'SIGSTOP', LIVES, back=CONTINUED),
    Cell('network', 'hang', LIVES, back=RESTARTED),
    *list_common('network'),
    Cell('network', 'exit 0', LIVES, detail='exit code 0', back=RELAUNCHED),
    Cell('network', 'exit 1', LIVES, detail='exit code 1', back=RELAUNCHED),
    Cell('network', 'launch failure', REFUSED, 'launch-failed', back=STARTED),
    Cell('network', 'disk full', LIVES,
         how='the disk of the app’s profile becomes full while the page goes on'),
]


# The limits, one by one.

MIB = 1024 * 1024
# Of the limit: more than this is never used.
MOST_OVER = 1.5
# Bytes a second.
FASTEST_LEAK = 5 << 30
# Seconds from passing the limit to the end.
MOST_TO_END = 2
# Points of per cent.
SHARE_TOLERANCE = 5
# Milliseconds until the window of an app that is held answers, in the median.
MOST_TO_ANSWER = 500


@dataclasses.dataclass(frozen=True)
class Leak:
    """A page that fills memory without ever yielding."""
    order: str
    limit: int                # MiB
    words: str
    at_load: bool = False

    @property
    def name(self):
        return f'memory × {self.limit} MiB × {self.order}'

    @property
    def app(self):
        return re.sub('[^a-z0-9]', '', f'{self.order}{self.limit}'.lower())


LEAKS = [Leak(order, limit, words)
         for order, words in (('leak, not yielding', 'typed arrays, in the page'),
                              ('leak in a worker', 'typed arrays, in a worker'),
                              ('leak in WebAssembly', 'the memory of a WebAssembly module'))
         for limit in (200, 500, 1024)]
# At once when it is loaded, before anybody has seen the process.
LEAKS += [Leak('leak at load', 500, 'typed arrays, from the first line of the page on',
               at_load=True)]
