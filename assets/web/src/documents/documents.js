// The open document: opening it, files in and out. Saving it is saving.js, the list of all of them shelf.js.
import { h, remembered } from "../web/dom/dom.js";
import { savingPart } from "./saving.js";
import { whole } from "../web/text/whole.js";

const button = (text, onclick) => h("button", { type: "button", onclick }, text);

/** The documents of the page. `core` is what main.js hands to every part. */
export function documentsPart(core) {
  const { boot, ask, call, notice } = core;
  let doc = null; // {id, title, language, text, base}

  const titleInput = h("input", {
    id: "document-title",
    class: "title",
    "aria-label": "Title",
    maxLength: boot.limits.title,
    onchange: async () => {
      if (doc && !(await rename(doc.id, titleInput.value))) titleInput.value = doc.title;
    },
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
  const file = h("input", {
    id: "open-file",
    type: "file",
    class: "visually-hidden",
    "aria-label": "Open a file",
    onchange: () => {
      if (file.files[0]) upload(file.files[0]);
      file.value = "";
    },
  });
  const download = h(
    "a",
    {
      id: "download",
      class: "button",
      download: "",
      title: "Save the document as a file",
      onclick: (event) => downloading(event),
    },
    "Download",
  );
  const create = () => openNew(call("create", { title: "Untitled", language: "prose", text: "" }));
  const saving = savingPart(core, {
    current: () => doc,
    open,
    openNew,
    bringBack,
    told: (target, answer) => told(target, answer),
  });
  const { flush, adopt } = saving;
  const openSample = (name) => openNew(call("sample", { name }));

  async function open(id) {
    await flush();
    const answer = await ask("open", { document: id });
    if (!answer.error) {
      show(answer);
      return answer;
    }
    if (doc) name(doc);
    refused(id, answer.error);
    return null;
  }
  const refused = (id, error) =>
    notice(error.message, error.code === "in_bin" ? button("Restore", () => bringBack(id)) : null);
  async function openNew(creating) {
    await flush();
    const answer = await creating;
    if (answer) {
      show(answer);
      core.emit("shelf");
      core.surface.view.focus();
    }
    return answer;
  }
  function show(opened) {
    core.emit("leaving", doc);
    doc = opened;
    core.clearNotices();
    core.surface.load(opened.text);
    core.surface.setLanguage(opened.language);
    language.value = opened.language;
    download.href = `api/documents/${opened.id}/file`;
    remembered.set("document", opened.id);
    name(doc);
    saving.takeUp(doc);
    core.emit("opened", doc);
    if (doc.mended) notice("This document held halves of characters, which no file can hold. Each of them is a � now.");
    else if (doc.missing?.length) notice(becomesUtf8(doc.missing));
  }
  /** The title wherever it stands, and the document's number in the address. */
  function name({ id, title }) {
    titleInput.value = title;
    document.title = `${title} – Palimpsest`;
    try {
      window.history.replaceState(null, "", `#${id}`);
    } catch {
      /* a page inside a frame */
    }
  }
  /** The number in the address, if there is one. */
  const addressed = () => Number(/^#(\d{1,15})$/.exec(location.hash)?.[1] ?? 0);
  addEventListener("hashchange", () => {
    const id = addressed();
    if (doc && id && id !== doc.id) open(id);
  });

  /** The first document of a visit: the one in the address, the last, any, what the tour has for a first visit, or a sample. */
  async function begin(tour) {
    const wanted = addressed();
    const answer = wanted ? await ask("open", { document: wanted }) : null;
    if (answer && !answer.error) show(answer);
    else if (!(await openAny(remembered.get("document", 0))) && (await tour.welcome())) return;
    else if (!doc) await openSample(boot.samples[0].name);
    if (answer?.error) refused(wanted, answer.error);
    await tour.again(doc);
  }
  async function openAny(preferred) {
    const all = (await call("documents"))?.documents ?? [];
    const there = all.find((d) => d.id === preferred) ?? all[0];
    return there ? open(there.id) : null;
  }
  async function rename(id, title) {
    const answer = await call("rename", { document: id, title });
    if (!answer) return false;
    if (id === doc.id) {
      doc.title = answer.title;
      name(doc);
    }
    core.emit("shelf");
    return true;
  }
  async function duplicate(id) {
    if (id === doc.id) await flush();
    return openNew(call("duplicate", { document: id }));
  }
  /** Into the bin. Another document takes the place of the open one, a new one where none is left. */
  async function remove({ id, title }) {
    const wasOpen = id === doc.id;
    if (wasOpen) await flush();
    if (!(await call("delete", { document: id }))) return;
    if (wasOpen && !(await openAny(0))) await create();
    core.emit("shelf");
    notice(
      `“${title}” is in the bin.`,
      button("Undo", () => bringBack(id, wasOpen)),
    );
  }
  /** Out of the bin, and open unless it was deleted beside another. */
  async function bringBack(id, opening = true) {
    if (!(await call("restore_document", { document: id }))) return;
    if (id === doc.id) doc.inBin = false;
    core.clearNotices();
    if (opening && id !== doc.id) await open(id);
    core.emit("shelf");
  }
  async function setLanguage() {
    core.surface.setLanguage(language.value);
    doc.language = language.value;
    core.emit("language", language.value);
    await call("language", { document: doc.id, language: language.value });
  }
  async function upload(chosen, encoding = "") {
    if (chosen.size > boot.limits.file_bytes)
      return notice(
        `${chosen.name} has ${(chosen.size / 2 ** 20).toFixed(1)} MB; the limit is ${boot.limits.file_bytes / 2 ** 20} MB.`,
      );
    let answer;
    try {
      const query = `name=${encodeURIComponent(whole(chosen.name))}${encoding && `&encoding=${encoding}`}`;
      answer = await (
        await fetch(`api/files?${query}`, {
          method: "POST",
          body: chosen,
          headers: { "Content-Type": "application/octet-stream" },
        })
      ).json();
    } catch {
      answer = { error: { message: `${chosen.name} could not be sent. Is Palimpsest still running?` } };
    }
    if (answer.error?.code === "not_utf8")
      return notice(
        answer.error.message,
        button("Open as Latin-1", () => upload(chosen, "latin-1")),
      );
    if (answer.error) return notice(answer.error.message);
    return openNew(Promise.resolve(answer));
  }

  // ---- what is to be known of its file -------------------------------------------------------------------------
  /** An answer says which characters the file's encoding cannot hold: said as soon as there is one more. */
  function told(target, { missing = [] }) {
    const before = target.missing ?? [];
    target.missing = missing;
    if (target === doc && missing.some((character) => !before.includes(character))) notice(becomesUtf8(missing));
  }
  const becomesUtf8 = (missing) =>
    `This file is Windows-1252, which has no ${missing.map((character) => `“${character}”`).join(", ")}. It will be downloaded as UTF-8.`;
  /** What was typed last is in the file, and what becomes of the file is said before. */
  async function downloading(event) {
    if (!saving.unsaved()) return doc.missing?.length ? notice(becomesUtf8(doc.missing)) : undefined;
    event.preventDefault();
    await saving.flush();
    if (saving.unsaved())
      return notice("What you typed last is not saved yet, so the file would lack it. Try again when it is.");
    download.click();
  }

  core.commands.add(
    {
      id: "save",
      title: "Save a revision",
      group: "Document",
      key: "Mod-s",
      always: true,
      run: () => {
        saving.save.cancel();
        saving.saveNow("saved");
      },
    },
    {
      id: "new-document",
      title: "New document",
      group: "Document",
      run: () => {
        create();
      },
    },
    {
      id: "rename",
      title: "Rename the document",
      group: "Document",
      run: () => {
        titleInput.focus();
        titleInput.select();
      },
    },
    {
      id: "duplicate",
      title: "Duplicate the document",
      group: "Document",
      run: () => {
        duplicate(doc.id);
      },
    },
    {
      id: "delete",
      title: "Delete the document",
      group: "Document",
      run: () => {
        remove(doc);
      },
    },
    { id: "download", title: "Download the document", group: "Document", run: () => download.click() },
    { id: "open-file", title: "Open a file…", group: "Document", run: () => file.click() },
  );
  return {
    title: titleInput,
    newButton: h("button", { type: "button", id: "new-document", title: "New document", onclick: create }, "New"),
    /** Everything else that the header has of documents. */
    tools: [samples, h("label", { class: "button", title: "Open a text file" }, "Open file", file), download, language],
    current: () => doc,
    language: () => language.value,
    begin,
    open,
    openNew,
    openSample,
    upload,
    flush,
    adopt,
    rename,
    duplicate,
    remove,
    bringBack,
    typed: () => saving.save(),
    /** Typing that a run's own commit covers is not saved by itself. */
    covered: () => saving.save.cancel(),
    unsaved: saving.unsaved,
    after: saving.after,
  };
}
