#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests of data/apps/common/po-to-json.py, run as the build runs it."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

APPS = pathlib.Path(sys.argv.pop(1))
SCRIPT = APPS / 'common' / 'po-to-json.py'

HEADER = '''msgid ""
msgstr ""
"Language: xx\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

'''


class PoToJson(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.place = pathlib.Path(self.directory.name)

    def run_script(self, *entries, app='notes', languages=('xx',)):
        paths = []
        for language in languages:
            path = self.place / f'{language}.po'
            path.write_text(HEADER + '\n\n'.join(entries) + '\n', encoding='utf-8')
            paths.append(path)
        return subprocess.run([sys.executable, SCRIPT, '--app', app, '--output', self.place / 'out', *paths],
                              capture_output=True, text=True, check=False)

    def messages(self, *entries, **options):
        result = self.run_script(*entries, **options)
        self.assertEqual(result.returncode, 0, result.stderr)
        path = self.place / 'out' / 'xx.json'
        return json.loads(path.read_text(encoding='utf-8'))['messages'] if path.exists() else None

    def index(self):
        return (self.place / 'out' / 'index.js').read_text(encoding='utf-8')

    def test_no_language(self):
        self.assertEqual(self.run_script(languages=()).returncode, 0)
        self.assertEqual(self.index(), 'export const languages = [];\n')

    def test_plain_and_plural(self):
        found = self.messages('msgid "Undo"\nmsgstr "Rückgängig"',
                              'msgid "{n} word"\nmsgid_plural "{n} words"\nmsgstr[0] "{n} Wort"\nmsgstr[1] "{n} Wörter"')
        self.assertEqual(found, {'Undo': 'Rückgängig', '{n} word': ['{n} Wort', '{n} Wörter']})
        data = json.loads((self.place / 'out' / 'xx.json').read_text(encoding='utf-8'))
        self.assertEqual(data['plural'], 'nplurals=2; plural=(n != 1);')
        self.assertEqual(self.index(), 'export const languages = ["xx"];\n')

    def test_long_strings_and_escapes(self):
        found = self.messages('msgid ""\n"one "\n"two\\n"\n"\\"three\\" \\\\"\nmsgstr ""\n"eins "\n"zwei"')
        self.assertEqual(found, {'one two\n"three" \\': 'eins zwei'})

    def test_only_the_apps_own(self):
        entries = ('#: data/apps/notes/notes.js:5\nmsgid "A"\nmsgstr "a"',
                   '#: data/apps/sketch/sketch.js:5 data/apps/notes/index.html:7\nmsgid "B"\nmsgstr "b"',
                   '#: data/apps/sketch/sketch.js:6\nmsgid "C"\nmsgstr "c"',
                   '#: src/shell/window.c:6\nmsgid "D"\nmsgstr "d"',
                   '#: ../data/apps/common/ui.js:6\nmsgid "E"\nmsgstr "e"',
                   'msgid "F"\nmsgstr "f"')
        self.assertEqual(set(self.messages(*entries)), {'A', 'B', 'E', 'F'})

    def test_left_out(self):
        found = self.messages('#, fuzzy\nmsgid "A"\nmsgstr "a"', 'msgid "B"\nmsgstr ""',
                              'msgctxt "menu"\nmsgid "C"\nmsgstr "c"', '#~ msgid "D"\n#~ msgstr "d"',
                              '# fuzzy\nmsgid "E"\nmsgstr "e"')
        self.assertEqual(found, {'E': 'e'})

    def test_entries_without_blank_lines_between(self):
        found = self.messages('#: data/apps/sketch/sketch.js:1\nmsgid "A"\nmsgstr "a"\n'
                              '#: data/apps/notes/notes.js:1\nmsgid "B"\nmsgstr "b"\nmsgid "C"\nmsgstr "c"')
        self.assertEqual(found, {'B': 'b', 'C': 'c'})

    def test_language_without_a_string_is_not_listed(self):
        self.assertIsNone(self.messages('#: src/shell/window.c:6\nmsgid "D"\nmsgstr "d"'))
        self.assertEqual(self.index(), 'export const languages = [];\n')

    def test_errors_name_file_and_line(self):
        for text in ('msgid "A\nmsgstr "a"', 'msgid A\nmsgstr "a"', 'nonsense'):
            result = self.run_script(text)
            self.assertEqual(result.returncode, 1)
            self.assertRegex(result.stderr, r'xx\.po:\d+: ')
        result = subprocess.run([sys.executable, SCRIPT, '--app', 'notes', '--output', self.place / 'out',
                                 self.place / 'missing.po'], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn('missing.po', result.stderr)


if __name__ == '__main__':
    unittest.main()
