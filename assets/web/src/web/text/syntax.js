// Functions and brackets around a selection, by the syntax tree of the language.
import { ensureSyntaxTree, matchBrackets, syntaxTree } from "@codemirror/language";
/** @import { EditorState } from "@codemirror/state" */
/** @import { Range } from "../../shapes/text.js" */

/** who asks for a function waits that long: only very long texts and very busy machines take it */
const PARSE_MS = 2000;
const FAR = 20_000;
const BRACKETS = "()[]{}«»“”";
const FUNCTION = new RegExp(
  "^(?:(?:Async)?(?:Function|Method|Class|Interface)(?:Definition|Declaration|Expression)|" +
    "ArrowFunction|LambdaExpression|Statement|Element|Object|Array)$",
);

/**
 * The smallest function, method or class around a selection that is more than the selection.
 * @param {EditorState} state
 * @param {Range} selection
 * @returns {Range | null}
 */
export function functionAround(state, { from, to }) {
  const line = state.doc.lineAt(from);
  const at = from === to ? Math.max(from, line.from + line.text.length - line.text.trimStart().length) : from;
  const end = Math.max(at, to);
  const tree = ensureSyntaxTree(state, end, PARSE_MS) ?? syntaxTree(state);
  /** @type {Range | null} */
  let best = null;
  for (const side of /** @type {const} */ ([1, -1]))
    for (let node = tree.resolveInner(at, side); node; node = /** @type {typeof node} */ (node.parent)) {
      if (!FUNCTION.test(node.type.name)) continue;
      const whole = node.parent?.type.name === "DecoratedStatement" ? node.parent : node;
      const range = { from: whole.from, to: whole.from + state.sliceDoc(whole.from, whole.to).trimEnd().length };
      if ((range.from > from && from !== to) || range.to < to || range.to - range.from <= to - from) continue;
      if (!best || range.to - range.from < best.to - best.from) best = range;
      break;
    }
  return best;
}

/**
 * What stands between the nearest brackets around a selection; with all of that selected, the brackets too.
 * @param {EditorState} state
 * @param {Range} selection
 * @returns {Range | null}
 */
export function bracketsAround(state, { from, to }) {
  const config = { brackets: BRACKETS };
  for (let at = from - 1; at >= 0 && at > from - FAR; at--) {
    const kind = BRACKETS.indexOf(state.sliceDoc(at, at + 1));
    if (kind < 0) continue;
    if (kind % 2) {
      // a pair that ends before the selection is stepped over
      const over = matchBrackets(state, at + 1, -1, config);
      if (over?.matched && over.end) at = over.end.from;
      continue;
    }
    const pair = matchBrackets(state, at, 1, config);
    if (!pair?.matched || !pair.end || pair.end.from < to) continue;
    const inside = { from: at + 1, to: pair.end.from };
    return inside.from === from && inside.to === to ? { from: at, to: pair.end.to } : inside;
  }
  return null;
}
