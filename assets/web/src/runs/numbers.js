// The numbers of lines beside spans that are covered: a proposal of several lines shows the numbers that they would
// have.
import { pieces } from "./review/changes.js";
/** @import { Text } from "@codemirror/state" */
/** @import { Covered } from "../shapes/runs.js" */

/** @param {string} text */
const breaksIn = (text) => text.split("\n").length - 1;

/**
 * The rows that a covered span begins below its first: true for one that is a line of the new text.
 * @param {Covered} span
 * @returns {boolean[]}
 */
export function rowsOf({ old, toks, changes }) {
  if (!changes) return Array(breaksIn(toks.map(([text]) => text).join(""))).fill(true);
  return pieces(old, changes).flatMap(({ text, change }) => {
    if (!change) return Array(breaksIn(text)).fill(true);
    const { hunk, accepted } = change;
    const gone = accepted === undefined ? Array(breaksIn(hunk.old)).fill(false) : [];
    return [...gone, ...Array(breaksIn(accepted === false ? hunk.old : hunk.new)).fill(true)];
  });
}

/**
 * What stands beside a line: its number, and those of the rows of the spans that begin on it.
 * @param {number} number of the line in the text as it is
 * @param {Text} doc
 * @param {Covered[]} spans
 * @param {boolean} whole whether every row is a line
 */
export function numbered(number, doc, spans, whole) {
  if (!spans.length || number > doc.lines) return String(number);
  const line = doc.line(number);
  let { to: end } = line;
  let count = number;
  const out = [];
  for (const span of spans) {
    const rows = rowsOf(span);
    if (span.from < line.from) count += rows.filter(Boolean).length - breaksIn(span.old);
    else if (span.from <= end) {
      out.push(...rows);
      end = doc.lineAt(span.to).to;
    }
  }
  if (!whole) return String(count);
  return [String(count), ...out.map((counts) => (counts ? String(++count) : ""))].join("\n");
}
