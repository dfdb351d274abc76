# SPDX-License-Identifier: GPL-3.0-or-later
"""The shell's window, found and driven through AT-SPI."""
import contextlib
import re
import subprocess

import e2e
import widgets

MEMORY = re.compile(r'\d+(\.\d)?\s(MiB|GiB)')
CPU = re.compile(r'\d+(\.\d)?\s%')


@contextlib.contextmanager
def open_shell(*arguments):
    """Starts the shell, and says when it ends by itself."""
    with subprocess.Popen(['bulkhead', *arguments], stdin=subprocess.DEVNULL) as shell:
        def check_lives():
            e2e.check(shell.poll() is None, f'the shell ended with status {shell.returncode}')

        try:
            widgets.find_application(shell.pid, watch=check_lives)
            yield shell.pid
            check_lives()
        finally:
            shell.terminate()


def find_tiles(shell, name):
    """The tiles of an app; the accessible name also tells the state."""
    return [accessible for accessible in widgets.walk(widgets.find_application(shell))
            if accessible.get_role_name() == 'push button'
            and re.match(re.escape(name) + '(,|$)', widgets.get_name(accessible))]


def click_tile(shell, name):
    widgets.do_action(e2e.wait_for(f'the tile of {name}', lambda: find_tiles(shell, name))[0])


def show_tasks(shell):
    widgets.press(shell, 'Task Manager', 'radio button')


def get_table(shell):
    return e2e.wait_for('the table', lambda: widgets.find(shell, 'Running apps', 'tree table'))[0]


def read_rows(shell):
    """The texts of the table's rows, each a list; a row begins with the cell of icon and name."""
    rows = []
    for cell in widgets.get_children(get_table(shell)):
        if cell.get_role_name() != 'table cell':
            continue
        texts = [widgets.get_name(each) for each in [cell, *widgets.get_children(cell)]]
        if len(texts) > 1:
            rows.append([])
        if rows:
            rows[-1] += [text for text in texts if text]
    return rows


def find_row(shell, name):
    for row in read_rows(shell):
        if row and row[0] == name:
            return row
    raise e2e.Failure(f'there is no row of {name} in {read_rows(shell)}')


def wait_for_row(shell, name, pid):
    """Waits until the row of an app has this PID and figures."""
    def look():
        row = find_row(shell, name)
        e2e.check(str(pid) in row, f'the row has no PID {pid}: {row}')
        e2e.check(any(MEMORY.fullmatch(text) for text in row), f'the row has no memory: {row}')
        e2e.check(any(CPU.fullmatch(text) for text in row), f'the row has no CPU: {row}')
        return row
    return e2e.wait_for(f'the figures of {name}', look)


def press_in_row(shell, text):
    """Presses the button of a row, by what it says it does."""
    def look():
        return [cell for cell in widgets.walk(get_table(shell)) if widgets.get_name(cell) == text]
    widgets.do_action(e2e.wait_for(f'the button “{text}”', look)[0])


def find_cell(shell, name):
    """The first cell of an app's row."""
    def look():
        return [cell for cell in widgets.walk(get_table(shell))
                if widgets.get_name(cell) == name and cell.get_role_name() == 'table cell']
    return e2e.wait_for(f'the row of {name}', look)[0]


def select_row(shell, name):
    e2e.check(find_cell(shell, name).get_component_iface().grab_focus(),
              f'the row of {name} takes no focus')


def expand_row(shell, name, entry):
    """Shows the processes of an app."""
    widgets.do_action(find_cell(shell, name), 'expand or contract')

    def look():
        texts = {text for row in read_rows(shell) for text in row}
        missing = [process for process in entry['processes'] if str(process['pid']) not in texts]
        e2e.check(not missing, f'there is no row of {missing}')
        return True
    e2e.wait_for(f'a row of each process of {name}', look)
