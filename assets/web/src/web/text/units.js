// Words, sentences, lines and paragraphs of a text, and how a selection grows by them. No editor here: positions and strings.
const SHORT =
  /(?:^|[\s(“"'])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|vs|etc|cf|approx|Fig|fig|No|e\.g|i\.e|z\.B|d\.h)\.\s*$/u;
const ITEM = /^\s*(?:[-*+>#|]|\d+[.)])\s?/u;

/** The paragraph around a position: lines up to the next blank one. Null on a blank line. */
export function paragraphAt(text, at) {
  const lineStart = (pos) => text.lastIndexOf("\n", pos - 1) + 1;
  const lineEnd = (pos) => {
    const end = text.indexOf("\n", pos);
    return end < 0 ? text.length : end;
  };
  let from = lineStart(at),
    to = lineEnd(at);
  if (!text.slice(from, to).trim()) return null;
  while (from > 0 && text.slice(lineStart(from - 1), from - 1).trim()) from = lineStart(from - 1);
  while (to < text.length && text.slice(to + 1, lineEnd(to + 1)).trim()) to = lineEnd(to + 1);
  return { from, to };
}
/** The next paragraph that begins at `at` or after it. */
export function paragraphAfter(text, at) {
  const rest = /\S/u.exec(text.slice(at));
  return rest && paragraphAt(text, at + rest.index);
}
export function* paragraphsOf(text) {
  for (let next = paragraphAfter(text, 0); next; next = paragraphAfter(text, next.to)) yield next;
}

// ---- the units of one paragraph, from its start ------------------------------------------------------------------
const Segmenter = globalThis.Intl?.Segmenter;
const cut = (kind, text, fallback) =>
  Segmenter
    ? [...new Segmenter(undefined, { granularity: kind }).segment(text)]
    : [...text.matchAll(fallback)].map((m) => ({ segment: m[0], index: m.index, isWordLike: true }));

function words(text) {
  return cut("word", text, /[\p{L}\p{N}_]+(?:['’][\p{L}\p{N}_]+)*/gu)
    .filter((s) => s.isWordLike)
    .map((s) => ({ from: s.index, to: s.index + s.segment.length }));
}
function lines(text) {
  let at = 0;
  return text.split("\n").map((line) => {
    const from = at;
    at += line.length + 1;
    return { from, to: from + line.length };
  });
}
/** A line break inside a sentence is a space; one before a list item or a heading, or behind a heading, ends it. */
function sentences(text) {
  const all = [];
  const blocks = [];
  for (const line of lines(text)) {
    const words_ = text.slice(line.from, line.to),
      before = blocks.at(-1);
    if (!before || ITEM.test(words_) || before.heading) blocks.push({ ...line, heading: /^\s*#/u.test(words_) });
    else before.to = line.to;
  }
  for (const block of blocks) {
    const flat = text.slice(block.from, block.to).replace(/\n/g, " ");
    let open = false;
    for (const { segment, index } of cut("sentence", flat, /[^.!?…]+[.!?…]*["'”’)\]]*\s*|[.!?…]+\s*/gu)) {
      const from = block.from + index,
        to = from + segment.length;
      if (open) all.at(-1).to = to;
      else all.push({ from, to });
      open = SHORT.test(segment); // "Dr. Smith" is not two sentences
    }
  }
  return all;
}
const UNITS = { word: words, sentence: sentences, line: lines, paragraph: (text) => [{ from: 0, to: text.length }] };

/** The units of a paragraph, without white space at their ends. */
export function unitsIn(kind, text, paragraph) {
  return UNITS[kind](text.slice(paragraph.from, paragraph.to))
    .map((unit) => {
      const body = text.slice(paragraph.from + unit.from, paragraph.from + unit.to),
        from = paragraph.from + unit.from + body.length - body.trimStart().length;
      return { from, to: from + body.trim().length };
    })
    .filter((unit) => unit.to > unit.from);
}
/** The unit around a position; between two the one after it, or else before it. */
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
function unitAfter(kind, text, at) {
  for (
    let paragraph = paragraphAt(text, at) ?? paragraphAfter(text, at);
    paragraph;
    paragraph = paragraphAfter(text, paragraph.to)
  ) {
    const next = unitsIn(kind, text, paragraph).find((u) => u.from >= at);
    if (next) return next;
  }
  return null;
}
/** A selection by units: those that it touches; when it is whole ones already, one more. Null when there is none to take. */
export function byUnits(kind, text, { from, to }) {
  const body = text.slice(from, to);
  if (!body.trim()) return unitAt(kind, text, from);
  const start = from + body.length - body.trimStart().length,
    end = start + body.trim().length;
  const first = unitAt(kind, text, start),
    last = unitAt(kind, text, end - 1);
  if (!first) return null;
  const cover = { from: Math.min(start, first.from), to: Math.max(end, last.to) };
  if (cover.from !== start || cover.to !== end) return cover;
  return { from: start, to: unitAfter(kind, text, end)?.to ?? end };
}
/** The next larger of word, sentence, paragraph and text around a selection. */
export function larger(text, { from, to }) {
  for (const kind of ["word", "sentence", "paragraph"]) {
    const first = unitAt(kind, text, from),
      last = unitAt(kind, text, Math.max(from, to - 1));
    if (first && first.from === last.from && first.from <= from && first.to >= to && first.to - first.from > to - from)
      return first;
  }
  return { from: 0, to: text.length };
}
