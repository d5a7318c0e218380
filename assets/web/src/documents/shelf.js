// All documents: find, open, rename, duplicate, delete; and the bin.
import "./shelf.css";
import { confirmation } from "../web/dom/confirm.js";
import { debounce, h } from "../web/dom/dom.js";

const SEARCH_MS = 200;
const when = (iso) => new Date(iso).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
const many = (n, one, more = `${one}s`) => `${n.toLocaleString()} ${n === 1 ? one : more}`;

/** The button of the header and the dialog that it opens. */
export function shelfPart(core, { documents }) {
  const { boot, call } = core;
  const languages = new Map(boot.languages.map((l) => [l.name, l.title]));
  const confirm = confirmation();
  let inBin = false,
    shown = []; // rows: {id, row, main}
  let asked = 0;

  const button = h(
    "button",
    {
      type: "button",
      id: "documents",
      title: `All documents (${core.key("Mod-o")})`,
      "aria-haspopup": "dialog",
      onclick: () => open(),
    },
    "Documents",
  );
  const search = h("input", {
    id: "search",
    type: "search",
    "aria-label": "Search titles and texts",
    placeholder: "Search titles and texts",
    maxLength: boot.limits.query,
    oninput: () => later(),
  });
  const status = h("p", { id: "search-status", class: "hint", role: "status" });
  const list = h("ul", { id: "document-list", class: "entries", "aria-label": "Documents", onkeydown: move });
  const heading = h("h2", {}, "Documents");
  const binButton = h("button", { type: "button", id: "bin", onclick: () => turn(!inBin) }, "Bin");
  const emptyButton = h(
    "button",
    { type: "button", id: "empty-bin", class: "danger", onclick: emptyBin },
    "Empty the bin",
  );
  const dialog = h(
    "dialog",
    { id: "documents-panel", class: "box shelf", "aria-label": "Documents" },
    h(
      "header",
      {},
      heading,
      h("span", { class: "spacer" }),
      emptyButton,
      binButton,
      h(
        "button",
        {
          type: "button",
          id: "documents-close",
          class: "icon",
          "aria-label": "Close the documents",
          title: "Close (Esc)",
          onclick: () => dialog.close(),
        },
        "×",
      ),
    ),
    search,
    status,
    list,
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
  async function turn(toBin) {
    inBin = toBin;
    heading.textContent = inBin ? "Bin" : "Documents";
    list.setAttribute("aria-label", heading.textContent);
    binButton.textContent = inBin ? "Back to documents" : "Bin";
    await refresh();
  }
  async function refresh() {
    later.cancel();
    const mine = ++asked,
      query = search.value,
      focused = list.contains(document.activeElement)
        ? shown.findIndex((r) => r.row.contains(document.activeElement))
        : -1;
    await documents.flush(); // what was just typed is found too
    const answer = await call("search", { query, in_bin: inBin });
    if (!answer || mine !== asked) return; // another search was begun meanwhile
    shown = answer.documents.map(entry);
    list.replaceChildren(...shown.map((r) => r.row));
    emptyButton.hidden = !inBin || !shown.length;
    status.textContent = told(query.trim(), answer.documents);
    if (focused >= 0) (shown[Math.min(focused, shown.length - 1)]?.main ?? search).focus();
  }
  function told(query, found) {
    if (query && !found.length) return `Nothing ${inBin ? "in the bin" : "here"} has “${query}” in its title or text.`;
    if (query)
      return `${many(found.length, "document")}, ${many(
        found.reduce((sum, d) => sum + d.hits, 0),
        "hit",
      )}`;
    if (inBin) return found.length ? "Documents stay here until you delete them for ever." : "The bin is empty.";
    return many(found.length, "document");
  }

  // ---- one document --------------------------------------------------------------------------------------------
  function entry(d) {
    const current = d.id === documents.current()?.id;
    const facts = [
      languages.get(d.language) ?? d.language,
      many(d.words, "word"),
      ...(d.hits ? [many(d.hits, "hit")] : []),
    ].join(" · ");
    const inside = [
      h("span", { class: "name" }, d.title, current ? h("em", {}, "open") : null),
      h(
        "span",
        { class: "meta" },
        `${facts} · `,
        h(
          "time",
          { datetime: d.deleted_at ?? d.updated_at },
          `${inBin ? "deleted " : ""}${when(d.deleted_at ?? d.updated_at)}`,
        ),
      ),
      d.excerpt
        ? h("span", { id: "excerpt", class: "excerpt" }, d.excerpt[0], h("mark", {}, d.excerpt[1]), d.excerpt[2])
        : null,
    ];
    const act = (id, text, action, kind = "small") =>
      h(
        "button",
        { type: "button", id: `document-${id}`, class: kind, "aria-label": `${text}: ${d.title}`, onclick: action },
        text,
      );
    const actions = h(
      "div",
      { class: "actions" },
      ...(inBin
        ? [
            act("restore", "Restore", () => documents.bringBack(d.id, false)),
            act("delete-for-ever", "Delete for ever", () => deleteForEver(d), "small danger"),
          ]
        : [
            act("rename", "Rename", () => rename(d, main)),
            act("duplicate", "Duplicate", () => duplicate(d.id)),
            act("delete", "Delete", () => documents.remove(d)),
          ]),
    );
    const main = inBin
      ? h("div", { class: "entry", tabindex: "-1" }, ...inside)
      : h(
          "button",
          {
            type: "button",
            id: "document-open",
            class: "entry",
            "aria-current": current ? "true" : null,
            onclick: () => {
              dialog.close();
              if (!current) documents.open(d.id);
            },
          },
          ...inside,
        );
    return { id: d.id, main, row: h("li", { id: "document", "data-document": String(d.id) }, main, actions) };
  }
  function move(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key],
      at = shown.findIndex((r) => r.row.contains(document.activeElement));
    if (!by || at < 0 || event.target.tagName === "INPUT") return;
    event.preventDefault();
    (shown[at + by]?.main ?? (by < 0 ? search : shown[at].main)).focus();
  }
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && shown.length) {
      event.preventDefault();
      shown[0].main.focus();
    }
    if (event.key === "Enter" && !event.isComposing && shown.length && !inBin) {
      event.preventDefault();
      shown[0].main.click();
    }
  });
  function rename(d, main) {
    const input = h("input", {
      id: "rename-input",
      type: "text",
      value: d.title,
      maxLength: boot.limits.title,
      "aria-label": `New title of ${d.title}`,
    });
    let over = false;
    async function end(keep) {
      if (over) return;
      over = true;
      const changed = keep && input.value !== d.title && (await documents.rename(d.id, input.value));
      if (!changed) {
        input.replaceWith(main);
        main.focus();
      }
    }
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" && (event.key !== "Enter" || event.isComposing)) return;
      event.preventDefault(); // Escape ends the renaming, not the dialog
      event.stopPropagation();
      end(event.key === "Enter");
    });
    input.addEventListener("blur", () => end(true));
    main.replaceWith(input);
    input.focus();
    input.select();
  }
  async function duplicate(id) {
    dialog.close();
    if (await documents.duplicate(id)) core.status("This is the copy");
  }
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
  return { button, dialogs: [dialog, confirm.element] };
}
