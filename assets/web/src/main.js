// The page: one component, mounted by Gradio, speaking to Python through a bridge of three calls. This file joins its
// parts and lays them out; each part is a file of its own and knows the others through `core`.
import "./main.css";
import { heatPart } from "./checking/heat.js";
import { instantPart } from "./checking/instant.js";
import { documentsPart } from "./documents/documents.js";
import { dropHint } from "./documents/drop.js";
import { shelfPart } from "./documents/shelf.js";
import { exportMenu } from "./export/menu.js";
import { historyPart } from "./history/part.js";
import { labPart } from "./lab/door.js";
import { masksPart } from "./runs/masks/panel.js";
import { maskCalls, maskState } from "./runs/masks/state.js";
import { overlayCalls, overlayState } from "./runs/overlay.js";
import { runsPart } from "./runs/runs.js";
import { settingsPanel } from "./runs/settings/settings.js";
import { stylesPart } from "./styles/styles.js";
import { commandList, spell } from "./web/commands.js";
import { h } from "./web/dom/elements.js";
import { eventsOf } from "./web/events.js";
import { lineTo } from "./web/line.js";
import { pageHeader } from "./web/page/header.js";
import { noticesPart } from "./web/page/notices.js";
import { palettePart } from "./web/page/palette.js";
import { panelPart } from "./web/page/panel.js";
import { shortcutsPart } from "./web/page/shortcuts.js";
import { statusLine } from "./web/status.js";
import { themePart } from "./web/page/theme.js";
import { countsPart } from "./web/text/counts.js";
import { placesPart } from "./web/text/places.js";
import { selectingPart } from "./web/text/selecting.js";
import { mountSurface } from "./web/text/surface.js";
import { toldText } from "./web/text/told.js";
import { glossaryPart } from "./web/glossary/glossary.js";
import { tourPart } from "./web/tour/tour.js";
/** @import { Boot } from "./shapes/boot.js" */
/** @import { Bridge, Core, Surface } from "./shapes/core.js" */
/** @typedef {ReturnType<typeof documentsPart>} Documents */
/** @typedef {ReturnType<typeof runsPart>} Runs */

/**
 * @param {HTMLElement} host
 * @param {{bridge: Bridge, boot: Boot}} given
 */
export function mount(host, { bridge, boot }) {
  const status = h("span", { id: "status", class: "status" });
  const heard = h("span", { id: "heard", class: "visually-hidden", role: "status", "aria-live": "polite" });
  const told = statusLine(status, heard, () => !runs.writing() && !runs.current());
  /** @type {HTMLElement} */
  let app;
  const notices = noticesPart(() => app);
  const line = lineTo(bridge, {
    notice: notices.notice,
    writing: () => runs.writing(),
    frames: (json) => runs.onFrames(json),
    limit: boot.limits.body_bytes,
  });
  const events = eventsOf();
  const surfaceHost = h("div", { id: "surface", class: "surface" });
  const surface = surfaceOf(surfaceHost, events, {
    typed: () => documents.typed(),
    held: () => core.status("These words are being written. Type elsewhere, or press Esc to stop."),
  });
  /** @type {Core} */
  const core = {
    boot,
    line,
    about: toldText(line.ask),
    surface,
    ask: line.ask,
    call: line.call,
    quietly: line.quietly,
    notice: notices.notice,
    clearNotices: notices.clear,
    status: told.say,
    commands: commandList(),
    key: spell,
    ...events,
    showPanel: (on) => panel.show(on),
    mark: (root) => glossary.mark(root),
    extensions: [],
  };

  const glossary = glossaryPart({
    terms: boot.glossary,
    lessons: boot.lessons,
    point: (term) => lab.outside(() => tour.point(term)),
  });

  // ---- parts ---------------------------------------------------------------------------------------------------
  const documents = documentsPart(core);
  const styles = stylesPart(core, { documents, start: () => runs.start(), changed: () => runs.changed() });
  const { mark } = core;
  const settings = settingsPanel({
    boot,
    mark,
    told: styles,
    changed: () => runs.changed(),
    chosen: () => runs.tryOther(),
  });
  const selecting = selectingPart(core);
  const masks = masksPart(core, { usual: settings.strength, styles: styles.styles });
  const { notice, status: say } = core;
  /** @type {Runs} */
  const runs = runsPart(core, {
    documents,
    settings,
    told: styles.element,
    exportMenu: (of) => exportMenu({ ...of, notice, status: say }),
  });
  const tour = tourPart(core, { documents });
  const instant = instantPart(core, { documents });
  const heat = heatPart(core, { documents });
  const history = historyPart(core, {
    documents,
    runs,
    settings,
    exportMenu: (run, candidate) => exportMenu({ run, candidate, notice, status: say }),
  });
  const lab = labPart(core, { documents });
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
  const header = pageHeader({
    first: [documents.title, shelf.button, documents.newButton],
    rest: [...documents.tools, lab.button, theme.button, palette.button, shortcuts.button],
    last: [panel.toggle],
  });
  const spots = [...instant.bar, ...heat.bar];
  const bar = h(
    "div",
    { class: "bar" },
    toolsOf(core, [...selecting, ...masks.elements], boot.weak_spots ? spots : [], masks.chips),
    h("div", { class: "row" }, ...runs.bar, status, heard, counts.element),
    ...runs.below,
    ...instant.below,
    ...heat.below,
  );
  app = h(
    "div",
    { class: "pz-app" },
    header,
    notices.element,
    h("main", { class: "work" }, surfaceHost, history.over, tour.card, bar),
    h("aside", { class: "panel", "aria-label": "Settings and history" }, settings.element, ...history.elements),
    lab.element,
    ...runs.dialogs,
    ...shelf.dialogs,
    ...palette.dialogs,
    ...shortcuts.dialogs,
    ...tour.dialogs,
    ...history.dialogs,
  );
  app.append(dropHint(app, documents.upload));
  core.on("state", (name) => {
    app.dataset.state = name;
  });
  core.on("typed", told.over);
  host.replaceChildren(app);
  theme.attach(app);
  panel.attach(app);

  // ---- begin ---------------------------------------------------------------------------------------------------
  documents.begin(tour).then(() => {
    lab.attach(app);
    app.dataset.ready = "true";
  });
  const seen = { stats: runs.stats, run: runs.current, unsaved: documents.unsaved };
  Object.assign(window, {
    __palimpsest: { surface, commands: core.commands, view: surface.view, text: surface.text, ...seen },
  });
  return { onFrames: line.onFrames };
}

/**
 * The editor, with what can be done with the masks and the spans of a run that are drawn over it.
 * @param {HTMLElement} host
 * @param {Pick<Core, "emit">} events
 * @param {object} on
 * @param {() => void} on.typed
 * @param {() => void} on.held what was typed would stand at the edge of a span that is being written
 * @returns {Surface}
 */
function surfaceOf(host, { emit }, { typed, held }) {
  /** @type {ReturnType<typeof mountSurface> | null} */
  let mounted = null;
  const prose = () => mounted?.isProse() ?? true;
  const over = [maskState, overlayState({ dropped: () => emit("dropped"), held, prose })];
  const editor = mountSurface(host, over, {
    changed: () => {
      emit("typed");
      typed();
    },
    selected: () => emit("selected"),
  });
  mounted = editor;
  return {
    ...editor,
    ...maskCalls(editor.view, (id) => emit("masked", id)),
    ...overlayCalls(editor.view),
  };
}

/**
 * The tools that are there while nothing goes on.
 * @param {Core} core
 * @param {HTMLElement[]} masks
 * @param {HTMLElement[]} spots
 * @param {HTMLElement} chips
 */
function toolsOf(core, masks, spots, chips) {
  const weak = { class: "row weak-row", role: "group", "aria-label": "Weak spots" };
  const element = h(
    "div",
    { class: "row pz-tools" },
    h("div", { class: "row", role: "group", "aria-label": "Selection and masks" }, ...masks),
    spots.length ? h("div", weak, ...spots) : null,
    chips,
  );
  core.on("state", (name) => {
    element.hidden = name !== "idle";
  });
  return element;
}
