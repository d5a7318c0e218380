// The engine counts Unicode code points, the browser UTF-16 units. This module is the only place that converts.

/** Code points before UTF-16 offset `at` of `text`. A lone surrogate counts as one, as in Python. */
export function toPoints(text, at) {
  let points = 0;
  for (let i = 0; i < at; points++) i += text.codePointAt(i) > 0xffff ? 2 : 1;
  return points;
}

/** UTF-16 offset of code point `points` of `text`. */
export function toUnits(text, points) {
  let at = 0;
  for (let i = 0; i < points; i++) at += text.codePointAt(at) > 0xffff ? 2 : 1;
  return at;
}

const EVERY = 1024; // units

/** A function that gives the code points before any UTF-16 offset of `text`, after one look through it. */
export function pointsOf(text) {
  if (!/[\ud800-\udfff]/.test(text)) return (at) => at;
  const marks = [[0, 0]]; // [units, code points] before a place, one for every EVERY units
  let points = 0;
  for (let i = 0; i < text.length; points++) {
    if (i - marks.at(-1)[0] >= EVERY) marks.push([i, points]);
    i += text.codePointAt(i) > 0xffff ? 2 : 1;
  }
  return (at) => {
    let mark = Math.min(Math.floor(at / EVERY), marks.length - 1);
    while (marks[mark][0] > at) mark--;
    let [from, count] = marks[mark];
    for (; from < at; count++) from += text.codePointAt(from) > 0xffff ? 2 : 1;
    return count;
  };
}
