# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal that a program runs in, and what it shows."""
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time

import pyte

from fakeservice import PROGRAM, TIMEOUT, check

# As a Linux console sends them: pyte is one, and not quite an xterm.
KEYS = {'up': '\x1b[A', 'down': '\x1b[B', 'right': '\x1b[C', 'left': '\x1b[D', 'escape': '\x1b',
        'enter': '\r', 'page-down': '\x1b[6~', 'page-up': '\x1b[5~', 'home': '\x1b[1~', 'end': '\x1b[4~',
        'f1': '\x1b[[A', 'f6': '\x1b[17~', 'f10': '\x1b[21~', 'backspace': '\x7f'}


class Terminal:
    """bulkheadctl in a terminal of that size; environment changes what it gets."""

    def __init__(self, service, *arguments, size=(80, 24), **environment):
        self.screen = pyte.Screen(*size)
        self.stream = pyte.ByteStream(self.screen)
        self.written = 0
        self.ours, theirs = pty.openpty()
        self.set_size(*size)
        given = {**service.make_environment(), 'TERM': 'linux', **environment}
        self.process = subprocess.Popen([PROGRAM, *arguments], stdin=theirs, stdout=theirs,
                                        stderr=theirs, start_new_session=True,
                                        env={key: given[key] for key in given if given[key]})
        os.close(theirs)
        service.processes.append(self.process)

    def set_size(self, columns, lines):
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack('HHHH', lines, columns, 0, 0))
        self.screen.resize(lines, columns)

    def resize(self, columns, lines):
        self.set_size(columns, lines)
        self.process.send_signal(signal.SIGWINCH)

    def read(self, timeout=0.0):
        """Takes in what was written; whether there was anything."""
        if not select.select([self.ours], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self.ours, 65536)
        except OSError:
            return False
        self.written += len(data)
        self.stream.feed(data)
        return bool(data)

    def get_lines(self):
        return [line.rstrip() for line in self.screen.display]

    def get_text(self):
        return '\n'.join(self.get_lines())

    def wait_for(self, condition, what):
        """Waits until condition (the terminal) holds."""
        end = time.monotonic() + TIMEOUT
        while not condition(self):
            check(time.monotonic() < end, f'{what} was not shown within {TIMEOUT} seconds:\n'
                  f'{self.get_text()}')
            self.read(0.05)

    def expect(self, text):
        self.wait_for(lambda terminal: text in terminal.get_text(), f'“{text}”')

    def expect_not(self, text):
        self.wait_for(lambda terminal: text not in terminal.get_text(), f'no “{text}”')

    def find(self, text):
        """The number of the line that has the text."""
        for number, line in enumerate(self.get_lines()):
            if text in line:
                return number
        return -1

    def is_selected(self, text):
        number = self.find(text)
        return number >= 0 and self.screen.buffer[number][0].reverse

    def expect_selected(self, text):
        self.wait_for(lambda terminal: terminal.is_selected(text), f'“{text}”, selected,')

    def get_colors(self, text):
        """The colours of the line that has the text."""
        return {character.fg for character in self.screen.buffer[self.find(text)].values()}

    def type(self, *keys):
        for key in keys:
            os.write(self.ours, KEYS.get(key, key).encode())

    def end(self):
        """Waits for the program's end; its exit code."""
        end = time.monotonic() + TIMEOUT
        while self.process.poll() is None:
            check(time.monotonic() < end, f'it did not end:\n{self.get_text()}')
            self.read(0.02)
        while self.read():
            pass
        return self.process.returncode
