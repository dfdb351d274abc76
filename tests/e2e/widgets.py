# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows as a person has them: found and pressed through AT-SPI, and on X11 also driven by keys
and looked at with xprop.
"""
import contextlib
import itertools
import re
import subprocess

import e2e

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

# The tree is asked, not what the library remembers of it: it only forgets when its own main loop
# turns, and ours does not.
Atspi.init()
Atspi.set_timeout(5000, 15000)
MAX_DEPTH = 40
MAX_WIDGETS = 2000


def get_children(accessible):
    accessible.clear_cache()
    for index in range(accessible.get_child_count()):
        child = accessible.get_child_at_index(index)
        if child is not None:
            yield child


def walk(accessible, depth=0, left=None):
    """What is on the screen of the accessible and below it, but for pages, which are another
    process's. A Failure when there is no end to it: while a notebook is taken apart, GTK 3 says that
    its pages are below each other."""
    left = left or itertools.count()
    e2e.check(next(left) < MAX_WIDGETS, 'there is no end to the widgets')
    try:
        accessible.clear_cache()
        if depth and not is_showing(accessible):
            return
        yield accessible
        if depth < MAX_DEPTH and accessible.get_role() != Atspi.Role.DOCUMENT_WEB:
            for child in get_children(accessible):
                yield from walk(child, depth + 1, left)
    except GLib.Error:
        # It went away while it was looked at.
        return


def is_showing(accessible):
    states = accessible.get_state_set()
    return (states.contains(Atspi.StateType.SHOWING)
            or accessible.get_role() == Atspi.Role.APPLICATION)


def get_name(accessible):
    try:
        return accessible.get_name() or ''
    except GLib.Error:
        return ''


def get_owner(application):
    """The process whose windows they are: a confined app is on the bus by way of its proxy."""
    pid = application.get_process_id()
    return e2e.find_confined_runner(pid) or pid


def find_application(pid, watch=None):
    """The root of the windows of a process; watch () may raise a Failure that ends the wait."""
    def look():
        for application in get_children(Atspi.get_desktop(0)):
            try:
                if get_owner(application) == pid:
                    return application
            except GLib.Error:
                continue
        return None
    return e2e.wait_for(f'the process {pid} on the accessibility bus', look, watch=watch)


def list_texts(pid):
    """All that the windows of a process say."""
    return [name for name in map(get_name, walk(find_application(pid))) if name]


def find(pid, name, *roles):
    """The widgets of a process that are called so, on the screen now."""
    found = [accessible for accessible in walk(find_application(pid))
             if get_name(accessible) == name]
    return [accessible for accessible in found
            if not roles or accessible.get_role_name() in roles]


def wait_for_text(pid, text):
    """Waits until a window of the process says the text, as a part of what it says."""
    def look():
        texts = list_texts(pid)
        e2e.check(any(text in each for each in texts), f'the windows say {texts}')
        return True
    e2e.wait_for(f'“{text}” in a window', look)


def wait_for_no_text(pid, text):
    e2e.wait_for(f'the end of “{text}”',
                 lambda: not any(text in each for each in list_texts(pid)))


def is_sensitive(accessible):
    accessible.clear_cache()
    return accessible.get_state_set().contains(Atspi.StateType.SENSITIVE)


def do_action(accessible, name=None):
    """Does what an accessible offers to do: the first action, or the one of that name."""
    names = [accessible.get_action_name(index) for index in range(accessible.get_n_actions())]
    index = names.index(name) if name else 0
    e2e.check(index < len(names), f'“{get_name(accessible)}” can’t be pressed')
    e2e.check(accessible.do_action(index), f'“{get_name(accessible)}” was not pressed')


def press(pid, name, *roles):
    """Presses the button of that name, once it is there and can be pressed."""
    def look():
        found = [accessible for accessible in find(pid, name, *(roles or ('push button',)))
                 if is_sensitive(accessible)]
        e2e.check(found, f'there are {sorted(set(list_texts(pid)))}')
        return found
    found = e2e.wait_for(f'a button “{name}”', look)
    e2e.check_equal(len(found), 1, f'the number of buttons “{name}”')
    do_action(found[0])


# X11

def run_tool(*arguments):
    done = subprocess.run(list(map(str, arguments)), stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=e2e.TIMEOUT, check=False)
    return done.stdout if done.returncode == 0 else None


def list_windows(window_class):
    """The X windows of a class that are on the screen, the oldest first."""
    pattern = '^' + re.escape(window_class) + '$'
    text = run_tool('xdotool', 'search', '--onlyvisible', '--class', pattern)
    return list(map(int, text.split())) if text else []


def wait_for_window(app):
    window_class = f'{e2e.DESKTOP_ID}.App_{app}'
    return e2e.wait_for(f'a window of the class {window_class}',
                        lambda: list_windows(window_class))[0]


def read_x_property(window, name):
    """A property as xprop shows it, without its name; None when there is none."""
    text = run_tool('xprop', '-notype', '-id', window, name)
    if text is None or 'not found' in text or 'no such atom' in text:
        return None
    found = re.match(r'[^=:]*(?: = |: ?)(.*)', text, re.DOTALL)
    return found[1].strip() if found else None


def read_root_property(name):
    text = run_tool('xprop', '-notype', '-root', name) or ''
    return text.partition(' = ')[2].strip()


def read_geometry(window):
    """Left, top, width, height."""
    text = run_tool('xdotool', 'getwindowgeometry', '--shell', window)
    e2e.check(text, f'the window {window} has no geometry')
    values = dict(line.split('=') for line in text.split())
    return tuple(int(values[name]) for name in ('X', 'Y', 'WIDTH', 'HEIGHT'))


def focus(window):
    def look():
        """A window that comes up meanwhile takes it away."""
        if run_tool('xdotool', 'getwindowfocus').strip() == str(window):
            return True
        run_tool('xdotool', 'windowfocus', window)
        return False
    e2e.wait_for('the focus', look)


def press_keys(*keys):
    """Presses keys, such as “ctrl+r”, in the window that has the focus."""
    for key in keys:
        e2e.check(run_tool('xdotool', 'key', '--clearmodifiers', key) is not None,
                  f'the key {key} can’t be pressed')


@contextlib.contextmanager
def window_manager():
    with subprocess.Popen(['openbox', '--sm-disable'], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as manager:
        try:
            e2e.wait_for('the window manager', lambda: 'window id' in (
                run_tool('xprop', '-root', '_NET_SUPPORTING_WM_CHECK') or ''))
            yield
        finally:
            manager.terminate()
