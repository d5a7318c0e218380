// The open document: opening, saving, files in and out.
import { debounce, h, remembered } from "./dom.js";

const SAVE_MS = 800;

/** The documents of the page. `core` is what main.js hands to every part. */
export function documentsPart(core) {
  const { boot, call, notice } = core;
  let doc = null; // {id, title, language, text, base}

  const titleInput = h("input", { id: "document-title", class: "title", "aria-label": "Title", maxLength: boot.limits.title, onchange: rename });
  const list = h("select", { id: "documents", "aria-label": "Documents", onchange: () => open(Number(list.value)) });
  const samples = h("select", { id: "samples", "aria-label": "Samples", onchange: () => { const name = samples.value; samples.value = ""; if (name) openNew(call("sample", { name })); } },
    h("option", { value: "" }, "Samples…"), ...boot.samples.map((s) => h("option", { value: s.name }, s.title)));
  const language = h("select", { id: "language", "aria-label": "Language", onchange: setLanguage }, ...boot.languages.map((l) => h("option", { value: l.name }, l.title)));
  const file = h("input", { id: "open-file", type: "file", class: "visually-hidden", "aria-label": "Open a file", onchange: () => { if (file.files[0]) upload(file.files[0]); file.value = ""; } });
  const download = h("a", { id: "download", class: "button", download: "", title: "Save the document as a file" }, "Download");
  const create = () => openNew(call("create", { title: "Untitled", language: "prose", text: "" }));

  async function open(id) {
    await flush();
    const answer = await call("open", { document: id });
    if (answer) show(answer);
    return answer;
  }
  async function openNew(creating) {
    await flush();
    const answer = await creating;
    if (answer) { show(answer); await refreshList(); core.surface.view.focus(); }
    return answer;
  }
  function show(opened) {
    core.emit("leaving", doc);
    doc = opened;
    core.clearNotices();
    core.surface.load(opened.text);
    core.surface.setLanguage(opened.language);
    titleInput.value = opened.title;
    language.value = opened.language;
    list.value = String(opened.id);
    download.href = `api/documents/${opened.id}/file`;
    remembered.set("document", opened.id);
    try { window.history.replaceState(null, "", `#${opened.id}`); } catch { /* a page inside a frame */ }
    document.title = `${opened.title} – Palimpsest`;
    core.emit("opened", doc);
  }
  async function refreshList() {
    const answer = await call("documents");
    if (!answer) return [];
    list.replaceChildren(...answer.documents.map((d) => h("option", { value: String(d.id) }, d.title || "Untitled")));
    if (doc) list.value = String(doc.id);
    return answer.documents;
  }
  async function rename() {
    if (!doc) return;
    const answer = await call("rename", { document: doc.id, title: titleInput.value });
    if (!answer) { titleInput.value = doc.title; return; }
    doc.title = titleInput.value = answer.title ?? titleInput.value;
    document.title = `${doc.title} – Palimpsest`;
    refreshList();
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
      return notice(answer.error.message, h("button", { type: "button", onclick: () => upload(chosen, "latin-1") }, "Open as Latin-1"));
    if (answer.error) return notice(answer.error.message);
    openNew(Promise.resolve(answer));
  }
  /** Files dropped anywhere on `element` are opened. */
  function acceptDrops(element) {
    element.addEventListener("dragover", (event) => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); });
    element.addEventListener("drop", (event) => {
      const dropped = event.dataTransfer?.files[0];
      if (dropped) { event.preventDefault(); event.stopPropagation(); upload(dropped); }
    }, true);
  }

  // ---- saving --------------------------------------------------------------------------------------------------
  let saving = Promise.resolve();
  const save = debounce(SAVE_MS, () => saveNow());
  function saveNow(kind) {
    const target = doc, text = core.surface.text();
    saving = saving.then(async () => {
      const answer = await call("save", { document: target.id, base: target.base, text, kind });
      if (answer) adopt(target, answer);
      if (kind && answer) { core.status("Saved"); core.emit("committed", target); }
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
      if (target === doc) core.emit("committed", target);
    }
  }
  addEventListener("visibilitychange", () => { if (document.hidden) flush(); });

  core.commands.add(
    { id: "save", title: "Save a revision", group: "Document", key: "Mod-s", always: true, run: () => { save.cancel(); saveNow("saved"); } },
    { id: "new-document", title: "New document", group: "Document", run: () => { create(); } },
    { id: "download", title: "Download the document", group: "Document", run: () => download.click() },
    { id: "open-file", title: "Open a file…", group: "Document", run: () => file.click() },
  );
  return {
    elements: [titleInput, list, h("span", { class: "spacer" }),
      h("button", { type: "button", id: "new-document", title: "New document", onclick: create }, "New"),
      samples, h("label", { class: "button", title: "Open a text file" }, "Open file", file), download, language],
    current: () => doc,
    language: () => language.value,
    open, openNew, refreshList, acceptDrops, flush, adopt,
    typed: () => save(),
    /** Typing that a run's own commit covers is not saved by itself. */
    unsaved: () => save.cancel(),
    /** Do `work` behind every save that is under way. */
    after: (work) => { saving = saving.then(work); return saving; },
  };
}
