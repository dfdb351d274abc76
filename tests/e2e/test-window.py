#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An app's window: its identity, size and place, and its keys, under a window manager."""
import shutil

import e2e
import widgets

APP = 'viewer'
WIDTH, HEIGHT = 640, 480
# Tells in its title which page it is, when it was loaded, and what it has room for.
PAGE = '''<!doctype html><meta charset="utf-8"><title>start</title>
<p>needle in a haystack, and one more needle</p>
<script>
const load = Date.now ();
const tell = () => document.title
  = `${location.hash || 'first'} ${load} ${innerWidth} ${innerHeight}`;
tell ();
addEventListener ('resize', tell);
addEventListener ('hashchange', tell);
</script>
'''


def read_page():
    words = e2e.get_title(APP).split()
    e2e.check(len(words) == 4, f'the title is {words}')
    return {'page': words[0], 'load': int(words[1]), 'width': int(words[2]),
            'height': int(words[3])}


def wait_for_page(what, condition):
    def look():
        page = read_page()
        e2e.check(condition(page), f'the page says {page}')
        return page
    return e2e.wait_for(what, look)


def open_window(**startup):
    """Opens the app as if for the first time."""
    shutil.rmtree(e2e.get_profile(APP, 'XDG_STATE_HOME'), ignore_errors=True)
    e2e.write_app(APP, PAGE, defaultWidth=WIDTH, defaultHeight=HEIGHT, **startup)
    e2e.launch(APP)
    window = widgets.wait_for_window(APP)
    wait_for_page('the page', lambda page: True)
    return window


def identity():
    """Class, icon and size are the app's own, the title follows the page"""
    with widgets.window_manager():
        window = open_window(icon='icon.svg')
        desktop_id = f'{e2e.DESKTOP_ID}.App_{APP}'
        e2e.check_equal(widgets.read_x_property(window, 'WM_CLASS'),
                        f'"{desktop_id}", "{desktop_id}"', 'WM_CLASS')
        e2e.check_equal(e2e.get_property(APP, 'DesktopId'), desktop_id, 'DesktopId')
        e2e.check(widgets.read_x_property(window, '_NET_WM_ICON') is not None,
                  'the window has no icon')
        e2e.check_equal(widgets.read_x_property(window, '_NET_WM_PID'),
                        str(e2e.read_apps()[APP]['pid']), '_NET_WM_PID')
        page = read_page()
        e2e.check_equal((page['width'], page['height']), (WIDTH, HEIGHT), 'the size of the page')
        e2e.wait_for('the page’s title on the window', lambda: widgets.read_x_property(
            window, '_NET_WM_NAME') == f'"{e2e.get_title(APP)}"')


def wait_for_place(window, place):
    def look():
        e2e.check_equal(widgets.read_geometry(window), place, 'the window’s place and size')
        return True
    e2e.wait_for('the old place', look)


def read_kept_place():
    path = e2e.get_profile(APP, 'XDG_STATE_HOME') / 'window.ini'
    return path.read_text(encoding='utf-8') if path.exists() else ''


def place():
    """Size, place and zoom come back after a stop, after a kill, and again after a stop"""
    with widgets.window_manager():
        window = open_window(saveWindowState=True)
        widgets.run_tool('xdotool', 'windowmove', '--sync', window, 210, 130)
        widgets.run_tool('xdotool', 'windowsize', '--sync', window, 700, 520)
        widgets.focus(window)
        widgets.press_keys('ctrl+plus', 'ctrl+plus')
        # Zoomed in, the page has room for less.
        wait_for_page('the zoom', lambda page: page['width'] < 700 / 1.15)
        e2e.wait_for('the zoom in the file', lambda: 'zoom=1.2' in read_kept_place())
        wanted = widgets.read_geometry(window)
        zoomed = read_page()['width']
        for end in ('stop', 'kill', 'stop'):
            e2e.ctl(end, APP)
            e2e.launch(APP)
            window = widgets.wait_for_window(APP)
            wait_for_place(window, wanted)
            wait_for_page('the zoom', lambda page: page['width'] == zoomed)


def count_web_processes():
    entry = e2e.read_apps()[APP]
    return [process['role'] for process in entry['processes']].count('web')


def is_fullscreen(window):
    state = widgets.read_x_property(window, '_NET_WM_STATE') or ''
    return '_NET_WM_STATE_FULLSCREEN' in state


def keys():
    """Reload, back, zoom, full screen, find, developer tools and close by their keys"""
    with widgets.window_manager():
        window = open_window()
        runner = e2e.read_apps()[APP]['pid']
        widgets.focus(window)
        first = read_page()

        widgets.press_keys('ctrl+r')
        again = wait_for_page('another load', lambda page: page['load'] > first['load'])
        e2e.ctl('launch', APP, '--uri', '#second')
        wait_for_page('the second page', lambda page: page['page'] == '#second')
        widgets.press_keys('alt+Left')
        wait_for_page('the first page', lambda page: page['page'] == 'first')
        widgets.press_keys('alt+Right')
        wait_for_page('the second page', lambda page: page['page'] == '#second')

        widgets.press_keys('ctrl+plus')
        wait_for_page('a larger page', lambda page: page['width'] < again['width'])
        widgets.press_keys('ctrl+minus', 'ctrl+minus')
        wait_for_page('a smaller page', lambda page: page['width'] > again['width'])
        widgets.press_keys('ctrl+0')
        wait_for_page('a page of its own size', lambda page: page['width'] == again['width'])

        widgets.press_keys('F11')
        e2e.wait_for('full screen', lambda: is_fullscreen(window))
        wait_for_page('a wider page', lambda page: page['width'] > WIDTH)
        widgets.press_keys('F11')
        e2e.wait_for('the end of full screen', lambda: not is_fullscreen(window))
        wait_for_page('a page of the old width', lambda page: page['width'] == WIDTH)

        widgets.press_keys('ctrl+f')
        e2e.wait_for('the find bar', lambda: widgets.find(runner, 'Find in page', 'text'))
        widgets.run_tool('xdotool', 'type', 'needle')
        widgets.wait_for_text(runner, '2 matches')
        widgets.press_keys('Escape')
        e2e.wait_for('the end of the find bar',
                     lambda: not widgets.find(runner, 'Find in page', 'text'))

        e2e.check_equal(count_web_processes(), 1, 'the number of web processes')
        widgets.press_keys('F12')
        e2e.wait_for('the inspector’s process', lambda: count_web_processes() == 2)

        widgets.focus(window)
        widgets.press_keys('ctrl+w')
        e2e.wait_for_state(APP, 'stopped')
        e2e.check_equal(e2e.get_property(APP, 'Reason'), 'closed', 'the reason')


if __name__ == '__main__':
    e2e.run(identity, place, keys)
