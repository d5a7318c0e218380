// The frames of a run arrive: they are drawn as they come, until the run is done.
import { PATIENCE, pacing } from "./frames/estimate.js";
import { moments, progress, toksOf, whole } from "./frames/moments.js";
/** @import { Core, Settings } from "../shapes/core.js" */
/** @import { Batch, Frame, Moment } from "../shapes/frames.js" */
/** @import { Run, Stage } from "../shapes/runs.js" */

/**
 * @param {Core} core
 * @param {Stage} now
 * @param {object} is
 * @param {Settings} is.settings
 * @param {{onFrames(id: string, seq: number, frames: Frame[]): boolean}} is.race takes what belongs to it
 * @param {() => void} is.back the run under way is over, without a result
 * @param {(run: Run) => void} is.review puts a finished run under review
 * @param {(share: number) => void} is.far shows how much of a run that takes long is done
 */
export function arriving(core, now, { settings, race, back, review, far }) {
  const { surface } = core;
  const stats = { painted: 0, gaps: /** @type {number[]} */ ([]), first: 0, started: 0, last: 0 };
  let queued = 0;
  let pace = pacing();

  /** @param {string} json */
  function onFrames(json) {
    if (!json) return;
    const { run: id, seq, frames } = /** @type {Batch} */ (JSON.parse(json));
    if (race.onFrames(id, seq, frames)) return;
    const { run } = now;
    if (!run || id !== run.id || run.state !== "run") return; // late frames of a dead run
    for (const [i, frame] of frames.entries()) {
      if (frame.error) run.error = frame.error;
      else run.frames[seq + i] = frame;
    }
    if (run.error) {
      const { message } = run.error;
      back();
      core.notice(message);
      return;
    }
    if (!queued) queued = requestAnimationFrame(paint);
  }
  function paint() {
    queued = 0;
    const { run } = now;
    if (run?.state !== "run") return;
    const got = run.frames.filter(Boolean);
    const moment = moments(got).findLast((m) => m.length === run.points.length);
    if (!moment) return;
    clock();
    surface.draw(toksOf(moment));
    tell(run, moment);
    if (isLast(run, got[got.length - 1])) finish(run);
  }
  /**
   * How far the run is, and when it takes long for how long it will.
   * @param {Run} run
   * @param {Moment} moment
   */
  function tell(run, moment) {
    const taken = performance.now() - stats.started;
    run.drafted ||= moment[0].phase === "draft";
    const { share, left } = pace(moment[0], run.drafted, taken);
    core.status(progress(moment) + (left && `, ${left}`), "");
    if (taken >= PATIENCE) far(share);
  }
  function clock() {
    const at = performance.now();
    if (!stats.painted++) stats.first = at - stats.started;
    else stats.gaps.push(at - stats.last);
    stats.last = at;
  }
  /**
   * @param {Run} run
   * @param {Frame} frame
   */
  const isLast = (run, frame) =>
    frame.done && frame.span === frame.spans - 1 && (frame.candidate ?? 0) === (run.settings.candidates ?? 1) - 1;
  /** @param {Run} run */
  async function finish(run) {
    run.state = "review";
    if (!whole(run.frames)) {
      // an update was merged away on its way: the server has every frame
      const answer = await core.call("trace", { run: run.id });
      if (answer) run.frames = answer.frames;
      if (now.run !== run) return;
    }
    run.frames = run.frames.filter(Boolean);
    attempted(run);
    review(run);
  }
  /**
   * One more attempt at the same words, with a name.
   * @param {Run} run
   */
  function attempted(run) {
    now.attempts = [...now.attempts, run];
    const n = now.attempts.length;
    const { system, seed } = settings.named(run.settings);
    const from = run.settings.begin ? `, from step ${run.settings.begin.step} of another` : "";
    run.title = `${n}${run.named ? ` ${run.named}` : ""}`;
    run.meaning = `Attempt ${n}: ${system}, seed ${seed}${from}`;
  }
  return {
    onFrames,
    finish,
    attempted,
    stats,
    /** The clock of a run that begins. */
    begun: () => {
      pace = pacing();
      Object.assign(stats, { painted: 0, gaps: [], first: 0, started: performance.now(), last: 0 });
    },
  };
}
