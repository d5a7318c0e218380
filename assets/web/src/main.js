// The page: one component, mounted by Gradio, speaking to Python through a bridge of three calls.
import "./palimpsest.css";
import { debounce, h, remembered } from "./dom.js";
import { historyPanel } from "./history.js";
import { figures, moments } from "./moments.js";
import { toPoints } from "./offsets.js";
import { player } from "./player.js";
import { mountSurface } from "./surface.js";

const SAVE_MS = 800, WARM_MS = 1200;
const mac = /Mac|iPhone|iPad/.test(navigator.platform);
const MOD = mac ? "⌘" : "Ctrl+";

export function mount(host, { bridge, boot }) {
  let doc = null;      // the open document: {id, title, language, text, base}
  let run = null;      // the run on screen: {id, settings, before, spans, frames, got, state: "run" | "review" | "done", texts}
  let settled = null;  // after accept: {frames, placed, settings}, to scrub in place
  let paintQueued = 0;
  const stats = { painted: 0, gaps: [], first: 0, started: 0, last: 0 };
  const named = (settings) => ({ ...settings, system: boot.systems.find((s) => s.name === settings.system)?.title ?? settings.system, way: boot.ways[settings.way] ?? settings.way });

  // ---- elements ------------------------------------------------------------------------------------------------
  const kept = remembered.get("settings", {});
  const number = (id, label, value, attributes) => {
    const input = h("input", { id, type: "number", value: String(value), ...attributes });
    return { input, row: h("label", { class: "field" }, h("span", {}, label), input) };
  };
  const systems = h("select", { id: "system" }, ...boot.systems.map((s) => h("option", { value: s.name, selected: s.name === (kept.system ?? boot.defaults.system) }, s.title)));
  const summary = h("p", { class: "hint" });
  const ways = h("select", { id: "way" }, h("option", { value: "auto" }, "Best for the task"), ...Object.entries(boot.ways).map(([name, text]) => h("option", { value: name, selected: name === kept.way }, text)));
  const inUse = h("span", { id: "way-in-use" });
  const instruction = h("input", { id: "instruction", type: "text", class: "instruction", "aria-label": "Instruction", maxLength: boot.limits.instruction, placeholder: "Optional: say how to change what is selected",
    onkeydown: (event) => { if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); start(); } } });
  const steps = number("steps", "Steps", kept.steps ?? boot.defaults.steps, { min: "1", max: String(boot.limits.steps), step: "1" });
  const temperature = number("temperature", "Temperature", kept.temperature ?? boot.defaults.temperature, { min: "0", max: String(boot.limits.temperature), step: "0.1" });
  const seed = number("seed", "Seed", kept.seed ?? boot.defaults.seed, { min: "0", max: String(boot.limits.seed), step: "1" });
  const reroll = h("input", { type: "checkbox", checked: kept.reroll ?? true });
  const button = (id, text, hint, action, kind = "") => h("button", { type: "button", id, class: kind, title: hint, onclick: action }, text);
  const runButton = button("run", "Rewrite", `Rewrite what is selected (${MOD}Enter)`, start, "primary");
  const maskButton = button("add-mask", "Add mask", `Keep this selection as a mask and select more (${MOD}M)`, addMask);
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
  const history = historyPanel({ call, restored, named });
  const panelButton = h("button", { type: "button", class: "icon panel-toggle", "aria-label": "Settings and history", "aria-expanded": "false", onclick: () => { const on = app.classList.toggle("panel-open"); panelButton.setAttribute("aria-expanded", String(on)); } }, "☰");

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
        h("div", { class: "row" }, runButton, maskButton, boot.best.edit ? instruction : null, cancelButton, acceptButton, discardButton, status),
        timeline.element, statsLine)),
    h("aside", { class: "panel", "aria-label": "Settings and history" },
      h("section", {}, h("h2", {}, "Settings"),
        h("label", { class: "field" }, h("span", {}, "System"), systems), summary,
        Object.keys(boot.ways).length > 1 ? h("label", { class: "field" }, h("span", {}, "Written by"), ways) : null,
        steps.row, temperature.row, seed.row, h("label", { class: "check" }, reroll, "New seed for each run"),
        h("p", { class: "hint" }, `Model: ${boot.model}, on ${boot.device}. In use: `, inUse, ".")),
      h("section", {}, h("h2", {}, "History"), history.element)));
  host.replaceChildren(app);

  const surface = mountSurface(surfaceHost, {
    run: () => (start(), true),
    mask: () => (addMask(), true),
    save: () => (save.cancel(), saveNow("saved"), true),
    accept: () => run?.state === "review" && (accept(), true),
    dismiss: () => (run || surface.overlay() || surface.masks().length ? (dismiss(), true) : false),
    changed: () => { if (settled) forget(); save(); warm(); },
    selected: refresh,
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
    call("warm", { document: opened.id, text: opened.text });
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
  const warm = debounce(WARM_MS, () => { if (doc && !run) bridge.call("warm", { document: doc.id, text: surface.text() }).catch(() => {}); });
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
  function settings() {
    if (reroll.checked) seed.input.value = String(Math.floor(Math.random() * 2 ** 31));
    const now = { system: systems.value, steps: steps.input.valueAsNumber, temperature: temperature.input.valueAsNumber, seed: seed.input.valueAsNumber, way: ways.value };
    remembered.set("settings", { ...now, reroll: reroll.checked });
    return { ...now, instruction: instruction.value.trim() };
  }
  /** The way that the next run will go. */
  function way() {
    const task = boot.best.edit && instruction.value.trim() ? "edit" : boot.systems.find((s) => s.name === systems.value).task;
    return ways.value === "auto" ? boot.best[task] : ways.value;
  }
  function start() {
    if (run?.state === "run") return notice("A run is under way. Esc cancels it.");
    if (run) dismiss();
    forget();
    notices.replaceChildren();
    const { spans, chosen } = surface.ranges();
    if (!spans.length) return notice(chosen ? "Only white space is selected. Select at least one word." : "Nothing is selected. Select the words to rewrite first.");
    const now = settings();
    for (const [name, input] of [["steps", steps.input], ["temperature", temperature.input], ["seed", seed.input]])
      if (!input.checkValidity() || Number.isNaN(input.valueAsNumber))
        return notice(`${name[0].toUpperCase() + name.slice(1)} must be in ${input.min} to ${input.max}.`);
    const text = surface.text();
    run = { id: crypto.randomUUID?.() ?? String(Math.random()).slice(2), document: doc, settings: { ...now, way: way() }, frames: [], got: 0, state: "run", texts: spans.map(() => ""), caret: surface.selection() };
    Object.assign(stats, { painted: 0, gaps: [], first: 0, started: performance.now(), last: 0 });
    surface.cover(run.id, "run", spans.map((s) => ({ ...s, toks: [["", "m", 0, []]] })));
    const points = spans.map((s) => [toPoints(text, s.from), toPoints(text, s.to)]);
    bridge.run({ run: run.id, document: doc.id, text, spans: points, ...now });
    status.textContent = "Writing…";
    refresh();
  }
  function onFrames(json) {
    if (!json) return;
    const { run: id, seq, frames } = JSON.parse(json);
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
    const [done, total] = moment[0].progress ?? [0, 0];
    status.textContent = moment[0].phase === "read" ? `Reading the text before, ${done} of ${total} tokens` : moment[0].phase === "draft" ? "Drawing proposals…" : `Step ${moment[0].step}`;
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
    showFigures(finished.frames, finished.settings);
    const text = surface.text(), same = surface.overlay().spans.every((s, i) => finished.texts[i] === text.slice(s.from, s.to));
    status.textContent = same ? "Nothing was found to change. Esc puts the proposal away." : "Tab accepts, Esc discards.";
    refresh();
    surface.view.focus();
  }
  function showFigures(frames, now) {
    statsLine.hidden = false;
    statsLine.replaceChildren(...figures(frames, named(now)).flatMap(([k, v]) => [h("dt", {}, k), h("dd", {}, String(v))]));
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
    const before = surface.text(), spans = surface.overlay().spans.map((s) => [toPoints(before, s.from), toPoints(before, s.to)]);
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
    const gone = run;
    surface.uncover();
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
    runButton.hidden = maskButton.hidden = instruction.hidden = Boolean(state);
    cancelButton.hidden = state !== "run";
    acceptButton.hidden = discardButton.hidden = state !== "review";
    summary.textContent = boot.systems.find((s) => s.name === systems.value)?.summary ?? "";
    inUse.textContent = boot.ways[way()];
    app.dataset.state = state ?? "idle";
  }
  for (const control of [systems, ways, instruction]) control.addEventListener("input", refresh);

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
