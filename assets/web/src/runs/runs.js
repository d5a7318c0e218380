// A run of the page: from what is selected to a proposal, its steps, and its end.
import { aheadPart } from "./ahead.js";
import { alternativesPart } from "./review/alternatives.js";
import { h, newId, terms } from "../web/dom/dom.js";
import { exportMenu } from "../export/menu.js";
import { keepingPart } from "./keeping.js";
import { figures, moments, progress } from "./frames/moments.js";
import { toUnits } from "../web/text/offsets.js";
import { pinsPart } from "./pins.js";
import { player } from "./frames/player.js";
import { placeOf, racePanel } from "./race/race.js";
import { points, reviewPart } from "./review/review.js";
import { bare } from "./frames/tokens.js";

const NOISY = ["m", "u", "r"];

/** Runs of the page. `core` is what main.js hands to every part; `told` the style and the instruction beside the Rewrite button. */
export function runsPart(core, { documents, settings, told }) {
  const { boot, line, call, quietly, notice, surface } = core;
  let run = null; // the run on screen: {id, document, settings, asked, text, points, frames, state: "run" | "review", ...}
  let attempts = []; // finished runs on the same words, oldest first; the one on screen is among them
  let settled = null; // after accept: {id, frames, candidate, placed, settings}, to scrub in place; with `over` the text is still what it was
  let paintQueued = 0;
  const stats = { painted: 0, gaps: [], first: 0, started: 0, last: 0 };

  const button = (id, text, hint, action, kind = "") =>
    h("button", { type: "button", id, class: kind, title: hint, onclick: () => action() }, text);
  const runButton = button("run", "Rewrite", `Rewrite what is selected (${core.key("Mod-Enter")})`, start, "primary");
  const maskButton = button(
    "add-mask",
    "Add mask",
    `Keep this selection as a mask and select more (${core.key("Mod-m")})`,
    addMask,
  );
  const raceButton = button("race", "Race", "See several systems on what is selected, side by side", openRace);
  const cancelButton = button("cancel", "Cancel", "Stop writing (Esc)", dismiss);
  const acceptButton = button("accept", "Accept", "Keep the new text (Tab)", accept, "primary");
  const discardButton = button("discard", "Discard", "Put the old text back (Esc)", dismiss);
  const statsLine = h("dl", { id: "stats", class: "figures", hidden: true });
  const timeline = player(showMoment);
  const onScreen = () => (run?.state === "review" ? run : settled);
  timeline.element.append(
    exportMenu({
      run: () => onScreen()?.id ?? null,
      candidate: () => onScreen()?.candidate ?? 0,
      notice,
      status: core.status,
    }).element,
  );
  const pins = pinsPart(core, { masks: () => (run ? surface.overlay().spans : surface.ranges().spans).length });
  const review = reviewPart(core, {
    timeline,
    figures: showFigures,
    branch,
    again: () => start(),
    look,
    keep: keepAll,
    changed: () => keeping.note(),
  });
  const keeping = keepingPart(core, {
    current: documents.current,
    screen: () => ({ run, attempts }),
    review,
    made: (facts) => made(facts),
    putBack,
  });
  const alternatives = alternativesPart(core, {
    moment: () => (run?.state === "review" && run.branchable ? review.moment() : null),
    pin,
  });
  const race = racePanel({
    boot,
    settings,
    runs: line,
    call: quietly,
    use: useLane,
    closed: () => {
      refresh();
      surface.view.focus();
    },
  });

  const ahead = aheadPart(core, { settings, idle: () => documents.current() && !run && !race.isOpen() });

  function addMask() {
    const { from, to } = surface.selection();
    if (from === to) return notice("Select the words to mask first.");
    surface.setMasks([...surface.masks(), { from, to }]);
    refresh();
    surface.view.focus();
  }

  // ---- beginning -----------------------------------------------------------------------------------------------
  /** Where the next run writes: the spans of a proposal under review, or what is selected. Null, and a notice, when nothing is. */
  function places() {
    if (run)
      return surface
        .overlay()
        .spans.map(({ from, to, strength, length, style }) => ({ from, to, strength, length, style }));
    const { spans, chosen, locked } = surface.ranges();
    if (spans.length) return spans;
    notice(
      locked
        ? "Everything that is selected is locked. Unlock some words first."
        : chosen
          ? "Only white space is selected. Select at least one word."
          : "Nothing is selected. Select the words to rewrite first.",
    );
    return null;
  }
  /** Another system was picked while a proposal is under review: the same words and the same seed again. */
  function tryOther() {
    if (run?.state !== "review") return;
    core.showPanel(false); // on a narrow screen it lies over the text
    start({ sameSeed: true });
  }
  /** A run as the page keeps it. One in a style cannot be branched. */
  const made = (facts) => ({
    document: documents.current(),
    state: "run",
    mustParse: settings.mustParse(),
    branchable: !facts.settings.style && !facts.points.some(([, , wishes]) => wishes?.style),
    ...facts,
  });
  /**
   * Begin a run. `begin` goes on from a step of the proposal under review: {run, step, candidate, pin}, and `named` is what the new
   * attempt is called. `spans` and `system` stand for what is selected and set.
   */
  function start({ sameSeed = false, begin = null, named = "", spans = null, system = settings.system() } = {}) {
    if (run?.state === "run") return notice("A run is under way. Esc cancels it.");
    const wrong = settings.problem(system);
    if (wrong) return notice(wrong);
    core.clearNotices();
    spans ??= places();
    if (!spans) return;
    const before = run,
      caret = run?.caret ?? surface.selection(),
      saved = run?.saved ?? surface.saveMasks();
    // A proposal's seed is kept when something else was changed since, so that systems and settings can be compared.
    const asked = settings.request(system),
      same = sameSeed || (!begin && Boolean(run) && JSON.stringify(asked) !== JSON.stringify(run.asked));
    if (!run) attempts = [];
    forget();
    const request = { ...asked, seed: settings.takeSeed(same) };
    if (begin?.pin || system !== settings.system()) request.candidates = 1;
    if (!begin && pins.all().length) request.pins = pins.all();
    if (begin) request.begin = begin;
    else if (before) request.after = before.id; // another attempt at the same words
    const text = surface.text(),
      where = points(text, spans);
    const { settings: own, ...common } = request;
    run = made({
      id: newId(),
      settings: { ...common, ...own, way: settings.way(system) },
      asked,
      text,
      points: where,
      frames: [],
      caret,
      saved,
      before,
      named,
    });
    Object.assign(stats, { painted: 0, gaps: [], first: 0, started: performance.now(), last: 0 });
    const shown = begin ? review.moment() : null;
    review.close();
    lay(spans.map((s, i) => ({ ...s, toks: shown?.[i].toks ?? bare(text.slice(s.from, s.to), settings.uniform()) })));
    ahead.cancel();
    line.run({ run: run.id, document: documents.current().id, text, spans: where, ...request });
    core.status("Writing…");
    refresh();
  }
  /** Lay the run over the text, and note where the caret stands then. */
  const lay = (spans) => {
    surface.cover(run.id, "run", spans);
    run.stood = surface.selection();
  };
  /** Write on from the step that is shown. */
  function branch() {
    if (run?.state !== "review" || !run.branchable) return;
    const { step } = review.moment()[0];
    start({ begin: { run: run.id, step, candidate: run.candidate }, named: `↳ ${step}` });
  }
  /** Pin another word on a slot, and write the rest again from the step at which that slot was still open. */
  function pin(span, slot, [text, , token]) {
    const shown = review.moment()[0].step,
      open = review.moments().findLast((m) => m[span].step <= shown && NOISY.includes(m[span].toks[slot]?.[1]));
    start({
      begin: { run: run.id, step: open?.[0].step ?? 0, candidate: run.candidate, pin: [span, slot, token] },
      named: `⚑ ${text.trim() || "nothing"}`,
    });
  }

  // ---- while it goes on ----------------------------------------------------------------------------------------
  function onFrames(json) {
    if (!json) return;
    const { run: id, seq, frames } = JSON.parse(json);
    if (race.onFrames(id, seq, frames)) return;
    if (!run || id !== run.id || run.state !== "run") return; // late frames of a dead run
    frames.forEach((frame, i) => {
      if (frame.error) run.error = frame.error;
      else run.frames[seq + i] = frame;
    });
    if (run.error) {
      const { message } = run.error;
      back();
      return notice(message);
    }
    if (!paintQueued) paintQueued = requestAnimationFrame(paint);
  }
  function paint() {
    paintQueued = 0;
    if (!run || run.state !== "run") return;
    const now = performance.now(),
      got = run.frames.filter(Boolean),
      moment = moments(got).findLast((m) => m.length === run.points.length);
    if (!moment) return;
    if (!stats.painted++) stats.first = now - stats.started;
    else stats.gaps.push(now - stats.last);
    stats.last = now;
    surface.draw(moment.map((f) => f.toks));
    core.status(progress(moment));
    const last = got.at(-1);
    if (last.done && last.span === last.spans - 1 && (last.candidate ?? 0) === (run.settings.candidates ?? 1) - 1)
      finish();
  }
  async function finish() {
    const finished = run;
    finished.state = "review";
    const whole = Array.from(finished.frames, Boolean).every(Boolean);
    if (!whole) {
      // an update was merged away on its way: the server has every frame
      const answer = await call("trace", { run: finished.id });
      if (answer) finished.frames = answer.frames;
      if (run !== finished) return;
    }
    finished.frames = finished.frames.filter(Boolean);
    attempted(finished);
    toReview(finished);
  }
  /** One more attempt at the same words, with a name. */
  function attempted(finished) {
    attempts = [...attempts, finished];
    finished.title = `${attempts.length}${finished.named ? ` ${finished.named}` : ""}`;
    const { system, seed } = settings.named(finished.settings);
    finished.meaning = `Attempt ${attempts.length}: ${system}, seed ${seed}${finished.settings.begin ? `, from step ${finished.settings.begin.step} of another` : ""}`;
  }
  function toReview(finished) {
    run = finished;
    run.attempts = attempts;
    run.candidate ??= 0;
    surface.phase(run.id, "review");
    review.open(run);
    const text = surface.text(),
      same = surface.overlay().spans.every((s, i) => review.texts()[i] === text.slice(s.from, s.to));
    core.status(same ? "Nothing was found to change. Esc puts the proposal away." : "Tab accepts, Esc discards.");
    refresh();
    if (surface.free()) surface.view.focus();
  }
  /** Another attempt at the same words is looked at. */
  function look(i) {
    if (run?.state !== "review" || !attempts[i]) return;
    toReview(attempts[i]);
  }
  /** Attempts of before the page was loaded again, and which of them is to be under review. */
  function putBack(all, shown, spans) {
    attempts = [];
    all.forEach(attempted);
    run = shown;
    lay(spans.map((s) => ({ ...s, toks: [] })));
    for (const attempt of all) attempt.stood = run.stood;
    toReview(run);
  }
  function showFigures(of) {
    if (of !== run && of.id !== settled?.id) return;
    statsLine.hidden = false;
    statsLine.replaceChildren(
      ...terms(
        figures(of.frames, { ...settings.named(of.settings), nll: of.nlls?.[of.candidate ?? 0] }, of.candidate ?? 0),
      ),
    );
  }
  function showMoment(i) {
    if (run?.state === "review") return review.show(i);
    if (!settled || run) return;
    const all = moments(settled.frames, settled.candidate),
      last = i === all.length - 1;
    if (last && !settled.over) return surface.uncover();
    if (!surface.overlay())
      surface.cover(
        settled.id,
        "replay",
        settled.placed.map((s) => ({ ...s, toks: [] })),
      );
    surface.draw(all[i].map((f) => f.toks));
  }

  // ---- a race --------------------------------------------------------------------------------------------------
  function openRace() {
    if (run) return;
    const spans = places();
    if (!spans) return;
    core.clearNotices();
    forget();
    race.open(placeOf(documents.current(), surface.text(), spans, !surface.isProse()));
  }
  /** A lane's result becomes a proposal like that of any run. */
  function useLane(lane) {
    if (run || documents.current() !== lane.document) return;
    settings.select(lane.settings.system);
    attempts = [];
    underReview({ ...lane, nlls: [lane.nll] }, lane.spans);
  }
  /** A run that is finished already: {id, settings, text, points, frames, nlls?}, written at `ranges`. */
  function underReview({ id, settings: own, text, points: where, frames, nlls }, ranges) {
    run = made({
      id,
      settings: own,
      asked: settings.request(),
      text,
      points: where,
      frames,
      nlls,
      caret: surface.selection(),
      saved: surface.saveMasks(),
      before: null,
      named: "",
    });
    lay(ranges.map((s) => ({ ...s, toks: [] })));
    finish();
  }

  /** A stored run on the text that is on the page now is put under review once more. */
  async function lookAgain(id) {
    if (run?.state === "run") return notice("A run is under way. Esc cancels it.");
    const answer = await call("trace", { run: id });
    if (!answer) return;
    const text = surface.text();
    if (text !== answer.text)
      return notice(
        "The text has changed since that attempt was made. Restore the revision before it, then look at it again.",
      );
    if (run) abandon();
    forget();
    attempts = [];
    const { frames, settings: own } = answer,
      ranges = moments(frames)[0].map((f) => ({ from: toUnits(text, f.from), to: toUnits(text, f.to) }));
    core.showPanel(false);
    surface.view.focus();
    underReview({ id, settings: own, text, points: points(text, ranges), frames }, ranges);
  }

  // ---- its end -------------------------------------------------------------------------------------------------
  async function accept() {
    if (run?.state !== "review") return;
    const accepted = run,
      target = accepted.document;
    timeline.stop();
    const before = surface.text(),
      spans = points(before, surface.overlay().spans);
    const chosen = review.chosen(),
      placed = surface.write(review.texts());
    review.close();
    run = null;
    attempts = [];
    pins.clear();
    settled = { ...accepted, placed };
    documents.covered();
    surface.view.dispatch({ selection: { anchor: placed.at(-1).to }, scrollIntoView: false });
    core.status("Accepted");
    refresh();
    surface.view.focus();
    await documents.after(async () => {
      const answer = await call("accept", {
        document: target.id,
        base: target.base,
        before,
        spans,
        run: accepted.id,
        ...chosen,
      });
      if (answer) documents.adopt(target, answer);
      else documents.typed(); // the text is on the page and is kept as typed text
      core.emit("committed", target);
    });
  }
  /** Every candidate becomes a branch in the history; the proposal stays under review. */
  async function keepAll() {
    const kept = run,
      before = surface.text(),
      spans = points(before, surface.overlay().spans);
    await documents.flush();
    const answer = await call("keep", {
      document: kept.document.id,
      base: kept.document.base,
      before,
      spans,
      run: kept.id,
    });
    if (!answer) return;
    core.status(`${answer.revisions.length} candidates are kept as branches in the history.`);
    core.emit("committed", kept.document);
  }
  function dismiss() {
    if (run?.state === "run") {
      back();
      core.status(run ? "Cancelled. Esc puts the old text back." : "Cancelled");
    } else if (run) {
      abandon();
      core.status("Discarded");
    } else if (surface.overlay()) {
      timeline.stop();
      surface.uncover();
    } else surface.setMasks([]);
    refresh();
    surface.view.focus();
  }
  /** Stop the run under way. Where it began at a proposal, that one is under review again. */
  function back() {
    const { id, before, error } = run;
    if (!before || !surface.overlay()) return abandon();
    if (!error) line.cancel(id);
    toReview(before);
  }
  /** Take the run off the page and stop it; the text was never changed. */
  function abandon() {
    const gone = run,
      spans = surface.overlay()?.spans ?? [];
    review.close();
    surface.uncover();
    surface.restoreMasks(gone.saved, spans);
    const { anchor, head } = gone.caret; // who types elsewhere stays there
    if (surface.selection().eq(gone.stood) && Math.max(anchor, head) <= surface.view.state.doc.length)
      surface.view.dispatch({ selection: { anchor, head } });
    if (gone.state === "run") line.cancel(gone.id);
    for (const { id } of attempts) quietly("discard", { run: id });
    end("");
  }
  function end(message) {
    if (run?.state === "run" && message) line.cancel(run.id);
    review.close();
    run = null;
    attempts = [];
    timeline.load([]);
    statsLine.hidden = true;
    core.status(message);
    refresh();
  }
  function forget() {
    if (!settled) return;
    settled = null;
    surface.uncover();
    timeline.load([]);
    statsLine.hidden = true;
  }
  function refresh() {
    const state = run?.state;
    runButton.hidden = maskButton.hidden = raceButton.hidden = told.hidden = pins.element.hidden = Boolean(state);
    cancelButton.hidden = state !== "run";
    acceptButton.hidden = discardButton.hidden = state !== "review";
    settings.refresh(state === "review");
    keeping.now();
    core.emit("state", state ?? "idle");
  }

  // ---- what else happens on the page ---------------------------------------------------------------------------
  core.on("leaving", () => {
    if (run) abandon();
    forget();
  });
  core.on("opened", (doc) => {
    refresh();
    pins.clear();
    keeping.takeUp(doc);
  });
  core.on("replay", ({ id, frames, settings: own }) => {
    if (run) abandon();
    forget();
    const all = moments(frames),
      text = surface.text();
    const placed = all[0].map((f) => ({ from: toUnits(text, f.from), to: toUnits(text, f.to) }));
    settled = { id, frames, candidate: 0, placed, settings: own, over: true };
    timeline.load(all);
    showFigures(settled);
    showMoment(all.length - 1);
  });
  core.on("proofread", ({ from, to }) => start({ spans: [{ from, to }], system: "instant-edit" }));
  core.on("typed", () => {
    if (settled) forget();
    if (run) keeping.note();
  });
  core.on("masks", refresh);
  core.on("selected", refresh);
  core.on("dropped", () => {
    if (run) end("The text was changed, so the proposal is gone.");
  });
  core.commands.add(
    {
      id: "run",
      title: "Rewrite what is selected",
      group: "Rewrite",
      key: "Mod-Enter",
      always: true,
      run: () => start(),
    },
    {
      id: "add-mask",
      title: "Keep the selection as a mask",
      group: "Rewrite",
      key: "Mod-m",
      always: true,
      run: addMask,
    },
    {
      id: "race",
      title: "Race several systems on what is selected",
      group: "Rewrite",
      when: () => !run,
      run: openRace,
    },
    {
      id: "accept",
      title: "Accept the proposal",
      group: "Review",
      key: "Tab",
      when: () => run?.state === "review",
      run: () => {
        accept();
      },
    },
    {
      id: "dismiss",
      title: "Discard the proposal, or cancel the run",
      group: "Review",
      key: "Escape",
      when: () => Boolean(run || surface.overlay() || surface.masks().length),
      run: dismiss,
    },
  );
  return {
    bar: [runButton, maskButton, raceButton, pins.element, told, cancelButton, acceptButton, discardButton],
    below: [review.strip, timeline.element, review.sides, statsLine],
    dialogs: [race.element, alternatives.element],
    onFrames,
    start,
    tryOther,
    stats,
    current: () => run,
    /** The id of the run or the lane of a race under way, or null. */
    writing: () => (run?.state === "run" ? run.id : race.writing()),
    again: lookAgain,
    /** A setting was changed. */
    changed: () => {
      refresh();
      ahead.prepare();
    },
    /** Let go of a run or a replay. */
    leave: () => {
      if (run) abandon();
      forget();
    },
  };
}
