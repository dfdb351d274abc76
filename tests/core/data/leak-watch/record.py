#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records the memory of real apps for test-leak-watch: `./dev exec tests/core/data/leak-watch/record.py`.

Each app runs in real WebKit, and what the supervisor says of its memory every two seconds is
written, in KiB, a line each. The test takes each line for a minute, so twenty minutes here are ten
hours there: what the apps do is thirty times as fast as in life, but garbage is collected, caches
fill and processes shrink as WebKit has them do.
"""
import json
import os
import pathlib
import subprocess
import sys
import time

INTERVAL = 2
SAMPLES = 600
HERE = pathlib.Path(__file__).parent

# What keeps an app busy; the Laboratory and Notes are the sample apps.
PAGES = {
    # Tables that are built and thrown away, as a dashboard's are.
    'garbage': '''
      let n = 0;
      setInterval(() => {
        const rows = [];
        for (let i = 0; i < 40000; i++) rows.push({ id: n++, text: `row ${n}`, more: [i, n] });
        document.body.textContent = `${rows.length} rows`;
      }, 400);''',
    # A feed that shows the last 200 entries.
    'feed': '''
      let n = 0;
      setInterval(() => {
        for (let i = 0; i < 20; i++) {
          const p = document.createElement('p');
          p.textContent = `Entry ${n++}: ${'lorem ipsum '.repeat(40)}`;
          document.body.prepend(p);
        }
        while (document.body.childElementCount > 200) document.body.lastElementChild.remove();
      }, 500);''',
    # The same, whose removed entries something still holds on to.
    'feed-leak': '''
      let n = 0;
      const kept = [];
      setInterval(() => {
        for (let i = 0; i < 20; i++) {
          const p = document.createElement('p');
          p.textContent = `Entry ${n++}: ${'lorem ipsum '.repeat(400)}`;
          document.body.prepend(p);
        }
        while (document.body.childElementCount > 200) {
          kept.push(document.body.lastElementChild);
          document.body.lastElementChild.remove();
        }
      }, 500);''',
    # A page that is loaded anew again and again.
    'reload': '''
      const data = new Uint8Array(20 << 20).fill(1);
      document.body.textContent = data.length;
      setTimeout(() => location.reload(), 5000);''',
    # A cache that has its size.
    'cache': '''
      const cache = new Map();
      let n = 0;
      setInterval(() => {
        cache.set(n % 300, 'x'.repeat(100000) + n++);
        cache.get(Math.floor(Math.random() * 300));
      }, 200);''',
}


def write_app(name, script):
    directory = pathlib.Path(os.environ['XDG_DATA_HOME'], 'bulkhead', 'apps', name)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / 'index.html').write_text(
        f'<!doctype html><meta charset="utf-8"><title>{name}</title><body><script>{script}</script>')
    manifest = {'startup_app': {'uuid': name, 'name': name, 'url': 'app:///index.html'}}
    (directory / 'manifest.json').write_text(json.dumps(manifest))


def get_memory():
    """What each app uses, in KiB."""
    listing = subprocess.run(['bulkheadctl', 'ps', '--json'], check=True, capture_output=True)
    return {app['id']: app['memory'] // 1024 for app in json.loads(listing.stdout)
            if app.get('memory')}


def main():
    apps = ['notes', 'laboratory', *PAGES]
    for name, script in PAGES.items():
        write_app(name, script)
    # What WebKit makes of a limit is settled when the app starts.
    subprocess.run(['bulkheadctl', 'limits', 'laboratory', 'memory=none'], check=True)
    for name in apps:
        # As soon as it is there.
        while subprocess.run(['bulkheadctl', 'info', name], capture_output=True).returncode:
            time.sleep(0.2)
        where = ['--uri', 'app:///index.html#leak=1'] if name == 'laboratory' else []
        subprocess.run(['bulkheadctl', 'launch', name, '--wait', *where], check=True)

    series = {name: [] for name in apps}
    begin = time.monotonic()
    for number in range(SAMPLES):
        time.sleep(max(begin + number * INTERVAL - time.monotonic(), 0))
        memory = get_memory()
        for name in apps:
            if name in memory:
                series[name].append(memory[name])
    out = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for name, values in series.items():
        (out / f'{name}.txt').write_text(''.join(f'{value}\n' for value in values))
    subprocess.run(['bulkheadctl', 'kill', *apps], check=False)


if __name__ == '__main__':
    main()
