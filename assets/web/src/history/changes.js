// Two texts against each other: inline or side by side, from change to change, and a strip of where the changes lie.
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { getChunks, goToNextChunk, goToPreviousChunk, MergeView, unifiedMergeView } from "@codemirror/merge";
import { h } from "../web/dom/elements.js";
/** @import { Extension } from "@codemirror/state" */
/**
 * @typedef {{view: EditorView, destroy: () => void, next: () => void, previous: () => void, count: () => number}} Shown
 */

const SCAN = { scanLimit: 2000, timeout: 1500 };

/**
 * One text alone, or one against another.
 * @param {HTMLElement} parent
 * @param {object} is
 * @param {string} is.text
 * @param {string | null} is.before null: it is shown alone
 * @param {boolean} is.beside side by side
 * @param {Extension} is.look
 * @returns {Shown}
 */
export function shownIn(parent, { text, before, beside, look }) {
  const fixed = [
    EditorState.readOnly.of(true),
    EditorView.lineWrapping,
    EditorState.lineSeparator.of("\n"),
    lineNumbers(),
    look,
  ];
  if (before !== null && beside) {
    const merge = new MergeView({
      parent,
      a: { doc: before, extensions: fixed },
      b: { doc: text, extensions: fixed },
      diffConfig: SCAN,
      gutter: true,
    });
    return { view: merge.b, destroy: () => merge.destroy(), ...walking(merge.b) };
  }
  const changes =
    before === null
      ? []
      : unifiedMergeView({ original: before, mergeControls: false, allowInlineDiffs: true, diffConfig: SCAN });
  const view = new EditorView({ parent, state: EditorState.create({ doc: text, extensions: [fixed, changes] }) });
  return { view, destroy: () => view.destroy(), ...walking(view) };
}

/** @param {EditorView} view */
function walking(view) {
  /** @param {import("@codemirror/state").StateCommand} command */
  const go = (command) => {
    command(view);
    view.dispatch({ effects: EditorView.scrollIntoView(view.state.selection.main.head, { y: "center" }) });
  };
  return {
    next: () => go(goToNextChunk),
    previous: () => go(goToPreviousChunk),
    count: () => getChunks(view.state)?.chunks.length ?? 0,
  };
}

/**
 * A strip of where the changes lie: each is a mark at its share of the text, and a press goes there.
 * @param {EditorView} view
 */
export function stripOf(view) {
  const chunks = getChunks(view.state)?.chunks ?? [];
  const whole = Math.max(1, view.state.doc.length);
  const marks = chunks.map((chunk) => {
    const from = Math.min(chunk.fromB, whole);
    const kind = kindOf(chunk);
    const style = `top:${(100 * from) / whole}%;height:${Math.max(0.6, (100 * (chunk.toB - chunk.fromB)) / whole)}%`;
    return h("button", {
      type: "button",
      class: `mark ${kind}`,
      style,
      tabindex: "-1",
      "aria-label": `A ${kind} place`,
      onclick: () =>
        view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) }),
    });
  });
  return h("div", { id: "change-strip", class: "change-strip" }, ...marks);
}

/** @param {import("@codemirror/merge").Chunk} chunk */
function kindOf({ fromA, toA, fromB, toB }) {
  if (fromA === toA) return "added";
  return fromB === toB ? "removed" : "changed";
}
