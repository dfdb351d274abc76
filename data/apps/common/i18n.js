// SPDX-License-Identifier: GPL-3.0-or-later

// Translates the page before the app's own script runs: a module that imports this one only starts
// once the catalogue is there. When no translation fits, nothing is fetched at all.
//
// In the HTML, data-i18n marks an element whose text is translated, data-i18n-label its
// aria-label, and data-i18n-title, data-i18n-placeholder and data-i18n-content the attribute of
// that name. po/its/bulkhead-app.its tells xgettext the same.

import { Catalog, direction, fill, pickLanguage } from './catalog.js';
import { languages } from './locale/index.js';

const ATTRIBUTES = {
  'data-i18n-label': 'aria-label',
  'data-i18n-title': 'title',
  'data-i18n-placeholder': 'placeholder',
  'data-i18n-content': 'content',
};

async function load(language) {
  try {
    const response = await fetch(`locale/${language}.json`);
    if (!response.ok)
      return null;
    return new Catalog(await response.json());
  } catch {
    return null;
  }
}

function translatePage() {
  const squeeze = (text) => text.trim().replace(/\s+/g, ' ');

  for (const element of document.querySelectorAll('[data-i18n]'))
    element.textContent = _(squeeze(element.textContent));

  for (const [mark, attribute] of Object.entries(ATTRIBUTES)) {
    for (const element of document.querySelectorAll(`[${mark}]`))
      element.setAttribute(attribute, _(squeeze(element.getAttribute(attribute))));
  }
}

const chosen = pickLanguage(navigator.languages ?? [navigator.language], languages);
const loaded = chosen === null ? null : await load(chosen);
const catalog = loaded ?? new Catalog();

// The language of the page as a tag for Intl and for the lang attribute.
export const language = loaded === null ? 'en' : chosen.replace(/@.*$/, '').replace(/_/g, '-');

// Numbers and dates follow the person's region, as long as the page speaks that language.
export const locale = [...navigator.languages ?? []].find((tag) =>
  tag.split('-')[0] === language.split('-')[0]) ?? language;

export function _(message) {
  return catalog.gettext(message);
}

export function ngettext(singular, plural, n) {
  return catalog.ngettext(singular, plural, n);
}

export { fill };

document.documentElement.lang = language;
document.documentElement.dir = direction(language);
if (loaded !== null)
  translatePage();
