#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks what a search through the text can: headers, casts, comments, translations, D-Bus XML."""
import re

import lint

MAX_LINES = 800
HEAD = 20       # Lines within which a file says why it is long, or whose licence it has.
TEXT_SUFFIXES = ('.c', '.h', '.py', '.sh', '.js', '.css', '.html', '.ui', '.xml', '.build', '.in',
                 '.its', '.loc', '.json', '.svg', '.txt', '.po', '.desktop', '.service', '.supp')
# JSON has no comments, drawings and message catalogues are not code.
WITH_LICENCE = ('.c', '.h', '.py', '.sh', '.js', '.css', '.html', '.ui', '.xml', '.build')

CAST = re.compile(r'\(\s*(GAsyncReadyCallback|GSourceFunc)\s*\)|\bG_SOURCE_FUNC\s*\(')
# In two parts, or this file would find itself.
UNFINISHED = re.compile(r'\b(TO' r'DO|FIX' r'ME|XX' r'X|HA' r'CK)\b')
MACHINE = re.compile(r'(?<![\w.~/-])/(wo' r'rk/|ro' r'ot/|ho' r'me/(?!user\b|me\b)\w)')
COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*', re.DOTALL)
TRANSLATED = re.compile(r'(?<!\w)(?:[NCQ]?_|n?gettext|g_dp?gettext2?|ngettext)\s?\(\s*"')
# A macro between the parts of a text: gettext sees the first part only.
CUT = re.compile(r'(?<!\w)(?:[NCQ]?_|n?gettext)\s?\(\s*(?:"(?:\\.|[^"\\])*"\s*)+'
                 r'[A-Z]\w*(?:FORMAT|MODIFIER)\b')
TRANSLATABLE = re.compile(r'\btranslatable="yes"|^_?(?:Name|Comment|Keywords)=', re.MULTILINE)


def is_text(root, path):
    return path.suffix in TEXT_SUFFIXES or lint.is_script(root, path)


def check_lines(path, text):
    lines = text.split('\n')
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            yield lint.Finding(path, number, 'remove the white space at the end of the line')
        if '\t' in line and path.suffix in ('.c', '.h', '.py'):
            yield lint.Finding(path, number, 'indent with spaces, not with tabs')
        if UNFINISHED.search(line):
            yield lint.Finding(path, number, f'“{UNFINISHED.search(line)[1]}”: do it, or describe '
                               'it in an issue')
        if MACHINE.search(line):
            yield lint.Finding(path, number, f'“{MACHINE.search(line)[0]}…” is a path of one '
                               'machine: work it out, or use an example in /ho' 'me/user')
    if len(lines) - 1 > MAX_LINES and 'Long because' not in '\n'.join(lines[:HEAD]):
        yield lint.Finding(path, len(lines) - 1, f'more than {MAX_LINES} lines: split the file, or '
                           'say at its top “Long because …”')


def check_licence(root, path, text):
    if path.suffix not in WITH_LICENCE and not lint.is_script(root, path):
        return
    if 'SPDX-License-Identifier: GPL-3.0-or-later' not in '\n'.join(text.split('\n')[:HEAD]):
        yield lint.Finding(path, 1, 'add a comment: SPDX-License-Identifier: GPL-3.0-or-later')


def blank_comments(text):
    """The text without its comments, the lines where they were."""
    return COMMENT.sub(lambda match: re.sub(r'[^\n]', ' ', match[0]), text)


def check_cut_texts(path, text):
    if path.suffix not in ('.c', '.h'):
        return
    for match in CUT.finditer(text):
        yield lint.Finding(path, text.count('\n', 0, match.start()) + 1,
                           'keep the text whole for gettext: %u, %zu or %lld and a cast')


def check_casts(path, text):
    if path.suffix not in ('.c', '.h'):
        return
    code = blank_comments(text)
    for match in CAST.finditer(code):
        yield lint.Finding(path, lint.line_of(code, match.start()),
                           'don’t cast to a callback type: write a function that has it')


def check_translations(root, files):
    """Every file with a translatable text is in po/POTFILES, and every file there exists."""
    listed = {}
    potfiles = root / 'po/POTFILES'
    if potfiles.exists():
        for number, line in enumerate(potfiles.read_text(encoding='utf-8').split('\n'), 1):
            if line.strip() and not line.startswith('#'):
                listed[line.strip()] = number
                if not (root / line.strip()).is_file():
                    yield lint.Finding('po/POTFILES', number, f'there is no {line.strip()}')
    for path in files:
        if path.parts[0] not in ('src', 'data') or str(path) in listed:
            continue
        if path.suffix == '.c':
            text = blank_comments(lint.read(root, path))
            match = TRANSLATED.search(text)
        elif path.suffix == '.ui' or path.name.endswith('.desktop.in'):
            text = lint.read(root, path)
            match = TRANSLATABLE.search(text)
        else:
            continue
        if match:
            yield lint.Finding(path, lint.line_of(text, match.start()),
                               f'has texts to translate: add {path} to po/POTFILES')


def list_public_functions(header):
    """(name, line) of the functions that a header declares."""
    code = blank_comments(header)
    code = re.sub(r'^[ \t]*#(?:[^\n]*\\\n)*[^\n]*',
                  lambda match: re.sub(r'[^\n]', ' ', match[0]), code, flags=re.MULTILINE)
    # Bodies of structs and enums.
    while True:
        shorter = re.sub(r'\{[^{}]*\}', lambda match: re.sub(r'[^\n]', ' ', match[0]), code)
        if shorter == code:
            break
        code = shorter
    position = 0
    for statement in code.split(';'):
        match = re.search(r'\b(bh_\w+)\s*\(', statement)
        if match and not re.search(r'\b(typedef|inline)\b|\bG_DE(CLARE|FINE)_\w+', statement):
            yield match[1], lint.line_of(code, position + match.start())
        position += len(statement) + 1


def check_docs(root, files):
    """Every function of a public header has a comment in the layer's code that gi-docgen reads."""
    for layer in sorted({path.parts[1] for path in files if path.parts[0] == 'src'}):
        inside = [path for path in files if path.parts[:2] == ('src', layer)]
        documented = set()
        for path in inside:
            if path.suffix == '.c':
                documented |= set(re.findall(r'/\*\*\n \* (bh_\w+):', lint.read(root, path)))
        for path in inside:
            if path.suffix != '.h' or path.name.endswith('-private.h'):
                continue
            for name, line in list_public_functions(lint.read(root, path)):
                if name not in documented and not name.endswith('_get_type'):
                    yield lint.Finding(path, line, f'{name} has no comment “/**\\n * {name}:” in '
                                       f'src/{layer}: say what it does, units, transfer, errors')


def check_interface(path, text):
    """Every member of a D-Bus interface has a comment before it that names it and its arguments."""
    member = re.compile(r'<(interface|method|signal|property)\s+name="([\w.]+)"')
    for match in member.finditer(text):
        before = re.search(r'<!--(?:(?!-->).)*-->\s*\Z', text[:match.start()], re.DOTALL)
        line = lint.line_of(text, match.start())
        if not before or not re.search(
                rf'^\s*(?:<!--\s*)?{re.escape(match[2])}:\s', before[0], re.MULTILINE):
            yield lint.Finding(path, line, f'add a comment “{match[2]}: …” before it: the '
                               'interface file is the specification')
            continue
        end = text.find(f'</{match[1]}>', match.end())
        if match[1] not in ('method', 'signal') or text[:text.find('>', match.end())].endswith('/'):
            continue
        for argument in re.findall(r'<arg\s[^>]*?name="(\w+)"', text[match.end():end]):
            if f'@{argument}:' not in before[0]:
                yield lint.Finding(path, line, f'the comment of {match[2]} does not explain '
                                   f'@{argument}')


def check(root):
    files = lint.list_files(root)
    findings = []
    for path in files:
        if not is_text(root, path):
            continue
        text = lint.read(root, path)
        findings += check_lines(path, text)
        findings += check_licence(root, path, text)
        findings += check_casts(path, text)
        findings += check_cut_texts(path, text)
        if path.parts[:2] == ('src', 'dbus') and path.suffix == '.xml':
            findings += check_interface(path, text)
    findings += check_translations(root, files)
    findings += check_docs(root, files)
    return findings


C_HEAD = '/* SPDX-License-Identifier: GPL-3.0-or-later */\n'
XML_HEAD = '<!-- SPDX-License-Identifier: GPL-3.0-or-later -->\n'
CLEAN = {
    'src/core/bh-a.h': C_HEAD + '#define BH_X(a) bh_x (a)\ntypedef void (*BhF) (int);\n'
                       'GType bh_a_get_type (void);\nstruct _A { int a; };\n'
                       'void bh_a_do (void);\n',
    'src/core/bh-a-private.h': C_HEAD + 'void bh_a_hidden (void);\n',
    'src/core/bh-a.c': C_HEAD + '/**\n * bh_a_do:\n *\n * Does it. See (GSourceFunc).\n */\n'
                       'void\nbh_a_do (void)\n{\n  print (_("text"));\n}\n',
    'src/core/bh-b.c': C_HEAD + '/* Not _("translated"). A path: /home/user/x, net/wo' 'rk/x */\n',
    'src/dbus/a.xml': XML_HEAD + '<!-- a.B: What. -->\n<interface name="a.B">\n'
                      '<!-- P: A property. -->\n<property name="P" type="s"/>\n'
                      '<!--\n M:\n @x: the x\n-->\n'
                      '<method name="M"><arg name="x" type="s"/></method>\n'
                      '<!-- N: Nothing. -->\n<method name="N"/>\n'
                      '<!-- S: @y: y. -->\n<signal name="S"><arg type="s" name="y"/></signal>\n'
                      '</interface>\n',
    'po/POTFILES': '# Files\nsrc/core/bh-a.c\n',
    'data/a.json': '{}\n',
}
PLANTED = [
    ({'src/core/bh-b.c': C_HEAD + '\nf ((GAsyncReadyCallback) g);\n'}, 'src/core/bh-b.c:3', 'cast'),
    ({'src/core/bh-b.c': C_HEAD + 'f ((GSourceFunc)g);\n'}, 'src/core/bh-b.c:2', 'cast'),
    ({'src/core/bh-b.c': C_HEAD + 'f (G_SOURCE_FUNC (g));\n'}, 'src/core/bh-b.c:2', 'cast'),
    ({'src/core/bh-b.c': C_HEAD + ';\n' * 800}, 'src/core/bh-b.c:801', 'Long because'),
    ({'src/core/bh-b.c': 'int a;\n'}, 'src/core/bh-b.c:1', 'SPDX'),
    ({'dev': '#!/bin/bash\n'}, 'dev:1', 'SPDX'),
    ({'src/core/bh-b.c': C_HEAD + '/* TO' 'DO: x */\n'}, 'src/core/bh-b.c:2', 'do it'),
    ({'data/x.js': '// SPDX-License-Identifier: GPL-3.0-or-later\n// FIX' 'ME\n'}, 'data/x.js:2',
     'do it'),
    ({'src/core/bh-b.c': C_HEAD + 'int a; \n'}, 'src/core/bh-b.c:2', 'white space'),
    ({'src/core/bh-b.c': C_HEAD + '\tint a;\n'}, 'src/core/bh-b.c:2', 'tabs'),
    ({'src/core/bh-b.c': C_HEAD + 'open ("/wo' 'rk/x");\n'}, 'src/core/bh-b.c:2', 'one machine'),
    ({'src/core/bh-b.c': C_HEAD + 'open ("/ho' 'me/ann/x");\n'}, 'src/core/bh-b.c:2', 'one machine'),
    ({'src/core/bh-b.c': C_HEAD + 'print (N_("x"));\n'}, 'src/core/bh-b.c:2', 'po/POTFILES'),
    ({'src/core/bh-b.c': C_HEAD + 'f (_("%" G_GSIZE' '_FORMAT " B"));\n'}, 'src/core/bh-b.c:2',
     'whole for gettext'),
    ({'src/shell/a.ui': XML_HEAD + '<p translatable="yes">x</p>\n'}, 'src/shell/a.ui:2', 'POTFILES'),
    ({'po/POTFILES': 'src/core/bh-a.c\nsrc/gone.c\n'}, 'po/POTFILES:2', 'there is no src/gone.c'),
    ({'src/core/bh-a.h': C_HEAD + 'void bh_a_do (void);\nchar *bh_a_more (int a,\n int b);\n'},
     'src/core/bh-a.h:3', 'bh_a_more has no comment'),
    ({'src/dbus/a.xml': XML_HEAD + '<property name="P" type="s"/>\n'}, 'src/dbus/a.xml:2', '“P: …”'),
    ({'src/dbus/a.xml': XML_HEAD + '<!-- P: A. -->\n<property name="P"/>\n<signal name="S"/>\n'},
     'src/dbus/a.xml:4', '“S: …”'),
    ({'src/dbus/a.xml': XML_HEAD + '<!-- M: A. -->\n<method name="M">\n<arg name="x"/>\n</method>\n'},
     'src/dbus/a.xml:3', '@x'),
]

if __name__ == '__main__':
    lint.main(check, CLEAN, PLANTED)
