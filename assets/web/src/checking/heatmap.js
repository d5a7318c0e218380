// The words of the document whose likelihood is known, and their colours in the editor.
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin } from "@codemirror/view";
import { level } from "./heatscale.js";
/** @import { ViewUpdate } from "@codemirror/view" */
/** @import { Range } from "../shapes/text.js" */
/** @import { Word } from "./heatscale.js" */
/** @import { Skipped } from "../shapes/answers.js" */
/** @typedef {Range & {words: Word[], skipped: Skipped[]}} Known a stretch whose words are known but for some */

export const STEPS = 10;

/** @type {import("@codemirror/state").StateEffectType<Known>} */
export const learned = StateEffect.define();
/** @type {import("@codemirror/state").StateEffectType<null>} */
export const cleared = StateEffect.define();
/** @type {import("@codemirror/state").StateEffectType<null>} */
export const redraw = StateEffect.define();

/**
 * @template {Range} R
 * @param {R} range
 * @param {number} by
 */
const shifted = (range, by) => ({ ...range, from: range.from + by, to: range.to + by });

/**
 * Stretches whose words are known, in order; one whose text changes is dropped.
 * @type {StateField<Known[]>}
 */
export const known = StateField.define({
  create: () => /** @type {Known[]} */ ([]),
  update(all, tr) {
    if (tr.docChanged)
      all = all
        .filter((r) => !tr.changes.touchesRange(r.from, r.to))
        .map((r) => {
          const by = tr.changes.mapPos(r.from, 1) - r.from;
          return by ? { ...shifted(r, by), words: r.words.map((w) => shifted(w, by)) } : r;
        });
    for (const effect of tr.effects) {
      if (effect.is(cleared)) all = [];
      if (effect.is(learned)) all = withStretch(all, effect.value);
    }
    return all;
  },
});

/**
 * @param {Known[]} all
 * @param {Known} stretch
 */
function withStretch(all, stretch) {
  const others = all.filter((r) => r.to <= stretch.from || r.from >= stretch.to);
  return [...others, stretch].sort((a, b) => a.from - b.from);
}

const marks = Array.from({ length: STEPS }, (_, i) => Decoration.mark({ class: `pz-heat pz-h${i}` }));

/**
 * The extension that colours what can be seen.
 * @param {() => boolean} on
 */
export function heatMap(on) {
  /** @param {EditorView} view */
  function draw({ state, visibleRanges }) {
    if (!on()) return Decoration.none;
    const seen = visibleRanges.flatMap(({ from, to }) =>
      state
        .field(known)
        .filter((r) => r.from < to && r.to > from)
        .flatMap((r) => r.words.filter((w) => w.from < to && w.to > from)),
    );
    return Decoration.set(
      [...new Set(seen)].map((w) => marks[level(w.p)].range(w.from, w.to)),
      true,
    );
  }
  class Heat {
    /** @param {EditorView} view */
    constructor(view) {
      this.decorations = draw(view);
    }
    /** @param {ViewUpdate} update */
    update(update) {
      const { docChanged, viewportChanged, startState, state, transactions, view } = update;
      const asked = transactions.some((tr) => tr.effects.some((e) => e.is(redraw)));
      const other = startState.field(known) !== state.field(known);
      if (docChanged || viewportChanged || other || asked) this.decorations = draw(view);
    }
  }
  return ViewPlugin.fromClass(Heat, { decorations: (plugin) => plugin.decorations });
}
