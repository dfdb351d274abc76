#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What session.py promises: the exit status, the environment, and that nothing is left."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SESSION = str(pathlib.Path(__file__).resolve().with_name('session.py'))
TIMEOUT = 60


def clean_environment(**variables):
    env = {name: value for name, value in os.environ.items()
           if not name.startswith(('XDG_', 'BULKHEAD_', 'AT_SPI_'))
           and name not in ('DISPLAY', 'WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS')}
    env.update(variables)
    return env


def run(*arguments, env=None):
    return subprocess.run([SESSION, *arguments], env=env or clean_environment(), text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=TIMEOUT, check=False)


def start(*arguments, **options):
    return subprocess.Popen([SESSION, *arguments], env=clean_environment(), text=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, **options)


def find_processes(text):
    """PIDs of living processes with the text in their environment or command line."""
    found = []
    for name in os.listdir('/proc'):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            content = pathlib.Path('/proc', name, 'environ').read_bytes()
            content += pathlib.Path('/proc', name, 'cmdline').read_bytes()
        except OSError:
            continue
        if text.encode() in content:
            found.append(int(name))
    return found


def wait_until(condition):
    end = time.monotonic() + TIMEOUT
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


class SessionTest(unittest.TestCase):
    def test_exit_status_is_the_commands(self):
        self.assertEqual(run('--', 'true').returncode, 0)
        self.assertEqual(run('--', 'sh', '-c', 'exit 7').returncode, 7)
        self.assertEqual(run('--', 'sh', '-c', 'kill -9 $$').returncode, 137)

    def test_command_that_cannot_be_run(self):
        done = run('--', 'no-such-command')
        self.assertEqual(done.returncode, 127)
        self.assertIn('no-such-command', done.stderr)
        self.assertEqual(run('--', '/etc/passwd').returncode, 126)

    def test_missing_x_server_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            os.symlink('/bin/true', os.path.join(folder, 'true'))
            done = run('--', 'true', env=clean_environment(PATH=folder))
        self.assertEqual(done.returncode, 125)
        self.assertIn('“xvfb”', done.stderr)

    def test_environment(self):
        done = run('--prefix', '/nowhere/prefix', '--', 'env')
        env = dict(line.split('=', 1) for line in done.stdout.splitlines() if '=' in line)
        self.assertTrue(env['PATH'].startswith('/nowhere/prefix/bin:'))
        self.assertEqual(env['XDG_DATA_DIRS'],
                         '/nowhere/prefix/share:/usr/local/share:/usr/share')
        self.assertEqual(env['HOME'], os.environ['HOME'])
        homes = [env[name] for name in ('XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME',
                                        'XDG_STATE_HOME', 'XDG_RUNTIME_DIR')]
        self.assertEqual(len(set(homes)), 5)
        for home in homes:
            self.assertTrue(home.startswith(env['BULKHEAD_SESSION_DIR'] + '/'))
            self.assertFalse(os.path.exists(home))
        self.assertFalse(os.path.exists(env['BULKHEAD_SESSION_DIR']))

    def test_directories_from_outside_are_kept(self):
        with tempfile.TemporaryDirectory() as folder:
            done = run('--', 'sh', '-c', 'echo kept >"$XDG_DATA_HOME/file"; echo "$XDG_DATA_HOME"',
                       env=clean_environment(XDG_DATA_HOME=folder))
            self.assertEqual(done.stdout.strip(), folder)
            self.assertEqual(pathlib.Path(folder, 'file').read_text(encoding='utf-8'), 'kept\n')

    def test_session_in_a_session_is_a_new_one(self):
        show = ('sh', '-c', 'echo "$DISPLAY $XDG_DATA_HOME $DBUS_SESSION_BUS_ADDRESS"')
        done = run('--', 'sh', '-c', f'{" ".join(repr(word) for word in show)}; '
                   f'exec {SESSION} -- {" ".join(repr(word) for word in show)}')
        outer, inner = (line.split() for line in done.stdout.splitlines())
        for a, b in zip(outer, inner):
            self.assertNotEqual(a, b)

    def test_display_works_and_needs_the_cookie(self):
        done = run('--', 'sh', '-c', 'xdpyinfo >/dev/null && '
                   'if XAUTHORITY=/dev/null xdpyinfo >/dev/null 2>&1; then exit 3; fi')
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_weston(self):
        done = run('--weston', '--', 'sh', '-c',
                   'test -S "$XDG_RUNTIME_DIR/$WAYLAND_DISPLAY" && test -z "$DISPLAY"')
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_accessibility_bus(self):
        done = run('--', 'gdbus', 'call', '--session', '--dest=org.a11y.Bus',
                   '--object-path=/org/a11y/bus', '--method=org.a11y.Bus.GetAddress')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('/a11y/at-spi/', done.stdout)

    def test_services_of_the_prefix_get_the_environment(self):
        with tempfile.TemporaryDirectory() as prefix:
            services = pathlib.Path(prefix, 'share/dbus-1/services')
            services.mkdir(parents=True)
            (services / 'org.example.Probe.service').write_text(
                '[D-BUS Service]\nName=org.example.Probe\n'
                f'Exec=/bin/sh -c "env >{prefix}/env; false"\n',
                encoding='utf-8')
            run('--prefix', prefix, '--', 'gdbus', 'call', '--session', '--dest=org.example.Probe',
                '--object-path=/', '--method=org.example.Probe.Probe')
            text = pathlib.Path(prefix, 'env').read_text(encoding='utf-8')
        for name in ('DISPLAY=:', 'BULKHEAD_SESSION=', 'XDG_DATA_HOME=/', 'GSETTINGS_BACKEND='):
            self.assertIn('\n' + name, '\n' + text)

    def test_nothing_is_left(self):
        done = run('--', 'sh', '-c', '''
            echo "$BULKHEAD_SESSION $BULKHEAD_SESSION_DIR $DISPLAY"
            setsid sleep 1001 &
            (trap '' TERM; while :; do sleep 1; done) &
            env -i setsid sh -c "sleep 1002; :" "$BULKHEAD_SESSION" &
            gdbus call --session --dest=org.a11y.Bus --object-path=/org/a11y/bus \\
              --method=org.a11y.Bus.GetAddress >/dev/null
            mkdir -p "$XDG_DATA_HOME/locked/deep"; chmod 0500 "$XDG_DATA_HOME/locked"''')
        mark, folder, display = done.stdout.split()
        self.assertEqual(find_processes(mark), [])
        self.assertFalse(os.path.exists(folder))
        self.assertFalse(os.path.exists(f'/tmp/.X{display[1:]}-lock'))
        self.assertFalse(os.path.exists(f'/tmp/.X11-unix/X{display[1:]}'))

    def check_signal(self, number, expected):
        process = start('--', 'sh', '-c',
                        'echo "$BULKHEAD_SESSION $BULKHEAD_SESSION_DIR $DISPLAY"; '
                        'setsid sleep 1001 & exec sleep 1002')
        self.addCleanup(process.kill)
        mark, folder, display = process.stdout.readline().split()
        self.assertTrue(wait_until(lambda: len(find_processes(mark)) >= 3))
        process.send_signal(number)
        self.assertEqual(process.wait(TIMEOUT), expected)
        process.stdout.close()
        lock = f'/tmp/.X{display[1:]}-lock'
        self.assertTrue(wait_until(lambda: not find_processes(mark) and
                                   not os.path.exists(folder) and not os.path.exists(lock)))

    def test_terminated(self):
        self.check_signal(signal.SIGTERM, 128 + signal.SIGTERM)

    def test_interrupted(self):
        self.check_signal(signal.SIGINT, 128 + signal.SIGINT)

    def test_killed(self):
        self.check_signal(signal.SIGKILL, -signal.SIGKILL)

    def test_command_sees_ctrl_c_first(self):
        # Under a terminal of its own, so that the kernel sends the signal as it does for Ctrl-C.
        leader, follower = os.openpty()
        process = subprocess.Popen(
            [sys.executable, '-c', 'import os, sys, fcntl, termios\n'
             'os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n'
             'os.execv(sys.argv[1], sys.argv[1:])',
             SESSION, '--', 'sh', '-c', 'trap "exit 5" INT; echo ready; while :; do sleep 1; done'],
            env=clean_environment(), stdin=follower, stdout=follower, stderr=follower)
        os.close(follower)
        text = b''
        while b'ready' not in text:
            text += os.read(leader, 100)
        os.write(leader, b'\x03')
        self.assertEqual(process.wait(TIMEOUT), 5)
        os.close(leader)


if __name__ == '__main__':
    unittest.main(verbosity=2)
