# SPDX-License-Identifier: GPL-3.0-or-later
"""What processes use, read from /proc."""
import os
import threading
import time

import e2e

TICKS = os.sysconf('SC_CLK_TCK')
PAGE = os.sysconf('SC_PAGE_SIZE')


def read_cpu_time(pid):
    """Seconds of CPU time that a process has used, or 0 when it is gone."""
    stat = e2e.read_proc(pid, 'stat')
    fields = stat.rpartition(b')')[2].split() if stat else None
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0


def read_share(pids, seconds):
    """Per cent of one core that processes use together over some time."""
    start, used = time.monotonic(), sum(map(read_cpu_time, pids))
    time.sleep(seconds)
    return 100 * (sum(map(read_cpu_time, pids)) - used) / (time.monotonic() - start)


def read_cheap(pid):
    """Resident minus shared, in bytes."""
    statm = e2e.read_proc(pid, 'statm')
    if not statm:
        return 0
    _, resident, shared = map(int, statm.split()[:3])
    return (resident - shared) * PAGE


def read_pss(pid):
    """The proportional set size in bytes."""
    rollup = e2e.read_proc(pid, 'smaps_rollup') or b''
    return sum(int(line.split()[1]) for line in rollup.splitlines()
               if line.startswith((b'Pss:', b'SwapPss:'))) * 1024


def count_threads(pids):
    return sum(len(os.listdir(f'/proc/{pid}/task')) for pid in pids if e2e.is_alive(pid))


class MemorySampler:
    """Looks at the memory of an app each 20 ms while it grows. The exact figure takes too long and
    holds up what it measures: it is only taken of what is small, once, and what it has beyond the
    cheap one is added."""

    INTERVAL = 0.02

    def __init__(self, find):
        self.find = find
        self.beyond = {}          # PID → bytes
        self.samples = []         # (time, bytes)
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.keep_looking, daemon=True)

    def measure(self, pid):
        cheap = read_cheap(pid)
        if cheap and pid not in self.beyond:
            self.beyond[pid] = max(read_pss(pid) - cheap, 0)
        return cheap and cheap + self.beyond[pid]

    def look(self):
        size = sum(map(self.measure, self.find()))
        if size:
            self.samples.append((time.monotonic(), size))
        return size

    def keep_looking(self):
        due = time.monotonic()
        while not self.done.is_set():
            self.look()
            due = max(due + self.INTERVAL, time.monotonic())
            time.sleep(max(due - time.monotonic(), 0))

    def __enter__(self):
        self.look()
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()

    def get_peak(self):
        return max(size for _, size in self.samples)

    def get_passing(self, limit):
        """When the limit was passed, or None."""
        return next((when for when, size in self.samples if size > limit), None)

    def get_lateness(self):
        """How much longer than it should be the longest time between two looks was: for how long
        the machine had no time for anybody who watches."""
        times = [when for when, _ in self.samples]
        gaps = [after - before for before, after in zip(times, times[1:])]
        return max(max(gaps, default=0) - self.INTERVAL, 0)

    def get_end(self):
        """When there was something for the last time."""
        return self.samples[-1][0]
