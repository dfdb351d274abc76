// SPDX-License-Identifier: GPL-3.0-or-later

// The translation catalogue as plain values: which language fits, which plural form fits, and how
// a message is filled in. Nothing here touches the page, so that it can be tested without one.

const RIGHT_TO_LEFT = new Set([
  'ar', 'arc', 'ckb', 'dv', 'fa', 'ha-arab', 'he', 'ks', 'ku-arab', 'nqo', 'pa-arab', 'ps', 'sd',
  'ug', 'ur', 'uz-arab', 'yi',
]);

const normalise = (tag) => tag.toLowerCase().replace(/_/g, '-').replace(/@latin\b/, '-latn');

// The first of the wanted languages that is available, the exact tag before its shorter forms.
// English is the language of the source: wanting it ends the search with null.
export function pickLanguage(wanted, available) {
  const byTag = new Map(available.map((language) => [normalise(language), language]));

  for (const entry of wanted) {
    let tag = normalise(entry);

    while (tag !== '') {
      if (byTag.has(tag))
        return byTag.get(tag);
      if (tag === 'en')
        return null;
      tag = tag.includes('-') ? tag.slice(0, tag.lastIndexOf('-')) : '';
    }
  }

  return null;
}

export function direction(language) {
  let tag = normalise(language);

  if (/-latn\b/.test(tag))
    return 'ltr';
  while (tag !== '') {
    if (RIGHT_TO_LEFT.has(tag))
      return 'rtl';
    tag = tag.includes('-') ? tag.slice(0, tag.lastIndexOf('-')) : '';
  }

  return 'ltr';
}

// Compiles the "Plural-Forms" header of a .po file into a function from a count to a form's
// index. The grammar is C's, over the one variable n; a page with a strict content security
// policy can't use eval for it, and Intl.PluralRules doesn't number its categories as gettext does.
export function compilePluralForms(header) {
  const match = /nplurals\s*=\s*(\d+)\s*;\s*plural\s*=\s*([^;]+)/.exec(header);

  if (match === null)
    throw new SyntaxError(`Not a Plural-Forms header: ${header}`);

  const count = Number(match[1]);
  const tokens = match[2].match(/\d+|n|\|\||&&|[=!<>]=|[<>?:+\-*/%!()]|\S/g);
  let at = 0;

  const levels = [
    { '||': (a, b) => (n) => (a(n) || b(n) ? 1 : 0) },
    { '&&': (a, b) => (n) => (a(n) && b(n) ? 1 : 0) },
    { '==': (a, b) => (n) => Number(a(n) === b(n)), '!=': (a, b) => (n) => Number(a(n) !== b(n)) },
    {
      '<': (a, b) => (n) => Number(a(n) < b(n)),
      '>': (a, b) => (n) => Number(a(n) > b(n)),
      '<=': (a, b) => (n) => Number(a(n) <= b(n)),
      '>=': (a, b) => (n) => Number(a(n) >= b(n)),
    },
    { '+': (a, b) => (n) => a(n) + b(n), '-': (a, b) => (n) => a(n) - b(n) },
    {
      '*': (a, b) => (n) => a(n) * b(n),
      '/': (a, b) => (n) => Math.trunc(a(n) / b(n)),
      '%': (a, b) => (n) => a(n) % b(n),
    },
  ];

  const expect = (token) => {
    if (tokens[at++] !== token)
      throw new SyntaxError(`“${token}” is missing in ${header}`);
  };

  const primary = () => {
    const token = tokens[at++];

    if (token === 'n')
      return (n) => n;
    if (token !== undefined && /^\d+$/.test(token))
      return () => Number(token);
    if (token === '!') {
      const operand = primary();
      return (n) => (operand(n) ? 0 : 1);
    }
    if (token === '(') {
      const inner = conditional();
      expect(')');
      return inner;
    }
    throw new SyntaxError(`“${token ?? ''}” is out of place in ${header}`);
  };

  const binary = (level) => {
    if (level === levels.length)
      return primary();

    let left = binary(level + 1);
    while (Object.hasOwn(levels[level], tokens[at] ?? ''))
      left = levels[level][tokens[at++]](left, binary(level + 1));
    return left;
  };

  const conditional = () => {
    const test = binary(0);

    if (tokens[at] !== '?')
      return test;
    at += 1;
    const yes = conditional();
    expect(':');
    const no = conditional();
    return (n) => (test(n) ? yes(n) : no(n));
  };

  const plural = conditional();
  if (at !== tokens.length)
    throw new SyntaxError(`“${tokens[at]}” is out of place in ${header}`);

  return (n) => Math.min(Math.max(plural(Math.abs(Math.trunc(n))), 0), count - 1);
}

// Fills {name} with values.name; a name without a value stays as it is written.
export function fill(message, values) {
  return message.replace(/\{(\w+)\}/g, (whole, name) =>
    (Object.hasOwn(values, name) ? String(values[name]) : whole));
}

// A catalogue read from the JSON which po-to-json.py makes: {"plural": header, "messages":
// {msgid: translation or array of plural forms}}. Without data every message stays English.
export class Catalog {
  #messages;
  #plural;

  constructor(data = null) {
    this.#messages = new Map(Object.entries(data?.messages ?? {}));
    this.#plural = data?.plural ? compilePluralForms(data.plural) : (n) => (n === 1 ? 0 : 1);
  }

  gettext(message) {
    const translation = this.#messages.get(message);

    return (Array.isArray(translation) ? translation[0] : translation) || message;
  }

  ngettext(singular, plural, n) {
    const forms = this.#messages.get(singular);

    return (Array.isArray(forms) && forms[this.#plural(n)]) || (n === 1 ? singular : plural);
  }
}
