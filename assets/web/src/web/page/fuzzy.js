// How well words that were typed fit a title.

/** @typedef {{score: number, at: number[]}} Place */

/**
 * A score, higher is better, and the places of `text` that fit; null when `query` does not fit at all.
 * @param {string} query
 * @param {string} text
 */
export function fit(query, text) {
  /** @type {Set<number>} */
  const at = new Set();
  let score = 0;
  for (const word of lower(query).split(/\s+/).filter(Boolean)) {
    const found = place(word, lower(text));
    if (!found) return null;
    score += found.score;
    for (const i of found.at) at.add(i);
  }
  return { score, at };
}

/**
 * Letter by letter, so that places stay what they are in the text ("İ" becomes two letters as a whole).
 * @param {string} text
 */
function lower(text) {
  return Array.from({ length: text.length }, (_, i) =>
    text[i].toLowerCase().length === 1 ? text[i].toLowerCase() : text[i],
  ).join("");
}
/** @type {(text: string, i: number) => boolean} */
const begins = (text, i) => i === 0 || !/[\p{L}\p{N}]/u.test(text[i - 1]);
/** @type {(from: number, length: number) => number[]} */
const run = (from, length) => Array.from({ length }, (_, i) => from + i);

/**
 * Where one word stands: at the beginning of a word, inside one, or its letters one by one.
 * @param {string} word
 * @param {string} text
 * @returns {Place | null}
 */
function place(word, text) {
  const starts = [];
  for (let i = text.indexOf(word); i >= 0; i = text.indexOf(word, i + 1)) starts.push(i);
  const best = starts.find((i) => begins(text, i)) ?? starts[0];
  if (best === undefined) return scattered(word, text);
  return { score: (begins(text, best) ? 100 : 60) - Math.min(best, 30), at: run(best, word.length) };
}

/**
 * The letters in their order, at beginnings of words where that is possible: "sd" fits "Save a Document".
 * @param {string} word
 * @param {string} text
 * @returns {Place | null}
 */
function scattered(word, text) {
  /** @type {number[]} */
  const at = [];
  let from = 0;
  let gaps = 0;
  for (let n = 0; n < word.length; n++) {
    const rest = word.slice(n + 1);
    const spots = run(from, text.length - from).filter((i) => text[i] === word[n] && follows(rest, text, i + 1));
    if (!spots.length) return null;
    const spot = at.length && spots[0] === from ? from : (spots.find((i) => begins(text, i)) ?? spots[0]);
    gaps += at.length ? spot - from : 0;
    at.push(spot);
    from = spot + 1;
  }
  return { score: 30 - Math.min(gaps, 28), at };
}

/**
 * Whether the letters of a word stand in a text in their order.
 * @param {string} word
 * @param {string} text
 * @param {number} from
 */
function follows(word, text, from) {
  let i = from;
  for (const letter of word) {
    i = text.indexOf(letter, i) + 1;
    if (!i) return false;
  }
  return true;
}

/**
 * The items whose title fits, best first; equals keep their order. A bonus is added to the score of those that fit.
 * @template {{title: string}} T
 * @param {string} query
 * @param {T[]} items
 * @param {(item: T) => number} [bonus]
 */
export function ranked(query, items, bonus = () => 0) {
  return items
    .flatMap((item) => {
      const found = fit(query, item.title);
      return found ? [{ item, ...found }] : [];
    })
    .sort((a, b) => b.score + bonus(b.item) - a.score - bonus(a.item));
}
