#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an app asks for from outside itself: files that the user chooses, files that it saves, and
links for the browser. The programs that are started for it are the session's and not the app's.
"""
import os
import shlex

import e2e
import widgets

APP = 'visitor'
STYLE = '''<style>body { margin: 0 } a, button, label { position: fixed; inset: 0 }
input { position: fixed; inset: 0; width: 100%; height: 100% }</style>'''
CHOOSER_TITLE = 'Choose a File That “Visitor” Gets a Copy Of'


def write_page(title, body):
    return f'<!doctype html><meta charset="utf-8"><title>{title}</title>{STYLE}{body}'


def get_downloads():
    return e2e.get_home('XDG_STATE_HOME') / 'downloads'


def list_downloads():
    return sorted(path.name for path in get_downloads().iterdir())


def read_log(name):
    path = e2e.get_home('XDG_STATE_HOME') / name
    return path.read_text(encoding='utf-8').split('\n')[:-1] if path.exists() else []


def install_opener():
    """A browser, which is a viewer of texts, too: it writes down what it is asked to open, and
    what it is, and stays."""
    state = e2e.get_home('XDG_STATE_HOME')
    for name in ('opened', 'opener'):
        (state / name).unlink(missing_ok=True)
    program = state / 'opener-program'
    program.write_text(f'#!/bin/sh\ncd {shlex.quote(str(state))} || exit 1\necho "$1" >>opened\n'
                       'echo $$ >>opener\nexec sleep 1000\n', encoding='utf-8')
    program.chmod(0o700)
    folder = e2e.get_home('XDG_DATA_HOME') / 'applications'
    folder.mkdir(exist_ok=True)
    (folder / 'opener.desktop').write_text(
        '[Desktop Entry]\nType=Application\nName=Opener\n'
        f'Exec={program} %u\nMimeType=x-scheme-handler/http;text/plain;\n', encoding='utf-8')
    (e2e.get_home('XDG_CONFIG_HOME') / 'mimeapps.list').write_text(
        '[Default Applications]\nx-scheme-handler/http=opener.desktop\n'
        'text/plain=opener.desktop\n', encoding='utf-8')


def prepare_session():
    """Before there is a supervisor: it reads once where downloads go."""
    get_downloads().mkdir()
    (e2e.get_home('XDG_CONFIG_HOME') / 'user-dirs.dirs').write_text(
        f'XDG_DOWNLOAD_DIR="{get_downloads()}"\n', encoding='utf-8')
    install_opener()


def start(pages):
    """The app, whose pages come from a server; returns the server, window and runner."""
    for path in get_downloads().iterdir():
        path.unlink()
    install_opener()
    server = e2e.Server(pages)
    e2e.write_app(APP, url=server.url)
    e2e.launch(APP)
    return server, widgets.wait_for_window(APP), e2e.get_property(APP, 'Pid')


def click(window):
    _, _, width, height = widgets.read_geometry(window)
    widgets.run_tool('xdotool', 'mousemove', '--window', window, width // 2, height // 2, 'click',
                     1)


def check_foreign(pid):
    """That a process is not one of the app's, by whatever it is looked at."""
    environment = e2e.read_environment(pid)
    for name in (b'BULKHEAD_APP', b'BULKHEAD_INSTANCE'):
        e2e.check(name not in environment, f'the process {pid} has {name}')
    pids = [process['pid'] for process in e2e.read_app(APP)['processes']]
    e2e.check(pid not in pids, f'the process {pid} is counted as the app’s')


def check_unseen(runner, path):
    """That a file of the user's is not there for the app, which has its own directories."""
    root = f'/proc/{runner}/root'
    e2e.check(os.path.isdir(root + str(e2e.get_profile(APP))), 'the runner’s files can’t be seen')
    e2e.check(not os.path.lexists(root + str(path)), f'the app sees {path}')


def link():
    """A link is opened by a program that is not the app’s, and that lives on when the app ends"""
    outside = e2e.Server({'index.html': 'outside'})
    _, window, _ = start({'index.html': write_page('link', f'<a href="{outside.url}?a=1">go</a>')})
    e2e.wait_for('the page', lambda: e2e.get_title(APP) == 'link')
    click(window)
    e2e.wait_for('the browser', lambda: read_log('opened') == [outside.url + '?a=1'])
    pid = int(e2e.wait_for('the browser’s process', lambda: read_log('opener'))[0])
    check_foreign(pid)
    e2e.ctl('kill', APP)
    e2e.check(e2e.is_alive(pid), 'the browser was ended with the app')
    e2e.kill_process(pid)


UPLOAD_PAGE = write_page('upload', '''<input type="file" accept="text/plain"><script>
const input = document.querySelector ('input');
input.oncancel = () => document.title = `none ${input.files.length}`;
input.onchange = async event => {
  const file = event.target.files[0];
  const answer = await fetch ('upload', { method: 'POST', body: file });
  document.title = `${file.name} ${file.size} ${await file.text ()} ${answer.status}`;
};
</script>''')


def find_chooser():
    session = b'BULKHEAD_SESSION=' + os.environb[b'BULKHEAD_SESSION']
    for entry in os.listdir('/proc'):
        name = e2e.read_proc(entry, 'cmdline') if entry.isdigit() else None
        if (name and name.split(b'\0')[0].endswith(b'/bulkhead-chooser')
                and session in (e2e.read_proc(entry, 'environ') or b'').split(b'\0')):
            return int(entry)
    return None


def list_choosers():
    text = widgets.run_tool('xdotool', 'search', '--onlyvisible', '--name', CHOOSER_TITLE)
    return list(map(int, text.split())) if text else []


def type_path(chooser, path):
    """Into the entry that comes when the first slash is typed."""
    def find_entry(text):
        for each in widgets.walk(widgets.find_application(chooser)):
            if each.get_role_name() == 'text' and each.get_text(0, -1) == text:
                return each
        return None
    widgets.press_keys('slash')
    entry = e2e.wait_for('the entry', lambda: find_entry('/'))
    entry.set_text_contents(path)
    e2e.wait_for('the path', lambda: find_entry(path))


def upload():
    """The user chooses a file outside the app, and the page gets a copy of it, and sends it"""
    secret = e2e.get_home('XDG_STATE_HOME') / 'letters' / 'letter.txt'
    secret.parent.mkdir(exist_ok=True)
    secret.write_text('Dear reader', encoding='utf-8')
    with widgets.window_manager():
        server, window, runner = start({'index.html': UPLOAD_PAGE, 'upload': 'thanks'})
        e2e.wait_for('the page', lambda: e2e.get_title(APP) == 'upload')
        check_unseen(runner, secret)
        widgets.focus(window)
        click(window)
        chooser = e2e.wait_for('the file chooser', find_chooser)
        check_foreign(chooser)
        dialog = e2e.wait_for('its window', list_choosers)[0]
        e2e.wait_for('its place above the app', lambda: int(
            (widgets.read_x_property(dialog, 'WM_TRANSIENT_FOR') or '0').split()[-1], 16) == window)
        widgets.focus(dialog)
        type_path(chooser, str(secret))
        widgets.press_keys('Return')
        e2e.wait_for('the page’s words',
                     lambda: e2e.get_title(APP) == 'letter.txt 11 Dear reader 200')
    e2e.check_equal(server.posted, ['/upload'], 'what was sent')
    e2e.wait_for('the end of the chooser', lambda: not e2e.is_alive(chooser))
    e2e.check_equal(secret.read_text(encoding='utf-8'), 'Dear reader', 'the user’s file')

    copies = e2e.get_profile(APP, 'XDG_CACHE_HOME') / 'desk'
    e2e.check_equal([path.name for path in copies.glob('*/chosen/*/*')], ['letter.txt'],
                    'the copies')
    e2e.ctl('stop', APP)
    e2e.wait_for('the end of the copies', lambda: not any(copies.iterdir()))


def upload_nothing():
    """A chooser that is cancelled gives the page nothing, and one goes with its app"""
    _, window, _ = start({'index.html': UPLOAD_PAGE})
    e2e.wait_for('the page', lambda: e2e.get_title(APP) == 'upload')
    click(window)
    chooser = e2e.wait_for('the file chooser', find_chooser)
    widgets.press(chooser, 'Cancel')
    e2e.wait_for('the end of the chooser', lambda: not e2e.is_alive(chooser))
    e2e.wait_for('the page’s words', lambda: e2e.get_title(APP) == 'none 0')

    click(window)
    chooser = e2e.wait_for('the file chooser', find_chooser)
    e2e.wait_for('its window', list_choosers)
    e2e.ctl('kill', APP)
    e2e.wait_for('the end of the chooser', lambda: not e2e.is_alive(chooser))


def download():
    """A download ends in the user’s download folder, and is opened and shown from there"""
    server, window, runner = start({
        'index.html': write_page('download', '<a href="report.txt" download>get</a>'),
        'report.txt': 'A report'})
    e2e.wait_for('the page', lambda: e2e.get_title(APP) == 'download')
    (get_downloads() / 'report.txt').write_text('precious', encoding='utf-8')
    click(window)
    widgets.wait_for_text(runner, 'Downloaded, ')
    widgets.wait_for_text(runner, 'report (1).txt')
    e2e.check_equal(list_downloads(), ['report (1).txt', 'report.txt'], 'the download folder')
    check_unseen(runner, get_downloads())
    saved = get_downloads() / 'report (1).txt'
    e2e.check_equal(saved.read_text(encoding='utf-8'), 'A report', 'what was saved')
    e2e.check_equal((get_downloads() / 'report.txt').read_text(encoding='utf-8'), 'precious',
                    'what was there')
    outgoing = e2e.get_profile(APP, 'XDG_CACHE_HOME') / 'desk'
    e2e.check_equal(list(outgoing.glob('*/Downloads/*')), [], 'what is left in the app')
    e2e.check('/report.txt' in server.asked, 'the server was not asked')

    widgets.press(runner, 'Open')
    e2e.wait_for('the viewer', lambda: read_log('opened') == [str(saved)])
    pid = int(e2e.wait_for('the viewer’s process', lambda: read_log('opener'))[0])
    check_foreign(pid)
    e2e.kill_process(pid)


if __name__ == '__main__':
    os.environ.pop('GTK_USE_PORTAL', None)
    prepare_session()
    e2e.run(link, upload, upload_nothing, download)
