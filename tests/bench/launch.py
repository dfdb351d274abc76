#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long it takes to start an app, to its first paint, what it costs, and how long a kill takes.

usage: launch.py [-n RUNS] [APP…]      (in a session: ./dev bench launch)

Measured are a page of our own as an app of Bulkhead, the same page in WebKit's MiniBrowser, where
that is installed, and the apps that are named, by default the notes.

  first paint   from starting `bulkheadctl launch APP --wait`, or MiniBrowser, until the page says
                that its second frame is due; of other apps until the command ends
  command       until the command ends: the supervisor heard that the window has painted
  PSS           of all processes, a second later
  kill          from starting `bulkheadctl kill APP` until no process is left; of MiniBrowser
                from SIGKILL to its main process

The first run of each warms the caches and is not counted.
"""
import argparse
import glob
import http.server
import math
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'e2e'))
import e2e  # noqa: E402

MINI_BROWSERS = '/usr/lib/*/webkit2gtk-4.1/MiniBrowser'
SETTLE = 1.0       # Seconds from the paint until memory is measured.
POLL = 0.001
PAGE = b'''<!doctype html><title>page</title><h1>Page</h1><script>
requestAnimationFrame (() => requestAnimationFrame (() => fetch ('/painted', { method: 'POST' })));
</script>'''
COLUMNS = ('first paint, ms', 'command, ms', 'PSS, MiB', 'processes', 'kill, ms')


class Page(http.server.ThreadingHTTPServer):
    """Serves the page, and hears from it when it is painted."""

    daemon_threads = True

    def __init__(self):
        super().__init__(('127.0.0.1', 0), Answer)
        self.painted = threading.Event()
        self.url = f'http://127.0.0.1:{self.server_port}/'
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def wait(self):
        if not self.painted.wait(e2e.TIMEOUT):
            raise TimeoutError(f'nothing was painted in {e2e.TIMEOUT} seconds')


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header('content-type', 'text/html')
        self.send_header('content-length', str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def do_POST(self):
        self.server.painted.set()
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class Stopwatch:
    def __init__(self):
        self.start = time.monotonic()

    def read(self):
        """Milliseconds."""
        return (time.monotonic() - self.start) * 1000


def list_tree(root):
    parents = {int(name): e2e.read_parent(name) for name in os.listdir('/proc') if name.isdigit()}
    tree, grown = set(), {root}
    while grown:
        tree |= grown
        grown = {pid for pid, parent in parents.items() if parent in tree} - tree
    return tree


def measure_pss(pids):
    """In MiB."""
    text = b''.join(e2e.read_proc(pid, 'smaps_rollup') or b'' for pid in pids)
    return sum(int(line.split()[1]) for line in text.splitlines()
               if line.startswith(b'Pss:')) / 1024


def wait_for_end(pids):
    while any(map(e2e.is_alive, pids)):
        time.sleep(POLL)


def measure_app(app, page=None):
    if page:
        page.painted.clear()
    watch = Stopwatch()
    with subprocess.Popen(['bulkheadctl', 'launch', app, '--wait'], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL) as command:
        if page:
            page.wait()
            painted = watch.read()
        e2e.check(command.wait(e2e.TIMEOUT) == 0, f'{app} was not launched')
        done = watch.read()
    time.sleep(SETTLE)
    pids = e2e.find_processes(app)
    memory = measure_pss(pids)
    watch = Stopwatch()
    e2e.ctl('kill', app)
    wait_for_end(pids)
    return painted if page else done, done, memory, len(pids), watch.read()


def measure_mini_browser(program, page):
    page.painted.clear()
    home = tempfile.mkdtemp()
    environ = dict(os.environ, **{f'XDG_{name}_HOME': home for name in ('DATA', 'CACHE', 'CONFIG')})
    watch = Stopwatch()
    with subprocess.Popen([program, page.url], env=environ, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as browser:
        page.wait()
        painted = watch.read()
        time.sleep(SETTLE)
        pids = list_tree(browser.pid)
        memory = measure_pss(pids)
        watch = Stopwatch()
        browser.send_signal(signal.SIGKILL)
        browser.wait()
        wait_for_end(pids)
        killed = watch.read()
    shutil.rmtree(home, ignore_errors=True)
    return painted, math.nan, memory, len(pids), killed


def list_subjects(apps):
    page = Page()
    e2e.write_app('page', url=page.url)
    yield 'Bulkhead', lambda: measure_app('page', page)
    for program in glob.glob(MINI_BROWSERS)[:1]:
        yield 'MiniBrowser', lambda: measure_mini_browser(program, page)
    for app in apps:
        yield app, lambda app=app: measure_app(app)


def describe(values):
    if any(map(math.isnan, values)):
        return '–'
    return f'{statistics.median(values):.0f} ({min(values):.0f}–{max(values):.0f})'


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('-n', '--runs', type=int, default=7)
    parser.add_argument('apps', nargs='*', default=['notes'])
    options = parser.parse_args()

    # In turn, so that what else the machine does hits all alike.
    subjects = dict(list_subjects(options.apps))
    results = {name: [] for name in subjects}
    for number in range(options.runs + 1):
        for name, measure in subjects.items():
            result = measure()
            if number:
                results[name].append(result)

    print(f'median (minimum–maximum) of {options.runs} runs')
    print(f'{"":12}', *(f'{column:>18}' for column in COLUMNS))
    for name, rows in results.items():
        print(f'{name:12}', *(f'{describe(column):>18}' for column in zip(*rows)))
    return 0


if __name__ == '__main__':
    sys.exit(main())
