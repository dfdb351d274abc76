#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of the sample apps' files: what a page refers to is there, the manifest and the page say the
same, the content security policy holds, the colours are readable, and nothing breaks right to left."""

import functools
import json
import pathlib
import re
import sys
import unittest
import xml.etree.ElementTree as ET

APPS = pathlib.Path(sys.argv.pop(1))
NAMES = ('calculator', 'laboratory', 'notes', 'sketch')
SHARED = ('base.css', 'catalog.js', 'i18n.js', 'ui.js')

# What text stands on what, with the contrast that WCAG 2 AA asks for.
PAIRS = (
    ('ink', 'paper', 4.5), ('ink', 'surface', 4.5), ('ink', 'raised', 4.5), ('ink', 'sunken', 4.5),
    ('muted', 'paper', 4.5), ('muted', 'surface', 4.5), ('muted', 'sunken', 4.5),
    ('danger', 'surface', 4.5), ('danger', 'sunken', 4.5),
    ('warning-ink', 'warning-surface', 4.5),
    ('on-accent', 'accent', 4.5), ('accent-text', 'paper', 4.5), ('accent-text', 'surface', 4.5),
    ('on-toast', 'toast', 4.5), ('toast-action', 'toast', 4.5),
    ('control-line', 'surface', 3), ('control-line', 'paper', 3),
)
OWN_PAIRS = {
    'calculator': (('accent-text', 'sign', 4.5),),
    'laboratory': (('accent-text', 'tint', 3), ('heart', 'surface', 3)),
    'notes': (('ink', 'selected', 4.5), ('muted', 'selected', 4.5)),
    'sketch': (('sheet-muted', 'sheet', 4.5),),
}


def text_of(path):
    return path.read_text(encoding='utf-8')


def page_of(app):
    return ET.fromstring(text_of(APPS / app / 'index.html').replace('<!DOCTYPE html>', '', 1))


def meta(page, name):
    return next(each.get('content') for each in page.iter('meta')
                if name in (each.get('name'), each.get('http-equiv')))


def tokens(css, dark):
    """The custom properties of :root, in the light or in the dark scheme."""
    css = re.sub(r'/\*.*?\*/', '', css, flags=re.DOTALL)
    found = {}
    for match in re.finditer(r'(@media \(prefers-color-scheme: dark\) \{\s*)?:root \{([^}]*)\}', css):
        if match.group(1) and not dark:
            continue
        found.update(re.findall(r'--([\w-]+):\s*(#[0-9a-f]{6})\b', match.group(2)))
    return found


def luminance(colour):
    channels = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def each_app(test):
    """Runs a test once for every app, and says for which one it failed."""
    @functools.wraps(test)
    def run(self):
        for app in NAMES:
            with self.subTest(app=app):
                test(self, app)
    return run


class Files(unittest.TestCase):
    @each_app
    def test_manifest_and_page_say_the_same(self, app):
        manifest = json.loads(text_of(APPS / app / 'manifest.json'))
        startup = manifest['startup_app']
        page = page_of(app)
        self.assertEqual(startup['uuid'], app)
        self.assertEqual(startup['name'], page.find('head/title').text)
        self.assertEqual(startup['description'], meta(page, 'description'))
        self.assertIsNotNone(page.find('head/title').get('data-i18n'))
        self.assertEqual(startup['url'], 'app:///index.html')
        self.assertTrue((APPS / app / startup['icon']).exists())
        self.assertIs(manifest['bulkhead']['network'], False)
        self.assertLessEqual(set(manifest['bulkhead']), {'limits', 'restart', 'scope', 'network'})

    @each_app
    def test_policy_holds(self, app):
        page = page_of(app)
        self.assertTrue(meta(page, 'Content-Security-Policy').startswith("default-src 'self';"))
        for element in page.iter():
            self.assertNotEqual(element.tag, 'style')
            for name in element.attrib:
                self.assertFalse(name == 'style' or name.startswith('on'), f'{name} on <{element.tag}>')
            if element.tag == 'script':
                self.assertFalse((element.text or '').strip())
        for path in (APPS / app).glob('*.js'):
            self.assertNotRegex(text_of(path), r'\beval\(|new Function|innerHTML|https?://')

    @each_app
    def test_what_is_referred_to_is_there(self, app):
        page = page_of(app)
        there = {path.name for path in (APPS / app).iterdir()} | set(SHARED)
        ids = {element.get('id') for element in page.iter()} - {None}
        wanted = [element.get(name) for element in page.iter() for name in ('src', 'href')]
        for path in (APPS / app).glob('*.js'):
            text = text_of(path)
            wanted += re.findall(r"from '\./([\w.-]+)'|new Worker\('([\w.-]+)'\)", text)
            for name in re.findall(r"\$\('([\w-]+)'\)", text):
                self.assertIn(name, ids, path.name)
        for name in wanted:
            name = ''.join(name) if isinstance(name, tuple) else name
            if name is not None:
                self.assertIn(name, there)
        for element in page.iter():
            for name in ('aria-describedby', 'aria-labelledby', 'for'):
                if element.get(name):
                    self.assertIn(element.get(name), ids)
        self.assertEqual(len(ids), sum(element.get('id') is not None for element in page.iter()))

    def test_every_file_is_installed(self):
        listed = set(re.findall(r"^  '((?:%s)/[\w.-]+)',$" % '|'.join(NAMES), text_of(APPS / 'meson.build'),
                                re.MULTILINE))
        there = {f'{app}/{path.name}' for app in NAMES for path in (APPS / app).iterdir()}
        self.assertEqual(listed, there)

    @each_app
    def test_every_word_can_be_translated(self, app):
        marks = {'aria-label': 'data-i18n-label', 'title': 'data-i18n-title', 'placeholder': 'data-i18n-placeholder'}
        signs = re.compile(r'[A-Za-z]{2,}')
        for element in page_of(app).iter():
            if element.get('data-i18n') is not None:
                self.assertEqual(len(element), 0, f'markup inside a translated <{element.tag}>')
            elif element.tag not in ('kbd', 'code'):
                for text in (element.text, *(child.tail for child in element)):
                    self.assertIsNone(signs.search(text or ''), f'untranslated: {text!r}')
            for attribute, mark in marks.items():
                if signs.search(element.get(attribute) or ''):
                    self.assertIsNotNone(element.get(mark), f'untranslated: {element.get(attribute)!r}')

    @each_app
    def test_controls_have_names(self, app):
        page = page_of(app)
        labelled = {each.get('for') for each in page.iter('label')}
        within = {id(child) for label in page.iter('label') for child in label.iter()}
        for element in page.iter():
            if element.tag == 'button':
                name = element.get('aria-label') or ''.join(element.itertext()).strip()
                self.assertTrue(name)
            elif element.tag in ('input', 'textarea', 'canvas'):
                self.assertTrue(element.get('aria-label') or element.get('id') in labelled
                                or id(element) in within, element.attrib)
            elif element.tag == 'img':
                self.assertIsNotNone(element.get('alt'))

    @each_app
    def test_contrast(self, app):
        base = text_of(APPS / 'common' / 'base.css')
        own = text_of(APPS / app / f'{app}.css')
        for dark in (False, True):
            colours = {**tokens(base, False), **(tokens(base, True) if dark else {}), **tokens(own, dark)}
            for text, ground, least in PAIRS + OWN_PAIRS[app]:
                ratio = contrast(colours[text], colours[ground])
                self.assertGreaterEqual(ratio, least, f'--{text} on --{ground}, {"dark" if dark else "light"}')

    def test_logical_properties(self):
        physical = re.compile(r'^\s*(?:(?:margin|padding|border)-(?:left|right)|left|right|float)\b|text-align:\s*left',
                              re.MULTILINE)
        for path in [APPS / 'common' / 'base.css', *(APPS / app / f'{app}.css' for app in NAMES)]:
            with self.subTest(path=path.name):
                match = physical.search(text_of(path))
                self.assertIsNone(match, match and match.group(0))

    @each_app
    def test_icons_scale(self, app):
        icon = ET.fromstring(text_of(APPS / app / 'icon.svg'))
        self.assertEqual(icon.tag, '{http://www.w3.org/2000/svg}svg')
        self.assertEqual(icon.get('viewBox'), '0 0 128 128')
        self.assertNotIn('<image', text_of(APPS / app / 'icon.svg'))


if __name__ == '__main__':
    unittest.main()
