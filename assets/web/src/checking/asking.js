// A stretch of the text that Python is asked about while typing goes on: where it stands by the time the answer comes.
import { StateEffect, StateField } from "@codemirror/state";
import { toPoints, toUnits } from "../web/text/offsets.js";

/** {field, set}: the stretch {from, to} that is asked about now; null when none is, and once its text changed. */
export function stretchField() {
  const set = StateEffect.define(); // {from, to} or null
  const field = StateField.define({
    create: () => null,
    update(value, tr) {
      if (value && tr.docChanged)
        value = tr.changes.touchesRange(value.from, value.to)
          ? null
          : { from: tr.changes.mapPos(value.from, 1), to: tr.changes.mapPos(value.to, -1) };
      for (const effect of tr.effects) if (effect.is(set)) value = effect.value;
      return value;
    },
  });
  return { field, set };
}

/** A stretch of a text that was told (told.js) as Python is asked about it: {asked: {from, to}, unit}. `unit(now, point)` is where a
 * point of the answer stands in the editor, when the stretch itself stands at `now`. */
export function stretchOf({ text, points }, stretch) {
  const inside = text.slice(stretch.from, stretch.to),
    from = points(stretch.from);
  return {
    asked: { from, to: from + toPoints(inside, inside.length) },
    unit: (now, point) => now.from + toUnits(inside, point - from),
  };
}

/** What was left out of an answer, in words; "" for nothing. `ranges` are words too long to be read. */
export const leftOut = (ranges) =>
  ranges.length
    ? `${ranges.length} unbroken run${ranges.length === 1 ? "" : "s"} of letters or digits ${ranges.length === 1 ? "is" : "are"} too long to be read, and left out.`
    : "";
