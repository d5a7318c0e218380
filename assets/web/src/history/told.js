// What people say of a revision, its recipe, and what can be done with it: rename, make again, delete.
import { button, h, terms } from "../web/dom/elements.js";
import { menuButton } from "../web/dom/menus.js";
import { many, size } from "../web/dom/words.js";
/** @import { Revision, Saved } from "../shapes/answers.js" */
/** @import { Line, Named } from "../shapes/core.js" */
/** @import { RunSettings } from "../shapes/frames.js" */

/**
 * @typedef {object} Around
 * @property {Line["call"]} call
 * @property {() => Promise<void>} flush saves what was typed
 * @property {(settings: RunSettings) => Named} named puts titles for names
 * @property {() => boolean} code tells whether the document is code
 * @property {(run: string) => void} again puts an attempt under review
 * @property {(answer: Saved) => void} restored is told of a new head
 * @property {(run: () => string | null, candidate: () => Promise<number>) => HTMLElement} exportMenu
 * @property {() => void} playing is told that the steps of a run are played
 * @property {(revision: string, against?: "now") => unknown} look opens one over the text
 * @property {(revision: string) => unknown} compare sets one against the one that is open over the text
 * @property {(what: {rev?: string, run?: string}) => unknown} copy puts an address into the clipboard
 * @property {() => void} changed what the list shows is another
 * @property {(text: string) => void} status
 * @property {{ask: (words: {question: string, detail: string, yes: string}) => Promise<boolean>}} confirm
 * @property {HTMLElement[]} tools beside the filter
 */

/**
 * The fields for the name, the tags and the note of a revision.
 * @param {Revision} revision
 * @param {Around} around
 * @param {() => void} changed
 */
export function notesOf(revision, { call }, changed) {
  /** @type {(id: string, label: string, value: string, hint: string) => HTMLInputElement} */
  const field = (id, label, value, hint) =>
    h("input", { id, "aria-label": label, value, placeholder: hint, maxLength: 200, onchange: save });
  const name = field("revision-name", "Name", revision.name ?? "", "A name keeps it from being thinned");
  const tags = field(
    "revision-tags",
    "Tags, with commas between",
    revision.tags.join(", "),
    "Tags, with commas between",
  );
  const note = h("textarea", { id: "revision-note", "aria-label": "Note", placeholder: "A note", onchange: save });
  note.value = revision.note ?? "";
  note.rows = 2;
  async function save() {
    const told = { name: name.value, note: note.value, tags: tags.value.split(",") };
    const answer = await call("describe", { revision: revision.id, ...told });
    if (!answer) return;
    Object.assign(revision, answer);
    changed();
  }
  const open = Boolean(revision.name || revision.note || revision.tags.length);
  return h(
    "details",
    { id: "revision-notes", class: "notes", open },
    h("summary", {}, "Name, tags, note"),
    h("div", { class: "fields" }, name, tags, note),
  );
}

/**
 * All that a run was told, and by what it was made.
 * @param {Revision} revision
 */
export function recipeOf({ settings }) {
  if (!settings) return null;
  /** @type {[string, string][]} */
  const all = Object.entries(settings).map(([key, value]) => [
    key.replaceAll("_", " "),
    typeof value === "object" ? JSON.stringify(value) : String(value === "" ? "–" : value),
  ]);
  return h(
    "details",
    { id: "recipe", class: "notes" },
    h("summary", {}, "Recipe"),
    h("dl", { class: "figures recipe" }, ...terms(all)),
  );
}

/**
 * @param {number} document
 * @param {Revision} revision
 * @param {Around} around
 * @param {HTMLElement} stage
 */
export function moreMenu(document, revision, around, stage) {
  const { call, confirm, changed, status } = around;
  async function again() {
    status("Making it again…");
    const answer = await call("rerun", { run: revision.run });
    status("");
    if (!answer) return;
    const text = answer.same ? "The same words came out again." : `Other words came out: ${answer.now.join(" … ")}`;
    stage.replaceChildren(
      h("p", { id: "rerun", class: "hint", role: "status" }, text),
      ...answer.reasons.map((reason) => h("p", { class: "hint" }, reason)),
    );
  }
  const teach = () => {
    location.hash = `#/lab/mine?${new URLSearchParams({ run: revision.run ?? "", revision: revision.id })}`;
  };
  /** @param {boolean} alone */
  async function remove(alone) {
    const told = await call("older", { document, revision: revision.id, alone });
    if (!told) return;
    if (!told.count) return status("There is nothing before it but what has a name.");
    const runs = told.runs ? ` and takes ${many(told.runs, "run")} away` : "";
    const sure = await confirm.ask({
      question: alone
        ? "Delete this revision for ever?"
        : `Delete ${many(told.count, "revision")} before this one for ever?`,
      detail: `That frees ${size(told.bytes)}${runs}. Named revisions stay. This cannot be undone.`,
      yes: "Delete for ever",
    });
    if (sure && (await call("delete_revisions", { document, revision: revision.id, alone }))) changed();
  }
  /** @type {(id: string, text: string, run: () => unknown) => import("../shapes/dom.js").MenuItem} */
  const item = (id, text, run) => ({ id, content: [text], run });
  const items = [
    item("compare-now", "Compare with the text as it stands", () => around.look(revision.id, "now")),
    item("compare-open", "Compare with the revision that is open", () => around.compare(revision.id)),
    item("copy-address", "Copy its address", () => around.copy({ rev: revision.id })),
    ...(revision.run && revision.has_trace
      ? [item("copy-run", "Copy the address of its run", () => around.copy({ run: revision.run ?? "" }))]
      : []),
    ...(revision.run ? [item("make-again", "Make it again from its recipe", again)] : []),
    ...(revision.run && revision.has_trace ? [item("to-lesson", "Show it in a lesson of yours", teach)] : []),
    ...(revision.is_head ? [] : [item("delete-revision", "Delete it…", () => remove(true))]),
    item("delete-older", "Delete everything before it…", () => remove(false)),
  ];
  const { button: opener, menu } = menuButton({
    id: "revision-more",
    text: "More",
    title: "More to do with it",
    name: "This revision",
    items,
  });
  return [opener, menu];
}

/**
 * @param {() => unknown} open
 */
export const openButton = (open) =>
  button("Open", { id: "open-revision", title: "Look at the whole text (o)", onclick: open });
