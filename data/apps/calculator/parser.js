// SPDX-License-Identifier: GPL-3.0-or-later

// Works out a sum as people write it: precedence, parentheses, powers, roots, factorials, and per cent
// as on a pocket calculator, where 200 + 10 % is 220. Also turns numbers into text and back.

const SIGNIFICANT_DIGITS = 14;
// Whole numbers below this are shown with all of their 15 digits.
const EXACT_BELOW = 1e15;
const EXACT_DIGITS = 15;
const PLAIN_FROM = 1e-9;
const LARGEST_FACTORIAL = 170;
const MAX_LENGTH = 500;
// A difference this much smaller than what it was taken from is rounding noise: 0.3 − 3 × 0.1 is 0.
const NOISE = 1e-15;

const OPERATORS = new Map([
  ['+', '+'], ['-', '-'], ['−', '-'], ['–', '-'], ['*', '*'], ['×', '*'], ['·', '*'], ['⋅', '*'],
  ['/', '/'], ['÷', '/'], [':', '/'], ['^', '^'], ['(', '('], [')', ')'], ['%', '%'], ['!', '!'],
  ['√', '√'], ['π', 'π'],
]);
const NAMES = new Map([['sqrt', '√'], ['pi', 'π']]);

// code: "empty", "incomplete", "syntax", "number", "divide-by-zero", "root", "power", "factorial",
// "overflow" or "long"; the page finds the words. text: the piece that could not be read, if any.
export class SumError extends Error {
  constructor(code, text = '') {
    super(code);
    this.code = code;
    this.text = text;
  }
}

// Reads a number with the given decimal separator. The other separator may group digits in threes;
// where it can't be that, one alone is taken for a decimal separator, as keypads differ.
function readNumber(text, decimal) {
  const [body, exponent] = text.split(/[eE]/);
  const group = decimal === ',' ? '.' : ',';
  const grouped = decimal === ',' ? /^\d{1,3}(\.\d{3})+(,\d*)?$/ : /^\d{1,3}(,\d{3})+(\.\d*)?$/;
  let plain = body;

  if (grouped.test(body))
    plain = body.replaceAll(group, '');
  plain = plain.replaceAll(',', '.');
  if (!/^(\d+\.?\d*|\.\d+)$/.test(plain))
    throw new SumError('number', text);

  const value = Number(exponent === undefined ? plain : `${plain}e${exponent}`);
  if (!Number.isFinite(value))
    throw new SumError('overflow');
  return value;
}

function tokenize(text, decimal) {
  const pattern = /\s*(?:([\d.,]+(?:[eE][+\-−]?\d+)?)|([a-z]+)|(.))/giuy;
  const tokens = [];

  if (text.length > MAX_LENGTH)
    throw new SumError('long');
  for (const [, number, name, sign] of text.trimEnd().matchAll(pattern)) {
    if (number !== undefined) {
      tokens.push({ kind: 'number', value: readNumber(number.replace('−', '-'), decimal), text: number });
      continue;
    }
    const kind = name === undefined ? OPERATORS.get(sign) : NAMES.get(name.toLowerCase());
    if (kind === undefined)
      throw new SumError('syntax', name ?? sign);
    tokens.push({ kind, text: name ?? sign });
  }
  return tokens;
}

function add(a, b) {
  const sum = a + b;

  return Math.abs(sum) < NOISE * Math.max(Math.abs(a), Math.abs(b)) ? 0 : sum;
}

function divide(a, b) {
  if (b === 0)
    throw new SumError('divide-by-zero');
  return a / b;
}

function power(base, exponent) {
  if (base === 0 && exponent < 0)
    throw new SumError('divide-by-zero');

  const result = base ** exponent;
  if (Number.isNaN(result))
    throw new SumError('power');
  return result;
}

function root(value) {
  if (value < 0)
    throw new SumError('root');
  return Math.sqrt(value);
}

function factorial(value) {
  if (!Number.isInteger(value) || value < 0)
    throw new SumError('factorial');
  if (value > LARGEST_FACTORIAL)
    throw new SumError('overflow');

  let product = 1;
  for (let i = 2; i <= value; i++)
    product *= i;
  return product;
}

function finite(value) {
  if (!Number.isFinite(value))
    throw new SumError('overflow');
  return value;
}

// Each rule returns {value, percent}; percent says that the operand is nothing but "so many per
// cent", which addition and subtraction take from what stands before.
class Parser {
  #tokens;
  #at = 0;

  constructor(tokens) {
    this.#tokens = tokens;
  }

  get #kind() {
    return this.#tokens[this.#at]?.kind;
  }

  #take(...kinds) {
    if (!kinds.includes(this.#kind))
      return null;
    return this.#tokens[this.#at++].kind;
  }

  parse() {
    if (this.#tokens.length === 0)
      throw new SumError('empty');

    const { value } = this.#sum();
    if (this.#kind !== undefined)
      throw new SumError('syntax', this.#tokens[this.#at].text);
    return value;
  }

  #sum() {
    let left = this.#product();

    for (let sign = this.#take('+', '-'); sign !== null; sign = this.#take('+', '-')) {
      const right = this.#product();
      const amount = right.percent ? left.value * right.value : right.value;
      left = { value: finite(add(left.value, sign === '+' ? amount : -amount)), percent: false };
    }
    return left;
  }

  #product() {
    let left = this.#signed();

    for (;;) {
      const sign = this.#take('*', '/');
      const juxtaposed = sign === null && this.#startsFactor();
      if (sign === null && !juxtaposed)
        return left;

      const right = this.#signed();
      const value = sign === '/' ? divide(left.value, right.value) : left.value * right.value;
      left = { value: finite(value), percent: false };
    }
  }

  // 2(3), 2π, 2√9 and (2)3 multiply; 2 3 is a slip.
  #startsFactor() {
    if (this.#kind === 'number')
      return this.#tokens[this.#at - 1].kind !== 'number';
    return ['(', 'π', '√'].includes(this.#kind);
  }

  #signed() {
    const sign = this.#take('+', '-', '√');

    if (sign === null)
      return this.#power();
    const operand = this.#signed();
    if (sign === '√')
      return { value: root(operand.value), percent: false };
    return { value: sign === '-' ? -operand.value : operand.value, percent: operand.percent };
  }

  #power() {
    const base = this.#postfix();

    if (this.#take('^') === null)
      return base;
    return { value: finite(power(base.value, this.#signed().value)), percent: false };
  }

  #postfix() {
    let operand = { value: this.#primary(), percent: false };

    for (let sign = this.#take('%', '!'); sign !== null; sign = this.#take('%', '!')) {
      operand = sign === '%' ? { value: operand.value / 100, percent: true }
        : { value: factorial(operand.value), percent: false };
    }
    return operand;
  }

  // Parentheses that are still open at the end are closed.
  #primary() {
    if (this.#kind === undefined)
      throw new SumError('incomplete');

    const token = this.#tokens[this.#at++];
    if (token.kind === 'number')
      return token.value;
    if (token.kind === 'π')
      return Math.PI;
    if (token.kind === '(') {
      const { value } = this.#sum();
      if (this.#take(')') === null && this.#kind !== undefined)
        throw new SumError('syntax', this.#tokens[this.#at].text);
      return value;
    }
    throw new SumError('syntax', token.text);
  }
}

// The value of a sum; throws a SumError.
export function evaluate(text, decimal = '.') {
  return new Parser(tokenize(text, decimal)).parse();
}

// Rounds away what binary fractions add: 0.1 + 0.2 becomes 0.3. Whole numbers stay exact.
export function tidy(value) {
  if (Object.is(value, -0))
    return 0;
  if (Number.isInteger(value) && Math.abs(value) < EXACT_BELOW)
    return value;
  return Number(value.toPrecision(SIGNIFICANT_DIGITS));
}

// A value as it can be typed again and pasted elsewhere: no groups, "1.5e18" when very large.
export function toInput(value, decimal = '.') {
  const rounded = tidy(value);
  const size = Math.abs(rounded);
  let text = String(rounded);

  if (size !== 0 && size < PLAIN_FROM || size >= EXACT_BELOW)
    text = rounded.toExponential().replace('e+', 'e');
  else if (text.includes('e'))
    text = rounded.toFixed(20).replace(/0+$/, '');
  return text.replace('-', '−').replace('e-', 'e−').replace('.', decimal);
}

const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';

// A value for reading, with the locale's groups and separators.
export function toDisplay(value, locale) {
  const rounded = tidy(value);
  const size = Math.abs(rounded);
  const number = new Intl.NumberFormat(locale, {
    maximumSignificantDigits: EXACT_DIGITS, numberingSystem: 'latn',
  });

  if (size === 0 || (size >= PLAIN_FROM && size < EXACT_BELOW))
    return number.format(rounded).replace('-', '−');

  const [mantissa, exponent] = rounded.toExponential().split('e');
  const raised = exponent.replace('+', '').replace('-', '⁻').replace(/\d/g, (digit) => RAISED[digit]);
  return `${number.format(Number(mantissa)).replace('-', '−')} × 10${raised}`;
}
