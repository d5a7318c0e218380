// A run of the page: from what is selected to a proposal, its steps, and its end.
import { debounce, h, terms } from "./dom.js";
import { exportMenu } from "./export.js";
import { figures, moments, progress } from "./moments.js";
import { toPoints, toUnits } from "./offsets.js";
import { player } from "./player.js";
import { placeOf, racePanel } from "./race.js";
import { bare } from "./tokens.js";

const WARM_MS = 1200, PREPARE_MS = 250, FAR = 2000;
const PROSE = ["prose", "plain", "markdown"];

/** Runs of the page. `core` is what main.js hands to every part; `instruction` the field beside the Rewrite button. */
export function runsPart(core, { documents, settings, instruction }) {
  const { boot, bridge, call, quietly, notice } = core;
  let run = null;      // the run on screen: {id, settings, before, spans, frames, got, state: "run" | "review" | "done", texts}
  let settled = null;  // after accept: {frames, placed, settings}, to scrub in place; with `over` the text is still what it was before
  let paintQueued = 0;
  let read = 0;        // the text up to here has been asked to be read
  const stats = { painted: 0, gaps: [], first: 0, started: 0, last: 0 };
  const surface = core.surface;

  const button = (id, text, hint, action, kind = "") => h("button", { type: "button", id, class: kind, title: hint, onclick: () => action() }, text);
  const runButton = button("run", "Rewrite", `Rewrite what is selected (${core.key("Mod-Enter")})`, start, "primary");
  const maskButton = button("add-mask", "Add mask", `Keep this selection as a mask and select more (${core.key("Mod-m")})`, addMask);
  const raceButton = button("race", "Race", "See several systems on what is selected, side by side", openRace);
  const cancelButton = button("cancel", "Cancel", "Put the old text back (Esc)", dismiss);
  const acceptButton = button("accept", "Accept", "Keep the new text (Tab)", accept, "primary");
  const discardButton = button("discard", "Discard", "Put the old text back (Esc)", dismiss);
  const statsLine = h("dl", { id: "stats", class: "figures", hidden: true });
  const timeline = player(showMoment);
  timeline.element.append(exportMenu({ run: () => (run?.state === "review" ? run : settled)?.id ?? null, notice, status: core.status }).element);
  const race = racePanel({ boot, settings, runs: bridge, call: quietly, use: useLane, closed: () => { refresh(); surface.view.focus(); } });

  const at = (text, ranges) => ranges.map((r) => [toPoints(text, r.from), toPoints(text, r.to)]);
  // What is selected is prepared instead: that reads the text up to there too.
  const idle = () => documents.current() && !run && !race.isOpen();
  const warm = debounce(WARM_MS, () => {
    if (!idle() || surface.ranges().spans.length) return;
    const text = surface.text();
    read = surface.selection().head;
    quietly("warm", { document: documents.current().id, text, cursor: toPoints(text, read) });
  });
  const prepare = debounce(PREPARE_MS, () => {
    const { spans } = surface.ranges();
    if (!idle() || !spans.length || settings.problem()) return;
    const text = surface.text();
    read = surface.selection().head;
    quietly("prepare", { text, spans: at(text, spans), seed: settings.seedAhead(), ...settings.request() });
  });

  function addMask() {
    const { from, to } = surface.selection();
    if (from === to) return notice("Select the words to mask first.");
    surface.setMasks([...surface.masks(), { from, to }]);
    refresh();
    surface.view.focus();
  }
  /** Where the next run writes: the spans of a proposal under review, or what is selected. Null, and a notice, when nothing is. */
  function places() {
    if (run) return surface.overlay().spans.map(({ from, to }) => ({ from, to }));
    const { spans, chosen } = surface.ranges();
    if (spans.length) return spans;
    notice(chosen ? "Only white space is selected. Select at least one word." : "Nothing is selected. Select the words to rewrite first.");
    return null;
  }
  /** Another system was picked while a proposal is under review: the same words and the same seed again. */
  function tryOther() {
    if (run?.state !== "review") return;
    core.showPanel(false); // on a narrow screen it lies over the text
    start(true);
  }
  function start(sameSeed = false) {
    if (run?.state === "run") return notice("A run is under way. Esc cancels it.");
    const wrong = settings.problem();
    if (wrong) return notice(wrong);
    core.clearNotices();
    const spans = places();
    if (!spans) return;
    const caret = run?.caret ?? surface.selection(), masked = run?.masked ?? surface.masks().length > 0;
    // A proposal's seed is kept when something else was changed since, so that systems and settings can be compared.
    const asked = settings.request(), same = sameSeed === true || Boolean(run) && JSON.stringify(asked) !== JSON.stringify(run.asked);
    if (run) abandon();
    forget();
    const request = { ...asked, seed: settings.takeSeed(same) };
    const text = surface.text();
    const { settings: own, ...common } = request;
    const points = at(text, spans);
    run = { id: crypto.randomUUID?.() ?? String(Math.random()).slice(2), document: documents.current(), settings: { ...common, ...own, way: settings.way(common.system) }, text, points, asked, frames: [], state: "run", texts: spans.map(() => ""), caret, masked };
    Object.assign(stats, { painted: 0, gaps: [], first: 0, started: performance.now(), last: 0 });
    surface.cover(run.id, "run", spans.map((s) => ({ ...s, toks: bare(text.slice(s.from, s.to), settings.uniform()) })));
    prepare.cancel();
    warm.cancel();
    bridge.run({ run: run.id, document: documents.current().id, text, spans: points, ...request });
    core.status("Writing…");
    refresh();
  }
  function onFrames(json) {
    if (!json) return;
    const { run: id, seq, frames } = JSON.parse(json);
    if (race.onFrames(id, seq, frames)) return;
    if (!run || id !== run.id || run.state !== "run") return; // late frames of a dead run
    frames.forEach((frame, i) => { if (frame.error) run.error = frame.error; else run.frames[seq + i] = frame; });
    if (run.error) { const { message } = run.error; abandon(); return notice(message); }
    if (!paintQueued) paintQueued = requestAnimationFrame(paint);
  }
  function paint() {
    paintQueued = 0;
    if (!run || run.state !== "run") return;
    const now = performance.now(), all = moments(run.frames.filter(Boolean)), moment = all.findLast((m) => m.length === run.texts.length);
    if (!moment) return;
    if (!stats.painted++) stats.first = now - stats.started; else stats.gaps.push(now - stats.last);
    stats.last = now;
    surface.draw(moment.map((f) => f.toks));
    core.status(progress(moment));
    if (moment.every((f) => f.done)) review(moment);
  }
  async function review(moment) {
    const finished = run;
    finished.state = "review";
    finished.texts = moment.map((f) => f.text);
    const whole = Array.from(finished.frames, Boolean).every(Boolean);
    if (!whole) { // an update was merged away on its way: the server has every frame
      const answer = await call("trace", { run: finished.id });
      if (answer) finished.frames = answer.frames;
      if (run !== finished) return;
    }
    finished.frames = finished.frames.filter(Boolean);
    surface.draw(moment.map((f) => f.toks), "review");
    timeline.load(moments(finished.frames));
    showFigures(finished.frames, finished.settings, finished.nll);
    likelihood(finished);
    const text = surface.text(), same = surface.overlay().spans.every((s, i) => finished.texts[i] === text.slice(s.from, s.to));
    core.status(same ? "Nothing was found to change. Esc puts the proposal away." : "Tab accepts, Esc discards.");
    refresh();
    surface.view.focus();
  }
  function showFigures(frames, now, nll) {
    statsLine.hidden = false;
    statsLine.replaceChildren(...terms(figures(frames, { ...settings.named(now), nll })));
  }
  /** How likely the model finds what was written; asked once the proposal can be read. */
  async function likelihood(finished) {
    if (finished.nll !== undefined) return;
    const answer = await quietly("nll", { text: finished.text, spans: finished.points, fills: finished.texts });
    if (!answer) return;
    finished.nll = answer.nll;
    if (run === finished || settled?.id === finished.id) showFigures(finished.frames, finished.settings, finished.nll);
  }
  // ---- a race --------------------------------------------------------------------------------------------------
  function openRace() {
    if (run) return;
    const spans = places();
    if (!spans) return;
    core.clearNotices();
    forget();
    race.open(placeOf(documents.current(), surface.text(), spans, !PROSE.includes(documents.language())));
  }
  /** A lane's result becomes a proposal like that of any run. */
  function useLane(lane) {
    if (run || documents.current() !== lane.document) return;
    const { id, text, points, frames, texts, nll } = lane, moment = moments(frames).at(-1);
    settings.select(lane.settings.system);
    run = { id, document: documents.current(), settings: lane.settings, asked: settings.request(), text, points, frames, state: "run", texts, nll, caret: surface.selection(), masked: surface.masks().length > 0 };
    surface.cover(id, "run", lane.spans.map((s, i) => ({ ...s, toks: moment[i].toks })));
    review(moment);
  }
  function showMoment(i) {
    const frames = run?.state === "review" ? run.frames : settled?.frames;
    if (!frames) return;
    const all = moments(frames), last = i === all.length - 1;
    if (settled && !run) {
      if (last && !settled.over) return surface.uncover();
      if (!surface.overlay()) surface.cover(settled.id, "replay", settled.placed.map((s) => ({ ...s, toks: [] })));
    }
    surface.draw(all[i].map((f) => f.toks));
  }
  async function accept() {
    if (run?.state !== "review") return;
    const accepted = run, target = accepted.document;
    timeline.stop();
    const before = surface.text(), spans = at(before, surface.overlay().spans);
    const placed = surface.write(accepted.texts);
    run = null;
    settled = { id: accepted.id, frames: accepted.frames, placed, settings: accepted.settings };
    documents.unsaved();
    surface.view.dispatch({ selection: { anchor: placed.at(-1).to }, scrollIntoView: false });
    core.status("Accepted");
    refresh();
    await documents.after(async () => {
      const answer = await call("accept", { document: target.id, base: target.base, before, spans, run: accepted.id });
      if (answer) documents.adopt(target, answer);
      else documents.typed(); // the text is on the page and is kept as typed text
      core.emit("committed", target);
    });
  }
  function dismiss() {
    if (run) {
      const gone = run;
      abandon();
      core.status(gone.state === "run" ? "Cancelled" : "Discarded");
    } else if (surface.overlay()) {
      timeline.stop();
      surface.uncover();
    } else surface.setMasks([]);
    refresh();
    surface.view.focus();
  }
  /** Take the run off the page and stop it; the text was never changed. */
  function abandon() {
    const gone = run, spans = surface.overlay()?.spans ?? [];
    surface.uncover();
    if (gone.masked) surface.setMasks(spans.map(({ from, to }) => ({ from, to })));
    const { anchor, head } = gone.caret;
    if (Math.max(anchor, head) <= surface.view.state.doc.length) surface.view.dispatch({ selection: { anchor, head } });
    if (gone.state === "run") bridge.cancel(gone.id);
    else bridge.call("discard", { run: gone.id }).catch(() => {});
    end("");
  }
  function end(message) {
    if (run?.state === "run" && message) bridge.cancel(run.id);
    run = null;
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
    runButton.hidden = maskButton.hidden = raceButton.hidden = instruction.hidden = Boolean(state);
    cancelButton.hidden = state !== "run";
    acceptButton.hidden = discardButton.hidden = state !== "review";
    settings.refresh(state === "review");
    core.emit("state", state ?? "idle");
  }
  instruction.addEventListener("input", refresh);

  // ---- what else happens on the page ---------------------------------------------------------------------------
  core.on("leaving", () => { if (run) abandon(); forget(); });
  core.on("opened", (doc) => {
    refresh();
    read = 0;
    quietly("warm", { document: doc.id, text: doc.text });
  });
  core.on("replay", ({ id, frames, settings: own }) => {
    if (run) abandon();
    forget();
    const all = moments(frames), text = surface.text();
    const placed = all[0].map((f) => ({ from: toUnits(text, f.from), to: toUnits(text, f.to) }));
    settled = { id, frames, placed, settings: own, over: true };
    timeline.load(all);
    showFigures(frames, own);
    showMoment(all.length - 1);
  });
  core.on("typed", () => { if (settled) forget(); warm(); prepare(); });
  core.on("selected", () => { refresh(); prepare(); if (Math.abs(surface.selection().head - read) > FAR) warm(); });
  core.on("dropped", () => { if (run) end("The text was changed, so the proposal is gone."); });
  core.commands.add(
    { id: "run", title: "Rewrite what is selected", group: "Rewrite", key: "Mod-Enter", always: true, run: () => start() },
    { id: "add-mask", title: "Keep the selection as a mask", group: "Rewrite", key: "Mod-m", always: true, run: addMask },
    { id: "race", title: "Race several systems on what is selected", group: "Rewrite", when: () => !run, run: openRace },
    { id: "accept", title: "Accept the proposal", group: "Review", key: "Tab", when: () => run?.state === "review", run: () => { accept(); } },
    { id: "dismiss", title: "Discard the proposal, or cancel the run", group: "Review", key: "Escape", when: () => Boolean(run || surface.overlay() || surface.masks().length), run: dismiss },
  );
  return {
    bar: [runButton, maskButton, raceButton, boot.best.edit ? instruction : null, cancelButton, acceptButton, discardButton],
    below: [timeline.element, statsLine],
    dialogs: [race.element],
    onFrames, start, tryOther, stats,
    current: () => run,
    /** A setting was changed. */
    changed: () => { refresh(); prepare(); },
    /** Let go of a run or a replay. */
    leave: () => { if (run) abandon(); forget(); },
  };
}
