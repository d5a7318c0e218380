// A run as moments: each moment holds one frame per span.
/** @import { Frame, Moment, SlotState, Tok } from "../../shapes/frames.js" */

/** States of a slot that holds something: written now, earlier, or pinned. */
export const WRITTEN = ["n", "s", "p"];
/** @param {SlotState} state */
export const written = (state) => WRITTEN.includes(state);
/**
 * Whether a slot is a word that stood there and stays: its id numbers a word and no token, and nobody was asked how
 * sure it is.
 * @param {Tok} tok
 */
export const stays = ([, , confidence, , id]) => !confidence && (id ?? 0) < 0;

/**
 * How many candidates a run has.
 * @param {Frame[]} frames
 */
export const candidatesOf = (frames) => frames.reduce((most, frame) => Math.max(most, (frame.candidate ?? 0) + 1), 1);

/**
 * Group the frames of one candidate (in order) into moments.
 * @param {Frame[]} frames
 * @returns {Moment[]}
 */
export function moments(frames, candidate = 0) {
  /** @type {Moment[]} */
  const all = [];
  for (const frame of frames) {
    if ((frame.candidate ?? 0) !== candidate) continue;
    if (frame.span === 0 || !all.length) all.push([]);
    all[all.length - 1][frame.span] = frame;
  }
  return all;
}

/**
 * Whether a list has no gap: frames may be merged away on their way.
 * @param {unknown[]} list
 */
export const whole = (list) => Array.from(list, Boolean).every(Boolean);

/**
 * The moments of a candidate that have a frame for each of so many spans.
 * @param {Frame[]} frames
 * @param {number} spans
 */
export const wholeMoments = (frames, spans, candidate = 0) =>
  moments(frames, candidate).filter((moment) => whole(moment) && moment.length === spans);

/** A step that shows what was drawn before the first one: nothing is computed for it. */
export const REVEAL = "reveal";
/** @type {Record<string, string>} */
const PHASES = {
  length: "Looking for the length",
  read: "Reading the text before",
  draft: "Drawing proposals",
  check: "Checking the words",
};

/**
 * What a moment is, in words.
 * @param {Moment} moment
 */
export function label([frame]) {
  const many = `${frame.step} step${frame.step === 1 ? "" : "s"}`;
  if (frame.done) return frame.phase === REVEAL ? `drawn at once, revealed in ${many}` : `done after ${many}`;
  const [number, of] = frame.parts ?? [];
  if (of) return `part ${number} of ${of}`;
  if (frame.phase === REVEAL) return `revealed, ${many}`;
  if (PHASES[frame.phase]) return PHASES[frame.phase].toLowerCase();
  if (frame.step === 0) return "scraped";
  // One word after the other takes as many steps as there are words; no most is known ahead.
  return `step ${frame.step}${frame.steps > 1 ? ` of at most ${frame.steps}` : ""}`;
}

/**
 * What a run is at, in words.
 * @param {Moment} moment
 */
export function progress([{ phase, step, progress: [done, total] = [0, 0], parts }]) {
  if (parts) return `Part ${parts[0]} of ${parts[1]}`;
  if (phase === REVEAL) return "Revealing";
  if (!PHASES[phase]) return step ? `Step ${step}` : "Writing…";
  const far = total ? `, ${done} of ${total}${phase === "read" ? " tokens" : ""}` : "…";
  return PHASES[phase] + far;
}

/**
 * Which moment shows a step: the last one of it, since what comes before the first step has none of its own; the last
 * of all where the run has fewer.
 * @param {Moment[]} all
 * @param {number} step
 */
export function momentOf(all, step) {
  const past = all.findIndex(([frame]) => frame.step > step);
  return past < 0 ? all.length - 1 : Math.max(0, past - 1);
}

/**
 * The tokens of every span of a moment.
 * @param {Moment} moment
 * @returns {Tok[][]}
 */
export const toksOf = (moment) => moment.map((frame) => frame.toks);
