// Words, characters and tokens of the text, or of what is selected in it.
import { h } from "../dom/elements.js";
import { debounce } from "../dom/timing.js";
import { many } from "../dom/words.js";
/** @import { SelectionRange, Text } from "@codemirror/state" */
/** @import { Payload } from "../../shapes/answers.js" */
/** @import { Core } from "../../shapes/core.js" */
/** @typedef {{doc: Text, ranges: readonly SelectionRange[], key: string}} Counted ranges, or all of a text */

const COUNT_MS = 150;
const TOKENS_MS = 500;

const MOST = 100_000; // characters of a text whose letters are counted as people see them
const SPACELESS =
  /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
const Segmenter = globalThis.Intl?.Segmenter;

/** @param {"word" | "grapheme"} granularity */
const segmenterOf = (granularity) => Segmenter && new Segmenter(undefined, { granularity });
const byWord = segmenterOf("word");
const byLetter = segmenterOf("grapheme");

/** @param {string} run without white space */
function wordsIn(run) {
  if (!byWord || !SPACELESS.test(run)) return 1;
  return Math.max(1, [...byWord.segment(run)].filter((s) => s.isWordLike).length);
}

/** @param {string} text */
function lettersIn(text) {
  if (!byLetter || text.length > MOST || /^[\0-\u02ff]*$/.test(text))
    return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
  let n = 0;
  for (const _ of byLetter.segment(text)) n++;
  return n;
}

/**
 * Words are what white space parts, and in scripts without spaces what a dictionary parts; characters are letters as
 * people see them.
 * @param {string} text
 */
export function count(text) {
  let words = 0;
  for (const [run] of text.matchAll(/\S+/g)) words += wordsIn(run);
  return { words, characters: lettersIn(text) };
}

/** @param {Core} core */
export function countsPart(core) {
  const element = h("p", { id: "counts", class: "counts" });
  // Of what was asked about last; what is too much to count has null tokens.
  /** @type {{doc: Text, key: string, tokens: number | null} | null} */
  let known = null;
  let asked = 0;

  /** @returns {Counted} */
  function counted() {
    const { doc, selection } = core.surface.view.state;
    const ranges = selection.ranges.filter((r) => !r.empty);
    return { doc, ranges, key: JSON.stringify(ranges.map((r) => [r.from, r.to])) };
  }
  /** @param {Counted} now */
  const isKnown = (now) => known?.doc === now.doc && known.key === now.key;
  /** @param {Counted} now */
  function tokensOf(now) {
    if (!known || !isKnown(now)) return "… tokens";
    return known.tokens === null ? "– tokens" : many(known.tokens, "token");
  }
  function draw() {
    const now = counted();
    const { words, characters } = count(textOf(now));
    const parts = [many(words, "word"), many(characters, "character"), tokensOf(now)];
    element.textContent = `${now.ranges.length ? "Selected: " : ""}${parts.join(" · ")}`;
  }
  const drawSoon = debounce(COUNT_MS, draw);
  const tokens = debounce(TOKENS_MS, async () => {
    const now = counted();
    const mine = ++asked;
    if (!isKnown(now)) {
      const answer = await core.about("tokens", now.doc, ({ points }) => rangesOf(now, points));
      if (mine !== asked) return;
      known = { doc: now.doc, key: now.key, tokens: answer?.tokens ?? null };
    }
    if (mine === asked) draw();
  });
  const changed = () => {
    drawSoon();
    tokens();
  };
  core.on("selected", changed);
  core.on("opened", changed);
  return { element };
}

/** @param {Counted} now */
const textOf = ({ doc, ranges }) =>
  ranges.length ? ranges.map((r) => doc.sliceString(r.from, r.to)).join("\n") : doc.toString();

/**
 * @param {Counted} now
 * @param {(at: number) => number} points
 * @returns {Payload}
 */
const rangesOf = ({ ranges }, points) =>
  ranges.length ? { ranges: ranges.map((r) => [points(r.from), points(r.to)]) } : {};
