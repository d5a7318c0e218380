// How a finished proposal is drawn: what of it is new, and code in its colours.
import { language } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { toksOf } from "../frames/moments.js";
import { toUnits } from "../../web/text/offsets.js";
import { coloursIn } from "../../web/text/colours.js";
/** @import { EditorState } from "@codemirror/state" */
/** @import { Hunk } from "../../shapes/answers.js" */
/** @import { Moment, Tok } from "../../shapes/frames.js" */
/** @import { Covered, Look } from "../../shapes/runs.js" */
/** @import { Range } from "../../shapes/text.js" */

/**
 * The ranges of the new text that are not in the old one.
 * @param {string} old
 * @param {Hunk[]} hunks in order
 */
export function freshOf(old, hunks) {
  /** @type {Range[]} */
  const fresh = [];
  let at = 0;
  let written = 0;
  for (const hunk of hunks) {
    const start = toUnits(old, hunk.start);
    written += start - at;
    fresh.push({ from: written, to: written + hunk.new.length });
    written += hunk.new.length;
    at = toUnits(old, hunk.end);
  }
  return fresh;
}

/**
 * For every token whether it says what stood there before.
 * @param {Tok[]} toks of a finished span
 * @param {Range[]} fresh
 */
export function stayed(toks, fresh) {
  let at = 0;
  return toks.map(([text]) => {
    // The space before a word may be new where the word is not.
    const from = at + (text.trim() ? text.length - text.trimStart().length : 0);
    at += text.length;
    return !fresh.some((range) => range.from < at && from < range.to);
  });
}

/**
 * How the spans of a proposal look once it is written.
 * @param {EditorState} state
 * @param {Covered[]} spans
 * @param {string[]} texts what each would hold
 * @returns {Look[]}
 */
export function looksOf(state, spans, texts) {
  const old = state.doc.toString();
  let text = "";
  let at = 0;
  const places = spans.map((span, i) => {
    text += old.slice(at, span.from) + texts[i];
    at = span.to;
    return { from: text.length - texts[i].length, to: text.length };
  });
  text += old.slice(at);
  return places.map(({ from, to }, i) => ({
    now: coloursIn(state, text, from, to),
    was: coloursIn(state, old, spans[i].from, spans[i].to),
  }));
}

/**
 * The same, and the same values again as long as nothing changed, so that nothing is drawn anew.
 * @returns {(state: EditorState, spans: Covered[], moment: Moment, of: {texts: string[], hunks: Hunk[][]}) => Look[]}
 */
export function looking() {
  /** @type {{key: unknown[], looks: Look[]} | null} */
  let last = null;
  return (state, spans, moment, { texts, hunks }) => {
    const key = [state.doc, state.facet(language), state.facet(EditorView.darkTheme), moment, hunks, texts.join("\0")];
    if (last && key.every((part, i) => part === last?.key[i])) return last.looks;
    const looks = looksOf(state, spans, texts).map((look, i) => ({
      ...look,
      stayed: stayed(moment[i].toks, freshOf(spans[i].old, hunks[i])),
    }));
    last = { key, looks };
    return looks;
  };
}

/** @type {WeakMap<Moment, Tok[][]>} */
const known = new WeakMap();
/**
 * The tokens of a last moment: none of them was written just now.
 * @param {Moment} moment
 */
export function settled(moment) {
  /** @type {(tok: Tok) => Tok} */
  const rested = (tok) => (tok[1] === "n" ? /** @type {Tok} */ (tok.with(1, "s")) : tok);
  const toks = known.get(moment) ?? toksOf(moment).map((all) => all.map(rested));
  known.set(moment, toks);
  return toks;
}
