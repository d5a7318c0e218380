// The page: one component, mounted by Gradio, speaking to Python through a bridge of three calls. This file lays it out and
// joins its parts; each part is a file of its own and knows the others through `core`.
import "./palimpsest.css";
import { commandList, spell } from "./commands.js";
import { documentsPart } from "./documents.js";
import { h, remembered } from "./dom.js";
import { historyPanel } from "./history.js";
import { runsPart } from "./runs.js";
import { settingsPanel } from "./settings.js";
import { mountSurface } from "./surface.js";
import { tourPart } from "./tour.js";

export function mount(host, { bridge, boot }) {
  const listeners = new Map();
  const status = h("span", { id: "status", class: "status", role: "status", "aria-live": "polite" });
  const notices = h("div", { class: "notices" });
  const surfaceHost = h("div", { id: "surface", class: "surface" });

  /** What every part may use. */
  const core = {
    boot, bridge, call, quietly, notice,
    commands: commandList(),
    key: spell,
    /** Events: leaving(doc), opened(doc), language(name), committed(doc), typed(), selected(), dropped(), state(name),
     * replay({id, frames, settings}): show a finished run over the text it began with. */
    on: (event, listener) => listeners.set(event, [...(listeners.get(event) ?? []), listener]),
    emit: (event, value) => { for (const listener of listeners.get(event) ?? []) listener(value); },
    status: (text) => { status.textContent = text; },
    clearNotices: () => notices.replaceChildren(),
    showPanel,
    /** Extensions of the editor; parts add theirs while they are made. */
    extensions: [],
  };

  // ---- speaking to Python --------------------------------------------------------------------------------------
  async function call(name, payload = {}) {
    let answer;
    try {
      answer = await bridge.call(name, payload);
    } catch {
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

  // ---- parts ---------------------------------------------------------------------------------------------------
  const surface = core.surface = mountSurface(surfaceHost, {
    changed: () => { core.emit("typed"); documents.typed(); },
    selected: () => core.emit("selected"),
    dropped: () => core.emit("dropped"),
  });
  const documents = documentsPart(core);
  const instruction = h("input", { id: "instruction", type: "text", class: "instruction", "aria-label": "Instruction", maxLength: boot.limits.instruction, placeholder: "Optional: say how to change what is selected",
    onkeydown: (event) => { if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); runs.start(); } } });
  const settings = settingsPanel({ boot, instruction: () => instruction.value.trim(), changed: () => runs.changed(), chosen: () => runs.tryOther() });
  const runs = runsPart(core, { documents, settings, instruction });
  const tour = tourPart(core, { documents });
  const revisions = h("span", { class: "revisions" });
  const history = historyPanel({ call, notice, status: core.status, restored, named: settings.named, counted: (n) => { revisions.textContent = `${n} revision${n === 1 ? "" : "s"}`; } });
  core.on("opened", (doc) => history.refresh(doc.id));
  core.on("committed", (doc) => { if (doc === documents.current()) history.refresh(doc.id); });
  core.on("state", (name) => { app.dataset.state = name; });
  function restored(answer) {
    const doc = documents.current();
    runs.leave();
    documents.unsaved();
    doc.base = answer.base;
    surface.replace(answer.text);
    history.refresh(doc.id);
    core.status("Restored");
  }
  surface.extend([core.commands.extension(), ...core.extensions]);

  // ---- layout --------------------------------------------------------------------------------------------------
  const themes = h("button", { type: "button", id: "theme", class: "icon", "aria-label": "Light or dark", title: "Light or dark", onclick: () => setTheme(isDark() ? "light" : "dark") }, "◐");
  const panelButton = h("button", { type: "button", class: "icon panel-toggle", "aria-label": "Settings and history", "aria-expanded": "false", onclick: () => showPanel(!app.classList.contains("panel-open")) }, "☰");
  function showPanel(on) { app.classList.toggle("panel-open", on); panelButton.setAttribute("aria-expanded", String(on)); }
  const app = h("div", { class: "pz-app" },
    h("header", { class: "top" }, h("h1", {}, "Palimpsest"), ...documents.elements, themes, panelButton),
    notices,
    h("main", { class: "work" },
      surfaceHost, tour.card,
      h("div", { class: "bar" }, h("div", { class: "row" }, ...runs.bar, status), ...runs.below)),
    h("aside", { class: "panel", "aria-label": "Settings and history" },
      settings.element,
      h("h2", { class: "to-history" }, h("button", { type: "button", id: "to-history", onclick: () => history.element.scrollIntoView({ block: "start" }) }, "History", revisions)),
      history.element),
    ...runs.dialogs, ...tour.dialogs);
  host.replaceChildren(app);
  documents.acceptDrops(app);

  // ---- theme ---------------------------------------------------------------------------------------------------
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (remembered.get("theme", null) ?? (prefersDark.matches ? "dark" : "light")) === "dark";
  function setTheme(name) { remembered.set("theme", name); applyTheme(); }
  function applyTheme() { app.dataset.theme = isDark() ? "dark" : "light"; surface.setDark(isDark()); }
  prefersDark.addEventListener("change", applyTheme);
  applyTheme();

  // ---- begin ---------------------------------------------------------------------------------------------------
  (async () => {
    const all = await documents.refreshList();
    const wanted = Number(location.hash.slice(1)) || remembered.get("document", 0);
    const there = all.find((d) => d.id === wanted) ?? all[0];
    if (there) await documents.open(there.id).then((doc) => doc && tour.again(doc));
    else await tour.welcome() ?? await documents.openNew(call("sample", { name: boot.samples[0].name }));
    app.dataset.ready = "true";
  })();

  window.__palimpsest = { view: surface.view, text: surface.text, commands: core.commands, stats: runs.stats, run: runs.current };
  return { onFrames: runs.onFrames };
}
