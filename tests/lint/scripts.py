#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that shell scripts parse and please shellcheck, where it is installed, that Python files
compile, and that JSON files and XML files are well-formed."""
import json
import re
import shutil
import subprocess
import xml.parsers.expat

import lint


def is_shell(root, path):
    if path.suffix == '.sh':
        return True
    if not lint.is_script(root, path):
        return False
    return re.match(r'#!\S*(?:/| )(?:ba)?sh\b', lint.read(root, path)) is not None


def check_shell(root, path):
    done = subprocess.run(['bash', '-n', path], cwd=root, capture_output=True, text=True,
                          check=False)
    for line, text in re.findall(r'line (\d+): (.*)', done.stderr):
        yield lint.Finding(path, int(line), text)
    if done.returncode == 0 and shutil.which('shellcheck'):
        done = subprocess.run(['shellcheck', '--format=gcc', path], cwd=root, capture_output=True,
                              text=True, check=False)
        for line, text in re.findall(r':(\d+):\d+: (.*)', done.stdout):
            yield lint.Finding(path, int(line), text)


def check_python(root, path):
    try:
        compile((root / path).read_bytes(), str(path), 'exec', dont_inherit=True)
    except SyntaxError as error:
        yield lint.Finding(path, error.lineno or 1, error.msg)


def check_json(root, path):
    try:
        json.loads(lint.read(root, path))
    except json.JSONDecodeError as error:
        yield lint.Finding(path, error.lineno, error.msg)


def check_xml(root, path):
    parser = xml.parsers.expat.ParserCreate()
    try:
        parser.Parse((root / path).read_bytes(), True)
    except xml.parsers.expat.ExpatError as error:
        yield lint.Finding(path, error.lineno, xml.parsers.expat.errors.messages[error.code])


def check(root):
    findings = []
    for path in lint.list_files(root):
        # What tests feed to parsers may well be broken.
        is_input = path.parts[0] == 'tests' and path.suffix in ('.json', '.xml', '.svg')
        if path.suffix == '.py':
            findings += check_python(root, path)
        elif is_shell(root, path):
            findings += check_shell(root, path)
        elif path.suffix == '.json' and not is_input:
            findings += check_json(root, path)
        elif path.suffix in ('.xml', '.ui', '.svg') and not is_input:
            findings += check_xml(root, path)
    return findings


CLEAN = {'dev': '#!/bin/bash\nx=1\nprintf "%s\\n" "$x"\n', 'tests/a.py': 'x = 1\n',
         'data/a.json': '{}\n', 'data/a.svg': '<svg/>\n', 'tests/corpus/bad.json': '{',
         'tests/helper': '#!/usr/bin/python3\nx = "\'"\n'}
PLANTED = [
    ({'dev': '#!/bin/bash\n\nif x; then\n'}, 'dev:4', 'syntax error'),
    ({'tests/a.sh': 'echo "\n'}, 'tests/a.sh:1', 'unexpected EOF'),
    ({'tests/a.py': '\nx = (\n'}, 'tests/a.py:2', 'never closed'),
    ({'data/a.json': '{\n"a": }\n'}, 'data/a.json:2', 'Expecting value'),
    ({'src/shell/a.ui': '<a>\n<b></a>\n'}, 'src/shell/a.ui:2', 'mismatched tag'),
]
if shutil.which('shellcheck'):
    PLANTED.append(({'dev': '#!/bin/bash\nx="a b"\nrm $x\n'}, 'dev:3', 'Double quote'))

if __name__ == '__main__':
    lint.main(check, CLEAN, PLANTED)
