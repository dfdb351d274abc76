#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What summary.py makes of logs: failures that are easy to miss must count."""
import json
import pathlib
import subprocess
import tempfile
import unittest

SUMMARY = pathlib.Path(__file__).resolve().with_name('summary.py')


def entry(name, result, stdout=''):
    return {'name': f'bulkhead:{name}', 'result': result, 'stdout': stdout}


class SummaryTest(unittest.TestCase):
    def summarise(self, *entries, text=None):
        with tempfile.TemporaryDirectory() as folder:
            arguments = []
            if entries:
                pathlib.Path(folder, 'testlog.json').write_text(
                    '\n'.join(map(json.dumps, entries)) + '\n', encoding='utf-8')
                arguments.append(folder)
            if text is not None:
                pathlib.Path(folder, 'out.txt').write_text(text, encoding='utf-8')
                arguments.append(f'vm={folder}/out.txt')
            done = subprocess.run([SUMMARY, *arguments], stdout=subprocess.PIPE, text=True,
                                  check=False)
        return done.returncode, done.stdout.split('\n')[-2], done.stdout

    def test_good(self):
        code, last, text = self.summarise(
            entry('core / a', 'OK', '1..3\nok 1 x\nok 2 y # SKIP why\nok 3 z\n'),
            entry('lint / b', 'OK'), entry('lint / c', 'SKIP'))
        self.assertEqual((code, last), (0, '3 passed, 0 failed, 2 skipped'))
        self.assertIn('core         2 passed, 0 failed, 1 skipped\n', text)

    def test_failures(self):
        for result, stdout, expected in (
                ('FAIL', '1..2\nok 1 a\nnot ok 2 b\n', '1 passed, 1 failed'),
                ('ERROR', '1..2\nok 1 a\n', '1 passed, 1 failed'),
                ('TIMEOUT', '', '0 passed, 1 failed'),
                ('UNEXPECTEDPASS', '', '0 passed, 1 failed')):
            code, last, text = self.summarise(entry('core / a', result, stdout))
            self.assertEqual((code, last), (1, expected))
            self.assertIn('FAILED core: a', text)

    def test_nothing_was_run(self):
        self.assertEqual(self.summarise(entry('core / a', 'SKIP'))[:2],
                         (1, '0 passed, 0 failed, 1 skipped'))
        self.assertEqual(self.summarise()[:2], (1, '0 passed, 0 failed'))

    def test_totals_of_a_program(self):
        self.assertEqual(self.summarise(text='x\n7 passed, 0 failed\n')[:2],
                         (0, '7 passed, 0 failed'))
        self.assertEqual(self.summarise(text='7 passed, 2 failed, 1 skipped\n')[:2],
                         (1, '7 passed, 2 failed, 1 skipped'))
        self.assertEqual(self.summarise(text='it broke\n')[:2], (1, '0 passed, 1 failed'))

    def test_unsteady_in_a_program(self):
        code, last, text = self.summarise(text='UNSTEADY e2e: a\n7 passed, 0 failed\n')
        self.assertEqual((code, last), (0, '7 passed, 0 failed'))
        self.assertIn('\nUNSTEADY e2e: a\n', text)

    def test_log_that_is_missing(self):
        done = subprocess.run([SUMMARY, 'core=/nowhere'], stdout=subprocess.PIPE, text=True,
                              check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn('did not run', done.stdout)


if __name__ == '__main__':
    unittest.main(verbosity=2)
