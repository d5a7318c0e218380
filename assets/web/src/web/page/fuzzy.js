// How well words that were typed fit a title.

/** {score, at}: a number, higher is better, and the places of `text` that fit; null when `query` does not fit at all. */
export function fit(query, text) {
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

// Letter by letter, so that places stay what they are in the text ("İ" becomes two letters as a whole).
const lower = (text) =>
  Array.from({ length: text.length }, (_, i) =>
    text[i].toLowerCase().length === 1 ? text[i].toLowerCase() : text[i],
  ).join("");
const begins = (text, i) => i === 0 || !/[\p{L}\p{N}]/u.test(text[i - 1]);
const run = (from, length) => Array.from({ length }, (_, i) => from + i);

/** Where one word stands: at the beginning of a word, inside one, or its letters one by one. */
function place(word, text) {
  const starts = [];
  for (let i = text.indexOf(word); i >= 0; i = text.indexOf(word, i + 1)) starts.push(i);
  const best = starts.find((i) => begins(text, i)) ?? starts[0];
  if (best !== undefined)
    return { score: (begins(text, best) ? 100 : 60) - Math.min(best, 30), at: run(best, word.length) };
  return scattered(word, text);
}

/** The letters in their order, at beginnings of words where that is possible: "sd" fits "Save a Document". */
function scattered(word, text) {
  const at = [];
  let from = 0,
    gaps = 0;
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

function follows(word, text, from) {
  let i = from;
  for (const letter of word) {
    i = text.indexOf(letter, i) + 1;
    if (!i) return false;
  }
  return true;
}

/** The items whose title fits, best first; equals keep their order. `bonus(item)` is added to the score of those that fit. */
export function ranked(query, items, bonus = () => 0) {
  return items
    .map((item) => ({ item, ...(fit(query, item.title) ?? { score: null }) }))
    .filter((found) => found.score !== null)
    .sort((a, b) => b.score + bonus(b.item) - a.score - bonus(a.item));
}
