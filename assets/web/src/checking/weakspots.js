// Weak spots on the page: underlines that move with the text and vanish when the words under them change.
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, hoverTooltip, showTooltip } from "@codemirror/view";
/** @import { EditorState, Text, Transaction } from "@codemirror/state" */
/** @import { Spot } from "../shapes/answers.js" */
/** @import { Range } from "../shapes/text.js" */
/** @typedef {Range & {spots: Spot[]}} Placed all that is known of a stretch, in place of what was */

const HOVER_MS = 250;

/** @type {import("@codemirror/state").StateEffectType<Placed>} */
export const placed = StateEffect.define();
/** @type {import("@codemirror/state").StateEffectType<(spot: Spot) => boolean>} */
export const removed = StateEffect.define();
/**
 * The spot whose suggestion is open, or null.
 * @type {import("@codemirror/state").StateEffectType<Spot | null>}
 */
export const shown = StateEffect.define();

/**
 * Whether letters were written right before or behind a spot: its word is another one then.
 * @param {Text} doc
 * @param {Range} spot
 */
const grown = (doc, { from, to }) =>
  /[\p{L}\p{N}]/u.test(doc.sliceString(Math.max(0, from - 1), from) + doc.sliceString(to, to + 1));

/**
 * A spot after a change of the text; nothing when its words changed.
 * @param {Spot} spot
 * @param {Transaction} tr
 */
function moved(spot, { changes, newDoc }) {
  const now = { ...spot, from: changes.mapPos(spot.from, 1), to: changes.mapPos(spot.to, -1) };
  if (now.to <= now.from || newDoc.sliceString(now.from, now.to) !== spot.old) return [];
  return changes.touchesRange(spot.from, spot.to) && grown(newDoc, now) ? [] : [now];
}

/**
 * In order.
 * @type {StateField<Spot[]>}
 */
export const spots = StateField.define({
  create: () => /** @type {Spot[]} */ ([]),
  update(all, tr) {
    if (tr.docChanged) all = all.flatMap((spot) => moved(spot, tr));
    for (const effect of tr.effects) {
      if (effect.is(placed)) all = withPlaced(all, effect.value);
      if (effect.is(removed)) all = all.filter((s) => !effect.value(s));
    }
    return all;
  },
});

/**
 * @param {Spot[]} all
 * @param {Placed} found
 */
function withPlaced(all, { from, to, spots: found }) {
  const others = all.filter((s) => s.to <= from || s.from >= to);
  return [...others, ...found].sort((a, b) => a.from - b.from);
}

/**
 * The spot that the keys mean: the one at the caret, else the nearest on the same lines.
 * @param {EditorState} state
 * @param {Range | null} stretch
 * @returns {Spot | null}
 */
export function aimedAt(state, stretch) {
  const all = state.field(spots);
  const { head } = state.selection.main;
  const at = all.find((s) => s.from <= head && head <= s.to);
  if (at || !stretch) return at ?? null;
  /** @param {Spot} s */
  const far = (s) => Math.min(Math.abs(s.from - head), Math.abs(s.to - head));
  const near = all.filter((s) => s.from >= stretch.from && s.to <= stretch.to);
  return near.length ? near.reduce((best, s) => (far(best) <= far(s) ? best : s)) : null;
}

/**
 * The extensions.
 * @param {(state: EditorState) => Spot | null} aim says which spot the keys mean
 * @param {(spot: Spot) => HTMLElement} card draws its suggestion
 */
export function weakSpots(aim, card) {
  /** @param {Spot} s */
  const tooltip = (s) => ({ pos: s.from, end: s.to, above: false, create: () => ({ dom: card(s) }) });
  /** @type {StateField<Spot | null>} */
  const open = StateField.define({
    create: () => /** @type {Spot | null} */ (null),
    update(value, tr) {
      for (const effect of tr.effects) if (effect.is(shown)) value = effect.value;
      return value && (tr.docChanged || tr.selection || tr.effects.length) ? still(value, tr.state) : value;
    },
    provide: (field) => showTooltip.from(field, (s) => s && tooltip(s)),
  });
  const hover = hoverTooltip(
    (view, pos) => {
      const s = view.state.field(spots).find((each) => each.from <= pos && pos <= each.to);
      return s && s !== view.state.field(open) ? tooltip(s) : null;
    },
    { hoverTime: HOVER_MS },
  );
  const marks = EditorView.decorations.compute([spots, "selection"], (state) => {
    const aimed = aim(state);
    return Decoration.set(state.field(spots).map((s) => mark(s === aimed).range(s.from, s.to)));
  });
  return [spots, open, hover, marks];
}

/** @param {boolean} aimed */
const mark = (aimed) => Decoration.mark({ class: `pz-weak${aimed ? " pz-weak-aimed" : ""}` });

/**
 * A spot that is open, as it stands by now; null once the caret left it.
 * @param {Spot} spot
 * @param {EditorState} state
 */
function still(spot, state) {
  const { head } = state.selection.main;
  const same = (/** @type {Spot} */ s) => s.old === spot.old && s.new === spot.new && s.from <= head && head <= s.to;
  return state.field(spots).find(same) ?? null;
}
