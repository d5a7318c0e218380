// Some of a text around the spans of a run, for a stage beside the text.
/** @import { Range } from "../../shapes/text.js" */

const AROUND = 160;

/** @type {(part: string, around: number) => string} */
const tail = (part, around) => (part.length > around ? `…${part.slice(-around).replace(/^\S*(?=\s)/, "")}` : part);
/** @type {(part: string, around: number) => string} */
const head = (part, around) => (part.length > around ? `${part.slice(0, around).replace(/\s+\S*$/, "")} …` : part);

/**
 * Some of a text around ranges of it, with an empty element in place of each.
 * @param {string} text
 * @param {Range[]} ranges
 * @param {object} how
 * @param {number} [how.around] characters on each side
 * @param {boolean} [how.code] no more than the lines that the ranges stand on
 */
export function excerpt(text, ranges, { around = AROUND, code = false }) {
  const element = document.createElement("p");
  element.className = code ? "stage code" : "stage";
  const { first, last } = code ? linesOf(text, ranges) : { first: 0, last: text.length };
  let at = ranges[0].from ? first : 0;
  const spans = ranges.map(({ from, to }, i) => {
    const span = document.createElement("span");
    span.className = "pz-span";
    element.append(between(text.slice(at, from), i > 0, around), span);
    at = to;
    return span;
  });
  element.append(head(text.slice(at, last), around));
  return { element, spans };
}

/**
 * What stands before a range: behind another one all of it, or its two ends.
 * @param {string} part
 * @param {boolean} behind
 * @param {number} around
 */
function between(part, behind, around) {
  if (!behind) return tail(part, around);
  return part.length > 2 * around ? head(part, around) + tail(part, around) : part;
}

/**
 * @param {string} text
 * @param {Range[]} ranges
 */
function linesOf(text, ranges) {
  const end = text.indexOf("\n", ranges[ranges.length - 1].to);
  return { first: text.lastIndexOf("\n", ranges[0].from - 1) + 1, last: end < 0 ? text.length : end };
}
