#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""After a crash, a kill or a restart an app is where it was: page, history, scroll place, window.
After its user has closed it, it begins with its first page.
"""
import os
import signal

import e2e
import widgets

APP = 'reader'

# Says in its title which page it is, how long the history is and how far it is scrolled. It scrolls
# itself only when it is told to while it is shown: what comes back scrolled was restored.
SCRIPT = '''
const say = () => {
  document.title = `${document.body.id} ${history.length} ${Math.round (scrollY)}`;
};
addEventListener ('scroll', say);
addEventListener ('hashchange', () => {
  const [kind, value] = location.hash.slice (1).split ('-');
  if (kind === 'to')
    scrollTo (0, Number (value));
  if (kind === 'crash')
    localStorage.setItem ('crash', 'yes');
});
setInterval (say, 100);
'''
PAGE = '''<!doctype html><meta charset="utf-8"><title>start</title>
<body id="{name}" style="height: 6000px; background: linear-gradient(white, teal)"><h1>{name}</h1>
<script src="page.js"></script>
'''
FILES = {'page.js': SCRIPT,
         **{f'{name}.html': PAGE.format(name=name) for name in ('index', 'two', 'three')}}
# Where open_pages () leads to.
PLACE = ('three', 4, 1234)


def read_page():
    """(name, length of the history, scroll place) as the page tells it."""
    words = e2e.get_title(APP).split()
    e2e.check(len(words) == 3 and words[1].isdigit(), f'the title is {" ".join(words)!r}')
    return words[0], int(words[1]), int(words[2])


def wait_for_page(*expected):
    def is_there():
        e2e.check_equal(read_page(), expected, 'what the page says')
        return True
    e2e.wait_for(f'the page {expected}', is_there)


def read_kept():
    path = e2e.get_profile(APP, 'XDG_STATE_HOME') / 'session'
    return path.read_bytes() if path.exists() else b''


def wait_for_kept(text):
    e2e.wait_for(f'“{text}” in the file', lambda: text.encode() in read_kept())


def open_pages(**arguments):
    """Three pages, the last one scrolled, all of it on the disk."""
    e2e.write_app(APP, files=FILES, **arguments)
    e2e.launch(APP)
    wait_for_page('index', 1, 0)
    e2e.ctl('launch', APP, '--uri', 'two.html')
    wait_for_page('two', 2, 0)
    e2e.ctl('launch', APP, '--uri', 'three.html')
    wait_for_page('three', 3, 0)
    e2e.ctl('launch', APP, '--uri', 'three.html#to-1234')
    wait_for_page(*PLACE)
    wait_for_kept('three.html#to-1234')
    return e2e.wait_for_complete(APP)[APP]


def check_history():
    """That “back” leads to where the app was before, and “forward” back to where it is."""
    runner = e2e.get_pid(e2e.wait_for_complete(APP)[APP], 'runner')
    widgets.press(runner, 'Back')
    widgets.press(runner, 'Back')
    wait_for_page('two', 4, 0)
    widgets.press(runner, 'Back')
    wait_for_page('index', 4, 0)


def web_process():
    """A killed web process: the page comes back in its window, with history and scroll place"""
    entry = open_pages()
    e2e.kill_process(e2e.get_pid(entry, 'web'))
    e2e.wait_for_state(APP, 'backing-off')
    e2e.wait_for_state(APP, 'running')
    wait_for_page(*PLACE)
    check_history()


def runner():
    """A killed runner: the next one shows the page, with history and scroll place"""
    entry = open_pages()
    e2e.kill_process(e2e.get_pid(entry, 'runner'))
    e2e.wait_for_state(APP, 'backing-off')
    e2e.wait_for_state(APP, 'running')
    wait_for_page(*PLACE)
    check_history()


if __name__ == '__main__':
    e2e.run(web_process, runner)
