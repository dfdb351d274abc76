#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does harm to each process of an app, in each way, and says what came of it.

usage: matrix.py [--results FILE] [NAME…]      (`./dev test faults` runs it)

A NAME is a part of a cell's name, such as “web”, “web × SIGKILL” or “memory”. What is expected is in
cells.py. What was found goes to the results, of which report.py makes docs/faults.md.
"""
import argparse
import contextlib
import functools
import json
import pathlib
import sys
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'e2e'))
import causes  # noqa: E402
import cells  # noqa: E402
import e2e  # noqa: E402
import limits  # noqa: E402
import outcomes  # noqa: E402
import watch  # noqa: E402


# More failures than that are no matter of a machine that was slow for a moment.
MOST_AGAIN = 3


class Stage:
    """What all trials share: the witness, the victims and their neighbours."""

    def __init__(self):
        self.witness = watch.Witness()
        self.victims = causes.Victims()
        self.neighbours = watch.Neighbours()
        self.neighbours.start()

    def try_cell(self, cell, found):
        trial = outcomes.Trial(cell, self.witness, self.victims)
        steps = trial.run()
        try:
            next(steps)
            with self.neighbours.watched() as gaps:
                for _ in steps:
                    raise AssertionError('a trial has one harm')
            found['gaps'] = gaps
            check_gaps(gaps)
        finally:
            found.update(trial.found)

    def try_limit(self, function, found):
        with self.neighbours.watched() as gaps:
            function(self, found)
        found['gaps'] = gaps
        check_gaps(gaps)

    def clear(self, app):
        self.victims.remove(app)
        self.witness.forget()
        with contextlib.suppress(e2e.Failure):
            self.neighbours.check_pages()
            return
        # Harmed, which the cell has said: the next one begins with whole ones.
        for name in self.neighbours.NAMES:
            e2e.ctl_result('kill', name)
        self.neighbours.start()


def check_gaps(gaps):
    for what, seconds in gaps.items():
        e2e.check(seconds <= cells.MOST_GAP * e2e.SLOWNESS,
                  f'the {what} of the neighbours had a gap of {seconds:.1f} seconds')


def list_trials(stage):
    """(name, app, function that fills what was found)"""
    for cell in cells.CELLS:
        if isinstance(cell, cells.Cell):
            yield cell.name, cell.app, functools.partial(stage.try_cell, cell)
    for leak in cells.LEAKS:
        fill = limits.fill_memory_at_load if leak.at_load else limits.fill_memory
        yield leak.name, leak.app, functools.partial(
            stage.try_limit, functools.partial(fill, leak))
    yield 'cpu', 'cpu', functools.partial(stage.try_limit, limits.answer_under_limit)
    yield 'tasks', 'workers', functools.partial(stage.try_limit, limits.flood_workers)


def describe(found):
    """What was found, in a line."""
    gaps = found.get('gaps', {})
    parts = [f'{key} {value}' for key, value in found.items() if key != 'gaps' and value != '']
    parts += [f'neighbours’ longest gap: {key} {value:.2f} s' for key, value in gaps.items()]
    return ', '.join(parts)


def try_once(number, trial, stage):
    """Returns what was found, and whether it “passed”, “failed” or was “skipped”."""
    name, app, function = trial
    found = {}
    start = time.monotonic()
    try:
        function(found)
        outcome = 'passed'
        e2e.say(f'ok {number} - {name}: {describe(found)}')
    except outcomes.Skip as skip:
        outcome = 'skipped'
        e2e.say(f'ok {number} - {name} # SKIP {skip}')
    except Exception:  # pylint: disable=broad-except
        outcome = 'failed'
        e2e.say(f'not ok {number} - {name}: {describe(found)}')
        for line in [*traceback.format_exc().splitlines(), *e2e.describe_surroundings()]:
            e2e.say(f'# {line}')
    with contextlib.suppress(e2e.Failure):
        stage.clear(app)
    e2e.say(f'# {time.monotonic() - start:.1f} s')
    return found, outcome


def run(trials, stage):
    """Returns name → what was found, and how many passed, failed and were skipped. The few that fail
    are tried once more, at the end, and are named when they pass then: they measure times."""
    results = {}
    counts = {'passed': 0, 'failed': 0, 'skipped': 0}
    failed = []
    for number, trial in enumerate(trials, 1):
        found, outcome = try_once(number, trial, stage)
        counts[outcome] += 1
        if outcome == 'passed':
            results[trial[0]] = found
        elif outcome == 'failed':
            failed.append((number, trial))
    unsteady = []
    for number, trial in failed if len(failed) <= MOST_AGAIN else []:
        found, outcome = try_once(number, trial, stage)
        if outcome == 'passed':
            results[trial[0]] = found
            counts['failed'] -= 1
            counts['passed'] += 1
            unsteady.append(trial[0])
    for name in unsteady:
        e2e.say(f'UNSTEADY faults: {name} failed at first and passed when it was tried again')
    return results, counts


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('--results', type=pathlib.Path)
    parser.add_argument('names', nargs='*')
    options = parser.parse_args()
    with e2e.surroundings(**causes.preload()):
        stage = Stage()
        trials = [trial for trial in list_trials(stage)
                  if not options.names or any(name in trial[0] for name in options.names)]
        results, counts = run(trials, stage)
        e2e.stop_everything()
    if options.results:
        options.results.write_text(json.dumps(results, indent=1, ensure_ascii=False) + '\n',
                                   encoding='utf-8')
    e2e.say(', '.join(f'{count} {word}' for word, count in counts.items()
                      if count or word != 'skipped'))
    return 1 if counts['failed'] or not counts['passed'] else 0


if __name__ == '__main__':
    sys.exit(main())
