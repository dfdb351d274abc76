// SPDX-License-Identifier: GPL-3.0-or-later

// What the fragment of the address asks for: "#leak", "#leak=50", "#workers=16,busy", and more than one
// with "&" between: "#leak=20&spin". "#beat" asks for nothing.

export const EXPERIMENTS = {
  'crash': {},
  'leak': { unit: 'MiB/s', initial: 64, least: 1, most: 4096 },
  'leak-hard': { unit: 'MiB/s', initial: 256, least: 1, most: 4096 },
  'spin': { unit: '%', initial: 100, least: 1, most: 100 },
  'hang': { unit: 's', initial: Infinity, least: 1, most: 86400 },
  'workers': { unit: 'workers', initial: 64, least: 1, most: 512, options: ['idle', 'busy'] },
};

// Returns an array of {name, amount, option}; what cannot be read is left out.
export function parseFragment(fragment) {
  const wanted = [];

  for (const part of fragment.replace(/^#/, '').split('&')) {
    const match = /^([a-z-]+)(?:=(\d+(?:\.\d+)?)?(?:(?:,|(?<==))([a-z]+))?)?$/.exec(part);

    if (match === null || !Object.hasOwn(EXPERIMENTS, match[1]))
      continue;
    const [, name, number, option] = match;
    const { initial, least, most, options = [] } = EXPERIMENTS[name];

    if (option !== undefined && !options.includes(option))
      continue;
    wanted.push({
      name,
      amount: number === undefined ? initial : Math.min(Math.max(Number(number), least), most),
      option: option ?? options[0],
    });
  }
  return wanted;
}
