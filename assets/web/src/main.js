// The page: one component, mounted by Gradio, speaking to Python through a bridge of three calls.
import "./palimpsest.css";
import { debounce, h, remembered, terms } from "./dom.js";
import { historyPanel } from "./history.js";
import { figures, moments, progress } from "./moments.js";
import { toPoints } from "./offsets.js";
import { player } from "./player.js";
import { placeOf, racePanel } from "./race.js";
import { settingsPanel } from "./settings.js";
import { mountSurface } from "./surface.js";
import { bare } from "./tokens.js";

const SAVE_MS = 800, WARM_MS = 1200, PREPARE_MS = 250, FAR = 2000;
const PROSE = ["prose", "plain", "markdown"];
const mac = /Mac|iPhone|iPad/.test(navigator.platform);
const MOD = mac ? "⌘" : "Ctrl+";

export function mount(host, { bridge, boot }) {
  let doc = null;      // the open document: {id, title, language, text, base}
  let run = null;      // the run on screen: {id, settings, before, spans, frames, got, state: "run" | "review" | "done", texts}
  let settled = null;  // after accept: {frames, placed, settings}, to scrub in place
  let paintQueued = 0;
  let read = 0;        // the text up to here has been asked to be read
  const stats = { painted: 0, gaps: [], first: 0, started: 0, last: 0 };

  // ---- elements ------------------------------------------------------------------------------------------------
  const instruction = h("input", { id: "instruction", type: "text", class: "instruction", "aria-label": "Instruction", maxLength: boot.limits.instruction, placeholder: "Optional: say how to change what is selected",
    onkeydown: (event) => { if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); start(); } } });
  const settings = settingsPanel({ boot, instruction: () => instruction.value.trim(), changed: () => { refresh(); prepare(); }, chosen: tryOther });
  const button = (id, text, hint, action, kind = "") => h("button", { type: "button", id, class: kind, title: hint, onclick: action }, text);
  const runButton = button("run", "Rewrite", `Rewrite what is selected (${MOD}Enter)`, start, "primary");
  const maskButton = button("add-mask", "Add mask", `Keep this selection as a mask and select more (${MOD}M)`, addMask);
  const raceButton = button("race", "Race", "See several systems on what is selected, side by side", openRace);
  const cancelButton = button("cancel", "Cancel", "Put the old text back (Esc)", dismiss);
  const acceptButton = button("accept", "Accept", "Keep the new text (Tab)", accept, "primary");
  const discardButton = button("discard", "Discard", "Put the old text back (Esc)", dismiss);
  const status = h("span", { id: "status", class: "status", role: "status", "aria-live": "polite" });
  const notices = h("div", { class: "notices" });
  const statsLine = h("dl", { id: "stats", class: "figures", hidden: true });
  const surfaceHost = h("div", { id: "surface", class: "surface" });
  const titleInput = h("input", { id: "document-title", class: "title", "aria-label": "Title", maxLength: boot.limits.title, onchange: rename });
  const documents = h("select", { id: "documents", "aria-label": "Documents", onchange: () => open(Number(documents.value)) });
  const samples = h("select", { id: "samples", "aria-label": "Samples", onchange: () => { const name = samples.value; samples.value = ""; if (name) openNew(call("sample", { name })); } },
    h("option", { value: "" }, "Samples…"), ...boot.samples.map((s) => h("option", { value: s.name }, s.title)));
  const language = h("select", { id: "language", "aria-label": "Language", onchange: setLanguage }, ...boot.languages.map((l) => h("option", { value: l.name }, l.title)));
  const file = h("input", { id: "open-file", type: "file", class: "visually-hidden", "aria-label": "Open a file", onchange: () => { if (file.files[0]) upload(file.files[0]); file.value = ""; } });
  const download = h("a", { id: "download", class: "button", download: "", title: "Save the document as a file" }, "Download");
  const themes = h("button", { type: "button", id: "theme", class: "icon", "aria-label": "Light or dark", title: "Light or dark", onclick: () => setTheme(isDark() ? "light" : "dark") }, "◐");
  const timeline = player(showMoment);
  const revisions = h("span", { class: "revisions" });
  const history = historyPanel({ call, restored, named: settings.named, counted: (n) => { revisions.textContent = `${n} revision${n === 1 ? "" : "s"}`; } });
  const race = racePanel({ boot, settings, runs: bridge, call: quietly, use: useLane, closed: () => { refresh(); surface.view.focus(); } });
  const panelButton = h("button", { type: "button", class: "icon panel-toggle", "aria-label": "Settings and history", "aria-expanded": "false", onclick: () => showPanel(!app.classList.contains("panel-open")) }, "☰");
  const showPanel = (on) => { app.classList.toggle("panel-open", on); panelButton.setAttribute("aria-expanded", String(on)); };

  const app = h("div", { class: "pz-app" },
    h("header", { class: "top" },
      h("h1", {}, "Palimpsest"), titleInput, documents,
      h("span", { class: "spacer" }),
      button("new-document", "New", "New document", () => openNew(call("create", { title: "Untitled", language: "prose", text: "" }))),
      samples, h("label", { class: "button", title: "Open a text file" }, "Open file", file), download, language, themes, panelButton),
    notices,
    h("main", { class: "work" },
      surfaceHost,
      h("div", { class: "bar" },
        h("div", { class: "row" }, runButton, maskButton, raceButton, boot.best.edit ? instruction : null, cancelButton, acceptButton, discardButton, status),
        timeline.element, statsLine)),
    h("aside", { class: "panel", "aria-label": "Settings and history" },
      settings.element,
      h("h2", { class: "to-history" }, h("button", { type: "button", id: "to-history", onclick: () => history.element.scrollIntoView({ block: "start" }) }, "History", revisions)),
      history.element),
    race.element);
  host.replaceChildren(app);

  const surface = mountSurface(surfaceHost, {
    run: () => (start(), true),
    mask: () => (addMask(), true),
    save: () => (save.cancel(), saveNow("saved"), true),
    accept: () => run?.state === "review" && (accept(), true),
    dismiss: () => (run || surface.overlay() || surface.masks().length ? (dismiss(), true) : false),
    changed: () => { if (settled) forget(); save(); warm(); prepare(); },
    selected: () => { refresh(); prepare(); if (Math.abs(surface.selection().head - read) > FAR) warm(); },
    dropped: () => { if (run) { end("The text was changed, so the proposal is gone."); } },
  });

  // ---- speaking to Python --------------------------------------------------------------------------------------
  async function call(name, payload = {}) {
    let answer;
    try {
      answer = await bridge.call(name, payload);
    } catch (error) {
      answer = { error: { code: "offline", message: "Palimpsest does not answer. Is it still running? Your text is still here." } };
    }
    if (answer?.error) { notice(answer.error.message); return null; }
    return answer;
  }
  /** A call whose answer nobody waits for: the page is none the worse without it. */
  async function quietly(name, payload) {
    try {
      const answer = await bridge.call(name, payload);
      return answer?.error ? null : answer;
    } catch { return null; }
  }

  function notice(message, ...actions) {
    const box = h("div", { class: "notice", role: "alert", id: "notice" }, h("p", {}, message), ...actions,
      h("button", { type: "button", class: "icon", "aria-label": "Dismiss", onclick: () => box.remove() }, "×"));
    notices.replaceChildren(box);
  }

  // ---- documents -----------------------------------------------------------------------------------------------
  async function open(id) {
    await flush();
    const answer = await call("open", { document: id });
    if (answer) show(answer);
    return answer;
  }
  async function openNew(creating) {
    await flush();
    const answer = await creating;
    if (answer) { show(answer); await listDocuments(); surface.view.focus(); }
  }
  function show(opened) {
    if (run) abandon();
    forget();
    doc = opened;
    notices.replaceChildren();
    surface.load(opened.text);
    surface.setLanguage(opened.language);
    titleInput.value = opened.title;
    language.value = opened.language;
    documents.value = String(opened.id);
    download.href = `api/documents/${opened.id}/file`;
    remembered.set("document", opened.id);
    try { window.history.replaceState(null, "", `#${opened.id}`); } catch { /* a page inside a frame */ }
    document.title = `${opened.title} – Palimpsest`;
    history.refresh(opened.id);
    refresh();
    read = 0;
    quietly("warm", { document: opened.id, text: opened.text });
  }
  async function listDocuments() {
    const answer = await call("documents");
    if (!answer) return [];
    documents.replaceChildren(...answer.documents.map((d) => h("option", { value: String(d.id) }, d.title || "Untitled")));
    if (doc) documents.value = String(doc.id);
    return answer.documents;
  }
  async function rename() {
    if (!doc) return;
    const answer = await call("rename", { document: doc.id, title: titleInput.value });
    if (!answer) { titleInput.value = doc.title; return; }
    doc.title = titleInput.value = answer.title ?? titleInput.value;
    document.title = `${doc.title} – Palimpsest`;
    listDocuments();
  }
  async function setLanguage() {
    surface.setLanguage(language.value);
    await call("language", { document: doc.id, language: language.value });
  }
  async function upload(chosen, encoding = "") {
    if (chosen.size > boot.limits.file_bytes)
      return notice(`${chosen.name} has ${(chosen.size / 2 ** 20).toFixed(1)} MB; the limit is ${boot.limits.file_bytes / 2 ** 20} MB.`);
    let answer;
    try {
      const query = `name=${encodeURIComponent(chosen.name)}${encoding && `&encoding=${encoding}`}`;
      answer = await (await fetch(`api/files?${query}`, { method: "POST", body: chosen, headers: { "Content-Type": "application/octet-stream" } })).json();
    } catch { answer = { error: { message: `${chosen.name} could not be sent. Is Palimpsest still running?` } }; }
    if (answer.error?.code === "not_utf8")
      return notice(answer.error.message, h("button", { type: "button", onclick: () => upload(chosen, "latin-1") }, "Open as Latin-1"));
    if (answer.error) return notice(answer.error.message);
    openNew(Promise.resolve(answer));
  }
  app.addEventListener("dragover", (event) => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); });
  app.addEventListener("drop", (event) => {
    const dropped = event.dataTransfer?.files[0];
    if (dropped) { event.preventDefault(); event.stopPropagation(); upload(dropped); }
  }, true);

  // ---- saving --------------------------------------------------------------------------------------------------
  let saving = Promise.resolve();
  const save = debounce(SAVE_MS, () => saveNow());
  function saveNow(kind) {
    const target = doc, text = surface.text();
    saving = saving.then(async () => {
      const answer = await call("save", { document: target.id, base: target.base, text, kind });
      if (answer) adopt(target, answer);
      if (kind && answer) { status.textContent = "Saved"; history.refresh(target.id); }
    });
    return saving;
  }
  async function flush() { if (doc && save.pending()) { save.cancel(); await saveNow(); } await saving; }
  function adopt(target, answer) {
    target.base = answer.base;
    if (answer.branched && !target.branched) {
      target.branched = true;
      notice("This document was changed in another tab. Your text is kept as a branch in History.",
        h("button", { type: "button", onclick: () => open(target.id) }, "Load the other text"));
      if (target === doc) history.refresh(target.id);
    }
  }
  const at = (text, ranges) => ranges.map((r) => [toPoints(text, r.from), toPoints(text, r.to)]);
  // What is selected is prepared instead: that reads the text up to there too.
  const idle = () => doc && !run && !race.isOpen();
  const warm = debounce(WARM_MS, () => {
    if (!idle() || surface.ranges().spans.length) return;
    const text = surface.text();
    read = surface.selection().head;
    quietly("warm", { document: doc.id, text, cursor: toPoints(text, read) });
  });
  const prepare = debounce(PREPARE_MS, () => {
    const { spans } = surface.ranges();
    if (!idle() || !spans.length || settings.problem()) return;
    const text = surface.text();
    read = surface.selection().head;
    quietly("prepare", { text, spans: at(text, spans), seed: settings.seedAhead(), ...settings.request() });
  });
  addEventListener("visibilitychange", () => { if (document.hidden) flush(); });
  function restored(answer) {
    if (run) abandon();
    forget();
    save.cancel();
    doc.base = answer.base;
    surface.replace(answer.text);
    history.refresh(doc.id);
    status.textContent = "Restored";
  }

  // ---- a run ---------------------------------------------------------------------------------------------------
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
    showPanel(false); // on a narrow screen it lies over the text
    start(true);
  }
  function start(sameSeed = false) {
    if (run?.state === "run") return notice("A run is under way. Esc cancels it.");
    const wrong = settings.problem();
    if (wrong) return notice(wrong);
    notices.replaceChildren();
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
    run = { id: crypto.randomUUID?.() ?? String(Math.random()).slice(2), document: doc, settings: { ...common, ...own, way: settings.way(common.system) }, text, points, asked, frames: [], state: "run", texts: spans.map(() => ""), caret, masked };
    Object.assign(stats, { painted: 0, gaps: [], first: 0, started: performance.now(), last: 0 });
    surface.cover(run.id, "run", spans.map((s) => ({ ...s, toks: bare(text.slice(s.from, s.to), settings.uniform()) })));
    prepare.cancel();
    warm.cancel();
    bridge.run({ run: run.id, document: doc.id, text, spans: points, ...request });
    status.textContent = "Writing…";
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
    status.textContent = progress(moment);
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
    status.textContent = same ? "Nothing was found to change. Esc puts the proposal away." : "Tab accepts, Esc discards.";
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
    notices.replaceChildren();
    forget();
    race.open(placeOf(doc, surface.text(), spans, !PROSE.includes(language.value)));
  }
  /** A lane's result becomes a proposal like that of any run. */
  function useLane(lane) {
    if (run || doc !== lane.document) return;
    const { id, text, points, frames, texts, nll } = lane, moment = moments(frames).at(-1);
    settings.select(lane.settings.system);
    run = { id, document: doc, settings: lane.settings, asked: settings.request(), text, points, frames, state: "run", texts, nll, caret: surface.selection(), masked: surface.masks().length > 0 };
    surface.cover(id, "run", lane.spans.map((s, i) => ({ ...s, toks: moment[i].toks })));
    review(moment);
  }
  function showMoment(i) {
    const frames = run?.state === "review" ? run.frames : settled?.frames;
    if (!frames) return;
    const all = moments(frames), last = i === all.length - 1;
    if (settled && !run) {
      if (last) return surface.uncover();
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
    save.cancel();
    surface.view.dispatch({ selection: { anchor: placed.at(-1).to }, scrollIntoView: false });
    status.textContent = "Accepted";
    refresh();
    saving = saving.then(async () => {
      const answer = await call("accept", { document: target.id, base: target.base, before, spans, run: accepted.id });
      if (answer) adopt(target, answer);
      else save(); // the text is on the page and is kept as typed text
      await history.refresh(target.id);
    });
    await saving;
  }
  function dismiss() {
    if (run) {
      const gone = run;
      abandon();
      status.textContent = gone.state === "run" ? "Cancelled" : "Discarded";
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
    status.textContent = message;
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
    app.dataset.state = state ?? "idle";
  }
  instruction.addEventListener("input", refresh);

  // ---- theme ---------------------------------------------------------------------------------------------------
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (remembered.get("theme", null) ?? (prefersDark.matches ? "dark" : "light")) === "dark";
  function setTheme(name) { remembered.set("theme", name); applyTheme(); }
  function applyTheme() { app.dataset.theme = isDark() ? "dark" : "light"; surface.setDark(isDark()); }
  prefersDark.addEventListener("change", applyTheme);
  applyTheme();

  // ---- begin ---------------------------------------------------------------------------------------------------
  (async () => {
    refresh();
    const all = await listDocuments();
    const wanted = Number(location.hash.slice(1)) || remembered.get("document", 0);
    const there = all.find((d) => d.id === wanted) ?? all[0];
    if (there) await open(there.id);
    else await openNew(call("sample", { name: boot.samples[0].name }));
    app.dataset.ready = "true";
  })();

  window.__palimpsest = { view: surface.view, text: surface.text, stats, run: () => run };
  return { onFrames };
}
