// SPDX-License-Identifier: GPL-3.0-or-later

/* global apps, load, test, equal, done */

const { Drawing, extent, widthAt } = load(`${apps}/sketch/drawing.js`);

const stroke = (x, tool = 'pen') => ({ tool, colour: '#22303c', size: 4, points: [[x, x, 0.5]] });
const places = (drawing) => drawing.strokes.map((each) => each.points[0][0]);

test('undo and redo', () => {
  const drawing = new Drawing();

  equal([drawing.canUndo, drawing.canRedo, drawing.isEmpty], [false, false, true]);
  equal(drawing.undo(), false);
  equal(drawing.redo(), false);
  drawing.add(stroke(1));
  drawing.add(stroke(2));
  drawing.add(stroke(3));
  equal(drawing.undo(), true);
  equal(drawing.undo(), true);
  equal(places(drawing), [1]);
  equal(drawing.redo(), true);
  equal(places(drawing), [1, 2]);
  equal([drawing.canUndo, drawing.canRedo], [true, true]);
});

test('a new stroke ends what could be done again', () => {
  const drawing = new Drawing();

  drawing.add(stroke(1));
  drawing.add(stroke(2));
  drawing.undo();
  drawing.add(stroke(3));
  equal(drawing.canRedo, false);
  equal(places(drawing), [1, 3]);
});

test('clearing can be taken back, and done again', () => {
  const drawing = new Drawing();

  equal(drawing.clear(), false);
  equal(drawing.canUndo, false);
  drawing.add(stroke(1));
  drawing.add(stroke(2));
  equal(drawing.clear(), true);
  equal(drawing.isEmpty, true);
  drawing.undo();
  equal(places(drawing), [1, 2]);
  drawing.redo();
  equal(places(drawing), []);
  drawing.undo();
  drawing.undo();
  equal(places(drawing), [1]);
});

test('two hundred steps back, and no more', () => {
  const drawing = new Drawing();
  let steps = 0;

  for (let i = 0; i < 250; i++)
    drawing.add(stroke(i));
  while (drawing.undo())
    steps += 1;
  equal(steps, 200);
  equal(drawing.strokes.length, 50);
});

test('kept and read again', () => {
  const drawing = new Drawing();

  drawing.add(stroke(1));
  drawing.add(stroke(2, 'eraser'));
  const again = Drawing.from(JSON.parse(JSON.stringify(drawing)));
  equal(again.strokes, drawing.strokes);
  equal(again.canUndo, false);
});

test('what makes no sense is left out', () => {
  for (const data of [null, undefined, 5, {}, { strokes: 'x' }])
    equal(Drawing.from(data).isEmpty, true);
  const good = stroke(1);
  const bad = [null, { ...good, tool: 'axe' }, { ...good, colour: 'red' }, { ...good, size: 0 },
    { ...good, points: [] }, { ...good, points: [[1, 2]] }, { ...good, points: [[1, NaN, 0.5]] }];
  equal(Drawing.from({ strokes: [...bad, good] }).strokes, [good]);
});

test('a mouse draws the size that was chosen', () => {
  equal(widthAt(stroke(1), 0.5), 4);
  equal(widthAt(stroke(1), 1) > 4 && widthAt(stroke(1), 0.1) < 4, true);
  equal(widthAt(stroke(1, 'marker'), 1), 4);
});

test('extent', () => {
  equal(extent([]), { right: 0, bottom: 0 });
  equal(extent([stroke(10), stroke(500, 'eraser')]), { right: 12, bottom: 12 });
});

done();
