#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that no layer names a higher one, in includes and in build files.

symbols.py looks at what was built.
"""
import re

import lint

# What each folder of src may use: other folders, and outside libraries by the start of their
# headers' names. GLib, GIO and C are everybody's.
LAYERS = {
    'core': ((), ('json-glib/',)),
    'dbus': ((), ()),
    'supervisor': (('core', 'dbus'), ('json-glib/', 'glibtop', 'sqlite3')),
    'traffic': ((), ()),
    'chooser': (('core',), ('gtk/', 'gdk')),
    'runner': (('core', 'dbus'), ('json-glib/', 'gtk/', 'gdk', 'webkit2/', 'webkit', 'jsc/',
                                  'libsoup/', 'cairo', 'pango/', 'atk/')),
    'shell': (('core', 'dbus'), ('json-glib/', 'gtk/', 'gdk', 'cairo', 'pango/', 'atk/')),
    'cli': (('core', 'dbus'), ('json-glib/',)),
}
QUARANTINED = ('json-glib/', 'glibtop', 'sqlite3', 'gtk/', 'gdk', 'webkit2/', 'webkit', 'jsc/',
               'libsoup/', 'cairo', 'pango/', 'atk/')
EVERYWHERE = ('bh-config.h',)
GENERATED = {'bh-dbus-public.h': 'dbus', 'bh-dbus-private.h': 'dbus'}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
PARENT = re.compile(r"include_directories\s*\([^)]*'[^']*\.\.")


def check_include(path, line, kind, name, folder, homes):
    layers, libraries = LAYERS[folder]
    if kind == '<':
        if name.startswith(QUARANTINED) and not name.startswith(libraries):
            return lint.Finding(path, line, f'{folder} may not use <{name}>: move this to a layer '
                                'that may, or hide it behind an interface')
        return None
    if '/' in name:
        return lint.Finding(path, line, f'include “{name}” by its name alone: the folder is for '
                            'the build file to say')
    if name in EVERYWHERE or not name.startswith('bh-'):
        return None
    home = GENERATED.get(name) or homes.get(name)
    if home is None:
        # Generated in the layer itself, such as its resources.
        return None
    if home != folder and home not in layers:
        return lint.Finding(path, line, f'{folder} may not use {home} ({name}); calls go '
                            'downwards, upwards only by signal, property or interface')
    if home != folder and name.endswith('-private.h') and name not in GENERATED:
        return lint.Finding(path, line, f'{name} is private to {home}: use a public header')
    return None


def check(root):
    files = [path for path in lint.list_files(root) if path.parts[0] == 'src']
    homes = {path.name: path.parts[1] for path in files if path.suffix == '.h'}
    findings = []
    for path in files:
        if path.name == 'meson.build':
            text = lint.read(root, path)
            for match in PARENT.finditer(text):
                findings.append(lint.Finding(
                    path, lint.line_of(text, match.start()),
                    'include_directories with “..” lets the layer see every other: name the '
                    'layer’s dependency instead'))
        if path.suffix not in ('.c', '.h'):
            continue
        if path.parts[1] not in LAYERS:
            findings.append(lint.Finding(path, 1, f'the layer src/{path.parts[1]} is not in '
                                         'tests/lint/layers.py: say there what it may use'))
            continue
        text = lint.read(root, path)
        for match in INCLUDE.finditer(text):
            finding = check_include(path, lint.line_of(text, match.start()), match[1], match[2],
                                    path.parts[1], homes)
            if finding:
                findings.append(finding)
    return findings


CLEAN = {
    'src/core/bh-a.h': '#pragma once\n#include <glib.h>\n#include <json-glib/json-glib.h>\n',
    'src/core/bh-a-private.h': '#pragma once\n',
    'src/core/bh-a.c': '#include "bh-a.h"\n#include "bh-a-private.h"\n#include "bh-config.h"\n',
    'src/shell/bh-b.h': '#pragma once\n#include <gtk/gtk.h>\n#include "bh-a.h"\n',
    'src/shell/bh-b.c': '#include "bh-b.h"\n#include "bh-dbus-public.h"\n'
                        '#include "bh-shell-resources.h"\n',
    'src/runner/bh-c.c': '#include <webkit2/webkit2.h>\n#include "bh-dbus-private.h"\n',
    'src/supervisor/bh-d.c': '#include <glibtop/procmem.h>\n#include "bh-a.h"\n',
    'src/supervisor/bh-d.h': '#pragma once\n',
    'src/core/meson.build': "inc = include_directories('.')\n",
}
PLANTED = [
    ({'src/core/bh-a.c': '\n#include <gtk/gtk.h>\n'}, 'src/core/bh-a.c:2', 'may not use <gtk'),
    ({'src/cli/bh-e.c': '#include <glibtop/procmem.h>\n'}, 'src/cli/bh-e.c:1', '<glibtop'),
    ({'src/shell/bh-b.c': '# include <webkit2/webkit2.h>\n'}, 'src/shell/bh-b.c:1', '<webkit2'),
    ({'src/core/bh-a.c': '#include "bh-b.h"\n'}, 'src/core/bh-a.c:1', 'core may not use shell'),
    ({'src/shell/bh-b.c': '#include "bh-d.h"\n'}, 'src/shell/bh-b.c:1', 'not use supervisor'),
    ({'src/core/bh-a.c': '#include "bh-dbus-public.h"\n'}, 'src/core/bh-a.c:1', 'not use dbus'),
    ({'src/shell/bh-b.c': '#include "../core/bh-a.h"\n'}, 'src/shell/bh-b.c:1', 'name alone'),
    ({'src/shell/bh-b.c': '#include "bh-a-private.h"\n'}, 'src/shell/bh-b.c:1', 'private to core'),
    ({'src/shell/meson.build': "x = 1\ninc = include_directories(\n  '..')\n"},
     'src/shell/meson.build:2', '“..”'),
    ({'src/extra/bh-x.c': '\n'}, 'src/extra/bh-x.c:1', 'not in tests/lint/layers.py'),
]


if __name__ == '__main__':
    lint.main(check, CLEAN, PLANTED)
