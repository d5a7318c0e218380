// What the colours and the dashes of a drawing stand for, in the drawing itself, so that it is kept with it.
import { svg } from "./svg.js";
/** @import { Look } from "../../shapes/lab.js" */

const ROW = 20;
const LETTER = 6.9; // pixels, about
const SAMPLE = 24;

/** @typedef {{name: string, colour: string, dash: string}} Key */

/**
 * Where each key stands: in rows, above the drawing.
 * @param {Key[]} all
 * @param {number} left
 * @param {number} width
 */
export function legendFor(all, left, width) {
  let x = left;
  let row = 0;
  const keys = all.map((key) => {
    const own = SAMPLE + 6 + LETTER * key.name.length + 16;
    if (x + own > width && x > left) {
      x = left;
      row++;
    }
    const place = { ...key, x, y: row * ROW + ROW / 2 };
    x += own;
    return place;
  });
  return { keys, height: keys.length ? (row + 1) * ROW : 0 };
}

/**
 * @param {Element} drawing
 * @param {ReturnType<typeof legendFor>} legend
 * @param {Look} look
 */
export function withLegend(drawing, { keys }, look) {
  for (const { name, colour, dash, x, y } of keys) {
    const line = { x1: x, x2: x + SAMPLE, y1: y, y2: y, stroke: colour, "stroke-width": 4, "stroke-dasharray": dash };
    const text = { x: x + SAMPLE + 6, y: y + 4, fill: look.ink, "text-anchor": "start" };
    drawing.append(svg("line", line), svg("text", text, name));
  }
  return drawing;
}
