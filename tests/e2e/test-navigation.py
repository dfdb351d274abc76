#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An app's window stays in the app's scope; what lies outside goes to the default browser, and only
when the user wants it.
"""
import os
import shlex

import e2e
import widgets

APP = 'surfer'
STYLE = '''<style>body { margin: 0 } a, button { position: fixed; inset: 0; width: 100% }
iframe { position: fixed; inset: 0; border: 0; width: 100%; height: 100% }</style>'''


def write_page(title, body):
    return (f'<!doctype html><meta charset="utf-8"><title>{title}</title>{STYLE}{body}')


class Surroundings:
    """The app's server, one that is not the app's, and a default browser that only writes down
    what it is asked to open."""

    def __init__(self, pages):
        self.inside = e2e.Server({})
        self.outside = e2e.Server({'index.html': write_page('outside', 'outside'),
                                   'frame.html': write_page('frame', '<a href="next.html">next</a>'
                                       '<script>parent.postMessage ("framed", "*")</script>'),
                                   'next.html': write_page('next', '<script>parent.postMessage '
                                                           '("followed", "*")</script>')})
        for name, text in pages.items():
            self.inside.pages[name] = text.replace('OUTSIDE', self.outside.url)
        self.log = e2e.get_home('XDG_STATE_HOME') / 'opened'
        self.log.unlink(missing_ok=True)
        self.install_browser()
        e2e.write_app(APP, url=self.inside.url)
        e2e.launch(APP)
        self.window = widgets.wait_for_window(APP)
        self.runner = e2e.get_property(APP, 'Pid')

    def install_browser(self):
        program = e2e.get_home('XDG_STATE_HOME') / 'browser'
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>{shlex.quote(str(self.log))}\n',
                           encoding='utf-8')
        program.chmod(0o700)
        folder = e2e.get_home('XDG_DATA_HOME') / 'applications'
        folder.mkdir(exist_ok=True)
        (folder / 'fake-browser.desktop').write_text(
            '[Desktop Entry]\nType=Application\nName=Fake Browser\n'
            f'Exec={program} %u\nMimeType=x-scheme-handler/http;x-scheme-handler/file;\n',
            encoding='utf-8')
        (e2e.get_home('XDG_CONFIG_HOME') / 'mimeapps.list').write_text(
            '[Default Applications]\n' + ''.join(
                f'x-scheme-handler/{scheme}=fake-browser.desktop\n'
                for scheme in ('http', 'https', 'file', 'mailto')), encoding='utf-8')

    def list_opened(self):
        return self.log.read_text(encoding='utf-8').split() if self.log.exists() else []

    def wait_for_opened(self, *uris):
        e2e.wait_for(f'the browser with {uris}', lambda: self.list_opened() == list(uris))

    def wait_for_title(self, title):
        def look():
            e2e.check_equal(e2e.get_title(APP), title, 'the title')
            return True
        e2e.wait_for(f'the title “{title}”', look)

    def click(self, window=None):
        """Clicks into the middle of the window, where the page has what is to be clicked."""
        window = window or self.window
        _, _, width, height = widgets.read_geometry(window)
        widgets.run_tool('xdotool', 'mousemove', '--window', window, width // 2, height // 2,
                         'click', 1)

    def check_nothing_opened(self):
        e2e.check_equal(self.list_opened(), [], 'what the browser was asked for')

    def check_stays(self, title):
        """That the page which was clicked lives: it answers another click."""
        self.wait_for_title(title)
        e2e.check_equal(e2e.get_property(APP, 'State'), 'running', 'the state')


FILES_PAGE = """<!doctype html><meta charset="utf-8"><title>start</title><script>
const read = async (url, options) => {
  try {
    const answer = await fetch (url, options);
    return `${answer.status} ${answer.ok ? await answer.text () : 'nothing'}`;
  } catch (error) {
    return 'refused';
  }
};
const tell = async () => {
  const said = [];
  for (const url of ['data.txt', 'link.txt', '../secret.txt', '%2e%2e/secret.txt', 'outside.txt',
                     'outside/secret.txt', 'app://other/data.txt', 'file://SECRET'])
    said.push (await read (url));
  said.push (await read ('data.txt', { headers: { Range: 'bytes=2-4' } }));
  document.title = said.join ('|');
};
tell ();
</script>"""


def files():
    """The app’s own files are served, in parts, too; what is beside them is not, not by a link"""
    other = e2e.write_app('other', files={'data.txt': 'another app’s'})
    secret = other.parent / 'secret.txt'
    secret.write_text('secret', encoding='utf-8')
    folder = e2e.write_app(APP, FILES_PAGE.replace('SECRET', str(secret)),
                           files={'data.txt': 'content'})
    (folder / 'link.txt').symlink_to('data.txt')
    (folder / 'outside.txt').symlink_to(secret)
    (folder / 'outside').symlink_to(secret.parent)
    e2e.launch(APP)
    said = e2e.wait_for('the page’s words', lambda: '|' in (title := e2e.get_title(APP))
                        and title.split('|'))
    e2e.check_equal(said[:2], ['200 content', '200 content'], 'what is read inside')
    for text in said[2:-1]:
        e2e.check(text in ('404 nothing', '403 nothing', 'refused'),
                  f'what is read outside is {said[2:-1]}')
    e2e.check_equal(said[-1], '206 nte', 'a part of a file')


def inside():
    """A link inside the scope is followed"""
    around = Surroundings({'index.html': write_page('first', '<a href="second.html">go</a>'),
                           'second.html': write_page('second', 'second')})
    around.wait_for_title('first')
    around.click()
    around.wait_for_title('second')
    around.check_nothing_opened()


def outside():
    """A link outside the scope goes to the browser, the page stays"""
    around = Surroundings({'index.html': write_page('first', '<a href="OUTSIDE?a=1&b">go</a>')})
    around.wait_for_title('first')
    around.click()
    around.wait_for_opened(around.outside.url + '?a=1&b')
    around.check_stays('first')
    e2e.check_equal(around.outside.asked, [], 'what the server outside was asked for')


def outside_new_window():
    """A link outside that wants a new window goes to the browser, and there is no new window"""
    around = Surroundings({'index.html': write_page('first',
                                                    '<a href="OUTSIDE" target="_blank">go</a>')})
    around.wait_for_title('first')
    around.click()
    around.wait_for_opened(around.outside.url)
    around.check_stays('first')
    e2e.check_equal(widgets.list_windows(f'{e2e.DESKTOP_ID}.App_{APP}'), [around.window],
                    'the windows')


def by_itself():
    """A page that wants to go outside by itself is only offered; the user decides"""
    around = Surroundings({'index.html': write_page(
        'first', '<script>onload = () => location.href = "OUTSIDE"</script>')})
    widgets.wait_for_text(around.runner, 'wants to open “127.0.0.1”, which is not part of the app')
    around.check_nothing_opened()
    around.check_stays('first')
    widgets.press(around.runner, 'Open in Browser')
    around.wait_for_opened(around.outside.url)
    widgets.wait_for_no_text(around.runner, 'wants to open')
    around.check_stays('first')


def local_file():
    """A link to a local file leads nowhere"""
    around = Surroundings({'index.html': write_page(
        'first', '<a href="file:///etc/hostname" onclick="document.title = \'clicked\'">go</a>')})
    around.wait_for_title('first')
    around.click()
    around.check_stays('clicked')
    # The next click is answered after whatever became of the first.
    e2e.ctl('launch', APP, '--uri', f'{around.inside.url}#next')
    e2e.wait_for('the page', lambda: e2e.get_title(APP) == 'clicked')
    around.check_nothing_opened()


def new_window():
    """A window that the page opens for a page of the app is one more window of the app"""
    around = Surroundings({
        'index.html': write_page('first', '<button onclick="window.open (\'second.html\')">go'),
        'second.html': write_page('second', '<script>opener.document.title = "opened"</script>')})
    around.wait_for_title('first')
    around.click()
    around.wait_for_title('opened')
    desktop_id = f'{e2e.DESKTOP_ID}.App_{APP}'
    windows = e2e.wait_for('two windows',
                           lambda: len(found := widgets.list_windows(desktop_id)) == 2 and found)
    second = (set(windows) - {around.window}).pop()
    e2e.wait_for('its title', lambda: widgets.read_x_property(second, '_NET_WM_NAME') == '"second"')
    widgets.focus(second)
    widgets.press_keys('ctrl+w')
    e2e.wait_for('the end of the second window',
                 lambda: widgets.list_windows(desktop_id) == [around.window])
    around.check_stays('opened')
    around.check_nothing_opened()


def frame():
    """A frame of another server is the page's own business, and so is a link in it"""
    around = Surroundings({'index.html': write_page(
        'first', '<script>onmessage = event => document.title = event.data</script>'
        '<iframe src="OUTSIDEframe.html"></iframe>')})
    around.wait_for_title('framed')
    around.click()
    around.wait_for_title('followed')
    around.check_nothing_opened()
    texts = widgets.list_texts(around.runner)
    e2e.check(not any('wants to open' in text for text in texts), f'the window says {texts}')


if __name__ == '__main__':
    os.environ.pop('GTK_USE_PORTAL', None)
    e2e.run(files, inside, outside, outside_new_window, by_itself, local_file, new_window, frame)
