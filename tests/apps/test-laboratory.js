// SPDX-License-Identifier: GPL-3.0-or-later

/* global apps, load, test, equal, done */

const { parseFragment } = load(`${apps}/laboratory/fragment.js`);

const one = (fragment) => {
  const all = parseFragment(fragment);
  return all.length === 1 ? [all[0].name, all[0].amount, all[0].option] : all;
};

test('nothing to start', () => {
  for (const fragment of ['', '#', '#beat', '#unknown', '#leak=x', '#leak=1.2.3', '#leak=50x',
    '#leak=-5', '#workers=16,lazy', '#workers=16busy', '#crash-now', '#__proto__', '#LEAK'])
    equal(parseFragment(fragment), [], fragment);
});

test('by name alone', () => {
  equal(one('#crash').slice(0, 1), ['crash']);
  equal(one('#leak'), ['leak', 64, undefined]);
  equal(one('#leak-hard'), ['leak-hard', 256, undefined]);
  equal(one('#spin'), ['spin', 100, undefined]);
  equal(one('#hang')[1], Infinity);
  equal(one('#workers'), ['workers', 64, 'idle']);
});

test('with an amount, kept within bounds', () => {
  equal(one('#leak=50')[1], 50);
  equal(one('#leak=2.5')[1], 2.5);
  equal(one('#leak=0')[1], 1);
  equal(one('#leak=99999')[1], 4096);
  equal(one('#spin=250')[1], 100);
  equal(one('#hang=20')[1], 20);
});

test('workers: idle or busy', () => {
  equal(one('#workers=16'), ['workers', 16, 'idle']);
  equal(one('#workers=16,busy'), ['workers', 16, 'busy']);
  equal(one('#workers=busy'), ['workers', 64, 'busy']);
  equal(one('#workers=16,idle')[2], 'idle');
});

test('more than one', () => {
  equal(parseFragment('#leak=20&spin&nonsense').map(({ name, amount }) => [name, amount]),
    [['leak', 20], ['spin', 100]]);
});

done();
