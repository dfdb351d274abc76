#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Bulkhead is for, in half a minute: `./dev run` on a machine without a display.

Starts the shell and three apps, kills one, shows that the others live, starts it again, and
takes a screenshot. Exits with 1 and says why when any of it does not come true.
"""
import argparse
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / 'e2e'))
import e2e  # noqa: E402
import shellwindow  # noqa: E402
import widgets  # noqa: E402

APPS = {'notes': 'Notes', 'sketch': 'Sketch', 'calculator': 'Calculator'}
VICTIM = 'sketch'
OTHERS = [app for app in APPS if app != VICTIM]
# Where the windows go, left, top, width and height on a screen of 1600x1000: there is no window
# manager that would place them side by side.
PLACES = {'notes': (24, 24, 556, 440), 'sketch': (604, 24, 556, 440),
          'calculator': (1184, 24, 392, 640)}
SHELL_PLACE = (24, 488, 1136, 488)
BACKGROUND = 'gradient:#46597a-#1f2838'
MIN_COLOURS = 1000     # Of a picture that shows something.


def run(*command):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                              timeout=e2e.TIMEOUT, check=False)
    except FileNotFoundError as error:
        raise e2e.Failure(f'{command[0]} is not installed') from error
    except subprocess.TimeoutExpired as error:
        raise e2e.Failure(f'“{" ".join(command)}” took more than {e2e.TIMEOUT} seconds') from error
    e2e.check(done.returncode == 0, f'“{" ".join(command)}” failed with status {done.returncode}')
    return done.stdout


def show(*command):
    print('\n$', *command, flush=True)
    sys.stdout.write(run(*command))
    sys.stdout.flush()


def place_window(window_class, place):
    window = e2e.wait_for(f'the window of {window_class}',
                          lambda: widgets.list_windows(window_class))[-1]
    left, top, width, height = map(str, place)
    run('xdotool', 'windowsize', str(window), width, height,
        'windowmove', str(window), left, top, 'windowraise', str(window))
    e2e.wait_for(f'the window of {window_class} in its place',
                 lambda: widgets.read_geometry(window)[:2] == place[:2])


def arrange(shell, running):
    """Puts the windows side by side, and waits until the task manager shows what runs."""
    # It paints the root window and ends with status 1. Nothing depends on it.
    subprocess.run(['display', '-window', 'root', '-size', '1600x1000', BACKGROUND],
                   stdin=subprocess.DEVNULL, timeout=e2e.TIMEOUT, check=False)
    for app, place in PLACES.items():
        place_window(f'{e2e.DESKTOP_ID}.App_{app}', place)
    place_window(e2e.DESKTOP_ID, SHELL_PLACE)
    for app, name in APPS.items():
        shellwindow.wait_for_row(shell, name, running[app]['pid'])
    shellwindow.expand_row(shell, APPS[VICTIM], running[VICTIM])


def take_screenshot(path):
    """Takes pictures until one is like the one before: all windows have painted."""
    before = None

    def is_settled():
        nonlocal before
        last = before
        run('import', '-window', 'root', str(path))
        colours, before = run('identify', '-format', '%k %#', str(path)).split()
        e2e.check(int(colours) >= MIN_COLOURS, f'{path} has no more than {colours} colours')
        return before == last
    path.parent.mkdir(parents=True, exist_ok=True)
    e2e.wait_for('a picture', is_settled)


def demonstrate(screenshot, shell):
    show('bulkheadctl', 'list')
    show('bulkheadctl', 'launch', *APPS, '--wait')
    before = e2e.wait_for_complete(*APPS)
    show('bulkheadctl', 'ps', '--processes')
    show('bulkheadctl', 'kill', VICTIM)
    after = e2e.read_apps()
    e2e.check(VICTIM not in after, f'{VICTIM} was killed and still runs')
    e2e.check_kept(before, after, OTHERS)
    show('bulkheadctl', 'ps', '--processes')
    print('\nThe others live, in the same processes.')
    show('bulkheadctl', 'launch', VICTIM, '--wait')
    after = e2e.wait_for_complete(*APPS)
    e2e.check_kept(before, after, OTHERS)
    e2e.check(not e2e.get_identities(after[VICTIM]) & e2e.get_identities(before[VICTIM]),
              f'{VICTIM} is not running in new processes')
    show('bulkheadctl', 'ps')
    arrange(shell, after)
    take_screenshot(screenshot)
    print(f'\nScreenshot: {screenshot}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('--screenshot', type=pathlib.Path, required=True)
    options = parser.parse_args()
    try:
        with shellwindow.open_shell('--task-manager') as shell:
            try:
                demonstrate(options.screenshot.resolve(), shell)
            finally:
                e2e.stop_everything()
    except (e2e.Failure, OSError, ValueError, KeyError) as error:
        print(f'\nThe demonstration failed: {error}', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
