# SPDX-License-Identifier: GPL-3.0-or-later
"""How harm is done: the victims, whose pages take orders from their server, signals, and the
preloaded library (tests/helpers/fault.c), which takes its orders by signals.
"""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import threading
import time

import cells
import e2e

# What tests/helpers/fault.c obeys, added to SIGRTMIN.
HOOKS = {'hang': 10, 'spin': 11, 'leak, yielding': 12, 'leak, not yielding': 13,
         'worker flood': 14, 'exit 0': 15, 'exit 1': 16, 'SIGSEGV': 17}
SIGNALS = {'SIGKILL': signal.SIGKILL, 'SIGSTOP': signal.SIGSTOP}

# The page asks its server ten times a second what to do, which at the same time shows that the
# network process works. Its title is that of a beating page.
VICTIM_SCRIPT = '''
const load = Date.now (), MIB = 1 << 20, held = [];
let beats = 0, fetched = 0, failed = 0, serial = 0;
function fill (view) {
  for (let at = 0; at < view.length; at += 1024)
    view[at] = ++serial;
  return view;
}
const take = bytes => held.push (fill (new Uint32Array (bytes / 4)));
function takeForEver () {
  for (;;)
    try { take (MIB); } catch (error) { if (!(error instanceof RangeError)) throw error; }
}
function growForEver () {
  for (let memory, size = 65536;; size += 16)
    {
      if (size >= 32768)
        held.push (memory = new WebAssembly.Memory ({ initial: size = 16, maximum: 32768 }));
      else
        memory.grow (16);
      fill (new Uint32Array (memory.buffer, (size - 16) * 65536, MIB / 4));
    }
}
function spin () {
  const { port1, port2 } = new MessageChannel ();
  port1.onmessage = () => {
    for (const end = performance.now () + 10; performance.now () < end;)
      ;
    port2.postMessage (null);
  };
  port2.postMessage (null);
}
async function store () {
  const open = indexedDB.open ('store', 1);
  open.onupgradeneeded = () => open.result.createObjectStore ('blocks');
  await new Promise ((done, fail) => { open.onsuccess = done; open.onerror = fail; });
  for (let key = 0; key < 1000; key++)
    {
      const put = open.result.transaction ('blocks', 'readwrite');
      put.objectStore ('blocks').put (crypto.getRandomValues (new Uint8Array (65536)), key);
      await new Promise ((done, fail) => { put.oncomplete = done; put.onabort = () => fail (put.error); });
    }
}
function inWorker (what)
{
  const source = `const MIB = ${MIB}, held = []; let serial = 0; ${fill}
                  const take = ${take}; ${takeForEver} ${growForEver} ${what} ();`;
  held.push (new Worker (URL.createObjectURL (new Blob ([source]))));
}
const harms = {
  'leak, yielding': () => setInterval (() => take (8 * MIB), 40),
  'leak, not yielding': takeForEver,
  'leak in a worker': () => inWorker ('takeForEver'),
  'leak in WebAssembly': growForEver,
  'hang': () => { for (;;); },
  'spin': spin,
  'worker flood': () => {
    const idle = URL.createObjectURL (new Blob (['onmessage = () => {};']));
    setInterval (() => { for (let i = 0; i < 10; i++) held.push (new Worker (idle)); }, 20);
  },
  'disk full': () => store ().then (() => fetch ('stored/all'), () => fetch ('stored/failed')),
};
if (location.search === '?leak')
  takeForEver ();
setInterval (() => document.title = [load, ++beats, fetched, failed].join (' '), 100);
setInterval (() => fetch ('order', { cache: 'no-store' }).then (answer => answer.text ())
  .then (text => { fetched++; harms[text]?.(); }, () => failed++), 100);
'''
VICTIM_PAGE = '''<!doctype html><meta charset="utf-8"><title>start</title>
<h1>Victim</h1><button id="button">Button</button><script src="victim.js"></script>
'''


class Orders(dict):
    """The pages of the victims' server: an order is given once."""

    def __init__(self):
        super().__init__({'index.html': VICTIM_PAGE, 'victim.js': VICTIM_SCRIPT,
                          'stored/all': 'noted', 'stored/failed': 'noted'})
        self.order = None
        self.taken = threading.Event()
        self.when = 0

    def get(self, key, default=None):
        if key != 'order':
            return super().get(key, default)
        order, self.order = self.order, None
        if order is None:
            return 'none'
        self.when = time.monotonic()
        self.taken.set()
        return order

    def give(self, order):
        """Has the page do it; returns when it was told to."""
        self.taken.clear()
        self.order = order
        e2e.check(self.taken.wait(e2e.TIMEOUT), f'the page did not ask for the order “{order}”')
        return self.when


class Victims:
    """Apps to which harm is done, one after the other."""

    def __init__(self):
        self.orders = Orders()
        self.server = e2e.Server(self.orders)

    def write(self, app, restart='on-crash', query='', **limits):
        e2e.write_app(app, url=self.server.url + query,
                      bulkhead={'restart': {'policy': restart}, 'limits': limits})

    def start(self, app, **settings):
        """Returns what runs of it."""
        self.write(app, **settings)
        e2e.launch(app)
        entry = e2e.wait_for_complete(app)[app]
        e2e.wait_for_beats(app)
        return entry

    @staticmethod
    def remove(app):
        """Leaves nothing of the victim that runs, or comes back, or is listed."""
        for word in ('kill', 'stop'):
            e2e.ctl_result(word, app)
        e2e.wait_for(f'the end of {app}', lambda: not e2e.find_processes(app))
        shutil.rmtree(e2e.get_home('XDG_DATA_HOME') / 'bulkhead' / 'apps' / app,
                      ignore_errors=True)

    def harm(self, cell, entry):
        """Does it; returns when."""
        fault = cell.fault.removesuffix(', CPU time')
        if cell.role == 'web' and fault in ('hang', 'leak, yielding', 'leak, not yielding', 'spin',
                                            'worker flood', 'disk full'):
            return self.orders.give(fault)
        when = time.monotonic()
        number = SIGNALS.get(fault) or signal.SIGRTMIN + HOOKS[fault]
        os.kill(e2e.get_pid(entry, cell.role), number)
        return when


def get_library():
    return pathlib.Path(os.environ['BH_FAULT_LIBRARY'])


def preload():
    """What has the library loaded into all apps. WebKit's sandbox shows the folder of
    LD_LIBRARY_PATH to its processes."""
    return {'LD_PRELOAD': get_library().name, 'LD_LIBRARY_PATH': str(get_library().parent)}


@contextlib.contextmanager
def failing_start(app, role):
    """Within, each process of that role that the app starts ends at once, with exit code 1."""
    mark = get_library().parent / f'{app}.{role}'
    mark.touch()
    try:
        yield
    finally:
        mark.unlink()


HOMES = ('XDG_DATA_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME')
SMALL_DISK = '8M'
MOST_FILES = 1000


def can_mount():
    """Whether disks can be made for an app. `run` gives the tests a mount namespace of their own if
    it may, so that none of the mounts outlives them."""
    return os.environ.get('BH_FAULT_MOUNTS') == 'yes'


class SmallDisks:
    """Small disks for what an app keeps, one for each of its directories."""

    def __init__(self, app):
        self.folders = [e2e.get_profile(app, home) for home in HOMES]

    def mount(self):
        for folder in self.folders:
            folder.mkdir(0o700, parents=True, exist_ok=True)
            subprocess.run(['mount', '-t', 'tmpfs', '-o',
                            f'size={SMALL_DISK},nr_inodes={MOST_FILES},mode=0700', 'disk',
                            folder], check=True)

    def fill(self):
        for folder in self.folders:
            with contextlib.suppress(OSError), open(folder / 'filler', 'wb', 0) as file:
                while file.write(bytes(65536)):
                    pass
            with contextlib.suppress(OSError), open(folder / 'filler', 'ab', 0) as file:
                while file.write(b' '):
                    pass
            # Not one more file either.
            with contextlib.suppress(OSError):
                for number in range(MOST_FILES):
                    (folder / f'filler-{number}').touch()

    def empty(self):
        for folder in self.folders:
            for file in folder.glob('filler*'):
                file.unlink()

    def unmount(self):
        for folder in self.folders:
            subprocess.run(['umount', '--lazy', folder], check=False)
