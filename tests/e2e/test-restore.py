#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""After a crash, a kill or a restart an app is where it was: page, history, scroll place, window.
After its user has closed it, it begins with its first page.
"""
import shutil
import signal

import e2e
import widgets

APP = 'reader'

# Says in its title which page it is, how long the history is and how far it is scrolled. It scrolls
# itself only when it is told to while it is shown: what comes back scrolled was restored.
SCRIPT = '''
const hoard = [];
// From when there is a file that says so.
const leak = async () => {
  if ((await fetch ('go.txt', { cache: 'no-store' })).ok)
    hoard.push (new Uint8Array (32 << 20).fill (hoard.length + 1));
};
const say = () => {
  document.title = `${document.body.id} ${history.length} ${Math.round (scrollY)}`;
};
addEventListener ('scroll', say);
addEventListener ('hashchange', () => {
  const [kind, value] = location.hash.slice (1).split ('-');
  if (kind === 'to')
    scrollTo (0, Number (value));
  if (kind === 'leak')
    setInterval (leak, 100);
});
setInterval (say, 100);
'''
# Sends a form.
POSTING_SCRIPT = '''
addEventListener ('hashchange', () => {
  if (location.hash !== '#post-0')
    return;
  document.body.insertAdjacentHTML ('beforeend', '<form method="post" action="sent.html">'
                                    + '<input name="word" value="secret"></form>');
  document.forms[0].submit ();
});
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
    """Three pages, the last one scrolled, all of it on the disk; as if for the first time."""
    shutil.rmtree(e2e.get_profile(APP, 'XDG_STATE_HOME'), ignore_errors=True)
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


def wait_for_first_page():
    """The app’s first page, without a history."""
    wait_for_page('index', 1, 0)


def runner():
    """A killed runner: the next one shows the page, with history and scroll place"""
    entry = open_pages()
    for _ in range(2):
        e2e.kill_process(e2e.get_pid(entry, 'runner'))
        e2e.wait_for_state(APP, 'backing-off')
        e2e.wait_for_state(APP, 'running')
        wait_for_page(*PLACE)
        entry = e2e.wait_for_complete(APP)[APP]
    check_history()


def supervisor_too():
    """A killed supervisor, and then a killed runner: the same"""
    entry = open_pages()
    e2e.end_supervisor(signal.SIGKILL)
    e2e.kill_process(e2e.get_pid(entry, 'runner'))
    e2e.wait_for_state(APP, 'running')
    wait_for_page(*PLACE)
    check_history()


def backing_off():
    """A killed runner, and a supervisor that is killed before it brings it back: the same"""
    entry = open_pages()
    e2e.kill_process(e2e.get_pid(entry, 'runner'))
    e2e.wait_for_state(APP, 'backing-off')
    e2e.end_supervisor(signal.SIGKILL)
    e2e.wait_for_state(APP, 'running')
    wait_for_page(*PLACE)


def power_cut():
    """All of it gone, and nobody left who knows: a launch shows the page"""
    entry = open_pages()
    # A runner that lives would have the supervisor back at once.
    e2e.kill_process(e2e.get_pid(entry, 'runner'))
    e2e.wait_for_state(APP, 'backing-off')
    e2e.end_supervisor(signal.SIGKILL)
    e2e.check(e2e.find_supervisor() is None, 'there is a supervisor')
    shutil.rmtree(e2e.get_home('XDG_RUNTIME_DIR') / 'bulkhead')
    e2e.launch(APP)
    wait_for_page(*PLACE)
    check_history()


def restart():
    """Restart: the app is where it was, as often as it is restarted"""
    open_pages()
    e2e.ctl('restart', APP, '--wait')
    wait_for_page(*PLACE)
    e2e.ctl('restart', APP, '--wait')
    wait_for_page(*PLACE)
    check_history()


def memory_limit():
    """A page that passes its memory limit comes back as it was before it did"""
    open_pages(bulkhead={'limits': {'memory': '700M'}})
    e2e.ctl('launch', APP, '--uri', 'three.html#leak-0')
    wait_for_kept('three.html#leak-0')
    (e2e.get_home('XDG_DATA_HOME') / 'bulkhead' / 'apps' / APP / 'go.txt').write_text('go')
    e2e.wait_for_state(APP, 'backing-off')
    e2e.check_equal(e2e.get_property(APP, 'Reason'), 'memory-limit', 'the reason')
    e2e.wait_for_state(APP, 'running')
    wait_for_page('three', 5, PLACE[2])


def ended():
    """Stopped, killed or closed by its user, or launched with an address: it begins anew"""
    open_pages()
    for end in ('stop', 'kill'):
        e2e.ctl(end, APP)
        e2e.launch(APP)
        wait_for_first_page()
        e2e.ctl('launch', APP, '--uri', 'two.html')
        wait_for_page('two', 2, 0)
        wait_for_kept('two.html')

    with widgets.window_manager():
        widgets.focus(widgets.wait_for_window(APP))
        widgets.press_keys('ctrl+w')
        e2e.wait_for_state(APP, 'stopped')
    e2e.check_equal(e2e.get_property(APP, 'Reason'), 'closed', 'the reason')
    e2e.launch(APP)
    wait_for_first_page()

    # Nobody remembers but the disk.
    e2e.ctl('kill', APP)
    e2e.end_supervisor(signal.SIGKILL)
    e2e.launch(APP)
    wait_for_first_page()

    entry = e2e.wait_for_complete(APP)[APP]
    e2e.kill_process(e2e.get_pid(entry, 'runner'))
    e2e.wait_for_state(APP, 'backing-off')
    e2e.ctl('launch', APP, '--uri', 'two.html')
    wait_for_page('two', 1, 0)


def policies():
    """restoreSession: with “always” a stop is no end, with “never” a crash is one"""
    open_pages(bulkhead={'restoreSession': 'always'})
    e2e.ctl('stop', APP)
    e2e.launch(APP)
    wait_for_page(*PLACE)
    e2e.ctl('stop', APP)

    e2e.write_app(APP, files=FILES, bulkhead={'restoreSession': 'never'})
    e2e.launch(APP)
    wait_for_first_page()
    e2e.check_equal(read_kept(), b'', 'what is kept')
    e2e.ctl('launch', APP, '--uri', 'two.html')
    wait_for_page('two', 2, 0)
    entry = e2e.wait_for_complete(APP)[APP]
    e2e.kill_process(e2e.get_pid(entry, 'runner'))
    e2e.wait_for_state(APP, 'backing-off')
    e2e.wait_for_state(APP, 'running')
    wait_for_first_page()
    e2e.check_equal(read_kept(), b'', 'what is kept')


def again_and_again():
    """A page that crashes whenever it is restored gives way to the app’s first page"""
    open_pages()
    for number in range(3):
        entry = e2e.wait_for_complete(APP)[APP]
        e2e.kill_process(e2e.get_pid(entry, 'runner' if number == 1 else 'web'))
        e2e.wait_for_state(APP, 'backing-off')
        e2e.wait_for_state(APP, 'running')
        if number < 2:
            wait_for_page(*PLACE)
    e2e.wait_for('the first page', lambda: read_page()[0] == 'index')
    widgets.wait_for_text(e2e.get_property(APP, 'Pid'), 'crashed several times on the page')


def form():
    """A page that a form has led to is loaded again, but the form is not sent again"""
    pages = {'page.js': SCRIPT + POSTING_SCRIPT,
             **{f'{name}.html': PAGE.format(name=name) for name in ('index', 'sent')}}
    server = e2e.Server({**pages, '': pages['index.html']})
    e2e.write_app(APP, url=server.url + 'index.html')
    e2e.launch(APP)
    wait_for_first_page()
    e2e.ctl('launch', APP, '--uri', '#post-0')
    wait_for_page('sent', 3, 0)
    wait_for_kept('sent.html')
    e2e.check_equal(server.posted, ['/sent.html'], 'what was sent')
    e2e.check(b'secret' not in read_kept(), 'what was sent is on the disk')
    for role in ('web', 'runner'):
        before = server.asked.count('/sent.html')
        entry = e2e.wait_for_complete(APP)[APP]
        e2e.kill_process(e2e.get_pid(entry, role))
        e2e.wait_for_state(APP, 'backing-off')
        e2e.wait_for_state(APP, 'running')
        wait_for_page('sent', 3, 0)
        e2e.check(server.asked.count('/sent.html') > before, 'the page was not loaded again')
    e2e.check_equal(server.posted, ['/sent.html'], 'what was sent')


def window():
    """After a killed runner the window has its place and size, and the page its scroll place"""
    with widgets.window_manager():
        entry = open_pages(saveWindowState=True)
        shown = widgets.wait_for_window(APP)
        widgets.run_tool('xdotool', 'windowmove', '--sync', shown, 190, 120)
        widgets.run_tool('xdotool', 'windowsize', '--sync', shown, 640, 480)
        path = e2e.get_profile(APP, 'XDG_STATE_HOME') / 'window.ini'
        # With the shadow that the window has around it.
        e2e.wait_for('the new size in the file', lambda: 'height=4' in path.read_text())
        wanted = widgets.read_geometry(shown)
        e2e.kill_process(e2e.get_pid(entry, 'runner'))
        e2e.wait_for_state(APP, 'backing-off')
        e2e.wait_for_state(APP, 'running')
        shown = widgets.wait_for_window(APP)

        def is_there():
            e2e.check_equal(widgets.read_geometry(shown), wanted, 'the window’s place and size')
            return True
        e2e.wait_for('the old place', is_there)
        wait_for_page(*PLACE)


if __name__ == '__main__':
    e2e.run(web_process, runner, supervisor_too, backing_off, power_cut, restart, memory_limit,
            ended, policies, again_and_again, form, window)
