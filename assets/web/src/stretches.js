// Which stretch of a document a change belongs to: the lines between blank lines, or fewer where those are many. A document is
// anything with CodeMirror's `lineAt(position)`, `line(number)` and `lines`.
export const LONGEST = 1200; // characters of one stretch

const blank = (line) => !line.text.trim();

/** The stretch {from, to} around a position; null on a blank line. */
export function stretchAt(doc, position) {
  const here = doc.lineAt(position);
  if (blank(here)) return null;
  let first = here, last = here;
  for (let grown = true; grown;) {
    grown = false;
    for (const next of [last.number < doc.lines && doc.line(last.number + 1), first.number > 1 && doc.line(first.number - 1)]) {
      if (!next || blank(next) || Math.max(next.to, last.to) - Math.min(next.from, first.from) > LONGEST) continue;
      if (next.number > last.number) last = next; else first = next;
      grown = true;
    }
  }
  return { from: first.from, to: last.to };
}

/** Every stretch that has a part of [from, to], in order. */
export function stretches(doc, from, to) {
  const found = [];
  for (let number = doc.lineAt(from).number; number <= doc.lines;) {
    const line = doc.line(number);
    if (line.from > to) break;
    if (blank(line)) { number++; continue; }
    let last = line;
    for (number++; number <= doc.lines; number++) {
      const next = doc.line(number);
      if (blank(next) || next.to - line.from > LONGEST) break;
      last = next;
    }
    found.push({ from: line.from, to: last.to });
  }
  return found;
}
