// The masks in the editor: they move with the text, and are put by while a run covers them.
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";
import { moved, spansOf, tidy } from "./masks.js";
import { without } from "../../web/text/ranges.js";
/** @import { Transaction } from "@codemirror/state" */
/** @import { MaskCalls } from "../../shapes/core.js" */
/** @import { Mask, MaskDraft, Slice } from "../../shapes/text.js" */
/** @typedef {{lot: object, masks: Mask[]}} Lot */

// ---- how they are drawn ------------------------------------------------------------------------------------------
class Padlock extends WidgetType {
  eq() {
    return true;
  }
  toDOM() {
    const mark = document.createElement("span");
    mark.className = "pz-padlock";
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", "locked:");
    return mark;
  }
  ignoreEvent() {
    return false;
  }
}
const padlock = Decoration.widget({ widget: new Padlock(), side: 1 });
/** @param {Mask} mask */
const maskMark = (mask) =>
  Decoration.mark({
    class: "pz-usermask",
    attributes: { "data-mask": mask.id, style: `--pz-strength: ${mask.strength ?? 1}` },
  });
/** @param {Mask} mask */
const lockMark = (mask) =>
  Decoration.mark({
    class: "pz-locked",
    attributes: { "data-mask": mask.id, title: "Locked: these words stay as they are" },
  });
/** @param {Mask[]} masks */
const drawn = (masks) =>
  Decoration.set(
    masks.flatMap((mask) => [
      ...without(mask, mask.locks).map((r) => maskMark(mask).range(r.from, r.to)),
      ...mask.locks.flatMap((l) => [padlock.range(l.from), lockMark(mask).range(l.from, l.to)]),
    ]),
    true,
  );

// ---- what there is -----------------------------------------------------------------------------------------------
/** @param {Transaction} tr */
const placing = (tr) => (/** @type {number} */ at, /** @type {number} */ side) => tr.changes.mapPos(at, side);

/** @type {import("@codemirror/state").StateEffectType<MaskDraft[]>} */
export const setMasks = StateEffect.define();
/** @type {StateField<Mask[]>} */
export const maskField = StateField.define({
  create: () => /** @type {Mask[]} */ ([]),
  update(value, tr) {
    if (tr.docChanged) value = moved(value, placing(tr));
    for (const effect of tr.effects) if (effect.is(setMasks)) value = tidy(effect.value, tr.newDoc.length);
    return value;
  },
  provide: (field) => EditorView.decorations.from(field, drawn),
});

const PARKED = 8;
/** @type {import("@codemirror/state").StateEffectType<Lot>} */
const park = StateEffect.define();
/**
 * Masks that were put by while a run covers them. They go on moving with the text, so that they come back where they
 * belong.
 * @type {StateField<Lot[]>}
 */
const parked = StateField.define({
  create: () => /** @type {Lot[]} */ ([]),
  update(value, tr) {
    if (tr.docChanged && value.length) value = value.map((lot) => ({ ...lot, masks: moved(lot.masks, placing(tr)) }));
    for (const effect of tr.effects) if (effect.is(park)) value = [...value, effect.value].slice(-PARKED);
    return value;
  },
});
export const maskState = [maskField, parked];

/**
 * What is done with masks.
 * @param {EditorView} view
 * @param {(id: string | undefined) => void} added is told when the selection was made a mask
 * @returns {MaskCalls}
 */
export function maskCalls(view, added) {
  const now = () => view.state.field(maskField);
  /** @type {Slice} */
  const slice = (from, to) => view.state.sliceDoc(from, to);
  const picked = () => view.state.selection.ranges.filter((r) => !r.empty).map(({ from, to }) => ({ from, to }));
  return {
    /** The carets, where nothing is selected. */
    carets: () => view.state.selection.ranges.filter((r) => r.empty).map(({ from, to }) => ({ from, to })),
    ranges: () => spansOf(now(), picked(), slice),
    picked,
    masks: now,
    setMasks(all) {
      const main = view.state.selection.main;
      view.dispatch({ effects: setMasks.of(all) });
      const fresh = all.filter((m) => m.id === undefined);
      if (fresh.length === 1 && fresh[0].from === main.from && fresh[0].to === main.to)
        added(now().find((m) => m.from <= main.from && main.to <= m.to)?.id);
    },
    /** Masks with their wishes and locks, to be put back later. */
    saveMasks() {
      const lot = {};
      view.dispatch({ effects: park.of({ lot, masks: now() }) });
      return lot;
    },
    /** Those masks as they stand now. */
    savedMasks: (lot) => view.state.field(parked).find((entry) => entry.lot === lot)?.masks ?? [],
    /** Put masks back where their words stand now; without any trace of them `spansNow` become plain ones. */
    restoreMasks(lot, spansNow = []) {
      const kept = view.state.field(parked).find((entry) => entry.lot === lot);
      view.dispatch({ effects: setMasks.of(kept?.masks ?? spansNow.map(({ from, to }) => ({ from, to }))) });
    },
  };
}
