// How much of a run is done, and how long the rest will take, as far as can be told.
/** @import { Frame } from "../../shapes/frames.js" */

/** Milliseconds from which on a run says how long it still takes. */
export const PATIENCE = 3000;
const LEAST = 0.04; // of a run: before that nobody knows
const PARTS = 2; // of a run in many, behind which one knows it roughly
/** Of a part that is drafted first: where each phase begins, and how much of it there is. */
const DRAFTED = /** @type {Record<string, [number, number]>} */ ({
  length: [0, 0.05],
  read: [0.05, 0.05],
  draft: [0.1, 0.55],
  denoise: [0.65, 0.35],
});

/**
 * The share of a run that is done.
 * @param {Frame} frame the last of it
 * @param {boolean} drafted whether it draws proposals before its steps
 */
export function shareOf(
  { phase, step, steps, progress: [done, total] = [0, 0], parts: [number, of] = [1, 1] },
  drafted,
) {
  const [from, size] = drafted ? (DRAFTED[phase] ?? [0, 0]) : [0, phase === "denoise" ? 1 : 0];
  let inner = total ? done / total : 0;
  // The steps of a run in parts are counted through; those of a part are not known.
  if (phase === "denoise") inner = of > 1 || !steps ? 0.5 : step / steps;
  return (number - 1 + from + size * inner) / of;
}

/**
 * The time that is left, in words; "" when it is not known or soon over.
 * @param {number} share that is done
 * @param {number} taken milliseconds
 * @param {number} from the share that was done when the pace became what it is
 * @param {number} at the milliseconds that were taken by then
 * @param {number} least the share behind which it is known
 */
export function leftOf(share, taken, from = 0, at = 0, least = LEAST) {
  if (taken < PATIENCE || share < least || share >= 1) return "";
  const each = share > from ? (taken - at) / (share - from) : taken / share;
  const seconds = (each * (1 - share)) / 1000;
  if (seconds < 5) return "a few seconds left";
  if (seconds < 90) return `about ${Math.ceil(seconds / 5) * 5} s left`;
  return `about ${Math.ceil(seconds / 60)} min left`;
}

/** Follows one run: how much of it is done, which never shrinks, and what is left by the pace of the phase it is in. */
export function pacing() {
  let [phase, from, at, most] = ["", 0, 0, 0];
  /**
   * @param {Frame} frame the last of it
   * @param {boolean} drafted as for `shareOf`
   * @param {number} taken milliseconds
   */
  return (frame, drafted, taken) => {
    most = Math.max(most, shareOf(frame, drafted));
    // Parts go through all phases again and again: what counts is the pace of them all.
    if (!frame.parts && frame.phase !== phase) [phase, from, at] = [frame.phase, most, taken];
    const least = frame.parts ? Math.min(LEAST, PARTS / frame.parts[1]) : LEAST;
    return { share: most, left: leftOf(most, taken, from, at, least) };
  };
}
