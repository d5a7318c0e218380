// Lines that run from the right where their first strong letter does.
import { RangeSetBuilder } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin } from "@codemirror/view";
/** @import { ViewUpdate } from "@codemirror/view" */

const auto = Decoration.line({ attributes: { dir: "auto" } });

/** @param {EditorView} view */
function lines({ state, visibleRanges }) {
  /** @type {RangeSetBuilder<Decoration>} */
  const builder = new RangeSetBuilder();
  let last = -1;
  for (const { from, to } of visibleRanges)
    for (let at = from; at <= to; ) {
      const line = state.doc.lineAt(at);
      if (line.from > last) builder.add(line.from, line.from, auto);
      last = line.from;
      at = line.to + 1;
    }
  return builder.finish();
}

const plugin = ViewPlugin.fromClass(
  class {
    /** @param {EditorView} view */
    constructor(view) {
      this.decorations = lines(view);
    }
    /** @param {ViewUpdate} update */
    update(update) {
      if (update.docChanged || update.viewportChanged) this.decorations = lines(update.view);
    }
  },
  { decorations: (value) => value.decorations },
);

/** The first strong letter of a line says which way it runs, and the caret goes by it. */
export const eachLineItsWay = [EditorView.perLineTextDirection.of(true), plugin];
