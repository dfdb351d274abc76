// SPDX-License-Identifier: GPL-3.0-or-later

// A drawing as data: strokes in the order they were made, and the steps back and forth. Clearing is a
// step like any other, so that it can be taken back too.

const TOOLS = ['pen', 'marker', 'eraser'];
const MAX_STEPS = 200;

export class Drawing {
  strokes = [];
  #done = [];
  #undone = [];

  get canUndo() {
    return this.#done.length !== 0;
  }

  get canRedo() {
    return this.#undone.length !== 0;
  }

  get isEmpty() {
    return this.strokes.length === 0;
  }

  // A stroke is {tool, colour, size, points}, with points as [x, y, pressure] in CSS pixels.
  add(stroke) {
    this.#step({
      forth: () => { this.strokes = [...this.strokes, stroke]; },
      back: () => { this.strokes = this.strokes.slice(0, -1); },
    });
  }

  // False when there was nothing to clear.
  clear() {
    const before = this.strokes;

    if (this.isEmpty)
      return false;
    this.#step({
      forth: () => { this.strokes = []; },
      back: () => { this.strokes = before; },
    });
    return true;
  }

  undo() {
    const step = this.#done.pop();

    if (step === undefined)
      return false;
    step.back();
    this.#undone.push(step);
    return true;
  }

  redo() {
    const step = this.#undone.pop();

    if (step === undefined)
      return false;
    step.forth();
    this.#done.push(step);
    return true;
  }

  #step(step) {
    step.forth();
    this.#done.push(step);
    this.#undone = [];
    if (this.#done.length > MAX_STEPS)
      this.#done.shift();
  }

  // Reads what toJSON () gave, perhaps by an older version: strokes that make no sense are left out.
  static from(data) {
    const drawing = new Drawing();

    if (Array.isArray(data?.strokes))
      drawing.strokes = data.strokes.filter(isStroke);
    return drawing;
  }

  toJSON() {
    return { version: 1, strokes: this.strokes };
  }
}

function isStroke(stroke) {
  return TOOLS.includes(stroke?.tool) && /^#[0-9a-f]{6}$/i.test(stroke.colour)
    && stroke.size > 0 && Array.isArray(stroke.points) && stroke.points.length !== 0
    && stroke.points.every((point) => Array.isArray(point) && point.length === 3
      && point.every(Number.isFinite));
}

// The width of a pen's line where it is pressed with the given pressure, 0 to 1. A mouse, which
// always says 0.5, draws the size that was chosen.
export function widthAt(stroke, pressure) {
  return stroke.tool === 'pen' ? stroke.size * (0.35 + 1.3 * pressure) : stroke.size;
}

// What a drawing takes up, {right, bottom}, so that a saved picture cuts nothing off.
export function extent(strokes) {
  let right = 0;
  let bottom = 0;

  for (const stroke of strokes) {
    if (stroke.tool === 'eraser')
      continue;
    for (const [x, y, pressure] of stroke.points) {
      const half = widthAt(stroke, pressure) / 2;
      right = Math.max(right, x + half);
      bottom = Math.max(bottom, y + half);
    }
  }
  return { right: Math.ceil(right), bottom: Math.ceil(bottom) };
}
