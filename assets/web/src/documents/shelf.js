// All documents: find, open, rename, duplicate, delete; and the bin.
import { confirmation } from "../web/dom/confirm.js";
import { button, h } from "../web/dom/elements.js";
import { debounce } from "../web/dom/timing.js";
import { many } from "../web/dom/words.js";
import { entryOf } from "./entry.js";
import { pastHits } from "./past.js";
/** @import { Listed } from "../shapes/answers.js" */
/** @import { Core, Documents } from "../shapes/core.js" */
/** @import { Entry, EntryActions } from "./entry.js" */

const SEARCH_MS = 200;
/** @type {Record<string, number>} */
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

/**
 * The button of the header and the dialog that it opens.
 * @param {Core} core
 * @param {{documents: Documents}} parts
 */
export function shelfPart(core, { documents }) {
  const { boot, call } = core;
  const languages = new Map(boot.languages.map((l) => [l.name, l.title]));
  const confirm = confirmation();
  let inBin = false;
  /** @type {Entry[]} */
  let shown = [];
  let asked = 0;

  const opener = button("Documents", {
    id: "documents",
    title: `All documents (${core.key("Mod-o")})`,
    "aria-haspopup": "dialog",
    onclick: () => open(),
  });
  const search = h("input", {
    id: "search",
    type: "search",
    "aria-label": "Search titles and texts",
    placeholder: "Search titles and texts",
    maxLength: boot.limits.query,
    oninput: () => later(),
    onkeydown: fromSearch,
  });
  const status = h("p", { id: "search-status", class: "hint", role: "status" });
  const list = h("ul", { id: "document-list", class: "entries", "aria-label": "Documents", onkeydown: move });
  const past = h("ul", { id: "past-list", class: "entries", "aria-label": "In the histories" });
  const pastHeading = h("h3", { hidden: true }, "In the histories");
  const heading = h("h2", {}, "Documents");
  const binButton = button("Bin", { id: "bin", onclick: () => turn(!inBin) });
  const emptyButton = button("Empty the bin", { id: "empty-bin", class: "danger", onclick: emptyBin });
  const closeButton = button("×", {
    id: "documents-close",
    class: "icon",
    "aria-label": "Close the documents",
    title: "Close (Esc)",
    onclick: () => {
      dialog.close();
    },
  });
  const dialog = h(
    "dialog",
    { id: "documents-panel", class: "box shelf", "aria-label": "Documents" },
    h("header", {}, heading, h("span", { class: "spacer" }), emptyButton, binButton, closeButton),
    search,
    status,
    list,
    pastHeading,
    past,
  );
  const later = debounce(SEARCH_MS, () => refresh());
  core.on("shelf", () => {
    if (dialog.open) refresh();
  });

  async function open() {
    search.value = "";
    if (!dialog.open) dialog.showModal();
    await turn(false);
    search.focus();
  }
  /** @param {boolean} toBin */
  async function turn(toBin) {
    inBin = toBin;
    heading.textContent = inBin ? "Bin" : "Documents";
    list.setAttribute("aria-label", heading.textContent);
    binButton.textContent = inBin ? "Back to documents" : "Bin";
    await refresh();
  }
  const focusedEntry = () => shown.findIndex(({ row }) => row.contains(document.activeElement));
  async function refresh() {
    later.cancel();
    const mine = ++asked;
    const query = search.value;
    const focused = list.contains(document.activeElement) ? focusedEntry() : -1;
    await documents.flush(); // what was just typed is found too
    const answer = await call("search", { query, in_bin: inBin });
    if (!answer || mine !== asked) return; // another search was begun meanwhile
    shown = answer.documents.map(entry);
    list.replaceChildren(...shown.map((r) => r.row));
    emptyButton.hidden = !inBin || !shown.length;
    status.textContent = told(query.trim(), answer.documents);
    refreshPast(query, mine);
    if (focused >= 0) (shown[Math.min(focused, shown.length - 1)]?.main ?? search).focus();
  }
  /**
   * @param {string} query
   * @param {number} mine
   */
  async function refreshPast(query, mine) {
    const found = query.trim() ? await core.quietly("find", { query, in_bin: inBin }) : null;
    if (mine !== asked) return;
    const hits = found && !inBin ? pastHits(found, () => dialog.close()) : [];
    past.replaceChildren(...hits);
    pastHeading.hidden = !hits.length;
  }
  /**
   * @param {string} query
   * @param {Listed[]} found
   */
  function told(query, found) {
    const count = many(found.length, "document");
    const hits = found.reduce((sum, d) => sum + d.hits, 0);
    const where = inBin ? "in the bin" : "here";
    if (query && !found.length) return `Nothing ${where} has “${query}” in its title or text.`;
    if (query) return `${count}, ${many(hits, "hit")}`;
    if (inBin) return found.length ? "Documents stay here until you delete them for ever." : "The bin is empty.";
    return count;
  }

  // ---- the keyboard --------------------------------------------------------------------------------------------
  /** @param {KeyboardEvent} event */
  function move(event) {
    const by = STEPS[event.key];
    const at = focusedEntry();
    if (!by || at < 0 || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    const edge = by < 0 ? search : shown[at].main;
    (shown[at + by]?.main ?? edge).focus();
  }
  /** @param {KeyboardEvent} event */
  function fromSearch(event) {
    const first = shown.at(0)?.main;
    if (!first) return;
    if (event.key === "ArrowDown") {
      event.preventDefault();
      first.focus();
    }
    if (event.key === "Enter" && !event.isComposing && !inBin) {
      event.preventDefault();
      first.click();
    }
  }

  // ---- one document --------------------------------------------------------------------------------------------
  /** @param {Listed} d */
  function entry(d) {
    const current = d.id === documents.current()?.id;
    const language = languages.get(d.language) ?? d.language;
    return entryOf(d, { inBin, current, language, longest: boot.limits.title }, actionsOf(d, current));
  }
  /**
   * @param {Listed} d
   * @param {boolean} current
   * @returns {EntryActions}
   */
  const actionsOf = (d, current) => ({
    open() {
      dialog.close();
      if (!current) documents.open(d.id);
    },
    rename: (title) => documents.rename(d.id, title),
    async duplicate() {
      dialog.close();
      if (await documents.duplicate(d.id)) core.status("This is the copy");
    },
    remove: () => documents.remove(d),
    restore: () => documents.bringBack(d.id, false),
    deleteForEver: () => deleteForEver(d),
  });
  /** @param {Listed} d */
  async function deleteForEver(d) {
    const sure = await confirm.ask({
      question: `Delete “${d.title}” for ever?`,
      detail: "Its text, its history and its runs are deleted. This cannot be undone.",
      yes: "Delete for ever",
    });
    if (sure && (await call("delete_for_ever", { document: d.id }))) await refresh();
  }
  async function emptyBin() {
    const all = (await call("documents", { in_bin: true }))?.documents ?? [];
    const sure = await confirm.ask({
      question: `Delete ${many(all.length, "document")} for ever?`,
      detail: "Everything in the bin is deleted, with its history and its runs. This cannot be undone.",
      yes: "Empty the bin",
    });
    if (sure && (await call("empty_bin"))) await refresh();
    search.focus();
  }

  core.commands.add(
    {
      id: "documents",
      title: "All documents, search",
      group: "Document",
      key: "Mod-o",
      always: true,
      run: () => {
        open();
      },
    },
    {
      id: "open-bin",
      title: "The bin",
      group: "Document",
      run: () => {
        open().then(() => turn(true));
      },
    },
  );
  return { button: opener, dialogs: [dialog, confirm.element] };
}
