// Words in the colours that were found for them.
/** @import { Colour } from "../../shapes/text.js" */

/**
 * A piece of a text in its colours.
 * @param {string} text
 * @param {number} at where it begins in what was coloured
 * @param {Colour[]} colours in order
 * @returns {(string | HTMLElement)[]}
 */
export function painted(text, at, colours) {
  const inside = colours.filter(({ from, to }) => from < at + text.length && to > at);
  if (!inside.length) return [text];
  /** @type {(string | HTMLElement)[]} */
  const pieces = [];
  let done = 0;
  for (const { from, to, classes } of inside) {
    const start = Math.max(0, from - at);
    const end = Math.min(text.length, to - at);
    if (start > done) pieces.push(text.slice(done, start));
    const piece = document.createElement("span");
    piece.className = classes;
    piece.textContent = text.slice(Math.max(start, done), end);
    pieces.push(piece);
    done = end;
  }
  if (done < text.length) pieces.push(text.slice(done));
  return pieces;
}
