// Which stretch of a document a change belongs to: the lines between blank lines, or fewer where those are many; of a long line a part. A document is
// anything with CodeMirror's `lineAt(position)`, `line(number)` and `lines`.
export const LONGEST = 1200; // characters of one stretch

const blank = (line) => !line.text.trim();

const BREAK =
  /\s|[\u0e00-\u109f\u1780-\u17ff\u2e80-\u312f\u31f0-\u9fff\uf900-\ufaff\uff01-\uffef]|[\ud840-\udbff][\udc00-\udfff]/g;

/** A long line in parts, cut behind a space, or between characters of a script that has none; what has neither stays whole. */
function partsOf(line) {
  const parts = [];
  let from = 0,
    cut = 0;
  for (const { index, 0: found } of line.text.matchAll(BREAK)) {
    const end = index + found.length;
    if (index - from >= LONGEST && cut > from) {
      parts.push({ from, to: cut });
      from = cut;
    }
    if (end - from <= LONGEST || cut <= from) cut = end;
    if (cut - from >= LONGEST) {
      parts.push({ from, to: cut });
      from = cut;
    }
  }
  if (line.text.length - from > LONGEST && cut > from) {
    parts.push({ from, to: cut });
    from = cut;
  }
  parts.push({ from, to: line.text.length });
  return parts
    .filter((r) => line.text.slice(r.from, r.to).trim())
    .map((r) => ({ from: line.from + r.from, to: line.from + r.to }));
}
const long = (line) => line.length > LONGEST;

/** The stretch {from, to} around a position; null on a blank line. */
export function stretchAt(doc, position) {
  const here = doc.lineAt(position);
  if (blank(here)) return null;
  if (long(here)) {
    const all = partsOf(here);
    return all.find((r) => position <= r.to) ?? all.at(-1);
  }
  let first = here,
    last = here;
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

/** Every stretch that has a part of [from, to], in order. */
export function stretches(doc, from, to) {
  const found = [];
  for (let number = doc.lineAt(from).number; number <= doc.lines; ) {
    const line = doc.line(number);
    if (line.from > to) break;
    if (blank(line)) {
      number++;
      continue;
    }
    if (long(line)) {
      found.push(...partsOf(line).filter((r) => r.to >= from && r.from <= to));
      number++;
      continue;
    }
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
