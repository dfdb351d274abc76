// SPDX-License-Identifier: GPL-3.0-or-later

import { _, fill, locale } from './i18n.js';
import { actOnToast, shortcut, toast } from './ui.js';
import { SumError, evaluate, toDisplay, toInput } from './parser.js';

const HISTORY = 'history';
const HISTORY_LENGTH = 100;
const TYPED = '0123456789.,+-*/^()%!';

const $ = (id) => document.getElementById(id);
const sum = $('sum');
const decimal = new Intl.NumberFormat(locale).formatToParts(1.5)
  .find((part) => part.type === 'decimal').value === ',' ? ',' : '.';

let history = readHistory();
// The last result while it stands alone in the field: the next digit starts a new sum.
let fresh = false;
let result = null;

function words(error) {
  switch (error.code) {
    case 'divide-by-zero': return _('Nothing can be divided by zero.');
    case 'root': return _('A negative number has no square root here.');
    case 'power': return _('This power of a negative number is not a real number.');
    case 'factorial': return _('Only whole numbers from 0 up have a factorial.');
    case 'overflow': return _('The result is too large to be shown.');
    case 'incomplete': return _('Something is missing at the end.');
    case 'long': return _('The sum is too long.');
    case 'number': return fill(_('“{text}” is not a number.'), { text: error.text });
    default: return fill(_('“{text}” is out of place.'), { text: error.text });
  }
}

function readHistory() {
  try {
    return JSON.parse(localStorage.getItem(HISTORY) ?? '[]').filter((entry) =>
      typeof entry?.sum === 'string' && Number.isFinite(entry.value)).slice(0, HISTORY_LENGTH);
  } catch {
    return [];
  }
}

function writeHistory() {
  try {
    localStorage.setItem(HISTORY, JSON.stringify(history));
  } catch {
    toast(_('The history cannot be kept: the storage of this app is full.'));
  }
}

function makeEntry({ sum: text, value }) {
  const row = document.createElement('li');
  const again = document.createElement('button');
  const use = document.createElement('button');

  again.type = use.type = 'button';
  again.className = 'again plain';
  again.dir = use.dir = 'ltr';
  again.textContent = `${text} =`;
  again.title = _('Change this sum');
  again.addEventListener('click', () => put(text, true));
  use.className = 'use plain';
  use.textContent = toDisplay(value, locale);
  use.title = _('Use this result');
  use.addEventListener('click', () => put(toInput(value, decimal)));
  row.append(again, use);
  return row;
}

function showHistory() {
  $('list').replaceChildren(...history.map(makeEntry));
  $('no-history').hidden = history.length !== 0;
  $('forget').hidden = history.length === 0;
}

function showPreview() {
  result = null;
  $('problem').textContent = '';
  try {
    result = evaluate(sum.value, decimal);
    const text = toDisplay(result, locale);
    $('preview').textContent = /^[−\d.,\s]*$/.test(sum.value) ? '' : `= ${text}`;
  } catch (error) {
    if (!(error instanceof SumError))
      throw error;
    $('preview').textContent = '';
  }
  $('copy').disabled = result === null;
  sum.classList.toggle('long', sum.value.length > 14);
  sum.classList.toggle('very-long', sum.value.length > 26);
}

// Puts text where the cursor is, or in place of everything.
function put(text, whole = false) {
  if (whole || (fresh && /^[\d.,(√πa-z]/i.test(text)))
    sum.value = '';
  fresh = false;
  sum.setRangeText(text, sum.selectionStart, sum.selectionEnd, 'end');
  sum.scrollLeft = sum.scrollWidth;
  showPreview();
}

function clear() {
  sum.value = '';
  fresh = false;
  $('last').textContent = '';
  showPreview();
}

function back() {
  fresh = false;
  if (sum.selectionStart === sum.selectionEnd && sum.selectionStart > 0)
    sum.setSelectionRange(sum.selectionStart - 1, sum.selectionEnd);
  sum.setRangeText('', sum.selectionStart, sum.selectionEnd, 'end');
  showPreview();
}

function equals() {
  const text = sum.value.trim();

  try {
    const value = evaluate(text, decimal);
    const display = toDisplay(value, locale);

    if (history[0]?.sum !== text && toInput(value, decimal) !== text) {
      history = [{ sum: text, value }, ...history].slice(0, HISTORY_LENGTH);
      writeHistory();
      showHistory();
    }
    sum.value = toInput(value, decimal);
    sum.setSelectionRange(sum.value.length, sum.value.length);
    fresh = true;
    showPreview();
    $('last').textContent = `${text} =`;
    $('said').textContent = `${text} = ${display}`;
  } catch (error) {
    if (!(error instanceof SumError))
      throw error;
    if (error.code !== 'empty')
      $('problem').textContent = words(error);
  }
}

async function copy() {
  if (result === null)
    return;

  const text = toInput(result, decimal).replaceAll('−', '-');
  try {
    await navigator.clipboard.writeText(text);
    toast(fill(_('Copied {result}'), { result: text }));
  } catch {
    toast(_('The clipboard is not available.'));
  }
}

function forget() {
  const before = history;

  history = [];
  writeHistory();
  showHistory();
  sum.focus();
  toast(_('History cleared'), {
    action: _('Undo'),
    onAction: () => {
      history = [...history, ...before].slice(0, HISTORY_LENGTH);
      writeHistory();
      showHistory();
    },
  });
}

// What is typed on a keyboard turns into the signs that are printed on the keys.
function prettify() {
  const end = sum.value.length - sum.selectionEnd;

  sum.value = sum.value.replace(/sqrt/gi, '√').replace(/pi/gi, 'π')
    .replace(/\*/g, '×').replace(/\//g, '÷').replace(/-/g, '−');
  sum.setSelectionRange(sum.value.length - end, sum.value.length - end);
}

sum.addEventListener('beforeinput', (event) => {
  if (fresh && event.inputType === 'insertText' && /^[\d.,(√πa-z]/i.test(event.data ?? '')
      && sum.selectionStart === sum.value.length) {
    event.preventDefault();
    put(event.data);
  }
  fresh = false;
});
sum.addEventListener('input', () => {
  prettify();
  showPreview();
});

// A click on a key leaves the focus in the field, where the cursor is.
$('keys').addEventListener('pointerdown', (event) => event.preventDefault());
$('keys').addEventListener('click', (event) => {
  const button = event.target.closest('button');

  if (button?.dataset.put)
    put(button.dataset.put);
  else if (button)
    ({ clear, back, equals })[button.dataset.do]();
});
$('copy').addEventListener('click', copy);
$('forget').addEventListener('click', forget);

document.addEventListener('keydown', (event) => {
  const name = shortcut(event);
  const onButton = document.activeElement?.tagName === 'BUTTON';

  if (name === '=' || (name === 'Enter' && !onButton))
    equals();
  else if (name === 'Escape')
    clear();
  else if (name === 'Ctrl+C' && sum.selectionStart === sum.selectionEnd && getSelection().isCollapsed)
    copy();
  else if (name === 'Ctrl+Z' && document.activeElement !== sum)
    actOnToast();
  else if (document.activeElement !== sum && name.length === 1 && TYPED.includes(name))
    put({ '*': '×', '/': '÷', '-': '−' }[name] ?? name);
  else
    return;
  event.preventDefault();
});

$('decimal').dataset.put = decimal;
$('decimal').textContent = decimal;
showHistory();
showPreview();
sum.focus();
