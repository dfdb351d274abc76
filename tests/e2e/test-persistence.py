#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a page has written is there after the app has ended, however soon it ended."""
import e2e

# Shows what it finds, then writes without pause: what its title says was written before it was said.
PAGE = '''<!doctype html><meta charset="utf-8"><title>start</title>
<script>
const found = Number (localStorage.getItem ('count') ?? 0);
let count = found;
setInterval (() => {
  localStorage.setItem ('count', ++count);
  document.title = `found ${found} wrote ${count}`;
}, 20);
</script>
'''
ROUNDS = 3


def read_page():
    words = e2e.get_title('keeper').split()
    e2e.check(len(words) == 4, f'the title is {words}')
    return int(words[1]), int(words[3])


def wait_for_writes(found):
    """Waits for twenty writes in this run and returns the last one."""
    return e2e.wait_for('twenty writes', lambda: (now := read_page()[1]) >= found + 20 and now)


def check_rounds(end, launch):
    e2e.write_app('keeper', PAGE)
    e2e.launch('keeper')
    last = 0
    for number in range(1, ROUNDS + 1):
        found, _ = e2e.wait_for('the page’s first words', read_page)
        e2e.check(found >= last, f'round {number}: the page had written {last} before the app '
                  f'ended, and found {found}')
        last = wait_for_writes(found)
        end()
        launch()


def stop():
    """What was written at the last moment outlives a stop"""
    check_rounds(lambda: e2e.ctl('stop', 'keeper'), lambda: e2e.launch('keeper'))


def restart():
    """What was written at the last moment outlives a restart"""
    check_rounds(lambda: e2e.ctl('restart', 'keeper', '--wait'), lambda: None)


def network_process():
    """What was written after the network process was killed outlives a stop"""
    e2e.write_app('keeper', PAGE)
    e2e.launch('keeper')
    entry = e2e.wait_for_complete('keeper')['keeper']
    e2e.kill_process(e2e.get_pid(entry, 'network'))
    last = wait_for_writes(e2e.wait_for('the page’s first words', read_page)[1])
    e2e.ctl('stop', 'keeper')
    e2e.launch('keeper')
    found, _ = e2e.wait_for('the page’s first words', read_page)
    e2e.check(found >= last, f'the page had written {last}, and found {found}')


if __name__ == '__main__':
    e2e.run(stop, restart, network_process)
