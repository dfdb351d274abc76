#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that C files are laid out as .clang-format says; with --fix it lays them out.

Headers are left to hands: clang-format can't align the columns of prototypes. So are the parts
between "clang-format off" and "clang-format on" comments.
"""
import argparse
import concurrent.futures
import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys

import lint

# The translation macros are written without the space that calls have. A number is not followed
# by one either, and as long as the macro's name it leaves the breaks of the line alone.
MACRO = re.compile(r'(?<![\w"])([NCQ]?)_ ?\(')
NUMBER = re.compile(r'(?<!\w)(71|72|73|0)\(')
TO_NUMBER = {'': '0', 'N': '71', 'C': '72', 'Q': '73'}
FROM_NUMBER = {number: name for name, number in TO_NUMBER.items()}


def lay_out(text, style):
    hidden = MACRO.sub(lambda match: TO_NUMBER[match[1]] + '(', text)
    done = subprocess.run(['clang-format', f'--style=file:{style}', '--assume-filename=a.c'],
                          input=hidden, stdout=subprocess.PIPE, encoding='utf-8', check=True)
    return NUMBER.sub(lambda match: FROM_NUMBER[match[1]] + '_(', done.stdout)


def list_c_files(root):
    return [path for path in lint.list_files(root)
            if path.suffix == '.c' and path.parts[0] in ('src', 'tests')]


def compare(path, old, new):
    old, new = old.split('\n'), new.split('\n')
    for kind, start, _, new_start, new_end in difflib.SequenceMatcher(
            None, old, new, autojunk=False).get_opcodes():
        if kind != 'equal':
            wanted = ''.join(f'\n    {line}' for line in new[new_start:new_end])
            yield lint.Finding(path, start + 1, 'lay it out like this, or run '
                               f'tests/lint/layout.py --fix:{wanted}')


def check_file(root, path, fix):
    old = lint.read(root, path)
    number = NUMBER.search(old)
    if number:
        return [lint.Finding(path, lint.line_of(old, number.start()),
                             'this number before a parenthesis confuses layout.py')]
    new = lay_out(old, root / '.clang-format')
    if new == old:
        return []
    if fix:
        (root / path).write_text(new, encoding='utf-8')
        return []
    return list(compare(path, old, new))


def check(root, fix=False):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return sum(pool.map(lambda path: check_file(root, path, fix), list_c_files(root)), [])


def check_with_our_style(root):
    shutil.copy(pathlib.Path(__file__).resolve().parents[2] / '.clang-format', root)
    return check(root)


CLEAN = {'src/core/bh-a.c': '''/* Comment. */
static const char *
get (int a)
{
  if (a > 0 && (guint) a < 3)
    {
      g_print (_("one"), N_("two"), C_("ctx", "three"), _(a), call (a));
      return NULL;
    }

  return _("text");
}
'''}
PLANTED = [
    ({'src/core/bh-a.c': 'int\nget (void)\n{\n  return get2();\n}\n'}, 'src/core/bh-a.c:4', 'get2 ()'),
    ({'src/core/bh-a.c': 'int get (void)\n{\n  return 1;\n}\n'}, 'src/core/bh-a.c:1', 'get (void)'),
    ({'src/core/bh-a.c': 'void\nget (void)\n{\n  print (_ ("text"));\n}\n'}, 'src/core/bh-a.c:4',
     'print (_("text"))'),
    ({'tests/core/test-a.c': 'void\nget (void)\n{\n    print ();\n}\n'}, 'tests/core/test-a.c:4',
     'print ()'),
    ({'src/core/bh-a.c': 'void\nget (void)\n{\n  print ("0(");\n}\n'}, 'src/core/bh-a.c:4', 'number'),
]


def main():
    if not shutil.which('clang-format'):
        print('clang-format is not installed')
        sys.exit(lint.SKIPPED)
    parser = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    parser.add_argument('root', nargs='?', type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parents[2])
    parser.add_argument('--self-test', action='store_true')
    parser.add_argument('--fix', action='store_true', help='change the files')
    options = parser.parse_args()
    if options.self_test:
        sys.exit(lint.self_test(check_with_our_style, CLEAN, PLANTED))
    sys.exit(lint.report(check(options.root.resolve(), options.fix)))


if __name__ == '__main__':
    main()
