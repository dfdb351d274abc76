// SPDX-License-Identifier: GPL-3.0-or-later

/* global apps, load, test, equal, throws, done */

const { evaluate: work, tidy, toDisplay, toInput } = load(`${apps}/calculator/parser.js`);

function shows(sum, expected, decimal = '.') {
  equal(toInput(work(sum, decimal), decimal), expected, sum);
}

function fails(sum, code, text = null) {
  const error = throws(() => work(sum), sum);

  equal(error.code, code, sum);
  if (text !== null)
    equal(error.text, text, sum);
}

test('precedence and parentheses', () => {
  shows('2+3×4', '14');
  shows('(2+3)×4', '20');
  shows('2*3+4/2', '8');
  shows('10−4−3', '3');
  shows('100÷10÷2', '5');
  shows('((((7))))', '7');
  shows('2×(3+4', '14');
  shows(' 1 + 1 ', '2');
});

test('signs and powers', () => {
  shows('−2^2', '−4');
  shows('(−2)^2', '4');
  shows('2^3^2', '512');
  shows('2^−2', '0.25');
  shows('2×−3', '−6');
  shows('−−3', '3');
  shows('+3', '3');
  shows('√9', '3');
  shows('sqrt(16)+1', '5');
  shows('√√16', '2');
  shows('2^√9', '8');
  shows('√9×2', '6');
});

test('factors that stand side by side multiply', () => {
  shows('2(3+4)', '14');
  shows('(2)(3)', '6');
  shows('2√9', '6');
  shows('(1+1)3', '6');
  shows('2π−π−pi', '0');
  fails('2 3', 'syntax', '3');
});

test('factorials', () => {
  shows('0!', '1');
  shows('5!', '120');
  shows('3!!', '720');
  shows('2^3!', '64');
  fails('(−1)!', 'factorial');
  fails('1.5!', 'factorial');
  fails('171!', 'overflow');
});

test('per cent as on a pocket calculator', () => {
  shows('50%', '0.5');
  shows('200+10%', '220');
  shows('200−10%', '180');
  shows('200×10%', '20');
  shows('200÷10%', '2000');
  shows('100+10%+10%', '121');
  shows('200+2×10%', '200.2');
  shows('(10%)+1', '1.1');
  shows('−10%', '−0.1');
});

test('what binary fractions add is rounded away', () => {
  shows('0.1+0.2', '0.3');
  shows('0.3−3×0.1', '0');
  shows('1.1×1.1', '1.21');
  shows('(0.1+0.7)×10', '8');
  shows('4.35×100', '435');
  shows('√2^2', '2');
  shows('1÷3×3', '1');
  shows('1÷3', '0.33333333333333');
  shows('1e−7', '0.0000001');
  shows('0×−1', '0');
  equal(Object.is(tidy(-0), -0), false, 'minus zero');
});

test('whole numbers stay exact, very large and small ones get an exponent', () => {
  shows('999999999999999', '999999999999999');
  shows('123456789×1000000', '123456789000000');
  shows('10^15', '1e15');
  shows('1.5e18', '1.5e18');
  shows('2.5e−12', '2.5e−12');
  equal(work(toInput(work('2^200'))) / 2 ** 200 > 0.9999999999, true, 'typed again');
});

test('errors that have words', () => {
  fails('', 'empty');
  fails('   ', 'empty');
  fails('1÷0', 'divide-by-zero');
  fails('0÷0', 'divide-by-zero');
  fails('1÷(2−2)', 'divide-by-zero');
  fails('0^−1', 'divide-by-zero');
  fails('√−1', 'root');
  fails('(−8)^0.5', 'power');
  fails('10^400', 'overflow');
  fails('9e300×9e300', 'overflow');
  fails('1+', 'incomplete');
  fails('(', 'incomplete');
  fails('2^', 'incomplete');
  fails('×2', 'syntax', '×');
  fails('2)', 'syntax', ')');
  fails('()', 'syntax', ')');
  fails('2+×3', 'syntax', '×');
  fails('2$', 'syntax', '$');
  fails('alert(1)', 'syntax', 'alert');
  fails('1.2.3', 'number', '1.2.3');
  fails('.', 'number', '.');
  fails('1'.repeat(501), 'long');
  fails('('.repeat(500), 'incomplete');
});

test('decimal separators and groups', () => {
  shows('1,234.5+0', '1234.5');
  shows('1,234,567', '1234567');
  shows('3,5+1', '4.5');
  shows('1.234,5+0', '1234,5', ',');
  shows('0,1+0,2', '0,3', ',');
  shows('1.5×2', '3', ',');
  shows('.5+.5', '1');
  shows('5.', '5');
  fails('12,34,56', 'number');
});

test('for reading', () => {
  equal(toDisplay(1234567.5, 'en'), '1,234,567.5');
  equal(toDisplay(1234567.5, 'de'), '1.234.567,5');
  equal(toDisplay(-5, 'en'), '−5');
  equal(toDisplay(0.1 + 0.2, 'en'), '0.3');
  equal(toDisplay(1.5e18, 'en'), '1.5 × 10¹⁸');
  equal(toDisplay(-2.5e-12, 'de'), '−2,5 × 10⁻¹²');
  equal(toDisplay(1234, 'ar-EG').replace(/[^0-9]/g, ''), '1234');
});

done();
