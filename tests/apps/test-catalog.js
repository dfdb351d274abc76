// SPDX-License-Identifier: GPL-3.0-or-later

/* global apps, load, test, equal, throws, done */

const { Catalog, compilePluralForms, direction, fill, pickLanguage } = load(`${apps}/common/catalog.js`);

test('the language that fits best', () => {
  equal(pickLanguage(['de-AT', 'de'], ['de', 'fr']), 'de');
  equal(pickLanguage(['pt-BR'], ['pt', 'pt_BR']), 'pt_BR');
  equal(pickLanguage(['pt-PT'], ['pt', 'pt_BR']), 'pt');
  equal(pickLanguage(['zh-Hant-TW'], ['zh_Hant']), 'zh_Hant');
  equal(pickLanguage(['sr-Latn-RS'], ['sr', 'sr@latin']), 'sr@latin');
  equal(pickLanguage(['ja', 'fr'], ['de', 'fr']), 'fr');
  equal(pickLanguage(['C'], ['de']), null);
  equal(pickLanguage([], ['de']), null);
  equal(pickLanguage(['de'], []), null);
});

test('English is the source and ends the search', () => {
  equal(pickLanguage(['en-US', 'de'], ['de']), null);
  equal(pickLanguage(['en-GB', 'de'], ['de', 'en_GB']), 'en_GB');
});

test('direction of the script', () => {
  equal(direction('ar'), 'rtl');
  equal(direction('he-IL'), 'rtl');
  equal(direction('fa_IR'), 'rtl');
  equal(direction('pa-Arab-PK'), 'rtl');
  equal(direction('pa'), 'ltr');
  equal(direction('de'), 'ltr');
  equal(direction('ar-Latn'), 'ltr');
});

test('plural forms of real languages', () => {
  const check = (header, expected) => {
    const plural = compilePluralForms(header);
    equal(expected.map(([n]) => plural(n)), expected.map(([, form]) => form), header);
  };

  check('nplurals=1; plural=0;', [[0, 0], [1, 0], [7, 0]]);
  check('nplurals=2; plural=(n != 1);', [[0, 1], [1, 0], [2, 1]]);
  check('nplurals=2; plural=n>1;', [[0, 0], [1, 0], [2, 1]]);
  check('nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);',
    [[1, 0], [2, 1], [5, 2], [11, 2], [12, 2], [21, 0], [22, 1], [101, 0], [111, 2]]);
  check('nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);',
    [[1, 0], [3, 1], [12, 2], [22, 1], [21, 2]]);
  check('nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);',
    [[0, 0], [1, 1], [2, 2], [5, 3], [11, 4], [100, 5], [103, 3]]);
  check('nplurals=2; plural=!(n-1+2*3/4-1);', [[1, 1], [2, 0]]);
});

test('broken plural forms are refused', () => {
  for (const header of ['', 'nplurals=2', 'nplurals=2; plural=n !;', 'nplurals=2; plural=(n;',
    'nplurals=2; plural=n ? 1;', 'nplurals=2; plural=alert(n);', 'nplurals=2; plural=n n;'])
    equal(throws(() => compilePluralForms(header), header).name, 'SyntaxError', header);
});

test('an index beyond the last form is the last form', () => {
  equal(compilePluralForms('nplurals=2; plural=n;')(9), 1);
});

test('messages', () => {
  const german = new Catalog({
    plural: 'nplurals=2; plural=(n != 1);',
    messages: { 'Undo': 'Rückgängig', '{n} word': ['{n} Wort', '{n} Wörter'], 'Half': ['eine', ''] },
  });

  equal(german.gettext('Undo'), 'Rückgängig');
  equal(german.gettext('Unknown'), 'Unknown');
  equal(german.gettext('constructor'), 'constructor');
  equal(german.ngettext('{n} word', '{n} words', 1), '{n} Wort');
  equal(german.ngettext('{n} word', '{n} words', 0), '{n} Wörter');
  equal(german.ngettext('{n} thing', '{n} things', 1), '{n} thing');
  equal(german.ngettext('{n} thing', '{n} things', 3), '{n} things');
  equal(german.ngettext('Half', 'Halves', 2), 'Halves');
});

test('without a catalogue everything is English', () => {
  const none = new Catalog();

  equal(none.gettext('Undo'), 'Undo');
  equal(none.ngettext('{n} word', '{n} words', 1), '{n} word');
  equal(none.ngettext('{n} word', '{n} words', 2), '{n} words');
});

test('fill', () => {
  equal(fill('{a} and {b}', { a: 1, b: '{a}' }), '1 and {a}');
  equal(fill('{a} {missing}', { a: 'x' }), 'x {missing}');
  equal(fill('{toString}', {}), '{toString}');
});

done();
