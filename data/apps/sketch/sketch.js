// SPDX-License-Identifier: GPL-3.0-or-later

import { _ } from './i18n.js';
import { shortcut, toast } from './ui.js';
import { Drawing, extent } from './drawing.js';
import * as keep from './keep.js';
import { paintAll, paintStroke } from './paint.js';

const SAVE_DELAY_MS = 250;
const KEY_STEP = 8;
const PAPER = '#fffdf8';
const SIZES = { pen: 5, marker: 22, eraser: 30 };
const COLOURS = [
  ['#22303c', () => _('Ink')],
  ['#c92a2a', () => _('Red')],
  ['#e8750a', () => _('Orange')],
  ['#f2b705', () => _('Yellow')],
  ['#2b8a3e', () => _('Green')],
  ['#1971c2', () => _('Blue')],
  ['#862e9c', () => _('Purple')],
  ['#d6336c', () => _('Pink')],
];

const $ = (id) => document.getElementById(id);
const canvas = $('canvas');
const context = canvas.getContext('2d');
// A stroke in progress is drawn over a copy of what was there before it: a marker stays one colour.
const under = document.createElement('canvas');

let drawing = new Drawing();
let stroke = null;
let pointer = null;
let saveTimer = 0;
let frame = 0;
const pen = { x: 120, y: 120, down: false };
const sizes = { ...SIZES };

const tool = () => document.querySelector('input[name="tool"]:checked').value;
const colour = () => document.querySelector('input[name="colour"]:checked')?.value ?? $('own-colour').value;

function say(text) {
  $('said').textContent = text;
}

function complain(message) {
  $('problem').hidden = message === null;
  $('problem').textContent = message ?? '';
}

async function saveNow() {
  clearTimeout(saveTimer);
  saveTimer = 0;
  try {
    await keep.save(drawing.toJSON());
    complain(null);
  } catch {
    complain(_('The drawing cannot be kept: there is no room for it. Save it as a picture before you close the window.'));
  }
}

function saveSoon() {
  clearTimeout(saveTimer);
  saveTimer = setTimeout(saveNow, SAVE_DELAY_MS);
}

function refreshButtons() {
  $('undo').disabled = !drawing.canUndo;
  $('redo').disabled = !drawing.canRedo;
  $('clear').disabled = drawing.isEmpty;
  $('save').disabled = drawing.isEmpty;
  $('hint').hidden = !drawing.isEmpty || stroke !== null;
}

function scaled(target, width, height) {
  const scale = devicePixelRatio || 1;
  const to = target.getContext('2d');

  target.width = Math.round(width * scale);
  target.height = Math.round(height * scale);
  to.setTransform(scale, 0, 0, scale, 0, 0);
  return to;
}

function repaint() {
  const { clientWidth, clientHeight } = canvas;

  scaled(canvas, clientWidth, clientHeight);
  paintAll(context, drawing.strokes);
  if (stroke !== null)
    paintStroke(context, stroke);
  refreshButtons();
}

function changed() {
  repaint();
  saveSoon();
}

function paintProgress() {
  frame = 0;
  if (stroke === null)
    return;
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.drawImage(under, 0, 0);
  context.restore();
  paintStroke(context, stroke);
}

const tidy = (value) => Math.round(value * 10) / 10;
const tidyPressure = (value) => Math.round(value * 20) / 20;

function begin(x, y, pressure) {
  under.width = canvas.width;
  under.height = canvas.height;
  under.getContext('2d').drawImage(canvas, 0, 0);
  stroke = {
    tool: tool(),
    colour: colour(),
    size: Number($('size').value),
    points: [[tidy(x), tidy(y), tidyPressure(pressure)]],
  };
  refreshButtons();
  frame ||= requestAnimationFrame(paintProgress);
}

function extend(x, y, pressure) {
  const [lastX, lastY] = stroke.points.at(-1);

  if (Math.hypot(x - lastX, y - lastY) < 0.8)
    return;
  stroke.points.push([tidy(x), tidy(y), tidyPressure(pressure)]);
  frame ||= requestAnimationFrame(paintProgress);
}

function finish(keepIt = true) {
  const finished = stroke;

  stroke = null;
  pointer = null;
  if (finished !== null && keepIt)
    drawing.add(finished);
  changed();
}

const pressureOf = (event) => (event.pointerType === 'pen' && event.pressure > 0 ? event.pressure : 0.5);

canvas.addEventListener('pointerdown', (event) => {
  if (event.button !== 0 || pointer !== null)
    return;
  if (pen.down)
    lift();
  $('cross').hidden = true;
  pointer = event.pointerId;
  canvas.setPointerCapture(pointer);
  begin(event.offsetX, event.offsetY, pressureOf(event));
});

canvas.addEventListener('pointermove', (event) => {
  if (event.pointerId !== pointer || stroke === null)
    return;

  const box = canvas.getBoundingClientRect();
  const events = event.getCoalescedEvents?.() ?? [];
  for (const part of events.length === 0 ? [event] : events)
    extend(part.clientX - box.left, part.clientY - box.top, pressureOf(part));
});

canvas.addEventListener('pointerup', (event) => {
  if (event.pointerId === pointer)
    finish();
});
canvas.addEventListener('pointercancel', (event) => {
  if (event.pointerId === pointer)
    finish(false);
});

function lift() {
  pen.down = false;
  $('cross').classList.remove('down');
  if (stroke !== null)
    finish();
}

function showCross() {
  $('cross').hidden = false;
  $('cross').style.left = `${pen.x}px`;
  $('cross').style.top = `${pen.y}px`;
}

function movePen(dx, dy) {
  pen.x = Math.min(Math.max(pen.x + dx, 0), canvas.clientWidth);
  pen.y = Math.min(Math.max(pen.y + dy, 0), canvas.clientHeight);
  if (pen.down)
    extend(pen.x, pen.y, 0.5);
  showCross();
}

canvas.addEventListener('keydown', (event) => {
  const step = event.shiftKey ? KEY_STEP * 4 : KEY_STEP;
  const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };

  if (pointer !== null || event.ctrlKey || event.altKey || event.metaKey)
    return;
  if (Object.hasOwn(moves, event.key)) {
    movePen(...moves[event.key]);
  } else if (event.key === ' ' && !event.repeat) {
    if (pen.down) {
      lift();
      say(_('Pen up'));
    } else {
      pen.down = true;
      $('cross').classList.add('down');
      begin(pen.x, pen.y, 0.5);
      say(_('Pen down'));
    }
    showCross();
  } else if (event.key === 'Escape' && pen.down) {
    pen.down = false;
    $('cross').classList.remove('down');
    finish(false);
  } else {
    return;
  }
  event.preventDefault();
});
canvas.addEventListener('blur', () => {
  if (pen.down)
    lift();
  $('cross').hidden = true;
});

function undo() {
  if (stroke === null && drawing.undo()) {
    changed();
    say(_('Undone'));
  }
}

function redo() {
  if (stroke === null && drawing.redo()) {
    changed();
    say(_('Done again'));
  }
}

function clear() {
  if (stroke !== null || !drawing.clear())
    return;
  changed();
  canvas.focus();
  toast(_('The sheet is empty'), { action: _('Undo'), onAction: undo });
}

function fileName() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, '0');

  return `${_('Sketch')} ${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
    + ` ${two(now.getHours())}.${two(now.getMinutes())}.${two(now.getSeconds())}.png`;
}

async function savePicture() {
  if (drawing.isEmpty)
    return;

  const { right, bottom } = extent(drawing.strokes);
  const width = Math.max(canvas.clientWidth, right);
  const height = Math.max(canvas.clientHeight, bottom);
  const picture = document.createElement('canvas');
  const to = scaled(picture, width, height);

  paintAll(to, drawing.strokes);
  to.globalCompositeOperation = 'destination-over';
  to.fillStyle = PAPER;
  to.fillRect(0, 0, width, height);

  const blob = await new Promise((resolve) => picture.toBlob(resolve, 'image/png'));
  if (blob === null) {
    toast(_('The picture is too large to be saved.'));
    return;
  }
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = fileName();
  link.click();
  // The download reads the blob after the click; a minute is plenty for a picture.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function showSize() {
  const size = Number($('size').value);

  $('dot').style.inlineSize = `${Math.min(size, 36)}px`;
  $('dot').style.backgroundColor = tool() === 'eraser' ? '' : colour();
  $('dot').dataset.tool = tool();
  canvas.dataset.tool = tool();
}

function chooseTool(name) {
  document.querySelector(`input[name="tool"][value="${name}"]`).checked = true;
  $('size').value = sizes[name];
  showSize();
}

function chooseColour(index) {
  document.querySelectorAll('input[name="colour"]')[index].checked = true;
  if (tool() === 'eraser')
    chooseTool('pen');
  showSize();
}

function changeSize(step) {
  $('size').value = Number($('size').value) + step;
  sizes[tool()] = Number($('size').value);
  showSize();
}

function makeColours() {
  COLOURS.forEach(([value, name], index) => {
    const label = document.createElement('label');
    const input = document.createElement('input');

    label.className = 'swatch';
    label.title = `${name()} (${index + 1})`;
    label.style.setProperty('--swatch', value);
    input.type = 'radio';
    input.name = 'colour';
    input.value = value;
    input.checked = index === 0;
    input.setAttribute('aria-label', name());
    label.append(input);
    document.querySelector('.own').before(label);
  });
}

makeColours();
$('tools').addEventListener('change', (event) => {
  if (event.target.name === 'tool') {
    chooseTool(event.target.value);
  } else if (event.target.name === 'colour' && tool() === 'eraser') {
    chooseTool('pen');
  }
  showSize();
});
$('own-colour').addEventListener('input', () => {
  const chosen = document.querySelector('input[name="colour"]:checked');
  if (chosen)
    chosen.checked = false;
  if (tool() === 'eraser')
    chooseTool('pen');
  showSize();
});
$('size').addEventListener('input', () => changeSize(0));
$('undo').addEventListener('click', undo);
$('redo').addEventListener('click', redo);
$('clear').addEventListener('click', clear);
$('save').addEventListener('click', savePicture);

document.addEventListener('keydown', (event) => {
  const actions = {
    'Ctrl+Z': undo,
    'Ctrl+Shift+Z': redo,
    'Ctrl+Y': redo,
    'Ctrl+S': savePicture,
    'Ctrl+Shift+Backspace': clear,
    'p': () => chooseTool('pen'),
    'm': () => chooseTool('marker'),
    'e': () => chooseTool('eraser'),
    '[': () => changeSize(-2),
    ']': () => changeSize(2),
  };
  const name = shortcut(event);

  if (Object.hasOwn(actions, name))
    actions[name]();
  else if (/^[1-8]$/.test(name))
    chooseColour(Number(name) - 1);
  else
    return;
  event.preventDefault();
});

addEventListener('pagehide', () => {
  if (saveTimer !== 0)
    saveNow();
});

try {
  drawing = Drawing.from(await keep.load());
} catch {
  complain(_('The last drawing cannot be read. A new one will take its place.'));
}
new ResizeObserver(repaint).observe(canvas);
chooseTool('pen');
repaint();
