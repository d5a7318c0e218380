// A revision in the place of the text: read, compared, blamed, restored. A banner says so; Esc leaves.
import { EditorView } from "@codemirror/view";
import { button, h, taken } from "../web/dom/elements.js";
import { many, when } from "../web/dom/words.js";
import { coloursOf, isProse, page } from "../web/text/appearance.js";
import { modeOf } from "../web/text/grammars/grammars.js";
import { toUnits } from "../web/text/offsets.js";
import { blameOf } from "./blame.js";
import { choices, factsOf, legend, shownIn, stripOf } from "./changes.js";
import { play } from "./replaying.js";
import { KINDS } from "./revision.js";
/** @import { Revision, Trace, WholeRevision } from "../shapes/answers.js" */
/** @import { Core, Documents, Settings } from "../shapes/core.js" */
/** @import { Shown } from "./changes.js" */

/**
 * @param {Core} core
 * @param {object} is
 * @param {Documents} is.documents
 * @param {Settings} is.settings
 * @param {(revision: string) => Promise<void>} is.restore
 * @param {(what: {rev?: string, run?: string, step?: number}) => void} is.at is told what is looked at, or nothing
 */
export function lookingPart(core, { documents, settings, restore, at }) {
  const { call, ask, notice, surface } = core;
  /** @type {WholeRevision | null} */
  let looked = null;
  /** @type {Revision[]} */
  let all = [];
  /** @type {Shown | null} */
  let shown = null;
  let asked = 0;
  let halt = () => {};

  const title = h("strong", { id: "looking-title" });
  const facts = h("span", { class: "hint", role: "status" });
  const against = h("select", { id: "against", "aria-label": "Compared with", onchange: () => draw() });
  const how = h(
    "select",
    { id: "compare-how", "aria-label": "How it is shown", onchange: () => draw() },
    ...[
      ["inline", "Inline"],
      ["beside", "Side by side"],
      ["blame", "Who wrote what"],
    ].map(([value, text]) => h("option", { value }, text)),
  );
  const previous = button("‹", {
    id: "previous-change",
    class: "icon",
    "aria-label": "Previous change",
    title: "Previous change (p)",
    onclick: () => shown?.previous(),
  });
  const next = button("›", {
    id: "next-change",
    class: "icon",
    "aria-label": "Next change",
    title: "Next change (n)",
    onclick: () => shown?.next(),
  });
  const restoring = button("Restore", {
    id: "restore-looked",
    class: "primary",
    onclick: () => looked && restore(looked.id),
  });
  const comparing = [against, how, h("div", { class: "row steps" }, previous, next)];
  const closing = button("Back", {
    id: "leave-revision",
    title: "Back to the text as it stands (Esc)",
    onclick: () => leave(),
  });
  const banner = h(
    "div",
    { class: "looking-banner", role: "group", "aria-label": "A revision" },
    h("div", { class: "looking-title" }, title, facts),
    h("span", { class: "spacer" }),
    ...comparing,
    restoring,
    closing,
  );
  const body = h("div", { class: "looking-body" });
  const element = h(
    "section",
    {
      id: "looking",
      class: "looking",
      hidden: true,
      "aria-label": "A revision, in the place of the text",
      onkeydown: keys,
    },
    banner,
    body,
  );

  /**
   * @param {string} revision or how its id begins
   * @param {{against?: "now" | string, mark?: [number, number], how?: string}} [wish] `mark`: code points to be
   *   seen
   */
  async function look(revision, wish = {}) {
    const doc = documents.current();
    if (!doc) return;
    const mine = ++asked;
    await documents.flush();
    const [found, list] = await Promise.all([
      call("revision", { document: doc.id, revision }),
      call("history", { document: doc.id }),
    ]);
    if (!found || !list || mine !== asked || doc !== documents.current()) return;
    looked = found;
    all = list.revisions;
    against.replaceChildren(...choices(found, all, wish.against));
    against.value = wish.against ?? (wish.mark || !found.parent ? "" : found.parent);
    if (wish.how) how.value = wish.how;
    const is = all.find((r) => r.id === found.id);
    title.textContent = `${found.name ?? KINDS[found.kind] ?? found.kind}, ${when(found.created_at)}`;
    restoring.hidden = Boolean(is?.is_head);
    for (const control of comparing) control.hidden = false;
    const open = opened(found.id);
    await draw(wish.mark);
    tellRestore(doc.id, found.id);
    at({ rev: found.id });
    if (open) closing.focus();
  }
  /**
   * Another revision against the one that is open.
   * @param {string} revision
   */
  function compare(revision) {
    if (!looked) return notice("No revision is open: open one, then compare another one with it.");
    if (how.value === "blame") how.value = "inline";
    return look(looked.id, { against: revision === looked.id ? "" : revision });
  }
  /**
   * The steps of a run in the place of the text.
   * @param {Trace} trace
   * @param {number} [step]
   */
  async function steps(trace, step) {
    const mine = ++asked;
    const kept = await ask("kept_candidate", { run: trace.run });
    const doc = documents.current();
    if (!doc || mine !== asked) return;
    looked = null;
    shown?.destroy();
    shown = null;
    const { system, seed } = settings.named(trace.settings);
    title.textContent = `A run of ${system}, seed ${seed}`;
    facts.textContent = "As it was written then; the text has changed since.";
    for (const control of [...comparing, restoring]) control.hidden = true;
    const stage = h("div", { class: "looking-steps" });
    body.replaceChildren(stage);
    const open = opened(trace.run);
    const playing = play(stage, trace, {
      code: () => !isProse(doc.language),
      named: settings.named,
      candidate: kept.error ? 0 : kept.candidate,
      at: (shownStep) => at({ run: trace.run, step: shownStep }),
    });
    halt = playing.stop;
    playing.toStep(step ?? Number.POSITIVE_INFINITY);
    if (open) closing.focus();
  }
  /**
   * It lies over the text from now on; whether it did not before.
   * @param {string} what
   */
  function opened(what) {
    const before = element.hidden;
    halt();
    core.showPanel(false); // on a narrow screen it lies over the text
    element.hidden = false;
    element.dataset.revision = what;
    surface.view.dom.inert = true;
    return before;
  }
  /**
   * What restoring would change, before it is done.
   * @param {number} document
   * @param {string} revision
   */
  async function tellRestore(document, revision) {
    const told = await ask("restores", { document, revision });
    if (told.error || looked?.id !== revision) return;
    const { added, removed } = told;
    restoring.title =
      added || removed
        ? `Adds ${many(added, "word")} to the text as it stands and removes ${removed}; undo takes it back`
        : "The text as it stands is the same";
    restoring.setAttribute("aria-description", restoring.title);
  }
  /** @param {[number, number]} [mark] */
  async function draw(mark) {
    const doc = documents.current();
    if (!looked || !doc) return;
    const of = looked;
    const before = await textOf(against.value);
    const look = [
      page,
      modeOf(doc.language),
      coloursOf(dark()),
      EditorView.editorAttributes.of({ class: isProse(doc.language) ? "pz-prose" : "pz-code" }),
      EditorView.contentAttributes.of({ "aria-label": "Text of the revision", tabindex: "0" }),
    ];
    if (how.value === "blame") {
      facts.textContent = "Looking up who wrote it…";
      const told = await call("blame", { document: doc.id, revision: of.id });
      if (!told || looked !== of) return;
      look.push(
        blameOf(of.text, told.stretches, new Map(all.map((r) => [r.id, r])), {
          ask,
          named: settings.named,
          open: (id) => look_(id),
        }),
      );
    }
    shown?.destroy();
    body.replaceChildren();
    shown = shownIn(body, {
      text: of.text,
      before: how.value === "blame" ? null : before,
      beside: how.value === "beside",
      look,
    });
    const count = before === null ? 0 : shown.places.length;
    previous.disabled = !count;
    next.disabled = !count;
    against.disabled = how.value === "blame";
    if (how.value === "blame") facts.replaceChildren(...legend());
    else facts.textContent = factsOf(of.text, before === null, count);
    if (count) body.append(stripOf(shown));
    if (mark) {
      const [from, to] = mark.map((points) => toUnits(of.text, points));
      shown.view.dispatch({
        selection: { anchor: from, head: to },
        effects: EditorView.scrollIntoView(from, { y: "center" }),
      });
    } else if (count) shown.next();
  }
  const look_ = (/** @type {string} */ id) => look(id, { how: "inline" });
  /** @param {string} which */
  async function textOf(which) {
    const doc = documents.current();
    if (!which || !doc) return null;
    if (which === "now") return surface.text();
    if (which === looked?.parent) return looked.parent_text;
    return (await call("revision", { document: doc.id, revision: which }))?.text ?? null;
  }
  const dark = () => element.closest(".pz-app")?.getAttribute("data-theme") === "dark";

  function leave() {
    if (element.hidden) return;
    asked++;
    halt();
    element.hidden = true;
    looked = null;
    shown?.destroy();
    shown = null;
    surface.view.dom.inert = false;
    at({});
    surface.view.focus();
  }
  /** @param {KeyboardEvent} event */
  function keys(event) {
    if (event.key === "Escape") {
      taken(event);
      leave();
    }
    if (event.target instanceof HTMLSelectElement || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "n" || event.key === "p") {
      taken(event);
      (event.key === "n" ? next : previous).click();
    }
  }
  core.on("leaving", leave);
  core.on("state", (state) => state !== "idle" && leave());
  return { element, look, compare, steps, leave, isOpen: () => !element.hidden };
}
