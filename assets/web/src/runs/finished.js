// Runs that are finished come to the page: a lane of a race, an attempt out of the history.
import { inPoints, unitsOf } from "../web/text/offsets.js";
import { moments } from "./frames/moments.js";
/** @import { Core, Documents, Settings } from "../shapes/core.js" */
/** @import { Covering, Run, RunFacts, Stage } from "../shapes/runs.js" */
/** @import { Range, Target } from "../shapes/text.js" */
/** @import { Ground, Lane } from "./race/lanes.js" */

const CHANGED =
  "The text has changed since that attempt was made. Restore the revision before it, then look at it again.";

/**
 * @typedef {object} Begin how a run is made and laid over the text
 * @property {() => boolean} underWay
 * @property {(facts: RunFacts) => Run | null} made
 * @property {(run: Run, spans: Covering[]) => void} lay
 */

/**
 * @param {Core} core
 * @param {Stage} now
 * @param {object} is
 * @param {Documents} is.documents
 * @param {Settings} is.settings
 * @param {Begin} is.begin
 * @param {(run: Run) => Promise<unknown>} is.finish
 * @param {(run: Run) => void} is.attempted one more attempt at the same words
 * @param {(run: Run) => void} is.toReview
 * @param {() => void} is.leave lets go of what is on the page
 */
export function finishedRuns(core, now, { documents, settings, begin, finish, attempted, toReview, leave }) {
  const { surface, call, notice } = core;
  /**
   * A run that is finished already, written at `ranges`.
   * @param {RunFacts} facts
   * @param {Range[]} ranges
   */
  function underReview(facts, ranges) {
    now.attempts = [];
    const run = begin.made(facts);
    if (!run) return;
    now.run = run;
    begin.lay(run, bareOf(ranges));
    return finish(run);
  }
  return {
    /**
     * A lane's result becomes a proposal like that of any run. Its system is set, and that is said.
     * @param {Lane} lane
     * @param {Ground} ground
     */
    async useLane({ id, settings: own, frames, is }, { document, text, points, spans }) {
      if (now.run || documents.current() !== document || !own) return;
      const before = settings.system();
      settings.select(own.system);
      await underReview({ id, settings: own, text, points, frames, nlls: [is.nll ?? undefined] }, spans);
      if (own.system !== before && surface.overlay()?.run === id)
        core.status(`Tab accepts, Esc discards. ${settings.named(own).system} is the system that is set now.`);
    },
    /**
     * Attempts of before the page was loaded again, and which of them is to be under review.
     * @param {Run[]} all
     * @param {Run} shown
     * @param {Target[]} spans
     */
    putBack(all, shown, spans) {
      now.attempts = [];
      all.forEach(attempted);
      now.run = shown;
      begin.lay(shown, bareOf(spans));
      for (const attempt of all) attempt.stood = shown.stood;
      toReview(shown);
    },
    /**
     * A stored run on the text that is on the page now is put under review once more.
     * @param {string} id
     */
    async lookAgain(id) {
      if (begin.underWay()) return;
      const answer = await call("trace", { run: id });
      if (!answer) return;
      const { frames, settings: own } = answer;
      const text = surface.text();
      if (text !== answer.text) {
        notice(CHANGED);
        return;
      }
      leave();
      const ranges = unitsOf(text, moments(frames)[0]);
      core.showPanel(false);
      surface.view.focus();
      underReview({ id, settings: own, text, points: inPoints(text, ranges), frames }, ranges);
    },
  };
}

/**
 * Spans that are covered before anything is drawn in them.
 * @param {Target[]} ranges
 * @returns {Covering[]}
 */
export const bareOf = (ranges) => ranges.map((range) => ({ ...range, toks: [] }));
