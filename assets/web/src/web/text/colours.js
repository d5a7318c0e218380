// The colours of code that does not stand in the editor yet: a text is parsed as the editor's language would have it.
import { highlightingFor, language } from "@codemirror/language";
import { highlightTree } from "@lezer/highlight";
/** @import { EditorState } from "@codemirror/state" */
/** @import { Colour } from "../../shapes/text.js" */

const MOST = 200_000; // characters that are parsed for a few words of them

/**
 * The colours of a part of a text, counted from where it begins.
 * @param {EditorState} state says the language and the theme
 * @param {string} text
 * @param {number} from
 * @param {number} to
 */
export function coloursIn(state, text, from, to) {
  /** @type {Colour[]} */
  const found = [];
  const parser = state.facet(language)?.parser;
  if (!parser || text.length > MOST) return found;
  const style = (/** @type {Parameters<typeof highlightingFor>[1]} */ tags) => highlightingFor(state, tags);
  highlightTree(
    parser.parse(text),
    { style },
    (a, b, classes) => {
      found.push({ from: Math.max(a, from) - from, to: Math.min(b, to) - from, classes });
    },
    from,
    to,
  );
  return found;
}
