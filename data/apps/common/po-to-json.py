#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns po/<language>.po into the catalogues that i18n.js reads.

Writes <output>/<language>.json with the strings of one app, and <output>/index.js with the list of
languages that there are. An entry counts as the app's when its references name a file of that app
or of common/, or when it has no references at all.
"""

import argparse
import json
import pathlib
import re
import sys

ESCAPES = {'n': '\n', 't': '\t', 'r': '\r', '"': '"', '\\': '\\'}


class PoError(Exception):
    """A .po file that cannot be read; the message names file and line."""


def unquote(text, where):
    match = re.fullmatch(r'"((?:[^"\\]|\\.)*)"', text.strip())
    if match is None:
        raise PoError(f'{where}: a quoted string is expected, not {text.strip()!r}')
    return re.sub(r'\\(.)', lambda m: ESCAPES.get(m.group(1), m.group(0)), match.group(1))


def read_po(path):
    """Yields a dict for each entry that is not obsolete: references, flags, context and the strings."""
    entry = {'references': [], 'flags': set()}
    field = None

    for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
        where = f'{path}:{number}'
        line = line.strip()

        if (line.startswith('#') or line.startswith(('msgid ', 'msgctxt '))) and 'msgstr[0]' in entry:
            yield entry
            entry = {'references': [], 'flags': set()}
            field = None
        if line == '' or line.startswith('#~'):
            continue
        if line.startswith('#:'):
            entry['references'] += line[2:].split()
        elif line.startswith('#,'):
            entry['flags'] |= {flag.strip() for flag in line[2:].split(',')}
        elif line.startswith('#'):
            continue
        elif line.startswith('"'):
            if field is None:
                raise PoError(f'{where}: a string that belongs to nothing')
            entry[field] += unquote(line, where)
        else:
            match = re.match(r'(msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d+\])\s+(".*)', line)
            if match is None:
                raise PoError(f'{where}: cannot be read')
            field = 'msgstr[0]' if match.group(1) == 'msgstr' else match.group(1)
            entry[field] = unquote(match.group(2), where)

    if 'msgstr[0]' in entry:
        yield entry


def belongs(entry, app):
    """Whether the app shows this string."""
    prefixes = (f'data/apps/{app}/', 'data/apps/common/')
    return not entry['references'] or any(
        reference.startswith(prefixes) or f'/{prefixes[0]}' in reference
        or f'/{prefixes[1]}' in reference for reference in entry['references'])


def catalogue(path, app):
    """The object that catalog.js reads."""
    plural = ''
    messages = {}

    for entry in read_po(path):
        msgid = entry.get('msgid', '')
        forms = [entry[f'msgstr[{i}]'] for i in range(10) if f'msgstr[{i}]' in entry]

        if msgid == '':
            header = re.search(r'^Plural-Forms:\s*(.+)$', forms[0], re.MULTILINE)
            plural = header.group(1).strip() if header else ''
        elif 'fuzzy' in entry['flags'] or '' in forms or 'msgctxt' in entry:
            continue
        elif belongs(entry, app):
            messages[msgid] = forms if 'msgid_plural' in entry else forms[0]

    return {'plural': plural, 'messages': messages}


def write(app, po_files, output):
    """Writes the catalogues of one app; a language without a single string of it is left out."""
    output.mkdir(parents=True, exist_ok=True)
    languages = []

    for path in po_files:
        data = catalogue(path, app)
        if not data['messages']:
            continue
        languages.append(path.stem)
        (output / f'{path.stem}.json').write_text(
            json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + '\n', encoding='utf-8')

    (output / 'index.js').write_text(
        f'export const languages = {json.dumps(sorted(languages))};\n', encoding='utf-8')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', 1)[0])
    parser.add_argument('--app', required=True, help='id of the app whose strings are wanted')
    parser.add_argument('--output', required=True, type=pathlib.Path, help='directory to write to')
    parser.add_argument('po', nargs='*', type=pathlib.Path, help='po/<language>.po')
    options = parser.parse_args()

    try:
        write(options.app, options.po, options.output)
    except (PoError, OSError, UnicodeDecodeError) as error:
        print(f'po-to-json: {error}', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
