// A stretch of the text that Python is asked about while typing goes on: where it stands by the time the answer comes.
import { StateEffect, StateField } from "@codemirror/state";
import { toPoints, toUnits } from "../web/text/offsets.js";
/** @import { Transaction } from "@codemirror/state" */
/** @import { Payload, Skipped } from "../shapes/answers.js" */
/** @import { Core, ToldText } from "../shapes/core.js" */
/** @import { Range } from "../shapes/text.js" */

/** The stretch that is asked about now; null when none is, and once its text changed. */
export function stretchField() {
  /** @type {import("@codemirror/state").StateEffectType<Range | null>} */
  const set = StateEffect.define();
  /** @type {StateField<Range | null>} */
  const field = StateField.define({
    create: () => /** @type {Range | null} */ (null),
    update(value, tr) {
      if (value && tr.docChanged) value = moved(value, tr);
      for (const effect of tr.effects) if (effect.is(set)) value = effect.value;
      return value;
    },
  });
  return { field, set };
}

/**
 * @param {Range} range
 * @param {Transaction} tr
 */
function moved({ from, to }, { changes }) {
  if (changes.touchesRange(from, to)) return null;
  return { from: changes.mapPos(from, 1), to: changes.mapPos(to, -1) };
}

/**
 * A stretch of a text that was told as Python is asked about it. `unit(now, point)` is where a point of the answer
 * stands in the editor, when the stretch itself stands at `now`.
 * @param {ToldText} told
 * @param {Range} stretch
 */
export function stretchOf({ text, points }, stretch) {
  const inside = text.slice(stretch.from, stretch.to);
  const from = points(stretch.from);
  return {
    asked: { from, to: from + toPoints(inside, inside.length) },
    /** @type {(now: Range, point: number) => number} */
    unit: (now, point) => now.from + toUnits(inside, point - from),
  };
}

/**
 * Ask about a stretch of the text: the answer, and where its points stand in the editor.
 * @template {"check" | "heat"} N
 * @param {Core} core
 * @param {N} name
 * @param {Range} stretch
 * @param {Payload} [more]
 */
export async function askAbout(core, name, stretch, more = {}) {
  let unit = (/** @type {Range} */ now, /** @type {number} */ point) => now.from + point;
  const answer = await core.about(name, core.surface.view.state.doc, (told) => {
    const question = stretchOf(told, stretch);
    unit = question.unit;
    return { ...question.asked, ...more };
  });
  return { answer, unit };
}

/**
 * What was left out of an answer, in words; "" for nothing.
 * @param {Skipped[]} ranges words too long to be read
 * @param {string} [other] languages that are not checked
 */
export function leftOut(ranges, other = "") {
  const n = ranges.length;
  const runs = n === 1 ? "unbroken run of letters or digits is" : "unbroken runs of letters or digits are";
  const left = n ? [`${n} ${runs} too long to be read, and left out.`] : [];
  if (other) left.push(`What is ${other} here is not checked: only English is.`);
  return left.join(" ");
}

/**
 * How far a stretch is from a place; from a range where `end` is given.
 * @param {Range} stretch
 * @param {number} at
 */
export const distance = (stretch, at, end = at) => Math.max(stretch.from - end, at - stretch.to, 0);
