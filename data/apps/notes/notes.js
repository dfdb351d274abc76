// SPDX-License-Identifier: GPL-3.0-or-later

import { _, fill, locale, ngettext } from './i18n.js';
import { actOnToast, shortcut, toast } from './ui.js';
import { Store, countWords, summary } from './store.js';

const SAVE_DELAY_MS = 300;
const SELECTED = 'selected';

const $ = (id) => document.getElementById(id);
const narrow = matchMedia('(max-width: 639px)');

const store = new Store(localStorage);
let current = null;
let saveTimer = 0;

const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const year = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
const full = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' });

function when(stamp) {
  const date = new Date(stamp);
  const now = new Date();

  if (date.toDateString() === now.toDateString())
    return time.format(date);
  return (date.getFullYear() === now.getFullYear() ? day : year).format(date);
}

function complain(message) {
  $('problem').hidden = message === null;
  if (message !== null && $('problem').textContent !== message)
    $('problem').textContent = message;
}

// Runs something that writes to the storage, and says so when it could not.
function saving(write) {
  try {
    write();
    store.saveRest();
    complain(store.damaged === 0 ? null : fill(ngettext(
      'One note is damaged and cannot be shown.', '{n} notes are damaged and cannot be shown.',
      store.damaged), { n: store.damaged }));
    return true;
  } catch {
    complain(_('The last change is not saved: the storage of this app is full. Delete notes or make this one shorter.'));
    return false;
  }
}

function flush() {
  clearTimeout(saveTimer);
  saveTimer = 0;
  if (current !== null)
    saving(() => store.write(current, $('text').value));
}

function remember() {
  try {
    if (current === null)
      localStorage.removeItem(SELECTED);
    else
      localStorage.setItem(SELECTED, current);
  } catch {
    // Which note was open last is a convenience; the notes come first when room is short.
  }
}

function makeRow(note) {
  const { title, preview } = summary(note.text);
  const row = document.createElement('li');
  const button = document.createElement('button');
  const name = document.createElement('span');
  const line = document.createElement('span');
  const date = document.createElement('time');

  button.type = 'button';
  button.dataset.id = note.id;
  name.className = 'title';
  name.dir = 'auto';
  name.textContent = title || _('New note');
  if (note.pinned) {
    const pinned = document.createElement('span');
    pinned.className = 'visually-hidden';
    pinned.textContent = _('Pinned');
    button.classList.add('pinned');
    button.append(pinned);
  }
  date.dateTime = new Date(note.modified).toISOString();
  date.textContent = when(note.modified);
  line.className = 'preview';
  line.dir = 'auto';
  line.textContent = preview || _('No more text');
  line.classList.toggle('none', preview === '');
  button.append(name, date, line);
  row.append(button);
  return row;
}

function mark() {
  for (const button of $('list').querySelectorAll('button')) {
    if (button.dataset.id === current)
      button.setAttribute('aria-current', 'true');
    else
      button.removeAttribute('aria-current');
  }
}

function refreshList() {
  const focused = document.activeElement?.closest?.('#list button')?.dataset.id;
  const query = $('search').value;
  const notes = store.list(query);

  $('list').replaceChildren(...notes.map(makeRow));
  mark();
  if (focused)
    $('list').querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  $('nothing-found').hidden = notes.length !== 0 || query.trim() === '';
  $('found').textContent = query.trim() === '' ? ''
    : fill(ngettext('{n} note found', '{n} notes found', notes.length), { n: notes.length });
}

function refreshStatus() {
  const note = store.get(current);
  const words = countWords($('text').value);

  $('when').textContent = fill(_('Changed {date}'), { date: full.format(note.modified) });
  $('count').textContent = fill(ngettext('{n} word', '{n} words', words),
    { n: words.toLocaleString(locale) });
  $('pin').setAttribute('aria-pressed', String(note.pinned));
}

// The title is the app's own; a note's first line may be private, and the task manager shows titles.
function show(id) {
  flush();
  if (current !== null && current !== id && store.get(current)?.text.trim() === '')
    store.remove(current);

  current = id;
  remember();
  document.body.classList.toggle('editing', id !== null);
  $('editor').hidden = id === null;
  $('empty').hidden = id !== null;
  if (id !== null) {
    $('text').value = store.get(id).text;
    $('text').scrollTop = 0;
    refreshStatus();
  } else if (store.size !== 0) {
    $('empty-title').textContent = _('No note is open');
    $('empty-text').textContent = _('Choose one from the list, or write a new one.');
  } else {
    $('empty-title').textContent = _('Nothing written yet');
    $('empty-text').textContent =
      _('A thought, a list, a phone number: notes are saved while you type, on this computer only.');
  }
  document.body.classList.toggle('no-notes', store.size === 0);
  refreshList();
}

function open(id) {
  show(id);
  $('text').focus();
  $('text').setSelectionRange($('text').value.length, $('text').value.length);
}

function create() {
  if (current !== null && $('text').value.trim() === '') {
    $('text').focus();
    return;
  }
  $('search').value = '';
  flush();
  open(store.create().id);
}

function remove(id) {
  if (id === null || store.get(id) === null)
    return;
  flush();

  const order = store.list($('search').value).map((note) => note.id);
  const index = order.indexOf(id);
  const fromList = $('list').contains(document.activeElement);
  const note = store.remove(id);
  const next = order[index + 1] ?? order[index - 1] ?? null;

  if (current === id) {
    current = null;
    show(narrow.matches ? null : next);
  } else {
    refreshList();
  }
  if (fromList && next !== null)
    $('list').querySelector(`[data-id="${CSS.escape(next)}"]`)?.focus();
  else if (next === null)
    $('first').focus();
  saving(() => {});

  if (note.text.trim() === '')
    return;
  toast(_('Note deleted'), {
    action: _('Undo'),
    onAction: () => {
      saving(() => store.restore(note));
      open(note.id);
    },
  });
}

function togglePin() {
  if (current === null)
    return;
  flush();
  saving(() => store.setPinned(current, !store.get(current).pinned));
  refreshStatus();
  refreshList();
}

function backToList() {
  const last = current;

  show(null);
  const button = last === null ? null : $('list').querySelector(`[data-id="${CSS.escape(last)}"]`);
  (button ?? $('search')).focus();
}

function moveInList(event, step) {
  const buttons = [...$('list').querySelectorAll('button')];
  const index = buttons.indexOf(document.activeElement);
  const next = buttons[Math.min(Math.max(index + step, 0), buttons.length - 1)];

  if (index < 0 && document.activeElement !== $('search'))
    return;
  event.preventDefault();
  if (index === 0 && step < 0) {
    $('search').focus();
    return;
  }
  next?.focus();
  if (next && !narrow.matches)
    show(next.dataset.id);
}

$('new').addEventListener('click', create);
$('first').addEventListener('click', create);
$('back').addEventListener('click', backToList);
$('pin').addEventListener('click', togglePin);
$('delete').addEventListener('click', () => remove(current));
$('search').addEventListener('input', refreshList);
$('list').addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button)
    open(button.dataset.id);
});
$('text').addEventListener('input', () => {
  clearTimeout(saveTimer);
  saveTimer = setTimeout(() => {
    flush();
    refreshStatus();
    refreshList();
  }, SAVE_DELAY_MS);
});
addEventListener('pagehide', flush);
document.addEventListener('visibilitychange', flush);

document.addEventListener('keydown', (event) => {
  const inText = document.activeElement === $('text');
  const inList = $('list').contains(document.activeElement);
  const actions = {
    'Ctrl+N': create,
    'Ctrl+F': () => { $('search').focus(); $('search').select(); },
    'Ctrl+Shift+P': togglePin,
    'Ctrl+Shift+Backspace': () => remove(current),
    'Delete': inList ? () => remove(document.activeElement.dataset.id) : null,
    'Ctrl+Z': inText || document.activeElement === $('search') ? null : () => actOnToast(),
    'ArrowDown': () => moveInList(event, 1),
    'ArrowUp': () => moveInList(event, -1),
    'Escape': document.activeElement === $('search') && $('search').value !== ''
      ? () => { $('search').value = ''; refreshList(); }
      : narrow.matches && current !== null ? backToList : null,
  };
  const name = shortcut(event);
  const action = Object.hasOwn(actions, name) ? actions[name] : null;

  if (action === null)
    return;
  if (!name.startsWith('Arrow'))
    event.preventDefault();
  action();
});

const last = localStorage.getItem(SELECTED);
if (store.get(last) !== null && !narrow.matches)
  show(last);
else
  show(narrow.matches ? null : store.list()[0]?.id ?? null);
saving(() => {});
