// The page: one component, mounted by Gradio, speaking to Python through a bridge of three calls. This file lays it out and
// joins its parts; each part is a file of its own and knows the others through `core`.
import "./web/palimpsest.css";
import { commandList, spell } from "./web/commands.js";
import { countsPart } from "./web/text/counts.js";
import { documentsPart } from "./documents/documents.js";
import { h } from "./web/dom/dom.js";
import { dropHint } from "./documents/drop.js";
import { pageHeader } from "./web/page/header.js";
import { heatPart } from "./checking/heat.js";
import { historyPanel } from "./history/history.js";
import { instantPart } from "./checking/instant.js";
import { lineTo } from "./web/line.js";
import { masksPart } from "./runs/masks/panel.js";
import { noticesPart } from "./web/page/notices.js";
import { palettePart } from "./web/page/palette.js";
import { panelPart } from "./web/page/panel.js";
import { placesPart } from "./web/text/places.js";
import { runsPart } from "./runs/runs.js";
import { selectingPart } from "./web/text/selecting.js";
import { settingsPanel } from "./runs/settings/settings.js";
import { shelfPart } from "./documents/shelf.js";
import { shortcutsPart } from "./web/page/shortcuts.js";
import { stylesPart } from "./styles/styles.js";
import { mountSurface } from "./web/text/surface.js";
import { themePart } from "./web/page/theme.js";
import { toldText } from "./web/text/told.js";
import { tourPart } from "./web/tour/tour.js";

export function mount(host, { bridge, boot }) {
  const listeners = new Map();
  const status = h("span", { id: "status", class: "status", role: "status", "aria-live": "polite" });
  const notices = noticesPart(() => app);
  const surfaceHost = h("div", { id: "surface", class: "surface" });

  const line = lineTo(bridge, {
    notice: notices.notice,
    writing: () => runs.writing(),
    frames: (json) => runs.onFrames(json),
    limit: boot.limits.body_bytes,
  });
  /** What every part may use. */
  const core = {
    boot,
    line,
    about: toldText(line.ask),
    ask: line.ask,
    call: line.call,
    quietly: line.quietly,
    notice: notices.notice,
    commands: commandList(),
    key: spell,
    /** Events: leaving(doc), opened(doc), language(name), committed(doc), shelf(), typed(), selected(), dropped(), masked(id), masks(),
     * state(name), replay({id, frames, settings}): show a finished run over the text it began with. */
    on: (event, listener) => listeners.set(event, [...(listeners.get(event) ?? []), listener]),
    emit: (event, value) => {
      for (const listener of listeners.get(event) ?? []) listener(value);
    },
    status: (text) => {
      status.textContent = text;
    },
    clearNotices: notices.clear,
    showPanel: (on) => panel.show(on),
    /** Extensions of the editor; parts add theirs while they are made. */
    extensions: [],
  };

  // ---- parts ---------------------------------------------------------------------------------------------------
  const surface = (core.surface = mountSurface(surfaceHost, {
    changed: () => {
      core.emit("typed");
      documents.typed();
    },
    selected: () => core.emit("selected"),
    dropped: () => core.emit("dropped"),
    masked: (id) => core.emit("masked", id),
    held: () => core.status("These words are being written. Type elsewhere, or press Esc to stop."),
  }));
  const documents = documentsPart(core);
  const styles = stylesPart(core, { documents, start: () => runs.start(), changed: () => runs.changed() });
  const settings = settingsPanel({ boot, told: styles, changed: () => runs.changed(), chosen: () => runs.tryOther() });
  const selecting = selectingPart(core),
    masks = masksPart(core, { usual: settings.strength, styles: styles.styles });
  const runs = runsPart(core, { documents, settings, told: styles.element });
  const tour = tourPart(core, { documents });
  const instant = instantPart(core, { documents }),
    heat = heatPart(core, { documents });
  const tools = h(
    "div",
    { class: "row pz-tools" },
    h("div", { class: "row", role: "group", "aria-label": "Selection and masks" }, ...selecting, ...masks.elements),
    boot.weak_spots
      ? h("div", { class: "row weak-row", role: "group", "aria-label": "Weak spots" }, ...instant.bar, ...heat.bar)
      : null,
  );
  core.on("state", (name) => {
    tools.hidden = name !== "idle";
  });
  const revisions = h("span", { class: "revisions" });
  const history = historyPanel({
    call: line.call,
    flush: documents.flush,
    notice: core.notice,
    status: core.status,
    restored,
    again: (id) => runs.again(id),
    code: () => !surface.isProse(),
    named: settings.named,
    counted: (n) => {
      revisions.textContent = `${n} revision${n === 1 ? "" : "s"}`;
    },
  });
  core.on("opened", (doc) => history.refresh(doc.id));
  core.on("committed", (doc) => {
    if (doc === documents.current()) history.refresh(doc.id);
  });
  core.on("state", (name) => {
    app.dataset.state = name;
  });
  function restored(answer) {
    const doc = documents.current();
    runs.leave();
    documents.covered();
    doc.base = answer.base;
    surface.replace(answer.text);
    history.refresh(doc.id);
    core.status("Restored");
  }
  const shelf = shelfPart(core, { documents });
  const palette = palettePart(core, { documents, settings });
  const shortcuts = shortcutsPart(core);
  const theme = themePart(core);
  const panel = panelPart(core);
  const counts = countsPart(core);
  placesPart(core);
  surface.extend([core.commands.extension(), ...core.extensions]);
  core.commands.listen(surface.view);

  // ---- layout --------------------------------------------------------------------------------------------------
  const app = h(
    "div",
    { class: "pz-app" },
    pageHeader({
      first: [documents.title, shelf.button, documents.newButton],
      rest: [...documents.tools, theme.button, palette.button, shortcuts.button],
      last: [panel.toggle],
    }),
    notices.element,
    h(
      "main",
      { class: "work" },
      surfaceHost,
      tour.card,
      h(
        "div",
        { class: "bar" },
        tools,
        h("div", { class: "row" }, ...runs.bar, status, counts.element),
        ...runs.below,
        ...instant.below,
        ...heat.below,
      ),
    ),
    h(
      "aside",
      { class: "panel", "aria-label": "Settings and history" },
      settings.element,
      h(
        "h2",
        { class: "to-history" },
        h(
          "button",
          { type: "button", id: "to-history", onclick: () => history.element.scrollIntoView({ block: "start" }) },
          "History",
          revisions,
        ),
      ),
      history.element,
    ),
    ...runs.dialogs,
    ...shelf.dialogs,
    ...palette.dialogs,
    ...shortcuts.dialogs,
    ...tour.dialogs,
  );
  app.append(dropHint(app, documents.upload));
  host.replaceChildren(app);
  theme.attach(app);
  panel.attach(app);

  // ---- begin ---------------------------------------------------------------------------------------------------
  documents.begin(tour).then(() => {
    app.dataset.ready = "true";
  });

  window.__palimpsest = {
    surface,
    commands: core.commands,
    view: surface.view,
    text: surface.text,
    stats: runs.stats,
    run: runs.current,
    unsaved: documents.unsaved,
  };
  return { onFrames: line.onFrames };
}
