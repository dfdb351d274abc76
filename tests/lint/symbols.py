#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the symbols that each layer's libraries and programs take from elsewhere.

A toolkit that a layer reaches by chance, through another's header, shows here and not in its
includes. usage: symbols.py ROOT BUILD, or symbols.py --self-test
"""
import functools
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import lint

TOOLKIT = re.compile(r'^(gtk|gdk|webkit|jsc)_')
ENGINE = re.compile(r'^(webkit|jsc)_')
FORBIDDEN = {'core': TOOLKIT, 'dbus': TOOLKIT, 'supervisor': TOOLKIT, 'cli': TOOLKIT,
             'shell': ENGINE}
ALWAYS_BUILT = ('core', 'dbus', 'supervisor', 'cli')


def list_undefined(path):
    """(object, symbol) of what the library or program leaves undefined."""
    done = subprocess.run(['nm', '--undefined-only', '--print-file-name', path],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding='utf-8',
                          check=True)
    for line in done.stdout.splitlines():
        place, _, symbol = line.rpartition(' ')
        yield place.split(':')[-2 if place.endswith('U') else -1].strip(), symbol.partition('@')[0]


def check(root, build):
    targets = json.loads((build / 'meson-info/intro-targets.json').read_text(encoding='utf-8'))
    findings = []
    seen = set()
    for target in targets:
        folder = pathlib.Path(target['defined_in']).parent
        if (target['type'] not in ('static library', 'executable')
                or folder.parent != root / 'src' or folder.name not in FORBIDDEN):
            continue
        for path in target['filename']:
            if not pathlib.Path(path).exists():
                findings.append(lint.Finding(path, 0, 'is not built: run ./dev build'))
                continue
            seen.add(folder.name)
            for place, symbol in list_undefined(path):
                if FORBIDDEN[folder.name].match(symbol):
                    findings.append(lint.Finding(
                        path, 0, f'{place} uses {symbol}, which is not for src/{folder.name}'))
    for name in ALWAYS_BUILT:
        if name not in seen:
            findings.append(lint.Finding(f'src/{name}', 0, f'nothing of it was found in {build}'))
    return findings


@functools.lru_cache(maxsize=None)
def compile_user_of(symbol):
    """The bytes of an object that uses the symbol."""
    code = f'void {symbol} (void); void f (void); void f (void) {{ {symbol} (); }}'
    with tempfile.NamedTemporaryFile(suffix='.o') as file:
        subprocess.run(['cc', '-x', 'c', '-c', '-o', file.name, '-'], input=code, check=True,
                       text=True)
        return pathlib.Path(file.name).read_bytes()


def make_target(root, layer, symbol):
    """A library of that one object, as meson would list it."""
    member = root / f'{layer}.o'
    member.write_bytes(compile_user_of(symbol))
    library = root / f'lib{layer}.a'
    # Thin, as meson makes them.
    subprocess.run(['ar', 'rcsT', library, member], check=True)
    return {'type': 'static library', 'defined_in': f'{root}/src/{layer}/meson.build',
            'filename': [str(library)]}


def judge(symbols):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder).resolve()
        (root / 'meson-info').mkdir()
        (root / 'meson-info/intro-targets.json').write_text(
            json.dumps([make_target(root, *item) for item in symbols.items()]), encoding='utf-8')
        return [str(finding) for finding in check(root, root)]


def self_test():
    clean = {'core': 'g_free', 'dbus': 'g_free', 'supervisor': 'g_free', 'cli': 'g_free',
             'shell': 'gtk_main'}
    failed = 0
    for planted, part in (({}, None), ({'core': 'gdk_beep'}, 'core.o uses gdk_beep'),
                          ({'supervisor': 'jsc_x'}, 'uses jsc_x'), ({'cli': 'gtk_x'}, 'uses gtk_x'),
                          ({'shell': 'webkit_x'}, 'uses webkit_x')):
        findings = judge({**clean, **planted})
        if bool(findings) != bool(part) or (part and part not in findings[0]):
            failed += 1
            print('expected', part or 'no finding', 'got', findings)
    del clean['cli']
    if not judge(clean):
        failed += 1
        print('a layer that was not built went unnoticed')
    return 1 if failed else 0


def main():
    if not shutil.which('nm'):
        print('nm is not installed')
        return lint.SKIPPED
    if sys.argv[1:] == ['--self-test']:
        return self_test()
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    return lint.report(check(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])))


if __name__ == '__main__':
    sys.exit(main())
