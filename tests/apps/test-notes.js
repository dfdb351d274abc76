// SPDX-License-Identifier: GPL-3.0-or-later

/* global apps, load, test, equal, throws, done */

const { Store, countWords, summary } = load(`${apps}/notes/store.js`);

// localStorage as far as the store uses it, with an end to its room.
class Storage {
  items = new Map();
  room = Infinity;

  get length() { return this.items.size; }
  key(i) { return [...this.items.keys()][i]; }
  getItem(key) { return this.items.get(key) ?? null; }
  removeItem(key) { this.items.delete(key); }

  setItem(key, value) {
    const rest = [...this.items].filter(([other]) => other !== key);
    if (rest.reduce((sum, [, text]) => sum + text.length, 0) + value.length > this.room)
      throw new Error('QuotaExceededError');
    this.items.set(key, value);
  }
}

function storeWith(...texts) {
  const storage = new Storage();
  let time = 1000;
  const store = new Store(storage, () => time++);
  const ids = texts.map((text) => {
    const { id } = store.create();
    store.write(id, text);
    return id;
  });

  return { storage, store, ids };
}

test('what is written is there the next time', () => {
  const { storage, ids } = storeWith('One', 'Two\nlines');
  const again = new Store(storage);

  equal(again.size, 2);
  equal(again.get(ids[1]).text, 'Two\nlines');
});

test('a note without text is not kept', () => {
  const { storage, store, ids } = storeWith('One');

  store.create();
  equal(storage.length, 1);
  store.write(ids[0], '  \n');
  equal(storage.length, 0);
});

test('pinned first, then the last changed', () => {
  const { store, ids } = storeWith('A', 'B', 'C');
  const order = () => store.list().map((note) => note.text).join('');

  equal(order(), 'CBA');
  store.write(ids[0], 'A2');
  equal(order(), 'A2CB');
  store.setPinned(ids[1], true);
  equal(order(), 'BA2C');
});

test('search: every word, no matter the case and the accents', () => {
  const { store } = storeWith('Äpfel kaufen', 'Birnen kaufen', 'Café');
  const found = (query) => store.list(query).map((note) => note.text);

  equal(found('kaufen'), ['Birnen kaufen', 'Äpfel kaufen']);
  equal(found('KAUFEN apfel'), ['Äpfel kaufen']);
  equal(found('cafe'), ['Café']);
  equal(found('nothing'), []);
  equal(found('  ').length, 3);
});

test('delete and undo', () => {
  const { storage, store, ids } = storeWith('One', 'Two');
  const note = store.remove(ids[0]);

  equal(store.size, 1);
  equal(new Store(storage).size, 1);
  store.restore(note);
  equal(new Store(storage).get(ids[0]).text, 'One');
});

test('no room: the text stays in memory and is saved once there is room', () => {
  const { storage, store, ids } = storeWith('One', 'Two');

  storage.room = 200;
  throws(() => store.write(ids[0], 'x'.repeat(500)), 'a full storage');
  equal(store.get(ids[0]).text.length, 500);
  equal(new Store(storage).get(ids[0]).text, 'One');
  throws(() => store.saveRest(), 'still full');
  storage.room = Infinity;
  store.saveRest();
  equal(new Store(storage).get(ids[0]).text.length, 500);
});

test('no room: a deleted note is not saved after all', () => {
  const { storage, store, ids } = storeWith('One');

  storage.room = 1;
  throws(() => store.write(ids[0], 'longer'), 'a full storage');
  store.remove(ids[0]);
  store.saveRest();
  equal(storage.length, 0);
});

test('damaged items are counted and left alone', () => {
  const { storage } = storeWith('One');

  storage.setItem('note:bad', '{');
  storage.setItem('note:odd', '{"text": 5}');
  storage.setItem('selected', 'x');
  const store = new Store(storage);
  equal(store.size, 1);
  equal(store.damaged, 2);
  equal(storage.getItem('note:bad'), '{');
});

test('title and preview', () => {
  equal(summary('\n  # Shopping \n\n bread\napples'), { title: 'Shopping', preview: 'bread apples' });
  equal(summary(''), { title: '', preview: '' });
});

test('words', () => {
  equal(countWords(''), 0);
  equal(countWords("It's 3.5 well-known words – Übung!"), 5);
});

done();
