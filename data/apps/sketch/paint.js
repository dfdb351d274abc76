// SPDX-License-Identifier: GPL-3.0-or-later

// Puts strokes on a canvas.

import { widthAt } from './drawing.js';

const MARKER_ALPHA = 0.45;

function prepare(context, stroke) {
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.strokeStyle = stroke.colour;
  context.fillStyle = stroke.colour;
  context.globalAlpha = stroke.tool === 'marker' ? MARKER_ALPHA : 1;
  context.globalCompositeOperation = stroke.tool === 'eraser' ? 'destination-out' : 'source-over';
}

const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];

function dot(context, stroke) {
  const [x, y, pressure] = stroke.points[0];

  context.beginPath();
  context.arc(x, y, widthAt(stroke, pressure) / 2, 0, 2 * Math.PI);
  context.fill();
}

// Bends at every point, from middle to middle. One path goes as far as the width stays the same: where
// two paths meet, their soft edges add up to a bead, which only a pen with pressure can't avoid.
function line(context, stroke) {
  const points = stroke.points;
  const last = points.length - 1;
  let width = widthAt(stroke, points[0][2]);

  context.beginPath();
  context.moveTo(points[0][0], points[0][1]);
  for (let i = 1; i <= last; i++) {
    const bend = points[i - 1];
    const to = middle(bend, points[i]);
    const next = widthAt(stroke, points[i][2]);

    context.quadraticCurveTo(bend[0], bend[1], to[0], to[1]);
    if (next !== width) {
      context.lineWidth = width;
      context.stroke();
      context.beginPath();
      context.moveTo(to[0], to[1]);
      width = next;
    }
  }
  context.lineTo(points[last][0], points[last][1]);
  context.lineWidth = width;
  context.stroke();
}

export function paintStroke(context, stroke) {
  context.save();
  prepare(context, stroke);
  if (stroke.points.length === 1)
    dot(context, stroke);
  else
    line(context, stroke);
  context.restore();
}

export function paintAll(context, strokes) {
  for (const stroke of strokes)
    paintStroke(context, stroke);
}
