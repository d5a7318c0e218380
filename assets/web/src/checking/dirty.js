// What was changed and not checked yet: ranges that move with the text.
import { StateEffect, StateField } from "@codemirror/state";
import { merged } from "../web/text/ranges.js";
/** @import { Range } from "../shapes/text.js" */

/** @type {import("@codemirror/state").StateEffectType<Range>} */
export const checked = StateEffect.define();
/**
 * These ranges and no others.
 * @type {import("@codemirror/state").StateEffectType<Range[]>}
 */
export const unchecked = StateEffect.define();

/** @type {StateField<Range[]>} */
export const dirty = StateField.define({
  create: () => /** @type {Range[]} */ ([]),
  update(all, tr) {
    if (tr.docChanged) {
      all = all.map((r) => ({ from: tr.changes.mapPos(r.from, -1), to: tr.changes.mapPos(r.to, 1) }));
      tr.changes.iterChangedRanges((_a, _b, from, to) => all.push({ from, to }));
      all = merged(all); // or every key would add one
    }
    for (const effect of tr.effects) {
      if (effect.is(unchecked)) all = effect.value;
      if (effect.is(checked)) all = all.flatMap((r) => less(r, effect.value));
    }
    return all;
  },
});

/**
 * What of a range lies beside another.
 * @param {Range} range
 * @param {Range} hole
 */
function less({ from, to }, hole) {
  const left = [];
  if (from < hole.from) left.push({ from, to: Math.min(to, hole.from - 1) });
  if (to > hole.to) left.push({ from: Math.max(from, hole.to + 1), to });
  return left;
}
