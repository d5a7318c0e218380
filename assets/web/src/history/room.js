// The room that everything takes, what is thinned, exports and imports; a document whose runs are not stored.
import { confirmation } from "../web/dom/confirm.js";
import { button, h, terms } from "../web/dom/elements.js";
import { many, size } from "../web/dom/words.js";
/** @import { Space } from "../shapes/answers.js" */
/** @import { Core, Documents } from "../shapes/core.js" */

const DAYS = [
  ["", "Never"],
  ["365", "After a year"],
  ["90", "After 90 days"],
  ["30", "After 30 days"],
  ["7", "After a week"],
];

/**
 * @param {Core} core
 * @param {{documents: Documents}} parts
 */
export function roomPart(core, { documents }) {
  const { call, notice, status } = core;
  const confirm = confirmation();
  const figures = h("dl", { class: "figures" });
  const list = h("ol", { class: "sizes", "aria-label": "Documents by size" });
  const days = h(
    "select",
    { id: "thin-days", "aria-label": "Thin the steps of runs", onchange: thin },
    ...DAYS.map(([value, text]) => h("option", { value }, text)),
  );
  const accepted = h("input", { type: "checkbox", id: "thin-accepted", onchange: thin });
  const secret = h("input", { type: "checkbox", id: "private", onchange: hide });
  const file = h("input", {
    type: "file",
    id: "import-file",
    "aria-label": "Archive to import",
    hidden: true,
    onchange: bring,
  });
  const row = (/** @type {(Node | string)[]} */ ...inside) => h("div", { class: "row" }, ...inside);
  /** @type {HTMLDialogElement} */
  const dialog = h(
    "dialog",
    { id: "room", class: "box room", "aria-label": "Room and copies" },
    h(
      "header",
      {},
      h("h2", {}, "Room and copies"),
      h("span", { class: "spacer" }),
      button("×", {
        id: "room-close",
        class: "icon",
        "aria-label": "Close",
        onclick: () => {
          dialog.close();
        },
      }),
    ),
    figures,
    row(button("Give free room back", { id: "vacuum", onclick: vacuum })),
    list,
    h("h3", {}, "Steps of runs"),
    row(h("label", {}, "Thin them ", days), h("label", { class: "check" }, accepted, " also those of accepted runs")),
    h("p", { class: "hint" }, "Texts and recipes are never thinned; runs of named revisions keep their steps."),
    row(h("label", { class: "check" }, secret, " Do not store the runs of this document")),
    h("h3", {}, "Copies"),
    row(
      button("Export this document", { id: "export-one", onclick: () => save(`documents=${documents.current()?.id}`) }),
      button("Export all", { id: "export-all", onclick: () => save("") }),
      button("As a git bundle", { id: "export-git", onclick: () => save("format=git") }),
      button("Import…", { id: "import", onclick: () => file.click() }),
      button("Backup of the database", { id: "backup", onclick: () => download("api/backup") }),
      file,
    ),
  );

  /** @returns {Promise<void>} */
  async function open() {
    if (!dialog.open) dialog.showModal();
    await refresh();
  }
  async function refresh() {
    secret.checked = Boolean(documents.current()?.private);
    const told = await call("space");
    if (told) draw(told);
  }
  /** @param {Space} told */
  function draw(told) {
    figures.replaceChildren(
      ...terms([
        ["File", size(told.file), "The database on the disk"],
        ["Texts", size(told.texts), "Every text of every revision, packed"],
        ["Steps of runs", size(told.steps), "What a replay shows"],
        ["Free", size(told.free), "Used again before the file grows"],
      ]),
    );
    const largest = told.documents.sort((a, b) => b.texts + b.steps - a.texts - a.steps).slice(0, 8);
    list.replaceChildren(
      ...largest.map((d) =>
        h(
          "li",
          {},
          h("span", {}, d.title),
          h("span", { class: "hint" }, `${size(d.texts)} texts, ${size(d.steps)} steps`),
        ),
      ),
    );
    days.value = told.thinning.days === null ? "" : String(told.thinning.days);
    accepted.checked = told.thinning.accepted;
  }
  async function thin() {
    const answer = await call("thinning", { days: days.value ? Number(days.value) : null, accepted: accepted.checked });
    if (answer?.thinned) status(`${many(answer.thinned, "run")} thinned`);
    await refresh();
  }
  async function vacuum() {
    const answer = await call("vacuum");
    if (answer) status(`${size(Math.max(0, answer.freed))} given back`);
    await refresh();
  }
  async function hide() {
    const doc = documents.current();
    if (!doc) return;
    const told = await call("private", { document: doc.id, private: secret.checked });
    doc.private = secret.checked;
    if (!told?.stored || !secret.checked) return;
    const sure = await confirm.ask({
      question: `Delete the ${many(told.stored, "run")} that are stored?`,
      detail:
        "New runs of this document are not stored. " +
        "Those that are there can be deleted for ever, too: their steps and recipes.",
      yes: "Delete for ever",
    });
    if (sure) await call("private", { document: doc.id, private: true, forget: true });
    await refresh();
  }
  /** @param {string} query */
  async function save(query) {
    await documents.flush();
    download(`api/archive?${query}`);
  }
  /** @param {string} address */
  async function download(address) {
    const answer = await fetch(address);
    if (!answer.ok) return notice((await answer.json()).error.message);
    const name = decodeURIComponent(answer.headers.get("content-disposition")?.split("''")[1] ?? "palimpsest");
    const link = h("a", { href: URL.createObjectURL(await answer.blob()), download: name });
    link.click();
    URL.revokeObjectURL(link.href);
  }
  async function bring() {
    const chosen = file.files?.[0];
    file.value = "";
    if (!chosen) return;
    const answer = await fetch("api/archive", { method: "POST", body: chosen });
    const told = await answer.json();
    if (told.error) return notice(told.error.message);
    core.emit("shelf");
    dialog.close();
    notice(broughtOf(told.documents));
  }
  core.commands.add({ id: "room", title: "Room, thinning, export, import, backup", group: "Document", run: open });
  return {
    dialogs: [dialog, confirm.element],
    button: button("Room…", {
      id: "open-room",
      class: "small",
      title: "What the history takes, exports and backups",
      onclick: open,
    }),
  };
}

/**
 * What an archive brought: documents, and revisions of those that were there.
 * @param {{merged: boolean, revisions: number}[]} documents
 */
function broughtOf(documents) {
  const fresh = documents.filter((d) => !d.merged).length;
  const more = documents.filter((d) => d.merged).reduce((sum, d) => sum + d.revisions, 0);
  const parts = [
    ...(fresh ? [many(fresh, "document")] : []),
    ...(more ? [`${many(more, "revision")} of documents that were here`] : []),
  ];
  return parts.length ? `Imported: ${parts.join(" and ")}.` : "Nothing is new: all of it is here already.";
}
