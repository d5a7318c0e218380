// How likely a word is, in ten steps; and which words are the weakest.
/** @import { Range, Slice } from "../shapes/text.js" */
/** @typedef {Range & {p: number}} Word */

/**
 * Upper bounds of the probability of each step but the last. A text that reads well stands mostly in the upper ones.
 */
export const BOUNDS = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.92];

/**
 * 0 (unlikely) ... 9 (likely).
 * @param {number} p
 */
export function level(p) {
  const at = BOUNDS.findIndex((bound) => p < bound);
  return at < 0 ? BOUNDS.length : at;
}

/**
 * The `n` least likely words that have a letter or a digit.
 * @param {Word[]} words
 * @param {number} n
 * @param {Slice} slice
 */
export function weakest(words, n, slice) {
  return words
    .filter((w) => /[\p{L}\p{N}]/u.test(slice(w.from, w.to)))
    .sort((a, b) => a.p - b.p || a.from - b.from)
    .slice(0, n);
}
