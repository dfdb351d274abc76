// SPDX-License-Identifier: GPL-3.0-or-later

// The notes as data. Each note is one item of the storage, so that saving while typing writes that
// note and no other. The storage is handed in: the page gives localStorage.

const PREFIX = 'note:';
const SUMMARY_LENGTH = 2000;

export class Store {
  #storage;
  #now;
  #notes = new Map();
  #counter = 0;
  #unsaved = new Set();

  // damaged: how many items could not be read. They are left where they are.
  damaged = 0;

  constructor(storage, now = () => Date.now()) {
    this.#storage = storage;
    this.#now = now;

    for (let i = 0; i < storage.length; i++) {
      const key = storage.key(i);

      if (!key.startsWith(PREFIX))
        continue;
      try {
        const { text, created, modified, pinned } = JSON.parse(storage.getItem(key));
        if (typeof text !== 'string' || !Number.isFinite(modified))
          throw new TypeError(key);
        const id = key.slice(PREFIX.length);
        this.#notes.set(id, { id, text, created: created ?? modified, modified, pinned: pinned === true });
      } catch {
        this.damaged += 1;
      }
    }
  }

  get size() {
    return this.#notes.size;
  }

  get(id) {
    return this.#notes.get(id) ?? null;
  }

  // Pinned ones first, then the last changed; only those that hold every word of the query.
  list(query = '') {
    const words = fold(query).split(/\s+/).filter((word) => word !== '');

    return [...this.#notes.values()]
      .filter((note) => {
        if (words.length === 0)
          return true;
        const text = fold(note.text);
        return words.every((word) => text.includes(word));
      })
      .sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.modified - a.modified
        || (a.id < b.id ? 1 : -1));
  }

  // A new note is not saved before something is written in it.
  create() {
    const time = this.#now();
    const id = `${time.toString(36)}-${(this.#counter++).toString(36).padStart(4, '0')}`;
    const note = { id, text: '', created: time, modified: time, pinned: false };

    this.#notes.set(id, note);
    return note;
  }

  // Throws what the storage throws when there is no room; the note in memory has the text even then.
  write(id, text) {
    const note = this.#notes.get(id);

    if (!note || note.text === text)
      return;
    note.text = text;
    note.modified = this.#now();
    this.save(id);
  }

  // Tries again with the notes for which there was no room.
  saveRest() {
    for (const id of [...this.#unsaved])
      this.save(id);
  }

  setPinned(id, pinned) {
    this.#notes.get(id).pinned = pinned;
    this.save(id);
  }

  save(id) {
    const note = this.#notes.get(id);

    if (!note)
      return;
    if (note.text.trim() === '') {
      this.#unsaved.delete(id);
      this.#storage.removeItem(PREFIX + id);
      return;
    }
    const { text, created, modified, pinned } = note;
    this.#unsaved.add(id);
    this.#storage.setItem(PREFIX + id, JSON.stringify({ text, created, modified, pinned }));
    this.#unsaved.delete(id);
  }

  // Returns the note, which restore () takes.
  remove(id) {
    const note = this.#notes.get(id);

    this.#notes.delete(id);
    this.#unsaved.delete(id);
    this.#storage.removeItem(PREFIX + id);
    return note;
  }

  restore(note) {
    this.#notes.set(note.id, note);
    this.save(note.id);
  }
}

function fold(text) {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

// The first line with something on it, and what follows, as the list shows them.
export function summary(text) {
  const lines = text.trimStart().slice(0, SUMMARY_LENGTH).split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const title = (lines[0] ?? '').replace(/^#+\s*/, '').slice(0, 120);

  return { title, preview: lines.slice(1).join(' ').slice(0, 160) };
}

export function countWords(text) {
  return (text.match(/[\p{L}\p{N}]+(?:['’\-.,][\p{L}\p{N}]+)*/gu) ?? []).length;
}
