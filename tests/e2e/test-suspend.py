#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apps sleep and wake: by hand, by themselves, and not when something speaks against it; what the
supervisor hears of what an app does; and how rarely one that nobody sees is asked whether it lives.
"""
import time

import e2e
import widgets

APP = 'sleeper'
OTHER = 'other'
TICKS_PATH = '/proc/{}/stat'

PAGE = '''<!doctype html><meta charset="utf-8"><title>start</title><h1>Counter</h1>
<textarea autofocus></textarea><audio loop></audio><script src="page.js"></script>
'''
# A second of a tone, made here: nothing is fetched.
SCRIPT = '''
const tone = () => {
  const rate = 8000, bytes = new DataView (new ArrayBuffer (44 + rate));
  const text = (at, value) => [...value].forEach ((c, i) => bytes.setUint8 (at + i, c.charCodeAt ()));
  text (0, 'RIFF'); bytes.setUint32 (4, 36 + rate, true); text (8, 'WAVEfmt ');
  bytes.setUint32 (16, 16, true); bytes.setUint16 (20, 1, true); bytes.setUint16 (22, 1, true);
  bytes.setUint32 (24, rate, true); bytes.setUint32 (28, rate, true); bytes.setUint16 (32, 1, true);
  bytes.setUint16 (34, 8, true); text (36, 'data'); bytes.setUint32 (40, rate, true);
  for (let i = 0; i < rate; i++) bytes.setUint8 (44 + i, 128 + 100 * Math.sin (i / 3));
  return URL.createObjectURL (new Blob ([bytes.buffer], { type: 'audio/wav' }));
};
const audio = document.querySelector ('audio');
let beats = 0;
const count = () => document.title = `beat ${++beats}`;
let timer = 0;
addEventListener ('hashchange', () => {
  const order = location.hash.slice (1);
  if (order === 'beat') timer = setInterval (count, 100);
  if (order === 'rest') clearInterval (timer);
  if (order === 'play') { audio.src = tone (); audio.play (); }
  if (order === 'pause') audio.pause ();
  if (order === 'careful') {
    addEventListener ('beforeunload', event => {
      document.title = `asked about “${document.querySelector ('textarea').value}”`;
      if (document.querySelector ('textarea').value !== '') event.preventDefault ();
    });
    document.title = 'careful';
  }
});
'''


def start(**bulkhead):
    e2e.write_app(APP, files={'index.html': PAGE, 'page.js': SCRIPT}, bulkhead=dict(
        {'restart': {'policy': 'never'}}, **bulkhead))
    e2e.launch(APP)
    return e2e.wait_for_complete(APP)[APP]


def start_other():
    e2e.write_app(OTHER, '<!doctype html><title>other</title>')
    e2e.launch(OTHER)
    e2e.wait_for_complete(OTHER)
    # Until then the window manager may give it the focus at any time.
    wait_for_activity('focused', 'visible', app=OTHER)


def order(what):
    e2e.ctl('launch', APP, '--uri', f'#{what}')


def call(method):
    return e2e.call(f'{e2e.ROOT_PATH}/apps/{APP}', e2e.APP_INTERFACE, method)


def wait_for_beat():
    before = e2e.get_title(APP)
    e2e.wait_for('a beat', lambda: e2e.get_title(APP).startswith('beat ')
                 and e2e.get_title(APP) != before)


def wait_for_property(name, wanted):
    e2e.wait_for(f'{name} {wanted}', lambda: e2e.get_property(APP, name) == wanted)


def wait_for_activity(*wanted, app=APP):
    def look():
        e2e.check_equal(set(e2e.get_property(app, 'Activity')), set(wanted), f'what {app} does')
        return True
    e2e.wait_for(f'the activity {wanted}', look)


def read_stat(pid):
    """State and clock ticks of a process."""
    fields = e2e.read_proc(pid, 'stat').decode().rpartition(')')[2].split()
    return fields[0], int(fields[11]) + int(fields[12])


def check_still(pids, seconds=1):
    """That processes stand still, as soon as they have taken their signals, and use no time."""
    e2e.wait_for('their sleep', lambda: {read_stat(pid)[0] for pid in pids} == {'T'})
    before = {pid: read_stat(pid) for pid in pids}
    time.sleep(seconds)
    e2e.check_equal({pid: read_stat(pid) for pid in pids}, before, 'what the processes did')


def check_stays(state, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        e2e.check_equal(e2e.get_property(APP, 'State'), state, 'the state')
        time.sleep(0.1)


def by_hand():
    """The page stands still and goes on; the window says that it sleeps, and asks no questions"""
    entry = start(unresponsiveAfter='4s')
    window = widgets.wait_for_window(APP)
    pids = e2e.find_processes(APP)
    e2e.check(len(pids) >= 3, f'there are {len(pids)} processes')
    order('beat')
    wait_for_beat()
    call('Suspend')
    wait_for_property('Suspended', 'user')
    check_still(pids)
    # What was on its way has come.
    title = e2e.get_title(APP)
    check_stays('suspended', 5)
    e2e.check_equal(e2e.get_title(APP), title, 'the title')
    e2e.check('(asleep)' in widgets.read_x_property(window, '_NET_WM_NAME'), 'the window’s name')
    e2e.check('_NET_WM_PING' not in widgets.read_x_property(window, 'WM_PROTOCOLS'),
              'the window would be asked whether it answers')

    call('Resume')
    wait_for_property('Suspended', '')
    wait_for_beat()
    check_stays('running', 5)
    e2e.wait_for('the window’s name', lambda: '(asleep)' not in
                 widgets.read_x_property(window, '_NET_WM_NAME'))
    e2e.wait_for('the window’s word that it can be asked', lambda: '_NET_WM_PING' in
                 widgets.read_x_property(window, 'WM_PROTOCOLS'))
    e2e.check_equal(e2e.get_pid(e2e.read_app(APP), 'web'), e2e.get_pid(entry, 'web'), 'the page')


def keys_in_sleep():
    """What was done to a window that stood still is for nobody when it goes on"""
    with widgets.window_manager():
        start()
        window = widgets.wait_for_window(APP)
        widgets.focus(window)
        order('careful')
        e2e.wait_for('the handler', lambda: e2e.get_title(APP) == 'careful')
        call('Suspend')
        widgets.press_keys('x', 'y', 'z')
        widgets.press_keys('alt+F4')
        # It does one after the other what it is told by keys and by others.
        widgets.run_tool('xdotool', 'set_num_desktops', 3)
        e2e.wait_for('the window manager’s answer', lambda: widgets.read_root_property(
            '_NET_NUMBER_OF_DESKTOPS') == '3')
        call('Resume')
        e2e.wait_for_state(APP, 'running')
        # The page would have something to lose if it had heard of it.
        e2e.check_equal(call('CheckUnsaved'), (False,), 'what the page has to lose')
        check_stays('running', 2)


def ends():
    """One that sleeps can be stopped, killed, restarted and opened"""
    start()
    for end in ('stop', 'kill'):
        call('Suspend')
        e2e.ctl(end, APP)
        e2e.check_equal(e2e.find_processes(APP), set(), 'what is left')
        e2e.launch(APP)
        e2e.wait_for_complete(APP)
    call('Suspend')
    e2e.ctl('restart', APP, '--wait=painted')
    e2e.wait_for_complete(APP)
    call('Suspend')
    e2e.ctl('launch', APP, '--wait=painted')
    e2e.wait_for_state(APP, 'running')
    order('beat')
    wait_for_beat()


def adopted():
    """A new supervisor has it sleep on, and wakes it"""
    start()
    order('beat')
    wait_for_beat()
    call('Suspend')
    pids = e2e.find_processes(APP)
    e2e.end_supervisor(9)
    wait_for_property('Suspended', 'user')
    check_still(pids)
    call('Resume')
    wait_for_beat()
    check_stays('running', 3)


def idle():
    """In the background it sleeps by itself, says so, and wakes when it is wanted"""
    with widgets.window_manager():
        runner = e2e.get_pid(start(suspendAfter='2s'), 'runner')
        order('beat')
        start_other()
        window, other = widgets.wait_for_window(APP), widgets.wait_for_window(OTHER)
        for wake in ('button', 'focus', 'click'):
            widgets.focus(window)
            wait_for_activity('focused', 'visible')
            check_stays('running', 3)
            widgets.focus(other)
            e2e.wait_for_state(APP, 'suspended')
            wait_for_property('Suspended', 'idle')
            stopped = [pid for pid in e2e.find_processes(APP) if read_stat(pid)[0] == 'T']
            e2e.check(e2e.get_pid(e2e.read_app(APP), 'web') in stopped, 'the page is awake')
            e2e.check(runner not in stopped, 'the window is asleep')
            widgets.wait_for_text(runner, 'was in the background for a while')
            if wake == 'button':
                widgets.press(runner, 'Wake Up')
            elif wake == 'focus':
                widgets.focus(window)
            else:
                widgets.run_tool('xdotool', 'mousemove', '--window', window, 200, 200, 'click', 1)
            e2e.wait_for_state(APP, 'running')
            widgets.wait_for_no_text(runner, 'was in the background for a while')
            wait_for_beat()


def exempt():
    """One that plays sound stays awake, and sleeps when it has ended"""
    with widgets.window_manager():
        start(suspendAfter='2s')
        start_other()
        window, other = widgets.wait_for_window(APP), widgets.wait_for_window(OTHER)
        widgets.focus(window)
        # A page may play once the user has done something.
        widgets.press_keys('x')
        order('play')
        wait_for_activity('focused', 'visible', 'audio')
        widgets.focus(other)
        wait_for_activity('visible', 'audio')
        check_stays('running', 4)
        e2e.check_equal(e2e.call(e2e.ROOT_PATH, 'io.github.bulkhead.Supervisor1', 'SuspendAll')[0], 1,
                        'how many sleep')
        e2e.check_equal(e2e.get_property(APP, 'State'), 'running', 'the state')
        e2e.check_equal(e2e.call(e2e.ROOT_PATH, 'io.github.bulkhead.Supervisor1', 'ResumeAll')[0], 1,
                        'how many wake')
        e2e.get_bus()
        order('pause')

        def sleeps():
            # To be told something brings a window to the front, some time or other.
            widgets.focus(other)
            return e2e.get_property(APP, 'State') == 'suspended'
        e2e.wait_for('its sleep', sleeps)


def unsaved():
    """Whether a page has something to lose is known when it is asked, and it stays"""
    with widgets.window_manager():
        start()
        window = widgets.wait_for_window(APP)
        widgets.focus(window)
        # Without anything that would object.
        e2e.check_equal(call('CheckUnsaved'), (False,), 'what is unsaved')
        order('careful')
        e2e.wait_for('the handler', lambda: e2e.get_title(APP) == 'careful')
        e2e.check_equal(call('CheckUnsaved'), (False,), 'what is unsaved')
        e2e.wait_for('the question', lambda: e2e.get_title(APP) == 'asked about “”')
        widgets.press_keys('a', 'b')

        def objects():
            return call('CheckUnsaved') == (True,)
        e2e.wait_for('an objection', objects)
        wait_for_activity('focused', 'visible', 'unsaved')
        # It lives, and nobody has been asked.
        order('beat')
        wait_for_beat()
        e2e.check_equal(widgets.find(e2e.get_pid(e2e.read_app(APP), 'runner'), 'Leave Page'), [],
                        'questions')
        # What was is not known any more.
        widgets.focus(window)
        widgets.press_keys('BackSpace', 'BackSpace')
        wait_for_activity('focused', 'visible')
        e2e.wait_for('the end of the objection', lambda: call('CheckUnsaved') == (False,))
        call('Suspend')
        try:
            call('CheckUnsaved')
            raise AssertionError('a page that sleeps has answered')
        except e2e.Failure as failure:
            e2e.check('asleep' in str(failure), f'{failure}')


def developer_tools():
    """The inspector opens, in the cage, too"""
    start()

    def count():
        return sum(process['role'] == 'web' for process in e2e.read_app(APP)['processes'])
    before = count()
    call('OpenDeveloperTools')
    e2e.wait_for('the inspector', lambda: count() > before)
    call('Suspend')
    try:
        call('OpenDeveloperTools')
        raise AssertionError('a page that sleeps was opened')
    except e2e.Failure as failure:
        e2e.check('asleep' in str(failure), f'{failure}')


def count_switches(pid):
    """How often a process has been woken."""
    return sum(int(line.split()[1]) for line in e2e.read_proc(pid, 'status').decode().splitlines()
               if 'voluntary_ctxt_switches' in line and 'non' not in line)


def wait_for_wake_ups(pid, what, fits):
    """Waits for some seconds in which a process is woken as often as that. WebKit has something to do
    of its own now and then, and more of it where the machine has no time for it at once."""
    def look():
        before = count_switches(pid)
        time.sleep(3)
        count = count_switches(pid) - before
        e2e.say(f'# {count} wake-ups of the page in 3 s')
        e2e.check(fits(count), f'it was woken {count} times')
        return True
    e2e.wait_for(what, look)


def heartbeats():
    """One that nobody sees is hardly asked whether it lives, and at once when it is seen again"""
    with widgets.window_manager():
        # Without a caret that blinks. It is asked five times in the time of its patience.
        e2e.write_app(APP, '<!doctype html><title>still</title><h1>Still</h1>', bulkhead={
            'restart': {'policy': 'never'}, 'unresponsiveAfter': '2s'})
        e2e.launch(APP)
        entry = e2e.wait_for_complete(APP)[APP]
        window = widgets.wait_for_window(APP)
        web = e2e.get_pid(entry, 'web')
        wait_for_wake_ups(web, 'the questions', lambda count: count >= 6)
        widgets.run_tool('xdotool', 'windowminimize', window)
        wait_for_activity()
        wait_for_wake_ups(web, 'their end', lambda count: count <= 3)
        # Longer than it would be waited for if it were seen.
        check_stays('running', 3)
        # One that hangs is found out as soon as it is looked at.
        widgets.run_tool('xdotool', 'windowmap', window)
        widgets.run_tool('xdotool', 'windowactivate', window)
        wait_for_activity('focused', 'visible')
        wait_for_wake_ups(web, 'the questions', lambda count: count >= 6)


if __name__ == '__main__':
    e2e.run(by_hand, keys_in_sleep, ends, adopted, idle, exempt, unsaved, developer_tools,
            heartbeats)
