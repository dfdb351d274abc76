# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lints share: the source tree, findings, and the self-test.

A lint is a function from a source tree to findings. `NAME.py ROOT` prints the findings as
file:line: text and exits with 1 when there are any; `NAME.py --self-test` plants violations in
small trees and checks that each is found, and that a clean tree has none.
"""
import argparse
import pathlib
import sys
import tempfile

SKIPPED = 77          # Meson's exit status for a test that could not be run.
SOURCE_DIRS = ('src', 'tests', 'data', 'po')
SOURCE_FILES = ('dev', '.ci/run', 'meson.build', 'meson_options.txt')


class Finding:
    def __init__(self, path, line, text):
        self.path, self.line, self.text = str(path), line, text

    def __str__(self):
        return f'{self.path}:{self.line}: {self.text}'


def list_files(root):
    """The project's own files, as sorted paths relative to root; not what tests feed to parsers."""
    found = []
    for name in SOURCE_DIRS:
        for path in (root / name).rglob('*'):
            if path.is_file() and not any(part in ('__pycache__', 'corpus')
                                          for part in path.relative_to(root).parts):
                found.append(path.relative_to(root))
    found += [pathlib.Path(name) for name in SOURCE_FILES if (root / name).is_file()]
    return sorted(found)


def read(root, path):
    return (root / path).read_text(encoding='utf-8')


def is_script(root, path):
    """Whether the file has no suffix and names its interpreter."""
    if path.suffix:
        return False
    with open(root / path, 'rb') as file:
        return file.read(2) == b'#!'


def line_of(text, position):
    return text.count('\n', 0, position) + 1


def write_tree(root, files):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding='utf-8')


def self_test(check, clean, planted):
    """Runs check on trees: clean must have no finding, each of planted the one that it names.

    planted: (files that are laid over the clean tree, file:line of the finding, part of its text)
    """
    failed = 0
    for files, place, part in [({}, None, None)] + planted:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            write_tree(root, {**clean, **files})
            findings = [str(finding) for finding in check(root)]
        if place is None:
            good = not findings
        else:
            good = any(text.startswith(place + ':') and part in text for text in findings)
        if not good:
            failed += 1
            wanted = f'{place}: …{part}…' if place else 'no finding'
            print(f'expected {wanted}, got', *findings or ['none'], sep='\n  ')
    print(f'{len(planted) + 1 - failed} of {len(planted) + 1} trees judged as expected')
    return 1 if failed else 0


def report(findings):
    for finding in findings:
        print(finding)
    return 1 if findings else 0


def main(check, clean, planted, add_arguments=None):
    parser = argparse.ArgumentParser()
    parser.add_argument('root', nargs='?', type=pathlib.Path, default=pathlib.Path('.'))
    parser.add_argument('--self-test', action='store_true')
    if add_arguments:
        add_arguments(parser)
    options = parser.parse_args()
    if options.self_test:
        sys.exit(self_test(check, clean, planted))
    sys.exit(report(check(options.root.resolve())))
