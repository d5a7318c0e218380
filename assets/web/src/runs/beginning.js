// A run begins: from what is selected, or from a step of the proposal under review.
import { newId } from "../web/dom/memory.js";
import { inPoints } from "../web/text/offsets.js";
import { allTrimmed } from "../web/text/ranges.js";
import { bare } from "./frames/tokens.js";
/** @import { Core, Documents, Settings } from "../shapes/core.js" */
/** @import { Alternative, Asked, Moment, RunSettings } from "../shapes/frames.js" */
/** @import { Covering, Run, RunFacts, Stage, Start } from "../shapes/runs.js" */
/** @import { Target } from "../shapes/text.js" */
/** @import { Pin } from "./pins.js" */
/** @typedef {Asked & {seed: number, pins?: Pin[], begin?: Start["begin"], after?: string}} Request */

const NOISY = ["m", "u", "r"];
const STYLED = "A style changes words that stand. Select some, or choose “No style” to write at the caret.";
const BLANK = "Only white space is selected. Select at least one word.";
const UNDER_WAY = "A run is under way. Esc cancels it.";

/**
 * @param {Core} core
 * @param {Stage} now
 * @param {object} is
 * @param {Documents} is.documents
 * @param {Settings} is.settings
 * @param {{all(): Pin[]}} is.pins
 * @param {{moment(): Moment, moments(): Moment[], close(): void}} is.review
 * @param {() => void} is.forget lets go of the run that was accepted before
 * @param {() => void} is.begun is told of every run that begins
 */
export function beginning(core, now, { documents, settings, pins, review, forget, begun }) {
  const { surface, notice, line } = core;

  /**
   * Where the next run writes: the spans of a proposal under review, what is selected, or the carets where nothing is.
   * Null, and a notice, when it can write nowhere.
   * @returns {Target[] | null}
   */
  function places() {
    if (now.run) {
      const spans = surface.overlay()?.spans ?? [];
      return spans.map(({ from, to, strength, length, style }) => ({ from, to, strength, length, style }));
    }
    const { spans, chosen, locked } = surface.ranges();
    if (spans.length) return spans;
    if (locked) notice("Everything that is selected is locked. Unlock some words first.");
    else if (chosen) notice(BLANK);
    else if (settings.request().style) notice(STYLED);
    else return surface.carets();
    return null;
  }
  /**
   * What somebody else chose, less the white space at its ends, which no run is about. Null, and a notice, where that
   * is all of it.
   * @param {Target[]} chosen
   * @returns {Target[] | null}
   */
  function words(chosen) {
    const found = allTrimmed(chosen, (from, to) => surface.text().slice(from, to));
    if (!found.length) notice(BLANK);
    return found.length ? found : null;
  }
  /**
   * A run as the page keeps it. One in a style cannot be branched.
   * @param {RunFacts} facts
   * @returns {Run | null}
   */
  function made(facts) {
    const document = documents.current();
    if (!document) return null;
    return {
      document,
      state: "run",
      asked: settings.request(),
      frames: [],
      before: null,
      named: "",
      mustParse: settings.mustParse(),
      branchable: !facts.settings.style && !facts.points.some(([, , wishes]) => wishes?.style),
      attempts: [],
      candidate: 0,
      nlls: [],
      ...facts,
      caret: facts.caret ?? surface.selection(),
      saved: facts.saved ?? surface.saveMasks(),
    };
  }
  /**
   * Lay the run over the text, and note where the caret stands then.
   * @param {Run} run
   * @param {Covering[]} spans
   */
  function lay(run, spans) {
    surface.cover(run.id, "run", spans);
    run.stood = surface.selection();
  }
  /**
   * What the run is asked for. A proposal's seed is kept when something else was changed since, so that systems and
   * settings can be compared.
   * @param {Asked} asked
   * @param {Start} how
   * @returns {Request}
   */
  function requestOf(asked, { sameSeed, begin }) {
    const before = now.run;
    const changed = !begin && before !== null && JSON.stringify(asked) !== JSON.stringify(before.asked);
    /** @type {Request} */
    const request = { ...asked, seed: settings.takeSeed(sameSeed || changed) };
    if (begin?.pin || asked.system !== settings.system()) request.candidates = 1;
    if (!begin && pins.all().length) request.pins = pins.all();
    if (begin) request.begin = begin;
    else if (before) request.after = before.id; // another attempt at the same words
    return request;
  }
  /** @param {Start} how */
  function start({ sameSeed = false, begin = null, named = "", spans = null, system = settings.system() } = {}) {
    const before = now.run;
    const wrong = before?.state === "run" ? UNDER_WAY : settings.problem(system);
    if (wrong) {
      notice(wrong);
      return;
    }
    core.clearNotices();
    const where = spans ? words(spans) : places();
    if (!where) return;
    const asked = settings.request(system);
    const request = requestOf(asked, { sameSeed, begin });
    if (!before) now.attempts = [];
    forget();
    const text = surface.text();
    const points = inPoints(text, where);
    const { settings: own, ...common } = request;
    /** @type {RunSettings} */
    const told = { ...common, ...own, way: settings.way(system), begin: begin ?? undefined };
    const kept = { caret: before?.caret, saved: before?.saved };
    const run = made({ id: newId(), settings: told, asked, text, points, before, named, ...kept });
    if (!run) return;
    now.run = run;
    const shown = begin ? review.moment() : null;
    review.close();
    const uniform = settings.uniform();
    lay(
      run,
      where.map((s, i) => ({ ...s, toks: shown?.[i].toks ?? bare(text.slice(s.from, s.to), uniform) })),
    );
    line.run({ run: run.id, document: run.document.id, text, spans: points, ...request });
    core.status("Writing…");
    begun();
  }
  return {
    start,
    places,
    made,
    lay,
    /** Whether a run is under way; then that is said. */
    underWay() {
      if (now.run?.state !== "run") return false;
      notice(UNDER_WAY);
      return true;
    },
    /** Another system was picked while a proposal is under review: the same words and the same seed again. */
    tryOther() {
      if (now.run?.state !== "review") return;
      core.showPanel(false); // on a narrow screen it lies over the text
      start({ sameSeed: true });
    },
    /** Write on from the step that is shown. */
    branch() {
      const { run } = now;
      if (run?.state !== "review" || !run.branchable) return;
      const { step } = review.moment()[0];
      start({ begin: { run: run.id, step, candidate: run.candidate }, named: `↳ ${step}` });
    },
    /**
     * Pin another word on a slot, and write the rest again from the step at which that slot was still open.
     * @param {number} span
     * @param {number} slot
     * @param {Alternative} other
     */
    pin(span, slot, [text, , token]) {
      const { run } = now;
      if (!run) return;
      const shown = review.moment()[0].step;
      const open = review.moments().findLast((m) => m[span].step <= shown && NOISY.includes(m[span].toks[slot]?.[1]));
      start({
        begin: { run: run.id, step: open?.[0].step ?? 0, candidate: run.candidate, pin: [span, slot, token] },
        named: `⚑ ${text.trim() || "nothing"}`,
      });
    },
  };
}
