#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of tests that fail: again.py and summary.py after a real run of `meson test`."""
import os
import pathlib
import subprocess
import tempfile
import unittest

TESTS = pathlib.Path(__file__).resolve().parent
# Of a project that has only one suite Meson does not name it.
PROJECT = '''project('fake')
program = find_program('program.sh')
test('true', find_program('true'), suite: 'other')
'''
# Counts its runs in the file of its name and does what it is told for the first and for the others.
PROGRAM = '''#!/bin/sh
echo run >>"$COUNTS/$1"
if test "$(wc -l <"$COUNTS/$1")" -eq 1; then eval "$2"; else eval "$3"; fi
'''
PASS = 'echo 1..2; echo ok 1 a; echo ok 2 b'
FAIL = 'echo 1..2; echo ok 1 a; echo not ok 2 b; echo "# it was late"; exit 1'


class AgainTest(unittest.TestCase):
    def run_tests(self, *tests):
        """Each is (suite, name, what it does at first, what it does then). Returns the exit status
        of again.py and of summary.py, what they printed, and how often each test ran."""
        with tempfile.TemporaryDirectory() as folder:
            source, tree = pathlib.Path(folder, 'source'), pathlib.Path(folder, 'tree')
            source.mkdir()
            (source / 'program.sh').write_text(PROGRAM, encoding='utf-8')
            (source / 'program.sh').chmod(0o755)
            (source / 'meson.build').write_text(PROJECT + ''.join(
                f"test('{name}', program, args: ['{suite}-{name}', '{first}', '{then}'], "
                f"suite: '{suite}', protocol: 'tap')\n"
                for suite, name, first, then in tests), encoding='utf-8')
            self.run_tool('meson', 'setup', tree, source, counts=folder)
            self.run_tool('meson', 'test', '-C', tree, counts=folder)
            again = self.run_tool(TESTS / 'again.py', tree, counts=folder)
            summary = self.run_tool(TESTS / 'summary.py', tree / 'meson-logs', counts=folder)
            runs = {name: pathlib.Path(folder, f'{suite}-{name}').read_text().count('run')
                    for suite, name, *_ in tests}
        return again.returncode, summary.returncode, again.stdout, summary.stdout, runs

    @staticmethod
    def run_tool(*command, counts):
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False,
                              env=dict(os.environ, COUNTS=counts))

    def test_passes_alone(self):
        again, summary, shown, text, runs = self.run_tests(
            ('e2e', 'good', PASS, PASS), ('e2e', 'late', FAIL, PASS), ('shell', 'late', PASS, FAIL))
        self.assertEqual((again, summary), (0, 0), shown + text)
        self.assertIn('# it was late', shown)
        self.assertIn('\nUNSTEADY e2e: late failed at first (error) and passed alone\n', text)
        self.assertNotIn('FAILED', text)
        self.assertEqual(text.split('\n')[-2], '7 passed, 0 failed')
        # One of the same name in another suite is another.
        self.assertEqual(runs, {'good': 1, 'late': 1})

    def test_fails_twice(self):
        again, summary, shown, text, runs = self.run_tests(
            ('e2e', 'bad', FAIL, FAIL), ('e2e', 'late', FAIL, PASS))
        self.assertEqual((again, summary), (1, 1), shown + text)
        self.assertIn('FAILED e2e: bad (error, and alone, too)\n', text)
        self.assertIn('UNSTEADY e2e: late', text)
        self.assertEqual(text.split('\n')[-2], '4 passed, 1 failed')
        self.assertEqual(runs, {'bad': 2, 'late': 2})

    def test_skips_when_alone(self):
        again, summary, _, text, _ = self.run_tests(('e2e', 'bad', FAIL, 'echo 1..0 # SKIP no'))
        self.assertEqual((again, summary), (1, 1), text)

    def test_believed_at_once(self):
        tests = [('core', 'steady', FAIL, PASS),
                 ('e2e', 'signal', 'kill -SEGV $$', PASS),
                 ('e2e', 'status', 'exit 139', PASS),
                 ('e2e', 'undefined', 'echo "x.c:1:2: runtime error: y" >&2; exit 1', PASS),
                 ('e2e', 'address', 'echo "ERROR: AddressSanitizer: z"; exit 1', PASS)]
        again, summary, shown, text, runs = self.run_tests(*tests)
        self.assertEqual((again, summary), (1, 1), shown + text)
        for suite, name, *_ in tests:
            self.assertIn(f'{suite} / {name} is not run once more', shown)
            self.assertIn(f'FAILED {suite}: {name}', text)
        self.assertEqual(set(runs.values()), {1})

    def test_many(self):
        again, summary, shown, text, runs = self.run_tests(
            *[('e2e', f'late{number}', FAIL, PASS) for number in range(6)])
        self.assertEqual((again, summary), (1, 1), text)
        self.assertIn('6 programs have failed', shown)
        self.assertEqual(set(runs.values()), {1})
        self.assertNotIn('UNSTEADY', text)

    def test_nothing_has_failed(self):
        # Then it was not for a test that the run went wrong.
        again, summary, shown, text, _ = self.run_tests(('e2e', 'good', PASS, PASS))
        self.assertEqual((again, summary), (1, 0), shown + text)


if __name__ == '__main__':
    unittest.main(verbosity=2)
