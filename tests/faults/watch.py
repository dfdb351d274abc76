# SPDX-License-Identifier: GPL-3.0-or-later
"""Who watches while harm is done: what the supervisor says on the bus, with the time at which it
said it, and two neighbours whose pages notice when they stand still.
"""
import contextlib
import os
import threading
import time

import e2e
from gi.repository import Gio, GLib

APPS_PATH = f'{e2e.ROOT_PATH}/apps/'
PROPERTIES = 'org.freedesktop.DBus.Properties'


class Witness:
    """Writes down what the supervisor says of each app, from a thread of its own."""

    def __init__(self):
        self.changed = threading.Condition()
        self.events = []          # (time, app, name, value)
        ready = threading.Event()
        threading.Thread(target=self.listen, args=(ready,), daemon=True).start()
        e2e.check(ready.wait(e2e.TIMEOUT), 'the bus can’t be listened to')

    def listen(self, ready):
        context = GLib.MainContext.new()
        context.push_thread_default()
        flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
                 | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        bus = Gio.DBusConnection.new_for_address_sync(os.environ['DBUS_SESSION_BUS_ADDRESS'],
                                                      flags, None, None)
        for interface, signal in ((PROPERTIES, 'PropertiesChanged'), (e2e.APP_INTERFACE, 'Ended'),
                                  (e2e.APP_INTERFACE, 'ProcessEnded')):
            bus.signal_subscribe(e2e.BUS_NAME, interface, signal, None, None,
                                 Gio.DBusSignalFlags.NONE, self.on_signal)
        # Its answer comes after the bus has taken the subscriptions.
        bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus',
                      'GetId', None, None, Gio.DBusCallFlags.NONE, -1, None)
        ready.set()
        GLib.MainLoop.new(context, False).run()

    def on_signal(self, _bus, _sender, path, _interface, signal, parameters):
        now = time.monotonic()
        if not path.startswith(APPS_PATH):
            return
        app = path.removeprefix(APPS_PATH)
        arguments = parameters.unpack()
        with self.changed:
            if signal != 'PropertiesChanged':
                self.events.append((now, app, signal, arguments))
            elif arguments[0] == e2e.APP_INTERFACE:
                self.events += [(now, app, name, value) for name, value in arguments[1].items()]
            self.changed.notify_all()

    def list(self, app, name, since):
        """(time, value) of what was said of an app since then."""
        with self.changed:
            return [(when, value) for when, who, what, value in self.events
                    if who == app and what == name and when >= since]

    def wait(self, app, name, since, timeout, wanted=lambda value: True):
        """Waits until that is said of the app; returns when, and what."""
        end = time.monotonic() + timeout
        while True:
            for when, value in self.list(app, name, since):
                if wanted(value):
                    return when, value
            with self.changed:
                left = end - time.monotonic()
                if left <= 0:
                    raise e2e.Failure(f'{name} of {app} did not change as it should within '
                                      f'{timeout} seconds, only {self.list(app, name, since)}')
                self.changed.wait(min(left, 0.1))

    def forget(self):
        with self.changed:
            self.events.clear()


# Beats each 100 ms and fetches each 500 ms, one after the other, and tells the longest silence of
# either in the last seconds, the one that lasts included.
NEIGHBOUR_SCRIPT = '''
const load = Date.now (), MEMORY = 3000;
let beats = 0, fetched = 0, failed = 0;
const beat = { last: performance.now (), gaps: [] }, answer = { last: beat.last, gaps: [] };
function mark (what) {
  const now = performance.now ();
  what.gaps.push ([now, now - what.last]);
  what.last = now;
}
function longest (what) {
  const now = performance.now ();
  what.gaps = what.gaps.filter (([when]) => when > now - MEMORY);
  return Math.round (Math.max (now - what.last, ...what.gaps.map (([, gap]) => gap)));
}
setInterval (() => {
  mark (beat);
  document.title = [load, ++beats, fetched, failed, longest (beat), longest (answer)].join (' ');
}, 100);
setInterval (() => fetch ('data.txt', { cache: 'no-store' }).then (reply => reply.text ())
  .then (text => { text === 'data' ? fetched++ : failed++; mark (answer); }, () => failed++), 500);
'''
NEIGHBOUR_FILES = {'index.html': e2e.BEATING_PAGE, 'beat.js': NEIGHBOUR_SCRIPT, 'data.txt': 'data'}
# Shorter than the memory of the page.
LOOK = 0.5


class Neighbours:
    """Two apps, one of files of its own and one of a server."""

    NAMES = ('left', 'right')

    def __init__(self):
        self.before = None
        self.loads = None
        e2e.write_app('left', files=NEIGHBOUR_FILES)
        self.server = e2e.Server(NEIGHBOUR_FILES)
        e2e.write_app('right', url=self.server.url)

    def start(self):
        e2e.launch(*self.NAMES)
        self.before = e2e.wait_for_complete(*self.NAMES)
        self.loads = {app: e2e.wait_for(f'a beat of {app}', lambda app=app: self.read(app))[0]
                      for app in self.NAMES}

    @staticmethod
    def read(app):
        """(when it was loaded, beats, fetched, failed, longest gap of beats, of fetches), ms."""
        words = e2e.get_title(app).split()
        e2e.check(len(words) == 6 and all(map(str.isdigit, words)),
                  f'the title of {app} is {" ".join(words)!r}, which is no beat')
        return tuple(map(int, words))

    @contextlib.contextmanager
    def watched(self):
        """Within, the longest gaps are kept; afterwards nothing may have happened to either.
        Yields what will be {'beats': seconds, 'fetches': seconds}."""
        gaps = {'beats': 0, 'fetches': 0}
        done = threading.Event()

        def look():
            for app in self.NAMES:
                with contextlib.suppress(e2e.Failure):
                    values = self.read(app)
                    gaps['beats'] = max(gaps['beats'], values[4] / 1000)
                    gaps['fetches'] = max(gaps['fetches'], values[5] / 1000)

        def keep_looking():
            while not done.wait(LOOK):
                look()

        start = {app: self.read(app) for app in self.NAMES}
        thread = threading.Thread(target=keep_looking, daemon=True)
        thread.start()
        try:
            yield gaps
        finally:
            done.set()
            thread.join()
        look()
        self.check_pages()
        self.check_beats(start)

    def check_pages(self):
        """That they are those that were started, in the processes that they had."""
        e2e.check_kept(self.before, e2e.read_apps(), self.NAMES)
        for app in self.NAMES:
            e2e.check_equal(self.read(app)[0], self.loads[app], f'when {app} was loaded')

    def check_beats(self, start):
        for app in self.NAMES:
            _, beats, fetched, failed, _, _ = self.read(app)
            e2e.check_equal(failed, start[app][3], f'the number of fetches that failed in {app}')
            e2e.check(beats > start[app][1] and fetched >= start[app][2],
                      f'{app} stands still at {beats} beats')
