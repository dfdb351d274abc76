// SPDX-License-Identifier: GPL-3.0-or-later

// A few lines to write tests with, in TAP, and a loader for the apps' modules: the engine's C interface has
// none, so an import becomes a call of load () and an export a property of what load () returns.

/* global print, read, evaluate */
/* exported load, test, equal, throws, done, failures */

const modules = new Map();
let count = 0;
var failures = 0;

function load(path) {
  if (modules.has(path))
    return modules.get(path);

  const folder = path.slice(0, path.lastIndexOf('/'));
  const names = [];
  const code = read(path)
    .replace(/^import (\{[^}]*\}) from '\.\/([\w.-]+)';$/gm,
      (_line, list, file) => `const ${list.replace(/ as /g, ': ')} = load('${folder}/${file}');`)
    .replace(/^export (const|let|class|function) (\w+)/gm, (_line, kind, name) => {
      names.push(name);
      return `${kind} ${name}`;
    });

  if (/^(import|export)\b/m.test(code))
    throw new Error(`${path} has an import or export that this loader does not read`);

  const module = evaluate(`(() => { 'use strict'; ${code}\nreturn { ${names.join(', ')} }; })()`, path);
  modules.set(path, module);
  return module;
}

function test(name, body) {
  count += 1;
  try {
    body();
    print(`ok ${count} ${name}`);
  } catch (error) {
    failures += 1;
    print(`not ok ${count} ${name}`);
    print(`# ${error.message ?? error}`.replace(/\n/g, '\n# '));
    print(`# ${error.stack ?? ''}`.replace(/\n/g, '\n# '));
  }
}

function describe(value) {
  return typeof value === 'number' ? String(value) : JSON.stringify(value) ?? String(value);
}

function equal(actual, expected, what = '') {
  if (describe(actual) !== describe(expected))
    throw new Error(`${what} is ${describe(actual)}, not ${describe(expected)}`);
}

// Returns the error.
function throws(body, what = '') {
  try {
    body();
  } catch (error) {
    return error;
  }
  throw new Error(`${what} threw nothing`);
}

function done() {
  print(`1..${count}`);
}
