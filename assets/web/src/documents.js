// The open document: opening, saving, files in and out. The list of all of them is shelf.js.
import { debounce, h, remembered } from "./dom.js";

const SAVE_MS = 800;
const OUTLIVING = 60_000; // bytes; browsers let a request outlive its page up to 64 KiB
const button = (text, onclick) => h("button", { type: "button", onclick }, text);

/** The documents of the page. `core` is what main.js hands to every part. */
export function documentsPart(core) {
  const { boot, ask, call, notice } = core;
  let doc = null; // {id, title, language, text, base}

  const titleInput = h("input", { id: "document-title", class: "title", "aria-label": "Title", maxLength: boot.limits.title, onchange: async () => { if (doc && !(await rename(doc.id, titleInput.value))) titleInput.value = doc.title; } });
  const samples = h("select", { id: "samples", "aria-label": "Samples", onchange: () => { const name = samples.value; samples.value = ""; if (name) openSample(name); } },
    h("option", { value: "" }, "Samples…"), ...boot.samples.map((s) => h("option", { value: s.name }, s.title)));
  const language = h("select", { id: "language", "aria-label": "Language", onchange: setLanguage }, ...boot.languages.map((l) => h("option", { value: l.name }, l.title)));
  const file = h("input", { id: "open-file", type: "file", class: "visually-hidden", "aria-label": "Open a file", onchange: () => { if (file.files[0]) upload(file.files[0]); file.value = ""; } });
  const download = h("a", { id: "download", class: "button", download: "", title: "Save the document as a file" }, "Download");
  const create = () => openNew(call("create", { title: "Untitled", language: "prose", text: "" }));
  const openSample = (name) => openNew(call("sample", { name }));

  async function open(id) {
    await flush();
    const answer = await ask("open", { document: id });
    if (!answer.error) { show(answer); return answer; }
    if (doc) name(doc);
    refused(id, answer.error);
    return null;
  }
  const refused = (id, error) => notice(error.message, error.code === "in_bin" ? button("Restore", () => bringBack(id)) : null);
  async function openNew(creating) {
    await flush();
    const answer = await creating;
    if (answer) { show(answer); core.emit("shelf"); core.surface.view.focus(); }
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
    core.emit("opened", doc);
    takeUp();
  }
  /** The title wherever it stands, and the document's number in the address. */
  function name({ id, title }) {
    titleInput.value = title;
    document.title = `${title} – Palimpsest`;
    try { window.history.replaceState(null, "", `#${id}`); } catch { /* a page inside a frame */ }
  }
  /** The number in the address, if there is one. */
  const addressed = () => Number(/^#(\d{1,15})$/.exec(location.hash)?.[1] ?? 0);
  addEventListener("hashchange", () => { const id = addressed(); if (doc && id && id !== doc.id) open(id); });

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
    if (id === doc.id) { doc.title = answer.title; name(doc); }
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
    notice(`“${title}” is in the bin.`, button("Undo", () => bringBack(id, wasOpen)));
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
      return notice(`${chosen.name} has ${(chosen.size / 2 ** 20).toFixed(1)} MB; the limit is ${boot.limits.file_bytes / 2 ** 20} MB.`);
    let answer;
    try {
      const query = `name=${encodeURIComponent(chosen.name)}${encoding && `&encoding=${encoding}`}`;
      answer = await (await fetch(`api/files?${query}`, { method: "POST", body: chosen, headers: { "Content-Type": "application/octet-stream" } })).json();
    } catch { answer = { error: { message: `${chosen.name} could not be sent. Is Palimpsest still running?` } }; }
    if (answer.error?.code === "not_utf8")
      return notice(answer.error.message, button("Open as Latin-1", () => upload(chosen, "latin-1")));
    if (answer.error) return notice(answer.error.message);
    return openNew(Promise.resolve(answer));
  }

  // ---- saving --------------------------------------------------------------------------------------------------
  let saving = Promise.resolve(), busy = 0, offline = false; // offline: the last save did not arrive
  /** Do `work` behind every save that is under way. */
  function after(work) {
    busy++;
    saving = saving.then(work).finally(() => busy--);
    return saving;
  }
  const save = debounce(SAVE_MS, () => saveNow());
  function saveNow(kind) {
    const target = doc, text = core.surface.text();
    return after(async () => {
      const answer = await ask("save", { document: target.id, base: target.base, text, kind });
      if (answer.error) return notSaved(target, text, answer.error);
      remembered.drop(left(target));
      if (offline) { offline = false; core.clearNotices(); core.status("Palimpsest answers again. Your text is saved."); }
      adopt(target, answer);
      if (kind) { core.status("Saved"); core.emit("committed", target); }
    });
  }
  async function flush() { if (doc && save.pending()) { save.cancel(); await saveNow(); } await saving; }
  function notSaved(target, text, error) {
    if (error.code === "offline") { // tried again and again, and said once
      remembered.set(left(target), { base: target.base, text });
      if (target === doc) save();
      if (offline) return;
      offline = true;
    }
    if (error.code !== "document_not_found") return notice(error.message);
    notice("This document was deleted for ever in another tab. The text is still on this page.",
      button("Keep it as a new document", () => openNew(call("create", { title: target.title, language: target.language, text: target === doc ? core.surface.text() : text }))));
  }
  function adopt(target, answer) {
    target.base = answer.base;
    if (answer.branched && !target.branched) {
      target.branched = true;
      notice("This document was changed in another tab. Your text is kept as a branch in History.",
        button("Load the other text", () => open(target.id)));
      if (target === doc) core.emit("committed", target);
    }
    if (answer.in_bin && !target.inBin)
      notice("This document was put into the bin in another tab. What you write is still saved in it.", button("Restore", () => bringBack(target.id)));
    target.inBin = answer.in_bin;
  }
  addEventListener("visibilitychange", () => { if (document.hidden) flush(); });
  // A page that goes away sends what was typed last by a request that outlives it. What such a request cannot carry, or could not before,
  // stays in the browser until the document is opened again.
  const unsaved = () => Boolean(doc) && (save.pending() || busy > 0);
  const left = (target) => `unsaved.${target.id}`;
  addEventListener("pagehide", () => {
    if (!unsaved()) return;
    const target = doc, typed = { base: doc.base, text: core.surface.text() }, body = JSON.stringify(typed);
    save.cancel();
    if (offline || new TextEncoder().encode(body).length > OUTLIVING) remembered.set(left(target), typed);
    fetch(`api/documents/${target.id}/text`, { method: "PUT", body, headers: { "Content-Type": "application/json" }, keepalive: true })
      .then((answer) => answer.json()).then((answer) => answer.error || adopt(target, answer)).catch(() => {});
  });
  function takeUp() {
    const typed = remembered.get(left(doc), null);
    if (!typed) return;
    if (typed.text === doc.text) return remembered.drop(left(doc));
    doc.base = typed.base;
    core.surface.replace(typed.text);
    save();
    core.status("What could not be saved before is here again.");
  }
  addEventListener("pageshow", ({ persisted }) => { if (persisted && doc) save(); }); // it came back, and what became of that is not known

  core.commands.add(
    { id: "save", title: "Save a revision", group: "Document", key: "Mod-s", always: true, run: () => { save.cancel(); saveNow("saved"); } },
    { id: "new-document", title: "New document", group: "Document", run: () => { create(); } },
    { id: "rename", title: "Rename the document", group: "Document", run: () => { titleInput.focus(); titleInput.select(); } },
    { id: "duplicate", title: "Duplicate the document", group: "Document", run: () => { duplicate(doc.id); } },
    { id: "delete", title: "Delete the document", group: "Document", run: () => { remove(doc); } },
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
    begin, open, openNew, openSample, upload, flush, adopt, rename, duplicate, remove, bringBack,
    typed: () => save(),
    /** Typing that a run's own commit covers is not saved by itself. */
    covered: () => save.cancel(),
    unsaved,
    after,
  };
}
