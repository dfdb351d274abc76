#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a process of one app is killed, the other apps do not notice, and the app says what is the
matter.
"""
import e2e
import widgets

VICTIM = 'victim'


def web_process():
    """A killed web process: the window says so and loads the page again, the others live"""
    with e2e.others_live(VICTIM) as victim:
        runner = e2e.get_pid(victim, 'runner')
        e2e.kill_process(e2e.get_pid(victim, 'web'))
        e2e.wait_for_state(VICTIM, 'crashed')
        entry = e2e.read_apps()[VICTIM]
        e2e.check_equal(entry['reason'], 'web-process-crashed', 'the reason')
        e2e.check_equal(entry['pid'], runner, 'the runner')
        widgets.wait_for_text(runner, 'This page crashed')
        widgets.wait_for_text(runner, 'Your other apps were not touched')

        widgets.press(runner, 'Reload')
        e2e.wait_for_state(VICTIM, 'running')
        widgets.wait_for_no_text(runner, 'This page crashed')
        e2e.wait_for_beats(VICTIM)
        entry = e2e.wait_for_complete(VICTIM)[VICTIM]
        e2e.check_equal(e2e.get_pid(entry, 'runner'), runner, 'the runner after the reload')
        e2e.check(e2e.get_pid(entry, 'web') != e2e.get_pid(victim, 'web'), 'the web process lives')


def network_process():
    """A killed network process: the page goes on and fetches again, the others live"""
    with e2e.others_live(VICTIM) as victim:
        load = e2e.read_beat(VICTIM)[0]
        e2e.kill_process(e2e.get_pid(victim, 'network'))
        # Whatever was under way may fail, what comes then does not.
        e2e.wait_for_beats(VICTIM, beats=10, fetches=2)
        e2e.check_equal(e2e.read_beat(VICTIM)[0], load, 'when the page was loaded')
        entry = e2e.wait_for_complete(VICTIM)[VICTIM]
        e2e.check_equal(entry['state'], 'running', 'the state')
        e2e.check_equal(e2e.get_identities(entry, ('runner', 'web')),
                        e2e.get_identities(victim, ('runner', 'web')),
                        'the runner and the web process')


def runner():
    """A killed runner: none of its processes is left, the reason is kept, the others live"""
    with e2e.others_live(VICTIM) as victim:
        processes = {process['pid'] for process in victim['processes']}
        e2e.kill_process(e2e.get_pid(victim, 'runner'))
        e2e.wait_for_state(VICTIM, 'crashed')
        e2e.check_equal(e2e.get_property(VICTIM, 'Reason'), 'crashed', 'the reason')
        detail = e2e.get_property(VICTIM, 'ReasonDetail')
        e2e.check('SIGKILL (9)' in detail, f'the detail is “{detail}”')
        e2e.wait_for('the end of the app’s processes', lambda: not e2e.find_processes(VICTIM))
        left = [pid for pid in processes if e2e.is_alive(pid)]
        e2e.check(not left, f'the processes {left} are left')

        e2e.launch(VICTIM)
        e2e.wait_for_beats(VICTIM)


def kill_and_restart():
    """Kill and restart: the app has new processes, the others live"""
    with e2e.others_live(VICTIM) as victim:
        e2e.ctl('kill', VICTIM)
        e2e.check(not e2e.find_processes(VICTIM), 'killed, and yet there are processes')
        e2e.check_equal(e2e.read_app(VICTIM)['reason'], 'killed', 'the reason')
        e2e.launch(VICTIM)
        again = e2e.wait_for_complete(VICTIM)[VICTIM]
        e2e.check(not e2e.get_identities(again) & e2e.get_identities(victim),
                  'the app runs in processes that were killed')

        e2e.ctl('restart', VICTIM, '--wait')
        last = e2e.wait_for_complete(VICTIM)[VICTIM]
        e2e.check(not e2e.get_identities(last) & e2e.get_identities(again),
                  'restarted, and yet in the same processes')
        e2e.check_equal(last['restarts'], 1, 'the number of restarts')
        e2e.wait_for_beats(VICTIM)


if __name__ == '__main__':
    e2e.run(web_process, network_process, runner, kill_and_restart)
