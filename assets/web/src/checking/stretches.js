// Which stretch of a document a change belongs to: the lines between blank lines, or fewer where those are many; of a
// long line a part.
/** @import { Range } from "../shapes/text.js" */
/** @typedef {{number: number, from: number, to: number, text: string}} Line */
/**
 * A text in lines, as CodeMirror's documents are.
 * @typedef {{lines: number, line(number: number): Line, lineAt(position: number): Line}} Lines
 */

export const LONGEST = 1200; // characters of one stretch

/** @param {Line} line */
const blank = (line) => !line.text.trim();
/** @param {Line} line */
const long = (line) => line.text.length > LONGEST;
// A space, or a character of a script that has none.
// Not before a mark: it belongs to the letter before it.
const SPACELESS =
  "[\\u0e00-\\u109f\\u1780-\\u17ff\\u2e80-\\u312f\\u31f0-\\u9fff\\uf900-\\ufaff\\uff01-\\uffef\\u{20000}-\\u{3ffff}]";
const BREAK = new RegExp(`(?:\\s|${SPACELESS})(?![\\p{M}\\u200d])`, "gu");

/**
 * A long line in parts, cut behind a space, or between characters of a script that has none; what has neither stays
 * whole.
 * @param {Line} line
 * @returns {Range[]}
 */
function partsOf({ from: start, text }) {
  /** @type {Range[]} */
  const parts = [];
  let from = 0;
  let cut = 0;
  const part = () => {
    parts.push({ from, to: cut });
    from = cut;
  };
  for (const { index, 0: found } of text.matchAll(BREAK)) {
    const end = index + found.length;
    if (index - from >= LONGEST && cut > from) part();
    if (end - from <= LONGEST || cut <= from) cut = end;
    if (cut - from >= LONGEST) part();
  }
  if (text.length - from > LONGEST && cut > from) part();
  parts.push({ from, to: text.length });
  return parts.filter((r) => text.slice(r.from, r.to).trim()).map((r) => ({ from: start + r.from, to: start + r.to }));
}

/**
 * The stretch around a position; null on a blank line.
 * @param {Lines} doc
 * @param {number} position
 * @returns {Range | null}
 */
export function stretchAt(doc, position) {
  const here = doc.lineAt(position);
  if (blank(here)) return null;
  if (long(here)) {
    const all = partsOf(here);
    return all.find((r) => position <= r.to) ?? all.at(-1) ?? null;
  }
  let first = here;
  let last = here;
  for (let grown = true; grown; ) {
    grown = false;
    for (const next of [
      last.number < doc.lines && doc.line(last.number + 1),
      first.number > 1 && doc.line(first.number - 1),
    ]) {
      if (!next || blank(next) || Math.max(next.to, last.to) - Math.min(next.from, first.from) > LONGEST) continue;
      if (next.number > last.number) last = next;
      else first = next;
      grown = true;
    }
  }
  return { from: first.from, to: last.to };
}

/**
 * Every stretch that has a part of [from, to], in order.
 * @param {Lines} doc
 * @param {number} from
 * @param {number} to
 */
export function stretches(doc, from, to) {
  /** @type {Range[]} */
  const found = [];
  let { number } = doc.lineAt(from);
  while (number <= doc.lines) {
    const line = doc.line(number);
    if (line.from > to) break;
    if (blank(line)) number++;
    else if (long(line)) {
      found.push(...partsOf(line).filter((r) => r.to >= from && r.from <= to));
      number++;
    } else {
      const last = lastOf(doc, line);
      found.push({ from: line.from, to: last.to });
      number = last.number + 1;
    }
  }
  return found;
}

/**
 * The last line of the stretch that begins with a line.
 * @param {Lines} doc
 * @param {Line} first
 */
function lastOf(doc, first) {
  let last = first;
  while (last.number < doc.lines) {
    const next = doc.line(last.number + 1);
    if (blank(next) || next.to - first.from > LONGEST) break;
    last = next;
  }
  return last;
}
