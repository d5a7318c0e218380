// What is known of a run under review: its moments, the candidate that is shown, what was decided of its changes.
import { measures } from "../frames/figures.js";
import { candidatesOf, wholeMoments } from "../frames/moments.js";
/** @import { Moment } from "../../shapes/frames.js" */
/** @import { Change, Run } from "../../shapes/runs.js" */
/** @typedef {"result" | "changes" | "sides"} View how it is looked at */
const ALOUD = 300; // characters of a proposal that are read out

/**
 * What is under review, how it is looked at, the change that the keys act on, and the moment that is shown.
 * @typedef {{run: Run | null, view: View, active: Change | null, at: number}} Now
 */

/**
 * The moments of every candidate, worked out once.
 * @param {Run} run
 * @returns {Moment[][]}
 */
export function momentsOf(run) {
  run.moments ??= Array.from({ length: candidatesOf(run.frames) }, (_, candidate) =>
    wholeMoments(run.frames, run.points.length, candidate),
  );
  return run.moments;
}

/**
 * The moments of the candidate that is shown.
 * @param {Run} run
 */
export const shownMoments = (run) => momentsOf(run)[run.candidate];

/**
 * The last moment of a candidate.
 * @param {Run} run
 */
export function lastMoment(run, candidate = run.candidate) {
  const all = momentsOf(run)[candidate];
  return all[all.length - 1];
}

/**
 * The changes to be seen in every span; none before they are known.
 * @param {Run} run
 * @returns {Change[][]}
 */
export function changesOf(run) {
  const { made, candidate } = run;
  return made ? lastMoment(run).map((_, span) => made.seen(candidate, span)) : [];
}

/** @param {Change} change */
export const isOpen = (change) => change.accepted === undefined;

/**
 * The text of every span as it would be accepted now.
 * @param {Run} run
 * @param {(span: number) => string} old the text of a span as it is
 */
export function textsOf(run, old) {
  const { made, candidate } = run;
  return lastMoment(run).map((frame, span) => (made?.made() ? made.text(candidate, span, old(span)) : frame.text));
}

/**
 * The same for Python: a candidate as it is, or picked changes.
 * @param {Run} run
 */
export const chosenOf = ({ made, candidate }) => (made?.made() ? { picks: made.picks(candidate) } : { candidate });

// ---- candidates --------------------------------------------------------------------------------------------------
/**
 * How sure the model is of a candidate: the mean of its words.
 * @param {Run} run
 * @param {number} candidate
 */
export const sureOf = (run, candidate) => measures(lastMoment(run, candidate)).confidence ?? 0;

/**
 * Candidates in the order in which they are shown: those that break code that must parse last, and the surest first.
 * @param {Run} run
 * @param {number[]} candidates
 */
export const sorted = (run, candidates) =>
  candidates.toSorted((a, b) => rankOf(run, a) - rankOf(run, b) || sureOf(run, b) - sureOf(run, a) || a - b);

/**
 * The candidates in the order in which they are shown.
 * @param {Run} run
 */
export const orderOf = (run) =>
  run.order ??
  sorted(
    run,
    momentsOf(run).map((_, i) => i),
  );

/**
 * Those that break code that must parse come last.
 * @param {Run} run
 * @param {number} candidate
 */
export const rankOf = (run, candidate) => (run.mustParse && run.info?.candidates[candidate]?.breaks ? 1 : 0);

/**
 * How many more candidates were written just like one.
 * @param {Run} run
 * @param {number} candidate
 */
export const twinsOf = (run, candidate) => run.info?.candidates.filter((c) => c.same === candidate).length ?? 0;

/**
 * The candidate that is shown, for who hears it.
 * @param {Run} run
 * @param {string[]} made
 */
export function aloud(run, made) {
  const order = orderOf(run);
  const which = order.length > 1 ? `Candidate ${order.indexOf(run.candidate) + 1} of ${order.length}: ` : "";
  const words = made.join(", ").trim();
  return `${which}“${words.length > ALOUD ? `${words.slice(0, ALOUD)}…` : words || "nothing"}”.`;
}
