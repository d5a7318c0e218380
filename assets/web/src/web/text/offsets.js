// The engine counts Unicode code points, the browser UTF-16 units. This module is the only place that converts.
/** @import { Points, Range, Target } from "../../shapes/text.js" */

/**
 * How many units the character at a place takes. A lone surrogate takes one, as in Python.
 * @param {string} text
 * @param {number} at
 */
const width = (text, at) => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);

/**
 * Code points before UTF-16 offset `at` of `text`.
 * @param {string} text
 * @param {number} at
 */
export function toPoints(text, at) {
  let points = 0;
  for (let i = 0; i < at; i += width(text, i)) points++;
  return points;
}

/**
 * UTF-16 offset of code point `points` of `text`.
 * @param {string} text
 * @param {number} points
 */
export function toUnits(text, points) {
  let at = 0;
  for (let i = 0; i < points && at < text.length; i++) at += width(text, at);
  return at;
}

const EVERY = 1024; // units

/**
 * A function that gives the code points before any UTF-16 offset of `text`, after one look through it.
 * @param {string} text
 * @returns {(at: number) => number}
 */
export function pointsOf(text) {
  if (!/[\ud800-\udfff]/.test(text)) return (at) => at;
  const marks = marksOf(text);
  return (at) => {
    let mark = Math.min(Math.floor(at / EVERY), marks.length - 1);
    while (marks[mark].units > at) mark--;
    const { units, points } = marks[mark];
    let count = points;
    for (let from = units; from < at; from += width(text, from)) count++;
    return count;
  };
}

/**
 * Places with the code points before them, one for every EVERY units.
 * @param {string} text
 */
function marksOf(text) {
  const marks = [{ units: 0, points: 0 }];
  let points = 0;
  for (let i = 0; i < text.length; i += width(text, i), points++)
    if (i - marks[marks.length - 1].units >= EVERY) marks.push({ units: i, points });
  return marks;
}

/**
 * Places in code points as ranges of `text`.
 * @param {string} text
 * @param {Range[]} places
 * @returns {Range[]}
 */
export const unitsOf = (text, places) =>
  places.map(({ from, to }) => ({ from: toUnits(text, from), to: toUnits(text, to) }));

/**
 * Ranges of `text` as Python is told of them, with their wishes where they have any.
 * @param {string} text
 * @param {Target[]} ranges
 * @param {(at: number) => number} [before] the code points before an offset
 * @returns {Points[]}
 */
export const inPoints = (text, ranges, before = pointsOf(text)) =>
  ranges.map(({ from, to, strength = null, length = null, style = null, only = null }) => {
    const place = /** @type {const} */ ([before(from), before(to)]);
    const wishes = { strength, length, style, only };
    return Object.values(wishes).every((wish) => wish === null) ? [...place] : [...place, wishes];
  });
