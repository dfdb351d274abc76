# SPDX-License-Identifier: GPL-3.0-or-later
"""What the end-to-end tests share: bulkheadctl and the bus, /proc, apps made for a test, waiting
for a condition, and the report in TAP.

A scenario is a function; run () runs them one after the other, each from a state in which no app
runs, and says of each whether it came true. What fails raises Failure.
"""
import contextlib
import http.server
import itertools
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
import traceback

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

BUS_NAME = 'io.github.bulkhead.Bulkhead.Supervisor'
ROOT_PATH = '/io/github/bulkhead/Supervisor'
APP_INTERFACE = 'io.github.bulkhead.App1'
DESKTOP_ID = 'io.github.bulkhead.Bulkhead'
# How many times slower than a usual one this machine is.
SLOWNESS = int(os.environ.get('BH_TEST_SLOWNESS', '1'))
# Seconds for what is usually done in one.
TIMEOUT = 30 * SLOWNESS
# An app that runs has one of each.
MAIN_ROLES = ('runner', 'web', 'network')


class Failure(Exception):
    """What should be is not; the text says both."""


def check(condition, text):
    if not condition:
        raise Failure(text)


def check_equal(found, wanted, what):
    check(found == wanted, f'{what} is {found!r}, not {wanted!r}')


def wait_for(what, condition, timeout=TIMEOUT, watch=None):
    """Waits until condition () is true and returns what it said. A Failure that it raises means
    “not yet”; watch () is asked as often and may raise one that ends the wait."""
    end = time.monotonic() + timeout
    while True:
        reason = ''
        try:
            result = condition()
            if result:
                return result
            reason = f'; the last look gave {result!r}' if result is not None else ''
        except Failure as failure:
            reason = f'; {failure}'
        if watch:
            watch()
        if time.monotonic() > end:
            raise Failure(f'{what} did not come within {timeout} seconds{reason}')
        time.sleep(0.02)


# bulkheadctl and the bus

def ctl_result(*arguments, timeout=TIMEOUT):
    try:
        return subprocess.run(['bulkheadctl', *arguments], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired as error:
        raise Failure(f'“bulkheadctl {" ".join(arguments)}” did not end within {timeout} '
                      'seconds') from error


def ctl(*arguments):
    done = ctl_result(*arguments)
    check(done.returncode == 0, f'“bulkheadctl {" ".join(arguments)}” ended with status '
          f'{done.returncode}: {(done.stderr or done.stdout).strip()}')
    return done.stdout


def ctl_json(*arguments):
    return json.loads(ctl(*arguments, '--json'))


def launch(*apps):
    """Launches the apps and waits for their first paint."""
    ctl('launch', *apps, '--wait')


def read_apps():
    """id → what `ps` says, of the apps that have an instance."""
    return {app['id']: app for app in ctl_json('ps')}


def read_app(app):
    """What `ps --all` says of one app, running or not."""
    for entry in ctl_json('ps', '--all'):
        if entry['id'] == app:
            return entry
    raise Failure(f'“ps --all” does not name {app}')


def get_identities(entry, roles=MAIN_ROLES):
    """The processes of an app, told apart from others that get the same PID later."""
    return {(process['pid'], process['startTime']) for process in entry['processes']
            if process['role'] in roles}


def get_pid(entry, role):
    pids = [process['pid'] for process in entry['processes'] if process['role'] == role]
    check(len(pids) == 1, f'{entry["id"]} has {len(pids)} processes of the role {role}: {pids}')
    return pids[0]


def wait_for_complete(*apps):
    """Waits until each of the apps has a runner, a web and a network process."""
    def is_complete():
        running = read_apps()
        for app in apps:
            check(app in running, f'{app} does not run')
            roles = [process['role'] for process in running[app]['processes']]
            for role in MAIN_ROLES:
                check(role in roles, f'{app} has no {role} process, only {roles}')
        return running
    return wait_for(f'each process of {", ".join(apps)}', is_complete)


_bus = None


def get_bus():
    global _bus
    if _bus is None:
        _bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    return _bus


def call(path, interface, method, arguments=None, name=BUS_NAME):
    try:
        return get_bus().call_sync(name, path, interface, method, arguments, None,
                                   Gio.DBusCallFlags.NONE, TIMEOUT * 1000).unpack()
    except GLib.Error as error:
        raise Failure(f'{method}: {error.message}') from error


def get_property(app, name):
    return call(f'{ROOT_PATH}/apps/{app}', 'org.freedesktop.DBus.Properties', 'Get',
                GLib.Variant('(ss)', (APP_INTERFACE, name)))[0]


def get_title(app):
    return get_property(app, 'Title')


def wait_for_state(app, state):
    def has_state():
        found = get_property(app, 'State')
        check(found == state, f'it is {found}: {get_property(app, "ReasonDetail")}')
        return True
    wait_for(f'the state “{state}” of {app}', has_state)


def find_supervisor():
    """The supervisor's PID, or None, without starting one."""
    try:
        return get_supervisor()
    except Failure:
        return None


def end_supervisor(number):
    """Ends it by a signal, and waits until the bus knows: what is sent before goes to the dead
    one. Returns its PID."""
    old = get_supervisor()
    os.kill(old, number)
    wait_for('the end of the supervisor',
             lambda: not is_alive(old) and find_supervisor() != old)
    return old


@contextlib.contextmanager
def surroundings(**environment):
    """Has the supervisor, and what it starts, run in a changed environment. No app may run."""
    def change(values):
        call('/org/freedesktop/DBus', 'org.freedesktop.DBus', 'UpdateActivationEnvironment',
             GLib.Variant('(a{ss})', (values,)), name='org.freedesktop.DBus')
        if find_supervisor():
            end_supervisor(signal.SIGTERM)

    change(environment)
    try:
        yield
    finally:
        change({name: os.environ.get(name, '') for name in environment})


def get_supervisor():
    """The supervisor's PID, without starting one."""
    return call('/org/freedesktop/DBus', 'org.freedesktop.DBus', 'GetConnectionUnixProcessID',
                GLib.Variant('(s)', (BUS_NAME,)), name='org.freedesktop.DBus')[0]


# Processes

def read_proc(pid, name):
    try:
        return pathlib.Path(f'/proc/{pid}/{name}').read_bytes()
    except OSError:
        return None


def read_environment(pid):
    content = read_proc(pid, 'environ')
    check(content, f'the environment of the process {pid} can’t be read')
    return dict(entry.split(b'=', 1) for entry in content.split(b'\0') if b'=' in entry)


def read_namespace(pid, kind):
    return os.readlink(f'/proc/{pid}/ns/{kind}')


def read_parent(pid):
    stat = read_proc(pid, 'stat')
    return int(stat.rpartition(b')')[2].split()[1]) if stat else None


def list_ancestors(pid):
    """(PID, name) of the processes above one, the nearest first."""
    found = []
    pid = read_parent(pid)
    while pid:
        name = read_proc(pid, 'comm')
        found.append((pid, name.decode().strip() if name else ''))
        pid = read_parent(pid)
    return found


def find_processes(app=None):
    """The PIDs of this session's processes that belong to an app, or to any."""
    session = b'BULKHEAD_SESSION=' + os.environb[b'BULKHEAD_SESSION']
    tag = b'BULKHEAD_APP=' + app.encode() if app else b'BULKHEAD_APP='
    found = set()
    for name in os.listdir('/proc'):
        content = read_proc(name, 'environ') if name.isdigit() else None
        entries = content.split(b'\0') if content and session in content else ()
        if any(entry == tag if app else entry.startswith(tag) for entry in entries):
            found.add(int(name))
    return found


def list_children(pid):
    try:
        content = pathlib.Path(f'/proc/{pid}/task/{pid}/children').read_text(encoding='ascii')
    except OSError:
        return []
    return [int(child) for child in content.split()]


def find_confined_runner(proxy):
    """The runner whose xdg-dbus-proxy that is, or None: the proxy is a child of bubblewrap, and the
    runner the first child of bubblewrap's other child."""
    name = read_proc(proxy, 'comm')
    if not name or name.decode().strip() != 'xdg-dbus-proxy':
        return None
    for child in list_children(read_parent(proxy)):
        for runner in list_children(child):
            return runner
    return None


def is_alive(pid):
    stat = read_proc(pid, 'stat')
    return bool(stat) and stat.rpartition(b')')[2].split()[0] not in b'ZX'


def kill_process(pid):
    """As `kill -9` does, and waits for the process to be gone."""
    os.kill(pid, signal.SIGKILL)
    wait_for(f'the end of the process {pid}', lambda: not is_alive(pid))


def count_descriptors(pid):
    return len(os.listdir(f'/proc/{pid}/fd'))


SANDBOX_NAMESPACES = ('mnt', 'pid', 'net')


def check_sandboxed(entry, namespaces=SANDBOX_NAMESPACES):
    """That the web process of an app is in namespaces of its own, below Bubblewrap, below its
    runner."""
    runner = get_pid(entry, 'runner')
    web = get_pid(entry, 'web')
    for kind in namespaces:
        check(read_namespace(web, kind) != read_namespace(runner, kind),
              f'the web process of {entry["id"]} is in the runner’s {kind} namespace')
    above = list_ancestors(web)
    check(runner in [pid for pid, _ in above],
          f'the web process of {entry["id"]} is not below its runner')
    between = above[:[pid for pid, _ in above].index(runner)]
    check('bwrap' in [name for _, name in between],
          f'the web process of {entry["id"]} is not below a bwrap of its runner’s')
    check('bwrap' in [name for _, name in list_ancestors(runner)],
          f'the runner of {entry["id"]} is not below bwrap')
    for kind in ('mnt', 'pid', 'ipc'):
        check(read_namespace(runner, kind) != read_namespace(os.getpid(), kind),
              f'the runner of {entry["id"]} is in the session’s {kind} namespace')


def check_kept(before, after, apps):
    """That apps run on in the processes that they had."""
    for app in apps:
        check(app in after, f'{app} does not run any more')
        check_equal(after[app]['state'], 'running', f'the state of {app}')
        check_equal(get_identities(after[app]), get_identities(before[app]),
                    f'the processes of {app}')


# Apps of the test's own

def get_home(variable):
    return pathlib.Path(os.environ[variable])


def get_profile(app, home='XDG_DATA_HOME'):
    return get_home(home) / 'bulkhead' / 'profiles' / app


_versions = itertools.count(1)


def write_app(app, page=None, *, files=None, bulkhead=None, **startup):
    """Installs an app for the user, of one page or of files (name → text), and waits until the
    supervisor knows this version of it. Returns its directory."""
    folder = get_home('XDG_DATA_HOME') / 'bulkhead' / 'apps' / app
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in dict(files or {}, **({'index.html': page} if page else {})).items():
        (folder / name).write_text(text, encoding='utf-8')
    version = f'Version {next(_versions)}'
    manifest = {'startup_app': {'uuid': app, 'name': app.title(), 'url': 'app:///index.html',
                                'description': version, **startup}}
    if bulkhead:
        manifest['bulkhead'] = bulkhead
    partial = folder / 'manifest.json.partial'
    partial.write_text(json.dumps(manifest), encoding='utf-8')
    partial.rename(folder / 'manifest.json')
    wait_for(f'the app {app} in the list', lambda: (app, version) in [
        (entry['id'], entry.get('description')) for entry in ctl_json('list')])
    return folder


# A page that counts in its title and fetches a file each half second, so that its processes can be
# seen to work: the web process by the beats, and by what is fetched the runner, for an app:// page,
# or the network process, for one of a server. A fetch that fails is counted, too.
BEATING_PAGE = '''<!doctype html><meta charset="utf-8"><title>start</title>
<h1>Counter</h1><script src="beat.js"></script>
'''
BEATING_SCRIPT = '''
const load = Date.now ();
let beats = 0, fetched = 0, failed = 0;
setInterval (() => document.title = `${load} ${++beats} ${fetched} ${failed}`, 100);
setInterval (() => fetch ('data.txt', { cache: 'no-store' }).then (answer => answer.text ())
  .then (text => text === 'data' ? fetched++ : failed++, () => failed++), 500);
'''
BEATING_FILES = {'index.html': BEATING_PAGE, 'beat.js': BEATING_SCRIPT, 'data.txt': 'data'}


class Server(http.server.ThreadingHTTPServer):
    """Serves texts, (path → text), on a port of the loopback interface until the test ends. What
    was asked for is in the list `asked`, to what something was sent in `posted`, and `headers` go
    with every answer. With a context it speaks TLS."""

    daemon_threads = True

    def __init__(self, pages, port=0, context=None):
        super().__init__(('127.0.0.1', port), Answer)
        self.pages = pages
        self.asked = []
        self.posted = []
        self.headers = {}
        self.url = f'{"https" if context else "http"}://127.0.0.1:{self.server_port}/'
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """A browser hangs up when it likes."""

    def stop(self):
        self.shutdown()
        self.server_close()


class Answer(http.server.BaseHTTPRequestHandler):
    TYPES = {'.js': 'text/javascript', '.txt': 'text/plain'}

    def do_GET(self):
        path = self.path.partition('?')[0]
        self.server.asked.append(path)
        self.answer(path)

    def do_POST(self):
        self.rfile.read(int(self.headers['content-length'] or 0))
        self.server.posted.append(self.path)
        self.answer(self.path)

    def answer(self, path):
        text = self.server.pages.get(path.lstrip('/') or 'index.html')
        content = (text or 'not found').encode()
        self.send_response(404 if text is None else 200)
        kind = self.TYPES.get(pathlib.PurePath(path).suffix, 'text/html')
        self.send_header('content-type', f'{kind}; charset=utf-8')
        self.send_header('content-length', str(len(content)))
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


def write_beating_app(app, server=None, restart='never'):
    """An app whose page beats; of the server, or else with files of its own. What it does after a
    crash is its restart policy."""
    bulkhead = {'restart': {'policy': restart}}
    if server:
        return write_app(app, url=server.url, bulkhead=bulkhead)
    return write_app(app, files=BEATING_FILES, bulkhead=bulkhead)


def read_beat(app):
    """What a beating page says: (when it was loaded, beats, files fetched, failures)."""
    words = get_title(app).split()
    check(len(words) == 4 and all(word.isdigit() for word in words),
          f'the title of {app} is {" ".join(words)!r}, which is no beat')
    return tuple(map(int, words))


def wait_for_beats(*apps, beats=3, fetches=1):
    """Waits until each page has counted on, from now, and fetched, with no load in between."""
    before = {app: wait_for(f'a beat of {app}', lambda app=app: read_beat(app)) for app in apps}

    def have_counted():
        for app, (load, count, fetched, _) in before.items():
            now = read_beat(app)
            if now[0] != load:
                raise Failure(f'{app} was loaded again')
            check(now[1] >= count + beats and now[2] >= fetched + fetches,
                  f'{app} beat from {(count, fetched)} to {now[1:3]}')
        return True
    wait_for(f'the beat of {", ".join(apps)}', have_counted)
    return {app: beat[0] for app, beat in before.items()}


@contextlib.contextmanager
def others_live(victim, others=('left', 'right'), restart='never'):
    """Starts the victim and two more apps whose pages beat, and checks that these keep their
    processes and their pages over what happens within. Yields the victim's entry."""
    server = Server(BEATING_FILES)
    write_beating_app(others[0])
    write_beating_app(others[1], server)
    write_beating_app(victim, server, restart)
    launch(*others, victim)
    before = wait_for_complete(*others, victim)
    loads = wait_for_beats(*others)
    yield before[victim]
    check_equal(wait_for_beats(*others), loads, 'when the others were loaded')
    check_kept(before, read_apps(), others)
    for app in others:
        check_equal(read_beat(app)[3], 0, f'the number of fetches that failed in {app}')


# The report

def stop_everything():
    """The state that a scenario begins with: no app runs and no user app is installed."""
    for entry in ctl_json('list'):
        if entry['state'] in ('crashed', 'failed', 'backing-off'):
            # There is nothing to kill, but something that is remembered or will come.
            ctl_result('stop', entry['id'])
        elif entry['state'] not in (None, 'stopped'):
            ctl_result('kill', entry['id'])
    wait_for('the end of all apps', lambda: not find_processes())


def describe_surroundings():
    """What helps to understand a failure."""
    with contextlib.suppress(Exception):
        yield from ctl_result('ps', '--all', '--processes').stdout.splitlines()
    with contextlib.suppress(Exception):
        if os.environ.get('DISPLAY') and os.environ.get('BH_TEST_SCREENSHOTS'):
            path = pathlib.Path(os.environ['BH_TEST_SCREENSHOTS'],
                                f'{pathlib.Path(sys.argv[0]).stem}-{os.getpid()}.png')
            subprocess.run(['import', '-window', 'root', path], timeout=20, check=True)
            yield f'screenshot: {path}'


def say(text):
    print(text, flush=True)


def run(*scenarios):
    """Runs the scenarios, or those that the command line names, and reports in TAP."""
    names = sys.argv[1:]
    scenarios = [scenario for scenario in scenarios if not names or scenario.__name__ in names]
    say(f'1..{len(scenarios)}')
    failures = 0
    for number, scenario in enumerate(scenarios, 1):
        title = f'{number} - {(scenario.__doc__ or scenario.__name__).splitlines()[0].rstrip(".")}'
        start = time.monotonic()
        try:
            scenario()
            stop_everything()
            say(f'ok {title}')
            say(f'# {time.monotonic() - start:.1f} s')
        except Exception:  # pylint: disable=broad-except
            failures += 1
            say(f'not ok {title}')
            for line in traceback.format_exc().splitlines():
                say(f'# {line}')
            for line in describe_surroundings():
                say(f'# {line}')
            with contextlib.suppress(Exception):
                stop_everything()
    sys.exit(1 if failures else 0)


def skip_all(why):
    say(f'1..0 # SKIP {why}')
    sys.exit(0)
