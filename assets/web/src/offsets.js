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
