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
        e2e.wait_for('the end of those without its tag',
                     lambda: not any(map(e2e.is_alive, processes)))

        e2e.launch(VICTIM)
        e2e.wait_for_beats(VICTIM)


def comes_back():
    """With the policy on-crash a killed page and a killed runner come back by themselves"""
    with e2e.others_live(VICTIM, restart='on-crash') as victim:
        runner = e2e.get_pid(victim, 'runner')
        e2e.kill_process(e2e.get_pid(victim, 'web'))
        e2e.wait_for_state(VICTIM, 'backing-off')
        e2e.check(e2e.get_property(VICTIM, 'RestartAt') > 0, 'it is not known when it comes back')
        widgets.wait_for_text(runner, 'The page is loaded again in 1 second.')
        e2e.wait_for_state(VICTIM, 'running')
        e2e.wait_for_beats(VICTIM)
        again = e2e.wait_for_complete(VICTIM)[VICTIM]
        e2e.check_equal(e2e.get_pid(again, 'runner'), runner, 'the runner after the reload')

        processes = {process['pid'] for process in again['processes']}
        e2e.kill_process(runner)
        e2e.wait_for_state(VICTIM, 'backing-off')
        e2e.wait_for_state(VICTIM, 'running')
        last = e2e.wait_for_complete(VICTIM)[VICTIM]
        e2e.check(not e2e.get_identities(last) & e2e.get_identities(again),
                  'the app runs in processes that were killed')
        e2e.wait_for('the end of the killed processes',
                     lambda: not any(map(e2e.is_alive, processes)))
        e2e.check_equal(last['restarts'], again['restarts'] + 1, 'the number of restarts')
        e2e.wait_for_beats(VICTIM)

        # A page of which the user wants to see what happened to it stays as it is.
        runner = e2e.get_pid(last, 'runner')
        e2e.kill_process(e2e.get_pid(last, 'web'))
        widgets.press(runner, 'Don’t Reload')
        e2e.wait_for_state(VICTIM, 'crashed')
        widgets.press(runner, 'Reload')
        e2e.wait_for_state(VICTIM, 'running')


def unreachable():
    """A page that can't be loaded again says why, and is not called crashed any more"""
    server = e2e.Server({'index.html': '<!doctype html><title>Page</title><p>Page</p>'})
    # What is kept would be shown without a server, too.
    server.headers['cache-control'] = 'no-store'
    e2e.write_app(VICTIM, url=server.url)
    e2e.launch(VICTIM)
    victim = e2e.wait_for_complete(VICTIM)[VICTIM]
    server.stop()
    e2e.kill_process(e2e.get_pid(victim, 'web'))
    e2e.wait_for_state(VICTIM, 'backing-off')
    e2e.wait_for_state(VICTIM, 'running')
    widgets.wait_for_text(e2e.get_pid(victim, 'runner'), 'doesn’t answer')


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
        e2e.check_equal(last['restarts'], again['restarts'] + 1, 'the number of restarts')
        e2e.wait_for_beats(VICTIM)


if __name__ == '__main__':
    e2e.run(web_process, network_process, runner, comes_back, unreachable, kill_and_restart)
