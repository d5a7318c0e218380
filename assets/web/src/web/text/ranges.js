// Ranges of a text: whether they meet, what they cover together, what of one lies outside others.
/** @import { Range, Slice } from "../../shapes/text.js" */

/** @type {(a: Range, b: Range) => boolean} */
export const meet = (a, b) => a.from < b.to && b.from < a.to;
/** @type {(a: Range, b: Range) => number} */
export const byPlace = (a, b) => a.from - b.from;

/**
 * Ranges as sorted ones that do not touch.
 * @param {Range[]} ranges
 */
export function merged(ranges) {
  /** @type {Range[]} */
  const all = [];
  for (const { from, to } of [...ranges].sort(byPlace)) {
    const last = all.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else all.push({ from, to });
  }
  return all;
}

/**
 * What of a range lies outside all `holes`.
 * @param {Range} range
 * @param {Range[]} holes
 */
export function without({ from, to }, holes) {
  /** @type {Range[]} */
  const left = [];
  let at = from;
  for (const hole of merged(holes)) {
    if (hole.to <= at || hole.from >= to) continue;
    if (hole.from > at) left.push({ from: at, to: hole.from });
    at = hole.to;
  }
  if (at < to) left.push({ from: at, to });
  return left;
}

/**
 * A range less the white space at its ends; null when that is all of it.
 * @param {Range} range
 * @param {Slice} slice
 * @returns {Range | null}
 */
export function trimmed({ from, to }, slice) {
  const text = slice(from, to);
  const words = text.trim();
  const start = from + text.indexOf(words);
  return words ? { from: start, to: start + words.length } : null;
}

/**
 * Ranges less the white space at their ends; those of nothing else are left out.
 * @param {Range[]} ranges
 * @param {Slice} slice
 */
export const allTrimmed = (ranges, slice) => ranges.map((r) => trimmed(r, slice)).filter((r) => r !== null);

/**
 * The parts of ranges that lie in another.
 * @param {Range[]} ranges
 * @param {Range} within
 * @returns {Range[]}
 */
export const clipped = (ranges, { from, to }) =>
  ranges.map((r) => ({ from: Math.max(r.from, from), to: Math.min(r.to, to) })).filter((r) => r.to > r.from);
