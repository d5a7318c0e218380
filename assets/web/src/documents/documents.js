// The open document: which one it is, and what is done with it. The list of all of them is shelf.js.
import { button, h } from "../web/dom/elements.js";
import { parsed } from "../web/address.js";
import { remembered } from "../web/dom/memory.js";
import { filesPart } from "./files.js";
import { savingPart } from "./saving.js";
/** @import { Document } from "../shapes/answers.js" */
/** @import { Command, Core, Documents } from "../shapes/core.js" */
/** @import { Trouble } from "../shapes/frames.js" */
/** @typedef {{welcome(): Promise<Document | null>, again(doc: Document | null): Promise<void>}} Tour */

/** The document's number in the address, if there is one. */
const addressed = () => parsed(location.hash)?.document ?? 0;

/**
 * The documents of the page.
 * @param {Core} core
 */
export function documentsPart(core) {
  const { boot, ask, call, notice } = core;
  /** @type {Document | null} */
  let doc = null;

  const titleInput = h("input", {
    id: "document-title",
    class: "title",
    "aria-label": "Title",
    maxLength: boot.limits.title,
    onchange: retitle,
  });
  const samples = h(
    "select",
    {
      id: "samples",
      "aria-label": "Samples",
      onchange: () => {
        const name = samples.value;
        samples.value = "";
        if (name) openSample(name);
      },
    },
    h("option", { value: "" }, "Samples…"),
    ...boot.samples.map((s) => h("option", { value: s.name }, s.title)),
  );
  const language = h(
    "select",
    { id: "language", "aria-label": "Language", onchange: setLanguage },
    ...boot.languages.map((l) => h("option", { value: l.name }, l.title)),
  );
  const current = () => doc;
  const files = filesPart(core, {
    current,
    openNew,
    unsaved: () => saving.unsaved(),
    flush: () => saving.flush(),
  });
  const saving = savingPart(core, { current, open, openNew, bringBack, told: files.told });
  const create = () => openNew(call("create", { title: "Untitled", language: "prose", text: "" }));
  /** @param {string} name */
  const openSample = (name) => openNew(call("sample", { name }));

  // ---- which one is open ---------------------------------------------------------------------------------------
  /**
   * @param {number} id
   * @returns {Promise<Document | null>}
   */
  async function open(id) {
    await saving.flush();
    const answer = await ask("open", { document: id });
    if (!answer.error) {
      show(answer);
      return answer;
    }
    if (doc) name(doc);
    refused(id, answer.error);
    return null;
  }
  /**
   * @param {number} id
   * @param {Trouble} error
   */
  function refused(id, error) {
    const restore = button("Restore", { onclick: () => bringBack(id) });
    notice(error.message, error.code === "in_bin" ? restore : null);
  }
  /** @type {Documents["openNew"]} */
  async function openNew(creating) {
    await saving.flush();
    const answer = await creating;
    if (!answer) return null;
    show(answer);
    core.emit("shelf");
    core.surface.view.focus();
    return answer;
  }
  /** @param {Document} opened */
  function show(opened) {
    core.emit("leaving", doc);
    doc = opened;
    core.clearNotices();
    core.status("");
    core.surface.load(opened.text);
    core.surface.setLanguage(opened.language);
    language.value = opened.language;
    remembered.set("document", opened.id);
    name(opened);
    saving.takeUp(opened);
    core.emit("opened", opened);
    files.opened(opened);
  }
  /**
   * The title wherever it stands, and the document's number in the address.
   * @param {Document} opened
   */
  function name({ id, title }) {
    titleInput.value = title;
    document.title = `${title} – Palimpsest`;
    const place = parsed(location.hash);
    if (location.hash.startsWith("#/") && (!place || place.document === id)) return; // another place than the text
    try {
      window.history.replaceState(null, "", `#${id}`);
    } catch {} // a page inside a frame
  }
  addEventListener("hashchange", async () => {
    const id = addressed();
    const hash = location.hash;
    if (doc && id && id !== doc.id) await open(id);
    core.emit("address", hash);
  });
  /**
   * The first document of a visit: the one in the address, the last, any, what the tour has for a first visit, or a
   * sample.
   * @param {Tour} tour
   */
  async function begin(tour) {
    const wanted = addressed();
    const hash = location.hash;
    const answer = wanted ? await ask("open", { document: wanted }) : null;
    if (answer && !answer.error) show(answer);
    else if (!(await openAny(remembered.get("document", 0))) && (await tour.welcome())) return;
    else if (!doc) await openSample(boot.samples[0].name);
    if (answer?.error) refused(wanted, answer.error);
    await tour.again(doc);
    core.emit("address", hash);
  }
  /** @param {number} preferred */
  async function openAny(preferred) {
    const all = (await call("documents"))?.documents ?? [];
    const there = all.find((d) => d.id === preferred) ?? all.at(0);
    return there ? open(there.id) : null;
  }

  // ---- what is done with it ------------------------------------------------------------------------------------
  async function retitle() {
    if (doc && !(await rename(doc.id, titleInput.value))) titleInput.value = doc.title;
  }
  /** @type {Documents["rename"]} */
  async function rename(id, title) {
    const answer = await call("rename", { document: id, title });
    if (!answer) return false;
    if (id === doc?.id) {
      doc.title = answer.title;
      name(doc);
    }
    core.emit("shelf");
    return true;
  }
  /** @type {Documents["duplicate"]} */
  async function duplicate(id) {
    if (id === doc?.id) await saving.flush();
    return openNew(call("duplicate", { document: id }));
  }
  /**
   * Into the bin. Another document takes the place of the open one, a new one where none is left.
   * @type {Documents["remove"]}
   */
  async function remove({ id, title }) {
    const wasOpen = id === doc?.id;
    if (wasOpen) await saving.flush();
    if (!(await call("delete", { document: id }))) return;
    if (wasOpen && !(await openAny(0))) await create();
    core.emit("shelf");
    notice(`“${title}” is in the bin.`, button("Undo", { onclick: () => bringBack(id, wasOpen) }));
  }
  /**
   * Out of the bin, and open unless it was deleted beside another.
   * @type {Documents["bringBack"]}
   */
  async function bringBack(id, opening = true) {
    if (!(await call("restore_document", { document: id }))) return;
    if (doc && id === doc.id) doc.inBin = false;
    core.clearNotices();
    if (opening && id !== doc?.id) await open(id);
    core.emit("shelf");
  }
  async function setLanguage() {
    core.surface.setLanguage(language.value);
    if (!doc) return;
    doc.language = language.value;
    core.emit("language", language.value);
    await call("language", { document: doc.id, language: language.value });
  }

  core.commands.add(
    ...commandsOf({
      save: () => {
        saving.save.cancel();
        saving.saveNow("saved");
      },
      create,
      rename: () => {
        titleInput.focus();
        titleInput.select();
      },
      duplicate: () => doc && duplicate(doc.id),
      remove: () => doc && remove(doc),
      download: () => files.download.click(),
      open: files.choose,
    }),
  );
  /** @type {Documents} */
  const documents = {
    current,
    language: () => language.value,
    open,
    openNew,
    openSample,
    upload: files.upload,
    flush: saving.flush,
    adopt: saving.adopt,
    rename,
    duplicate,
    remove,
    bringBack,
    typed: saving.save,
    covered: saving.save.cancel,
    unsaved: saving.unsaved,
    after: saving.after,
  };
  return {
    ...documents,
    begin,
    title: titleInput,
    newButton: button("New", { id: "new-document", title: "New document", onclick: create }),
    /** Everything else that the header has of documents. */
    tools: [samples, files.open, files.download, language],
  };
}

/**
 * @param {Record<"save" | "create" | "rename" | "duplicate" | "remove" | "download" | "open", () => unknown>} on
 * @returns {Command[]}
 */
function commandsOf(on) {
  const group = "Document";
  return [
    { id: "save", title: "Save a revision", group, key: "Mod-s", always: true, run: on.save },
    { id: "new-document", title: "New document", group, run: on.create },
    { id: "rename", title: "Rename the document", group, run: on.rename },
    { id: "duplicate", title: "Duplicate the document", group, run: on.duplicate },
    { id: "delete", title: "Delete the document", group, run: on.remove },
    { id: "download", title: "Download the document", group, run: on.download },
    { id: "open-file", title: "Open a file…", group, run: on.open },
  ];
}
