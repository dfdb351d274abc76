#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command in a desktop session of its own, and leaves nothing behind.

usage: session.py [--prefix DIR] [--xvfb | --weston] [--screen WxH] [--] COMMAND [ARGUMENT…]

The command gets
  - a session bus that nothing else uses. It starts the services installed below --prefix and
    the accessibility bus; the services of the surrounding desktop are not on it.
  - a display: the surrounding one, or a virtual X server when there is none (always with
    --xvfb), or a headless Weston with --weston.
  - what is installed below --prefix: its programs come first in PATH, its data first in
    XDG_DATA_DIRS.
  - XDG_DATA_HOME, XDG_CONFIG_HOME, XDG_CACHE_HOME, XDG_STATE_HOME and XDG_RUNTIME_DIR: as they
    are set outside, otherwise new directories which are deleted at the end with all that is in
    them. HOME stays what it is.
  - GSETTINGS_BACKEND=memory unless it is set outside.

A session inside a session is a new one: it takes over neither the outer one's display nor its
directories, only what was set on purpose.

The exit status is the command's; 128+N when signal N ended it, 126 when it can't be run, 127
when there is no such command, 125 when there is no session to run it in. When the command is
done, every process that was started in the session is ended (SIGTERM, then SIGKILL); so is it
when this program gets SIGTERM, SIGHUP or SIGINT, and even when it is killed.
"""
import argparse
import ctypes
import errno
import os
import secrets
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

MARK = 'BULKHEAD_SESSION'             # In the environment of every process of the session.
MARK_DIR = 'BULKHEAD_SESSION_DIR'     # What a session inside this one must not take over.
MARK_DISPLAY = 'BULKHEAD_SESSION_DISPLAY'
HOMES = {'XDG_DATA_HOME': 'data', 'XDG_CONFIG_HOME': 'config', 'XDG_CACHE_HOME': 'cache',
         'XDG_STATE_HOME': 'state', 'XDG_RUNTIME_DIR': 'runtime'}
GRACE = 2.0              # Seconds from SIGTERM to SIGKILL.
START_TIMEOUT = 30.0     # Seconds for a display server or the bus to come up.
NO_SESSION = 125
A11Y_LAUNCHERS = ('/usr/libexec/at-spi-bus-launcher', '/usr/lib/at-spi2-core/at-spi-bus-launcher',
                  '/usr/lib/at-spi-bus-launcher')
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
SI_USER = 0
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LIBC = ctypes.CDLL(None, use_errno=True)


class SessionError(Exception):
    """The session can't be set up; the text says what to do."""


def spawn(argv, env, *, ours=False, fds=(), out=None):
    """Forks and executes; the result is the PID.

    The session's own programs (ours) are out of reach of the terminal's Ctrl-C and go when this
    process goes. Of fds, (number in the child, our descriptor) pairs, the child gets copies.
    """
    pid = os.fork()
    if pid:
        return pid
    try:
        if ours:
            os.setsid()
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        for number, fd in fds:
            os.dup2(fd, number)
            os.set_inheritable(number, True)
        if out is not None:
            os.dup2(out, 1)
            os.dup2(out, 2)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        os.execvpe(argv[0], argv, env)
    except OSError as error:
        os.write(2, f'session: can’t run {argv[0]}: {error.strerror}\n'.encode())
        os._exit(127 if error.errno in (errno.ENOENT, errno.ENOTDIR) else 126)
    finally:
        os._exit(126)


def read_processes():
    """PID → (parent, is a zombie) of all processes."""
    table = {}
    for name in os.listdir('/proc'):
        if not name.isdigit():
            continue
        try:
            with open(f'/proc/{name}/stat', 'rb') as file:
                fields = file.read().rpartition(b')')[2].split()
            table[int(name)] = (int(fields[1]), fields[0] in b'ZX')
        except (OSError, IndexError):
            continue
    return table


def has_mark(pid, mark):
    key = f'{MARK}={mark}'.encode()
    try:
        with open(f'/proc/{pid}/environ', 'rb') as file:
            content = file.read()
    except OSError:
        return False
    return key in content and any(entry == key or entry.startswith(key + b'/')
                                  for entry in content.split(b'\0'))


def find_processes(mark, root, spare):
    """The living processes with the mark, those below them, and those below root, but for spare."""
    table = read_processes()
    children = {}
    for pid, (parent, _) in table.items():
        children.setdefault(parent, []).append(pid)
    spare = set(spare) | {os.getpid()}
    todo = list(children.get(root, []))
    todo += [pid for pid in table if pid not in spare and has_mark(pid, mark)]
    found = set()
    while todo:
        pid = todo.pop()
        if pid not in found and pid not in spare:
            found.add(pid)
            todo += children.get(pid, [])
    return {pid for pid in found if not table[pid][1]}


def send(pid, number):
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def reap(statuses):
    """Collects whoever ended; a subreaper gets the orphans of the whole session."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        statuses[pid] = status


def end_processes(find, statuses, on_each=None):
    """Ends what find () finds, until it finds nothing, twice in a row."""
    start = time.monotonic()
    told = set()
    quiet = 0
    while quiet < 2:
        reap(statuses)
        pids = find()
        quiet = 0 if pids else quiet + 1
        elapsed = time.monotonic() - start
        for pid in pids:
            if elapsed > GRACE:
                send(pid, signal.SIGKILL)
            elif pid not in told:
                told.add(pid)
                send(pid, signal.SIGTERM)
                send(pid, signal.SIGCONT)
        if elapsed > GRACE + 10:
            print('session: these processes can’t be ended:', *sorted(pids), file=sys.stderr)
            return
        if pids:
            signal.sigtimedwait([signal.SIGCHLD], 0.01)


def remove_tree(path):
    def make_writable_and_retry(function, name, _):
        try:
            os.chmod(os.path.dirname(name), 0o700)
            function(name)
        except OSError:
            pass

    shutil.rmtree(path, onerror=make_writable_and_retry)


def remove_x_files(pid, display):
    """An X server that had to be killed leaves its lock and its socket."""
    lock = f'/tmp/.X{display}-lock'
    try:
        with open(lock, encoding='ascii') as file:
            if int(file.read()) != pid:
                return
        os.unlink(lock)
        os.unlink(f'/tmp/.X11-unix/X{display}')
    except (OSError, ValueError):
        pass


class Guardian:
    """A process that cleans up when this one is killed before it could."""

    def __init__(self, mark, directory):
        reader, self.writer = os.pipe()
        self.pid = os.fork()
        if self.pid:
            os.close(reader)
            return
        os.setsid()
        for number in ENDING + (signal.SIGPIPE,):
            signal.signal(number, signal.SIG_IGN)
        null = os.open(os.devnull, os.O_RDWR)
        for fd in range(3):
            os.dup2(null, fd)
        os.close(self.writer)
        try:
            # Nothing is ever written: the end of the file is the end of the session.
            os.read(reader, 1)
            if os.path.isdir(directory):
                end_processes(lambda: find_processes(mark, None, ()), {})
                remove_tree(directory)
        finally:
            os._exit(0)

    def dismiss(self):
        os.close(self.writer)
        try:
            os.waitpid(self.pid, 0)
        except ChildProcessError:
            pass


class Session:
    def __init__(self, options, environ):
        self.options = options
        self.env = dict(environ)
        self.outer_env = environ
        self.servers = []       # PIDs of the bus and the display server.
        self.statuses = {}      # PID → wait status of those that ended.
        self.x_server = None    # (PID, number) of the X server.
        mark = secrets.token_hex(8)
        outer = self.env.get(MARK)
        self.mark = f'{outer}/{mark}' if outer else mark
        base = tempfile.gettempdir()
        # The path of a socket may have 107 bytes, and some are made deep inside.
        self.dir = tempfile.mkdtemp(prefix='bulkhead-session-',
                                    dir=base if len(base) < 30 else '/tmp')
        self.guardian = Guardian(self.mark, self.dir)

    # Environment

    def prepare_environment(self):
        env = self.env
        outer_dir = env.get(MARK_DIR)
        for name, folder in HOMES.items():
            value = env.get(name)
            if value and not (outer_dir and value.startswith(outer_dir + '/')):
                continue
            env[name] = os.path.join(self.dir, folder)
            os.mkdir(env[name], 0o700)
        if env.get('DISPLAY') and env['DISPLAY'] == env.get(MARK_DISPLAY):
            del env['DISPLAY']
        if env.get('WAYLAND_DISPLAY') and env['WAYLAND_DISPLAY'] == env.get(MARK_DISPLAY):
            del env['WAYLAND_DISPLAY']
        for name in ('DBUS_STARTER_ADDRESS', 'DBUS_STARTER_BUS_TYPE', 'NO_AT_BRIDGE', 'GTK_A11Y',
                     MARK_DISPLAY):
            env.pop(name, None)
        if self.options.prefix:
            prefix = os.path.abspath(self.options.prefix)
            env['PATH'] = os.path.join(prefix, 'bin') + ':' + env.get('PATH', os.defpath)
            env['XDG_DATA_DIRS'] = os.path.join(prefix, 'share') + ':' + (
                env.get('XDG_DATA_DIRS') or '/usr/local/share:/usr/share')
        env.setdefault('GSETTINGS_BACKEND', 'memory')
        env[MARK] = self.mark
        env[MARK_DIR] = self.dir

    def check_command(self, command):
        """0, or the exit status that says that there is no such command."""
        if shutil.which(command, path=self.env.get('PATH', os.defpath)):
            return 0
        if '/' in command and os.path.exists(command):
            print(f'session: {command} is not executable', file=sys.stderr)
            return 126
        print(f'session: there is no command {command}', file=sys.stderr)
        return 127

    # Servers

    def start_server(self, name, argv, package, fds=(), show_output=False):
        if not shutil.which(argv[0], path=self.env.get('PATH', os.defpath)):
            raise SessionError(f'{argv[0]} is not installed; it is in the package “{package}”')
        log = os.path.join(self.dir, f'{name}.log')
        with open(log, 'wb') as file:
            pid = spawn(argv, self.env, ours=True, fds=fds,
                        out=2 if show_output else file.fileno())
        self.servers.append(pid)
        return pid, log

    def fail(self, name, log):
        try:
            with open(log, encoding='utf-8', errors='replace') as file:
                text = file.read().strip()
        except OSError:
            text = ''
        raise SessionError(f'{name} did not start' + (f':\n{text}' if text else ''))

    def read_line(self, fd, pid, name, log):
        """The line that a server writes to fd when it is ready."""
        line = b''
        end = time.monotonic() + START_TIMEOUT
        while not line.endswith(b'\n'):
            ready = select.select([fd], [], [], max(0, end - time.monotonic()))[0]
            chunk = os.read(fd, 4096) if ready else b''
            if not chunk:
                self.fail(name, log)
            line += chunk
        os.close(fd)
        return line.decode().strip()

    def start_xvfb(self):
        width, height = self.options.screen
        authority = os.path.join(self.dir, 'Xauthority')
        cookie_name = b'MIT-MAGIC-COOKIE-1'
        cookie = secrets.token_bytes(16)
        # Family "any", no address, no display number: the format is that of libXau's Xauth(3).
        with open(os.open(authority, os.O_WRONLY | os.O_CREAT, 0o600), 'wb') as file:
            file.write(struct.pack('>HHHH', 0xffff, 0, 0, len(cookie_name)) + cookie_name +
                       struct.pack('>H', len(cookie)) + cookie)
        reader, writer = os.pipe()
        pid, log = self.start_server(
            'Xvfb', ['Xvfb', '-displayfd', '3', '-screen', '0', f'{width}x{height}x24',
                     '-dpi', '96', '-nolisten', 'tcp', '-noreset', '-auth', authority],
            'xvfb', fds=[(3, writer)])
        os.close(writer)
        number = self.read_line(reader, pid, 'Xvfb', log)
        self.x_server = (pid, number)
        self.env.pop('WAYLAND_DISPLAY', None)
        # GTK would find the surrounding desktop's Wayland socket in XDG_RUNTIME_DIR by itself.
        self.env.update({'DISPLAY': ':' + number, 'XAUTHORITY': authority, 'GDK_BACKEND': 'x11',
                         MARK_DISPLAY: ':' + number})

    def start_weston(self):
        width, height = self.options.screen
        name = 'bulkhead-' + secrets.token_hex(4)
        path = os.path.join(self.env['XDG_RUNTIME_DIR'], name)
        for variable in ('DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY'):
            self.env.pop(variable, None)
        pid, log = self.start_server(
            'weston', ['weston', '--backend=headless-backend.so', f'--socket={name}',
                       '--no-config', '--idle-time=0', f'--width={width}', f'--height={height}'],
            'weston')
        end = time.monotonic() + START_TIMEOUT
        while True:
            with socket.socket(socket.AF_UNIX) as probe:
                try:
                    probe.connect(path)
                    break
                except OSError:
                    pass
            signal.sigtimedwait([signal.SIGCHLD], 0.01)
            reap(self.statuses)
            if pid in self.statuses or time.monotonic() > end:
                self.fail('Weston', log)
        self.env.update({'WAYLAND_DISPLAY': name, 'GDK_BACKEND': 'wayland', MARK_DISPLAY: name})

    def start_display(self):
        env = self.env
        if self.options.weston:
            self.start_weston()
        elif self.options.xvfb or not (env.get('DISPLAY') or env.get('WAYLAND_DISPLAY')):
            self.start_xvfb()
        else:
            # On the user's own display the user's own screen reader reads.
            address = env.get('AT_SPI_BUS_ADDRESS') or ask_accessibility_bus(self.outer_env)
            if address:
                env['AT_SPI_BUS_ADDRESS'] = address
            return
        env.pop('AT_SPI_BUS_ADDRESS', None)

    def write_accessibility_service(self, folder):
        launcher = next((path for path in A11Y_LAUNCHERS if os.path.exists(path)), None)
        if launcher is None:
            return
        # The launcher puts its socket below XDG_RUNTIME_DIR and its address on the root window:
        # neither may be those of a desktop that is not ours.
        keep = '' if self.x_server else '-u DISPLAY '
        with open(os.path.join(folder, 'org.a11y.Bus.service'), 'w', encoding='utf-8') as file:
            file.write('[D-BUS Service]\nName=org.a11y.Bus\n'
                       f'Exec=/bin/sh -c "exec env {keep}XDG_RUNTIME_DIR={self.dir}/a11y '
                       f'{launcher} >/dev/null 2>&1"\n')
        os.mkdir(os.path.join(self.dir, 'a11y'), 0o700)

    def start_bus(self):
        services = os.path.join(self.dir, 'services')
        os.mkdir(services)
        self.write_accessibility_service(services)
        folders = [services]
        if self.options.prefix:
            folders.insert(0, os.path.join(os.path.abspath(self.options.prefix),
                                           'share/dbus-1/services'))
        config = os.path.join(self.dir, 'bus.conf')
        with open(config, 'w', encoding='utf-8') as file:
            file.write(BUS_CONFIG.format(
                path=escape(os.path.join(self.dir, 'bus')),
                folders='\n  '.join(f'<servicedir>{escape(path)}</servicedir>'
                                    for path in folders)))
        reader, writer = os.pipe()
        # What services print belongs on the terminal, the daemon's own log does not.
        pid, log = self.start_server(
            'bus', ['dbus-daemon', f'--config-file={config}', '--nofork', '--nopidfile',
                    '--syslog-only', '--print-address=3'],
            'dbus-daemon', fds=[(3, writer)], show_output=True)
        os.close(writer)
        self.env['DBUS_SESSION_BUS_ADDRESS'] = self.read_line(reader, pid, 'dbus-daemon', log)

    # The command

    def run(self, command):
        """Runs the command to its end, or to ours; the result is the exit status."""
        pid = spawn(command, self.env)
        while pid not in self.statuses:
            info = signal.sigwaitinfo((signal.SIGCHLD,) + ENDING)
            reap(self.statuses)
            if info.si_signo == signal.SIGCHLD or pid in self.statuses:
                continue
            # Ctrl-C on the terminal reaches the command too, and what it means is up to it.
            if info.si_signo == signal.SIGINT and info.si_code != SI_USER:
                continue
            send(pid, info.si_signo)
            return 128 + info.si_signo
        code = os.waitstatus_to_exitcode(self.statuses[pid])
        return code if code >= 0 else 128 - code

    def close(self):
        spare = [self.guardian.pid]
        servers = [pid for pid in self.servers if pid not in self.statuses]
        end_processes(lambda: find_processes(self.mark, os.getpid(), spare + servers),
                      self.statuses)
        end_processes(lambda: find_processes(self.mark, os.getpid(), spare), self.statuses)
        if self.x_server:
            remove_x_files(*self.x_server)
        remove_tree(self.dir)
        self.guardian.dismiss()


BUS_CONFIG = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>unix:path={path}</listen>
  <auth>EXTERNAL</auth>
  {folders}
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
'''


def escape(text):
    return text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')


def ask_accessibility_bus(env):
    """The address of the surrounding desktop's accessibility bus, or None."""
    if not env.get('DBUS_SESSION_BUS_ADDRESS'):
        return None
    try:
        done = subprocess.run(
            ['gdbus', 'call', '--session', '--timeout=5', '--dest=org.a11y.Bus',
             '--object-path=/org/a11y/bus', '--method=org.a11y.Bus.GetAddress'],
            env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=10,
            check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    text = done.stdout.strip()
    return text[2:-3] if text.startswith("('") and text.endswith("',)") else None


def parse_screen(text):
    width, _, height = text.partition('x')
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f'“{text}” is not WIDTHxHEIGHT, such as 1280x800')
    return int(width), int(height)


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog='session.py', description=__doc__.partition('\n')[0],
        epilog='See the head of the file for what the command gets.')
    parser.add_argument('--prefix', metavar='DIR', help='where Bulkhead is installed')
    display = parser.add_mutually_exclusive_group()
    display.add_argument('--xvfb', action='store_true', help='always use a virtual X server')
    display.add_argument('--weston', action='store_true', help='use a headless Wayland compositor')
    parser.add_argument('--screen', metavar='WxH', type=parse_screen, default=(1280, 960),
                        help='the size of the virtual screen')
    parser.add_argument('command', nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if options.command[:1] == ['--']:
        del options.command[0]
    if not options.command:
        parser.error('which command?')
    return options


def main():
    options = parse_arguments()
    # A descriptor of ours must not become somebody's standard input or output.
    while os.open(os.devnull, os.O_RDWR) <= 2:
        pass
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGCHLD,) + ENDING)
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1)
    session = Session(options, dict(os.environ))
    try:
        session.prepare_environment()
        status = session.check_command(options.command[0])
        if status:
            return status
        session.start_display()
        session.start_bus()
        return session.run(options.command)
    except SessionError as error:
        print(f'session: {error}', file=sys.stderr)
        return NO_SESSION
    finally:
        session.close()


if __name__ == '__main__':
    sys.exit(main())
