#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an app keeps: counted, cleared, and what its pages may use; and what it sends and receives."""
import contextlib
import pathlib
import subprocess
import tempfile

from gi.repository import GLib

import e2e

COUNTING_SERVER = pathlib.Path(__file__).parent.parent / 'runner' / 'counting-server.py'

# Says in its title what of the last run it finds.
KEEPING_PAGE = '''<!doctype html><meta charset="utf-8"><title>start</title>
<script>
const found = [localStorage.getItem ('kept'), document.cookie.includes ('kept=1')];
localStorage.setItem ('kept', '1');
document.cookie = 'kept=1; max-age=100000';
document.title = `storage ${found[0] ? 'kept' : 'new'}, cookie ${found[1] ? 'kept' : 'new'}`;
</script>
'''
KEPT = 'storage kept, cookie kept'
NEW = 'storage new, cookie new'

# Asks where it is, each time anew, and shows whether it may know. That nobody knows is no refusal.
ASKING_PAGE = '''<!doctype html><meta charset="utf-8"><title>start</title>
<script>
function show (answer) {
  document.title = answer;
  setTimeout (() => location.reload (), 300);
}
navigator.geolocation.getCurrentPosition (() => show ('allowed'),
                                          error => show (error.code === 1 ? 'denied' : 'allowed'));
</script>
'''

LOADING_PAGE_TITLE = 'page'


def call_app(app, method, arguments=None):
    return e2e.call(f'{e2e.ROOT_PATH}/apps/{app}', e2e.APP_INTERFACE, method, arguments)


def get_storage(app):
    return call_app(app, 'GetStorage')[0]


def clear(app, *kinds):
    call_app(app, 'ClearData', GLib.Variant('(as)', (kinds,)))


def du(path):
    result = subprocess.run(['du', '-s', '-x', '-B1', path], check=True, stdout=subprocess.PIPE,
                            text=True)
    return int(result.stdout.split()[0])


def check_title(app, title):
    e2e.wait_for(f'{app} with the title “{title}”', lambda: e2e.get_title(app) == title)


def write_keepers(*apps):
    """Apps of one server that have kept something."""
    server = e2e.Server({'index.html': KEEPING_PAGE})
    for app in apps:
        e2e.write_app(app, url=server.url)
        e2e.launch(app)
        check_title(app, NEW)
        e2e.ctl('stop', app)
        e2e.launch(app)
        check_title(app, KEPT)
        e2e.ctl('stop', app)
    return server


def cleared():
    """Local storage and cookies are gone when the data are cleared, and others' are kept"""
    server = write_keepers('keeper', 'other')
    e2e.launch('keeper', 'other')
    clear('keeper', 'data')
    e2e.check(not e2e.find_processes('keeper'), 'it was cleared while it ran')
    e2e.check_equal(sorted(path.name for path in e2e.get_profile('keeper').iterdir()), ['lock'],
                    'what is left of the profile')
    e2e.launch('keeper')
    check_title('keeper', NEW)
    check_title('other', KEPT)
    e2e.ctl('restart', 'other', '--wait')
    check_title('other', KEPT)
    # The rest was not asked for.
    clear('keeper', 'cache', 'state')
    e2e.launch('keeper')
    check_title('keeper', KEPT)
    server.stop()


def links():
    """Nothing outside is touched, whatever links the profile has"""
    home = pathlib.Path(tempfile.mkdtemp(dir=e2e.get_home('XDG_DATA_HOME')))
    treasure = home / 'letters' / 'letter'
    treasure.parent.mkdir()
    treasure.write_text('dear', encoding='utf-8')
    e2e.write_app('linker', '<title>linker</title>')
    e2e.launch('linker')
    profile = e2e.get_profile('linker')
    (profile / 'letters').symlink_to(treasure.parent)
    (profile / 'deep' / 'er').mkdir(parents=True)
    (profile / 'deep' / 'er' / 'home').symlink_to(home)
    before = get_storage('linker')['data']
    treasure.write_text('dear' * 1000000, encoding='utf-8')
    e2e.check(get_storage('linker')['data'] < before + 4000000, 'a link was followed')
    clear('linker', 'data', 'cache', 'state')
    e2e.check(treasure.exists(), 'a link was followed')
    e2e.check(not (profile / 'deep').exists(), 'the profile is still there')
    e2e.launch('linker')


def counted():
    """What an app has on the disk is what du says"""
    server = write_keepers('counted')
    storage = get_storage('counted')
    for kind in ('data', 'cache', 'state'):
        e2e.check(storage[kind] > 0, f'{kind} is {storage[kind]}')
        e2e.check_equal(storage[kind], du(storage[f'{kind}-path']), kind)
    server.stop()


def set_permission(app, answer):
    call_app(app, 'SetPermission',
             GLib.Variant('(sss)', (f'app://{app}', 'geolocation', answer)))


def get_permissions(app):
    return call_app(app, 'GetPermissions')[0]


def permissions():
    """What a page may use is changed from outside, before it runs and while it does"""
    e2e.write_app('asker', ASKING_PAGE)
    e2e.check_equal(get_permissions('asker'), [], 'what was answered before it was asked')
    set_permission('asker', 'allow')
    e2e.launch('asker')
    check_title('asker', 'allowed')
    set_permission('asker', 'deny')
    check_title('asker', 'denied')
    e2e.check_equal(get_permissions('asker'), [('app://asker', 'geolocation', 'deny')],
                    'what the runner has kept')
    e2e.ctl('restart', 'asker', '--wait')
    check_title('asker', 'denied')
    set_permission('asker', 'allow')
    e2e.wait_for('the permission', lambda: get_permissions('asker')
                 == [('app://asker', 'geolocation', 'allow')])


@contextlib.contextmanager
def counting_server():
    with subprocess.Popen([COUNTING_SERVER, e2e.get_home('XDG_DATA_HOME')], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server, int(server.stdout.readline().split()[0])
        finally:
            server.stdin.close()


def ask_server(server):
    server.stdin.write('\n')
    server.stdin.flush()
    sent, received, _ = server.stdout.readline().split()
    return int(received), int(sent)


def get_traffic(app):
    samples = e2e.call(e2e.ROOT_PATH, 'io.github.bulkhead.Supervisor1', 'Sample',
                       GLib.Variant('(u)', (50,)))[0]
    for sample in samples:
        if sample['id'] == app:
            return sample.get('network-received'), sample.get('network-sent')
    raise e2e.Failure(f'{app} is not in the sample')


def traffic():
    """What an app sends and receives is what its server has counted"""
    with counting_server() as (server, port):
        e2e.write_app('loader', url=f'http://127.0.0.1:{port}/')
        e2e.launch('loader')
        check_title('loader', LOADING_PAGE_TITLE)
        e2e.wait_for('the same sums', lambda: get_traffic('loader') == ask_server(server)
                     and get_traffic('loader')[1] > 0)
        # Another supervisor hears of it, too.
        e2e.end_supervisor(9)
        e2e.wait_for('the same sums', lambda: get_traffic('loader') == ask_server(server))
        # Another network process begins anew, but the sums do not.
        before = get_traffic('loader')
        e2e.kill_process(e2e.get_pid(e2e.wait_for_complete('loader')['loader'], 'network'))
        call_app('loader', 'Launch', GLib.Variant('(a{sv})', (
            {'uri': GLib.Variant('s', f'http://127.0.0.1:{port}/large')},)))
        e2e.wait_for('the same sums', lambda: get_traffic('loader') == ask_server(server)
                     and get_traffic('loader')[0] > before[0] + 8000000)


if __name__ == '__main__':
    e2e.run(cleared, links, counted, permissions, traffic)
