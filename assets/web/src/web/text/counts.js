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

/**
 * Words are what white space parts; a character outside the basic plane counts once.
 * @param {string} text
 */
export const count = (text) => ({
  words: text.match(/\S+/g)?.length ?? 0,
  characters: text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0),
});

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
