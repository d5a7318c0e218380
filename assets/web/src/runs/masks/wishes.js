// The wishes of a mask in words.
/** @import { Length, Mask, Only, Range, Slice } from "../../shapes/text.js" */

/**
 * A strength in a word or two, and what it means.
 * @param {number} share
 * @returns {[name: string, meaning: string]}
 */
export function strengthWords(share) {
  if (share <= 0) return ["correct", "only words that look wrong change"];
  const kept = `about ${Math.round((1 - share) * 100)} % of it stays`;
  if (share <= 0.3) return ["touch up", kept];
  if (share <= 0.6) return ["rework", kept];
  return share < 1 ? ["recast", kept] : ["rewrite", "no word stays"];
}

/** @type {Record<string, string>} */
const LENGTHS = { auto: "about as long", same: "same length" };

/** @param {Length | null} length */
function lengthWords(length) {
  if (length === null) return "";
  if (typeof length === "number") return `${length} token${length === 1 ? "" : "s"}`;
  return LENGTHS[length] ?? length;
}

/**
 * What a mask may be, in a word or two.
 * @param {Only | null} only
 */
export function onlyWords(only) {
  if (only === null || typeof only === "string") return only ?? "";
  return "one_of" in only ? `one of ${only.one_of.length}` : "pattern";
}

/**
 * The wishes of a mask as short words, for its chip.
 * @param {Pick<Mask, "strength" | "length" | "style" | "only" | "locks">} mask
 * @param {(style: string) => string} [titleOf]
 */
export function wishWords({ strength, length, style, only, locks }, titleOf = (style) => style) {
  return [
    strength === null ? "" : strengthWords(strength)[0],
    lengthWords(length),
    style === null ? "" : titleOf(style),
    onlyWords(only),
    locks.length ? "words kept" : "",
  ].filter(Boolean);
}

const EXCERPT = 24;

/**
 * The beginning of some words, on one line.
 * @param {Range} range
 * @param {Slice} slice
 */
export function excerptOf({ from, to }, slice) {
  const text = slice(from, Math.min(to, from + 4 * EXCERPT))
    .trim()
    .replace(/\s+/g, " ");
  return text.length > EXCERPT || to - from > 4 * EXCERPT ? `${text.slice(0, EXCERPT).trimEnd()}…` : text;
}
