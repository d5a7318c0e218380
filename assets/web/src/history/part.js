// The history of the open document: the panel, what is looked at over the text, addresses, the room it takes.
import { confirmation } from "../web/dom/confirm.js";
import { button, h } from "../web/dom/elements.js";
import { many } from "../web/dom/words.js";
import { parsed, spelled } from "../web/address.js";
import { historyPanel } from "./history.js";
import { lookingPart } from "./looking.js";
import { roomPart } from "./room.js";
/** @import { Saved } from "../shapes/answers.js" */
/** @import { Core, Documents, Settings } from "../shapes/core.js" */

/**
 * @param {Core} core
 * @param {object} is
 * @param {Documents} is.documents
 * @param {{leave(): void, again(run: string): Promise<unknown>, toStep(step: number): void}} is.runs
 * @param {Settings} is.settings
 * @param {(run: () => string | null) => HTMLElement} is.exportMenu
 */
export function historyPart(core, { documents, runs, settings, exportMenu }) {
  const { call, status, surface, notice } = core;
  const revisions = h("span", { class: "revisions" });
  const confirm = confirmation();
  const room = roomPart(core, { documents });
  const looking = lookingPart(core, { documents, settings, restore, at: addressed });
  const history = historyPanel({
    call,
    flush: documents.flush,
    restored,
    exportMenu,
    again: (id) => runs.again(id),
    code: () => !surface.isProse(),
    playing: () => core.emit("playing"),
    named: settings.named,
    look: (id, against) => looking.look(id, { against }),
    copy,
    changed: refresh,
    status,
    confirm,
    tools: [room.button],
    counted: (n) => {
      revisions.textContent = many(n, "revision");
    },
  });
  function refresh() {
    const doc = documents.current();
    if (doc) history.refresh(doc.id);
  }
  /** @param {string} revision */
  async function restore(revision) {
    const doc = documents.current();
    if (!doc) return;
    await documents.flush(); // what was typed last becomes a revision before it is replaced
    const answer = await call("restore", { document: doc.id, revision });
    if (answer) restored(answer);
  }
  /** @param {Saved} answer */
  function restored(answer) {
    const doc = documents.current();
    if (!doc) return;
    runs.leave();
    documents.covered();
    doc.base = answer.base;
    surface.replace(answer.text);
    history.refresh(doc.id);
    status("Restored");
  }
  /**
   * The address of what is looked at.
   * @param {string | null} revision
   */
  function addressed(revision) {
    const doc = documents.current();
    if (!doc) return;
    try {
      window.history.replaceState(null, "", spelled({ document: doc.id, rev: revision ?? undefined }));
    } catch {} // a page inside a frame
  }
  /** @param {string} revision */
  async function copy(revision) {
    const doc = documents.current();
    if (!doc) return;
    const address = new URL(spelled({ document: doc.id, rev: revision }), location.href).href;
    try {
      await navigator.clipboard.writeText(address);
      status("Its address is copied");
    } catch {
      notice(address);
    }
  }
  /** @param {string} hash what the page was opened with, or went to */
  async function go(hash) {
    const wanted = parsed(hash);
    const doc = documents.current();
    if (!wanted || !doc || wanted.document !== doc.id) return;
    if (wanted.rev) await looking.look(wanted.rev, { mark: wanted.mark });
    else if (wanted.run) {
      looking.leave();
      const trace = await call("trace", { document: doc.id, run: wanted.run });
      if (!trace) return;
      await runs.again(trace.run);
      if (wanted.step !== undefined) runs.toStep(wanted.step);
    }
  }
  core.on("opened", (doc) => history.refresh(doc.id));
  core.on("address", go);
  core.on("committed", (doc) => {
    if (doc === documents.current()) history.refresh(doc.id);
  });
  core.commands.add(
    {
      id: "blame",
      title: "Who wrote what: which revision, run and step",
      group: "History",
      when: () => documents.current() !== null,
      run: blame,
    },
    {
      id: "leave-revision",
      title: "Back to the text as it stands",
      group: "History",
      when: () => looking.at() !== null,
      run: looking.leave,
    },
  );
  async function blame() {
    const doc = documents.current();
    if (!doc) return;
    await documents.flush();
    const answer = await call("history", { document: doc.id });
    const head = answer?.revisions.find((r) => r.is_head);
    if (head) await looking.look(head.id, { how: "blame" });
  }
  const lead = button("History", {
    id: "to-history",
    onclick: () => history.element.scrollIntoView({ block: "start" }),
  });
  lead.append(revisions);
  return {
    elements: [h("h2", { class: "to-history" }, lead), history.element],
    over: looking.element,
    dialogs: [...room.dialogs, confirm.element],
  };
}
