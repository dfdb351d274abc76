# SPDX-License-Identifier: GPL-3.0-or-later
"""The limits that the supervisor holds, measured from outside: how far a page gets beyond them."""
import statistics
import time

import cells
import e2e
import measure
import widgets
from gi.repository import GLib

SHARE_SECONDS = 6
LONG_SHARE_SECONDS = 10


def set_limits(app, **limits):
    values = {name: GLib.Variant('t', value) for name, value in limits.items()}
    e2e.call(f'{e2e.ROOT_PATH}/apps/{app}', e2e.APP_INTERFACE, 'SetLimits',
             GLib.Variant('(a{sv})', (values,)))


def check_leak(leak, sampler, end, found):
    """The end, of which the witness has told, and how it came to it."""
    limit = leak.limit * cells.MIB
    peak, passed = sampler.get_peak(), sampler.get_passing(limit)
    found.update(peak=round(peak / cells.MIB), of_limit=round(100 * peak / limit),
                 to_end=round(sampler.get_end() - passed, 2) if passed else 0,
                 late=round(sampler.get_lateness(), 2))
    _, (reason, detail) = end
    e2e.check_equal(reason, 'memory-limit', f'the reason (“{detail}”)')
    # Nobody can stop a page while the machine has time for the page alone.
    allowed = limit * cells.MOST_OVER + sampler.get_lateness() * cells.FASTEST_LEAK
    e2e.check(peak <= allowed, f'it used {found["peak"]} MiB of {leak.limit}')
    e2e.check(found['to_end'] <= cells.MOST_TO_END * e2e.SLOWNESS,
              f'it ended {found["to_end"]} seconds after it had passed its limit')


def fill_memory(leak, stage, found):
    """A page that runs is told to allocate for ever, and has its limit from then on."""
    entry = stage.victims.start(leak.app, restart='never')
    pids = [process['pid'] for process in entry['processes']]
    with measure.MemorySampler(lambda: pids) as sampler:
        found['before'] = round(sampler.look() / cells.MIB)
        set_limits(leak.app, memory=leak.limit * cells.MIB)
        start = stage.victims.orders.give(leak.order)
        end = stage.witness.wait(leak.app, 'Ended', start, e2e.TIMEOUT)
        e2e.wait_for('the end of its processes', lambda: not any(map(e2e.is_alive, pids)))
    check_leak(leak, sampler, end, found)


def fill_memory_at_load(leak, stage, found):
    """A page that does not wait to be told, in an app that has just been started."""
    stage.victims.write(leak.app, restart='never', query='?leak', memory=f'{leak.limit}M')
    start = time.monotonic()
    with measure.MemorySampler(lambda: e2e.find_processes(leak.app)) as sampler:
        e2e.ctl_result('launch', leak.app)
        end = stage.witness.wait(leak.app, 'Ended', start, e2e.TIMEOUT)
        e2e.wait_for('the end of its processes', lambda: not e2e.find_processes(leak.app))
    check_leak(leak, sampler, end, found)


def answer_under_limit(stage, found):
    """A page that is never done, held to a quarter of a core, in a window that still answers."""
    entry = stage.victims.start('cpu', restart='never', cpu=f'{cells.CPU_SHARE}%')
    pids = [process['pid'] for process in entry['processes']]
    window = widgets.find_application(e2e.get_pid(entry, 'runner'))
    stage.victims.orders.give('spin')
    time.sleep(1)
    before = stage.witness.list('cpu', 'State', 0)
    start, used = time.monotonic(), sum(map(measure.read_cpu_time, pids))
    answers = []
    while time.monotonic() < start + LONG_SHARE_SECONDS:
        asked = time.monotonic()
        window.clear_cache()
        window.get_child_count()
        answers.append(time.monotonic() - asked)
        time.sleep(0.1)
    share = 100 * (sum(map(measure.read_cpu_time, pids)) - used) / (time.monotonic() - start)
    found.update(share=round(share, 1), answer=round(1000 * statistics.median(answers)),
                 longest=round(1000 * max(answers)))
    e2e.check(abs(share - cells.CPU_SHARE) <= cells.SHARE_TOLERANCE,
              f'it used {share:.1f} % of a core')
    e2e.check(found['answer'] <= cells.MOST_TO_ANSWER * e2e.SLOWNESS,
              f'its window answered within {found["answer"]} ms')
    e2e.check_equal(stage.witness.list('cpu', 'State', 0), before, 'its states')


def flood_workers(stage, found):
    """A page that starts workers without end, and how many threads it gets to."""
    limit = cells.LIMITS['tasks']
    entry = stage.victims.start('workers', restart='never', tasks=limit)
    pids = [process['pid'] for process in entry['processes']]
    found['before'] = measure.count_threads(pids)
    start = stage.victims.orders.give('worker flood')
    peak, passed, last = 0, None, start
    while threads := measure.count_threads(pids):
        last = time.monotonic()
        peak = max(peak, threads)
        passed = passed or (last if threads > limit else None)
        e2e.check(last < start + e2e.TIMEOUT, f'it has {threads} threads and lives')
        time.sleep(measure.MemorySampler.INTERVAL)
    found.update(peak=peak, limit=limit, to_end=round(last - passed, 2) if passed else 0)
    _, (reason, detail) = stage.witness.wait('workers', 'Ended', start, e2e.TIMEOUT)
    e2e.check_equal(reason, 'task-limit', f'the reason (“{detail}”)')
    e2e.check(found['to_end'] <= cells.MOST_TO_END * e2e.SLOWNESS,
              f'it ended {found["to_end"]} seconds after it had passed its limit')
