// A run of the page: from what is selected to a proposal, its steps, and its end. This file joins the parts of that.
import { EditorSelection } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { unitsOf } from "../web/text/offsets.js";
import { aheadPart } from "./ahead.js";
import { arriving } from "./arriving.js";
import { barOf, commandsOf } from "./bar.js";
import { beginning } from "./beginning.js";
import { ending } from "./ending.js";
import { bareOf, finishedRuns } from "./finished.js";
import { detailsPart } from "./frames/details.js";
import { figures } from "./frames/figures.js";
import { label, momentOf, moments, toksOf } from "./frames/moments.js";
import { player } from "./frames/player.js";
import { keepingPart } from "./keeping.js";
import { excerptOf } from "./masks/wishes.js";
import { pinsPart } from "./pins.js";
import { groundOf, racePanel } from "./race/race.js";
import { alternativesPart } from "./review/alternatives.js";
import { reviewPart } from "./review/review.js";
/** @import { Replay } from "../shapes/answers.js" */
/** @import { Core, Documents, Settings } from "../shapes/core.js" */
/** @import { Moment } from "../shapes/frames.js" */
/** @import { Run, Settled, Shown, Stage } from "../shapes/runs.js" */

/** What is new in a proposal, as changes or as it would stand. */
const CHANGED = ".pz-hunk, .pz-span .pz-tok:not(.pz-stayed)";
/** @typedef {{run: () => string | null, candidate: () => number}} OnScreen what the export menu is asked for */

/**
 * Runs of the page.
 * @param {Core} core
 * @param {object} is
 * @param {Documents} is.documents
 * @param {Settings} is.settings
 * @param {HTMLElement} is.told the style and the instruction beside the Rewrite button
 * @param {(of: OnScreen) => HTMLElement} is.exportMenu
 */
export function runsPart(core, { documents, settings, told, exportMenu }) {
  const { boot, line, notice, surface } = core;
  /** @type {Stage} */
  const now = { run: null, attempts: [], settled: null };
  const proposal = () => (now.run?.state === "review" ? now.run : null);
  const onScreen = () => proposal() ?? now.settled;
  const idle = () => documents.current() !== null && !now.run && !race.isOpen();
  const spansNow = () => (now.run ? (surface.overlay()?.spans ?? []) : surface.ranges().spans);

  // ---- the parts -----------------------------------------------------------------------------------------------
  const details = detailsPart(() => inSight(), core.mark);
  const timeline = player({ show: showMoment, describe: label });
  timeline.element.append(
    details.toggle,
    exportMenu({ run: () => onScreen()?.id ?? null, candidate: () => onScreen()?.candidate ?? 0 }),
  );
  const slice = (/** @type {number} */ from, /** @type {number} */ to) => surface.view.state.sliceDoc(from, to);
  const pins = pinsPart(core, { spans: () => spansNow().map((span) => excerptOf(span, slice)) });
  const review = reviewPart(core, {
    timeline,
    figures: showFigures,
    branch: () => begin.branch(),
    again: () => begin.start(),
    look,
    keep: () => end.keepAll(),
    changed: () => keeping.note(),
    inSight,
  });
  const race = racePanel({
    boot,
    settings,
    line,
    use: (lane, ground) => finished.useLane(lane, ground),
    closed: () => {
      refresh();
      surface.view.focus();
    },
  });
  const ahead = aheadPart(core, { documents, settings, idle });
  const end = ending(core, now, { documents, review, pins, stop: timeline.stop, clear, toReview, refresh });
  const far = (/** @type {number} */ share) => bar.far(share);
  const arrive = arriving(core, now, { settings, race, back: end.back, review: toReview, far });
  const begin = beginning(core, now, { documents, settings, pins, review, forget: end.forget, begun });
  const finished = finishedRuns(core, now, {
    documents,
    settings,
    begin,
    finish: arrive.finish,
    attempted: arrive.attempted,
    toReview,
    leave: end.leave,
  });
  const keeping = keepingPart(core, now, {
    current: documents.current,
    review,
    made: begin.made,
    putBack: finished.putBack,
  });
  const alternatives = alternativesPart(core, {
    moment: () => (proposal()?.branchable ? review.moment() : null),
    toWords: () => review.see("result"),
    pin: begin.pin,
  });
  const bar = barOf(core, { start: () => begin.start(), addMask, openRace, dismiss: end.dismiss, accept: end.accept });

  function openRace() {
    if (now.run) return;
    const spans = begin.places();
    const target = documents.current();
    if (!spans || !target) return;
    core.clearNotices();
    end.forget();
    race.open(groundOf(target, surface.text(), spans, !surface.isProse()));
  }
  function addMask() {
    const { from, to } = surface.selection();
    if (from === to) {
      notice("Select the words to mask first.");
      return;
    }
    core.clearNotices();
    surface.setMasks([...surface.masks(), { from, to }]);
    refresh();
    surface.view.focus();
  }
  function begun() {
    arrive.begun();
    ahead.cancel();
    refresh();
  }

  // ---- what is shown -------------------------------------------------------------------------------------------
  /** @param {Run} finished */
  function toReview(finished) {
    now.run = finished;
    if (finished.frames.at(-1)?.parts) finished.branchable = false; // it has no one canvas to go on from
    finished.attempts = now.attempts;
    surface.phase(finished.id, "review");
    review.open(finished);
    review.say();
    refresh();
    if (surface.free()) surface.view.focus();
    inSight();
  }
  /** What a proposal changes first is on the screen, however much room the bar takes and however long the text is. */
  function inSight() {
    const { view, overlay } = surface;
    const span = overlay()?.spans[0];
    if (!span) return;
    const show = () => view.contentDOM.querySelector(CHANGED)?.scrollIntoView({ block: "nearest" });
    if (view.contentDOM.querySelector('.pz-span[data-span="0"]')) return show();
    const range = EditorSelection.range(span.from, span.to);
    view.dispatch({ effects: EditorView.scrollIntoView(range, { y: "nearest", yMargin: 30 }) });
    view.requestMeasure({ read: () => null, write: show });
  }
  /**
   * Another attempt at the same words is looked at.
   * @param {number} i
   */
  function look(i) {
    if (proposal() && now.attempts[i]) toReview(now.attempts[i]);
  }
  /**
   * Those of the moment at which the timeline stands.
   * @param {Shown} of
   */
  function showFigures(of) {
    if (of !== now.run && of.id !== now.settled?.id) return;
    const { candidate = 0, nlls } = of;
    const { order } = /** @type {{order?: number[]}} */ (of);
    const listed = { place: order?.indexOf(candidate), distinct: order?.length };
    const facts = { ...settings.named(of.settings), nll: nlls?.[candidate], ...listed };
    details.show(figures(of.frames, facts, candidate, timeline.at(timeline.slider.valueAsNumber)));
  }
  /** @param {number} i */
  function showMoment(i) {
    const seen = onScreen();
    if (seen) showFigures(seen);
    if (proposal()) review.show(i);
    else if (now.settled && !now.run) showSettled(now.settled, i);
  }
  /**
   * @param {Settled} settled
   * @param {number} i
   */
  function showSettled({ id, frames, candidate, placed, over }, i) {
    const all = moments(frames, candidate);
    if (i === all.length - 1 && !over) {
      surface.uncover();
      return;
    }
    if (!surface.overlay()) surface.cover(id, "replay", bareOf(placed));
    surface.draw(toksOf(all[i]));
  }
  /** Nothing is shown of a run any more. */
  function clear() {
    timeline.load([]);
    details.show([]);
  }
  function refresh() {
    const state = now.run?.state ?? "idle";
    bar.refresh(state, !surface.ranges().chosen);
    told.hidden = state !== "idle";
    pins.element.hidden = state !== "idle";
    settings.refresh(state === "review");
    keeping.now();
    core.emit("state", state);
  }

  /** @param {Replay} replay */
  function showReplay({ id, frames, settings: own }) {
    end.leave();
    const all = moments(frames);
    now.settled = { id, frames, candidate: 0, placed: unitsOf(surface.text(), all[0]), settings: own, over: true };
    timeline.load(all);
    showFigures(now.settled);
    showMoment(all.length - 1);
  }

  // ---- what else happens on the page ---------------------------------------------------------------------------
  core.on("leaving", end.leave);
  core.on("opened", (doc) => {
    refresh();
    keeping.takeUp(doc);
  });
  core.on("replay", showReplay);
  core.on("playing", end.forget);
  core.on("proofread", ({ from, to }) => begin.start({ spans: [{ from, to }], system: "instant-edit" }));
  core.on("typed", () => {
    end.forget();
    if (now.run) keeping.note();
  });
  core.on("masks", refresh);
  core.on("selected", refresh);
  core.on("dropped", () => {
    if (now.run) end.end("The text was changed, so the proposal is gone.");
  });
  const anything = () => Boolean(now.run || surface.overlay() || surface.masks().length);
  core.commands.add(
    ...commandsOf(now, { start: begin.start, addMask, openRace, accept: end.accept, dismiss: end.dismiss, anything }),
  );
  return {
    bar: [...bar.begin, pins.element, told, ...bar.end],
    below: [review.strip, timeline.element, review.sides, details.list],
    dialogs: [race.element, alternatives.element],
    onFrames: arrive.onFrames,
    start: begin.start,
    tryOther: begin.tryOther,
    stats: arrive.stats,
    current: () => now.run,
    /** The id of the run or the lane of a race under way, or null. */
    writing: () => (now.run?.state === "run" ? now.run.id : race.writing()),
    again: finished.lookAgain,
    /** @param {number} step of the run on screen */
    toStep: (step) => timeline.go(momentOf(timeline.all(), step)),
    /** The run on screen and the step of it that is shown, if there are any. */
    shown: () => {
      const moment = timeline.at(timeline.slider.valueAsNumber);
      const run = onScreen();
      return run && moment ? { run: run.id, step: moment[0].step } : null;
    },
    /** A setting was changed. */
    changed: () => {
      refresh();
      ahead.prepare();
    },
    leave: end.leave,
  };
}
