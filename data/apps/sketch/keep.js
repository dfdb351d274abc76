// SPDX-License-Identifier: GPL-3.0-or-later

// Keeps the drawing in the app's own database between two runs.

const DATABASE = 'sketch';
const STORE = 'drawings';
const KEY = 'current';

const settled = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

let database = null;

function open() {
  database ??= (() => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    return settled(request);
  })();
  return database;
}

export async function load() {
  return settled((await open()).transaction(STORE).objectStore(STORE).get(KEY));
}

// Resolves once the drawing is on the disk.
export async function save(data) {
  const transaction = (await open()).transaction(STORE, 'readwrite');

  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
    transaction.objectStore(STORE).put(data, KEY);
  });
}
