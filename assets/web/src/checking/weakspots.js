// Weak spots on the page: underlines that move with the text and vanish when the words under them change.
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, hoverTooltip, showTooltip } from "@codemirror/view";

export const placed = StateEffect.define(); // {from, to, spots}: all that is known of a stretch, in place of what was
export const removed = StateEffect.define(); // (spot) => boolean
export const shown = StateEffect.define(); // the spot whose suggestion is open, or null

/** Whether letters were written right before or behind a spot: its word is another one then. */
const grown = (doc, { from, to }) =>
  /[\p{L}\p{N}]/u.test(doc.sliceString(Math.max(0, from - 1), from) + doc.sliceString(to, to + 1));

/** [{from, to, old, new, probability, better}] in order. */
export const spots = StateField.define({
  create: () => [],
  update(all, tr) {
    if (tr.docChanged)
      all = all
        .map((s) => ({
          ...s,
          from: tr.changes.mapPos(s.from, 1),
          to: tr.changes.mapPos(s.to, -1),
          touched: tr.changes.touchesRange(s.from, s.to),
        }))
        .filter(
          (s) => s.to > s.from && tr.newDoc.sliceString(s.from, s.to) === s.old && !(s.touched && grown(tr.newDoc, s)),
        );
    for (const effect of tr.effects) {
      if (effect.is(placed)) {
        const { from, to, spots: found } = effect.value;
        all = [...all.filter((s) => s.to <= from || s.from >= to), ...found].sort((a, b) => a.from - b.from);
      }
      if (effect.is(removed)) all = all.filter((s) => !effect.value(s));
    }
    return all;
  },
});

/** The spot that the keys mean: the one at the caret, else the nearest on the same lines. */
export function aimedAt(state, stretch) {
  const all = state.field(spots),
    { head } = state.selection.main;
  const at = all.find((s) => s.from <= head && head <= s.to);
  if (at) return at;
  const near = stretch ? all.filter((s) => s.from >= stretch.from && s.to <= stretch.to) : [];
  const far = (s) => Math.min(Math.abs(s.from - head), Math.abs(s.to - head));
  return near.reduce((best, s) => (best && far(best) <= far(s) ? best : s), null);
}

const mark = (s, aimed) => Decoration.mark({ class: `pz-weak${aimed ? " pz-weak-aimed" : ""}` });

/** The extensions. `aim(state)` says which spot the keys mean; `card(spot)` draws its suggestion. */
export function weakSpots(aim, card) {
  const tooltip = (s) => ({ pos: s.from, end: s.to, above: false, create: () => ({ dom: card(s) }) });
  const open = StateField.define({
    create: () => null,
    update(value, tr) {
      for (const effect of tr.effects) if (effect.is(shown)) value = effect.value;
      const { head } = tr.state.selection.main;
      if (value && (tr.docChanged || tr.selection || tr.effects.length))
        value =
          tr.state
            .field(spots)
            .find((s) => s.old === value.old && s.new === value.new && s.from <= head && head <= s.to) ?? null;
      return value;
    },
    provide: (field) => showTooltip.from(field, (s) => s && tooltip(s)),
  });
  const hover = hoverTooltip(
    (view, pos) => {
      const s = view.state.field(spots).find((each) => each.from <= pos && pos <= each.to);
      return s && s !== view.state.field(open) ? tooltip(s) : null;
    },
    { hoverTime: 250 },
  );
  const marks = EditorView.decorations.compute([spots, "selection"], (state) => {
    const aimed = aim(state);
    return Decoration.set(state.field(spots).map((s) => mark(s, s === aimed).range(s.from, s.to)));
  });
  return [spots, open, hover, marks];
}
