// Words, sentences, lines and paragraphs of a text, and how a selection grows by them. No editor here: positions and
// strings.
/** @import { Range } from "../../shapes/text.js" */
/** @typedef {"word" | "sentence" | "line" | "paragraph"} Unit */
/** @typedef {{segment: string, index: number, isWordLike?: boolean}} Segment */

const SHORT =
  /(?:^|[\s(“"'])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|vs|etc|cf|approx|Fig|fig|No|e\.g|i\.e|z\.B|d\.h)\.\s*$/u;
const ITEM = /^\s*(?:[-*+>#|]|\d+[.)])\s?/u;
const WORD = /[\p{L}\p{N}_]+(?:['’][\p{L}\p{N}_]+)*/gu;
const SENTENCE = /[^.!?…]+[.!?…]*["'”’)\]]*\s*|[.!?…]+\s*/gu;

/** @type {(text: string, at: number) => number} */
const lineStart = (text, at) => text.lastIndexOf("\n", at - 1) + 1;
/** @type {(text: string, at: number) => number} */
function lineEnd(text, at) {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

/**
 * The paragraph around a position: lines up to the next blank one. Null on a blank line.
 * @param {string} text
 * @param {number} at
 * @returns {Range | null}
 */
export function paragraphAt(text, at) {
  let from = lineStart(text, at);
  let to = lineEnd(text, at);
  if (!text.slice(from, to).trim()) return null;
  while (from > 0 && text.slice(lineStart(text, from - 1), from - 1).trim()) from = lineStart(text, from - 1);
  while (to < text.length && text.slice(to + 1, lineEnd(text, to + 1)).trim()) to = lineEnd(text, to + 1);
  return { from, to };
}

/**
 * The next paragraph that begins at `at` or after it.
 * @param {string} text
 * @param {number} at
 */
export function paragraphAfter(text, at) {
  const rest = /\S/u.exec(text.slice(at));
  return rest && paragraphAt(text, at + rest.index);
}

/** @param {string} text */
export function* paragraphsOf(text) {
  for (let next = paragraphAfter(text, 0); next; next = paragraphAfter(text, next.to)) yield next;
}

// ---- the units of one paragraph, from its start ------------------------------------------------------------------
const Segmenter = globalThis.Intl?.Segmenter;

/**
 * @param {"word" | "sentence"} kind
 * @param {string} text
 * @param {RegExp} fallback where the browser has no segmenter
 * @returns {Segment[]}
 */
const cut = (kind, text, fallback) =>
  Segmenter
    ? [...new Segmenter(undefined, { granularity: kind }).segment(text)]
    : [...text.matchAll(fallback)].map((m) => ({ segment: m[0], index: m.index, isWordLike: true }));

/** @param {string} text */
const words = (text) =>
  cut("word", text, WORD)
    .filter((s) => s.isWordLike)
    .map((s) => ({ from: s.index, to: s.index + s.segment.length }));

/** @param {string} text */
function lines(text) {
  let at = 0;
  return text.split("\n").map((line) => {
    const from = at;
    at += line.length + 1;
    return { from, to: from + line.length };
  });
}

/**
 * What sentences may run through: a line break inside one is a space; one before a list item or a heading, or behind a
 * heading, ends it.
 * @param {string} text
 */
function blocks(text) {
  /** @type {(Range & {heading: boolean})[]} */
  const all = [];
  for (const line of lines(text)) {
    const inside = text.slice(line.from, line.to);
    const before = all.at(-1);
    if (!before || ITEM.test(inside) || before.heading) all.push({ ...line, heading: /^\s*#/u.test(inside) });
    else before.to = line.to;
  }
  return all;
}

/** @param {string} text */
function sentences(text) {
  /** @type {Range[]} */
  const all = [];
  for (const block of blocks(text)) {
    const flat = text.slice(block.from, block.to).replace(/\n/g, " ");
    let open = false;
    for (const { segment, index } of cut("sentence", flat, SENTENCE)) {
      const from = block.from + index;
      const to = from + segment.length;
      const last = all.at(-1);
      if (open && last) last.to = to;
      else all.push({ from, to });
      open = SHORT.test(segment); // "Dr. Smith" is not two sentences
    }
  }
  return all;
}

/** @type {Record<Unit, (text: string) => Range[]>} */
const UNITS = { word: words, sentence: sentences, line: lines, paragraph: (text) => [{ from: 0, to: text.length }] };

/**
 * The units of a paragraph, without white space at their ends.
 * @param {Unit} kind
 * @param {string} text
 * @param {Range} paragraph
 */
export function unitsIn(kind, text, paragraph) {
  return UNITS[kind](text.slice(paragraph.from, paragraph.to))
    .map((unit) => {
      const body = text.slice(paragraph.from + unit.from, paragraph.from + unit.to);
      const from = paragraph.from + unit.from + body.length - body.trimStart().length;
      return { from, to: from + body.trim().length };
    })
    .filter((unit) => unit.to > unit.from);
}

/**
 * The unit around a position; between two the one after it, or else before it.
 * @param {Unit} kind
 * @param {string} text
 * @param {number} at
 * @returns {Range | null}
 */
export function unitAt(kind, text, at) {
  const paragraph = paragraphAt(text, at) ?? paragraphAfter(text, at);
  if (!paragraph) return null;
  const all = unitsIn(kind, text, paragraph);
  return (
    all.find((u) => u.from <= at && at < u.to) ??
    all.find((u) => u.to === at) ??
    all.find((u) => u.from > at) ??
    all.at(-1) ??
    null
  );
}

/**
 * The first unit that begins at `at` or after it.
 * @param {Unit} kind
 * @param {string} text
 * @param {number} at
 * @returns {Range | null}
 */
function unitAfter(kind, text, at) {
  let paragraph = paragraphAt(text, at) ?? paragraphAfter(text, at);
  while (paragraph) {
    const next = unitsIn(kind, text, paragraph).find((u) => u.from >= at);
    if (next) return next;
    paragraph = paragraphAfter(text, paragraph.to);
  }
  return null;
}

/**
 * A selection by units: those that it touches; when it is whole ones already, one more. Null when there is none to
 * take.
 * @param {Unit} kind
 * @param {string} text
 * @param {Range} selection
 * @returns {Range | null}
 */
export function byUnits(kind, text, { from, to }) {
  const body = text.slice(from, to);
  if (!body.trim()) return unitAt(kind, text, from);
  const start = from + body.length - body.trimStart().length;
  const end = start + body.trim().length;
  const first = unitAt(kind, text, start);
  const last = unitAt(kind, text, end - 1);
  if (!first || !last) return null;
  const cover = { from: Math.min(start, first.from), to: Math.max(end, last.to) };
  if (cover.from !== start || cover.to !== end) return cover;
  return { from: start, to: unitAfter(kind, text, end)?.to ?? end };
}

/**
 * The next larger of word, sentence, paragraph and text around a selection.
 * @param {string} text
 * @param {Range} selection
 * @returns {Range}
 */
export function larger(text, { from, to }) {
  for (const kind of /** @type {const} */ (["word", "sentence", "paragraph"])) {
    const first = unitAt(kind, text, from);
    const last = unitAt(kind, text, Math.max(from, to - 1));
    const one = first && first.from === last?.from;
    if (one && first.from <= from && first.to >= to && first.to - first.from > to - from) return first;
  }
  return { from: 0, to: text.length };
}
