// Ranges of a text: whether they meet, what they cover together, what of one lies outside others.
/** @import { Range, Slice } from "../../shapes/text.js" */

const HIGH = /^[\ud800-\udbff]/;
const LOW = /^[\udc00-\udfff]/;

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

/**
 * What of a text is otherwise in another, as one change. No character is cut in two.
 * @param {string} before
 * @param {string} after
 */
export function differing(before, after) {
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from++;
  let left = 0; // that both end with
  while (left < most - from && before.at(-1 - left) === after.at(-1 - left)) left++;
  if (HIGH.test(before[from - 1])) from--;
  if (LOW.test(before[before.length - left])) left--;
  return { from, to: before.length - left, insert: after.slice(from, after.length - left) };
}
