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
 * @typedef {object} Runs
 * @property {() => void} leave
 * @property {(run: string) => Promise<unknown>} again
 * @property {(step: number) => void} toStep
 * @property {() => {run: string, step: number} | null} shown
 */
const SHAPES = "An address is #/doc/7, #/doc/7/rev/ab12 or #/doc/7/run/cd34/step/5.";

/**
 * @param {Core} core
 * @param {object} is
 * @param {Documents} is.documents
 * @param {Runs} is.runs
 * @param {Settings} is.settings
 * @param {(run: () => string | null, candidate: () => Promise<number>) => HTMLElement} is.exportMenu
 */
export function historyPart(core, { documents, runs, settings, exportMenu }) {
  const { call, status, surface, notice } = core;
  let reviewed = false; // the run that the address names
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
    compare: (id) => looking.compare(id),
    copy: (what) => copy(what),
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
    looking.leave();
    documents.covered();
    doc.base = answer.base;
    doc.head = answer.revision;
    surface.replace(answer.text);
    surface.view.focus(); // undo takes it back
    history.refresh(doc.id);
    status("Restored");
  }
  /**
   * The address of what is looked at.
   * @param {{rev?: string, run?: string, step?: number}} what
   */
  function addressed(what) {
    const doc = documents.current();
    if (!doc) return;
    try {
      window.history.replaceState(null, "", spelled({ document: doc.id, ...what }));
    } catch {} // a page inside a frame
  }
  /** @param {{rev?: string, run?: string, step?: number} | null} what */
  async function copy(what) {
    const doc = documents.current();
    if (!doc || !what) return;
    const address = new URL(spelled({ document: doc.id, ...what }), location.href).href;
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
    if (!wanted && hash.startsWith("#/doc")) notice(`Nothing has the address ${hash}. ${SHAPES}`);
    if (!wanted || !doc || wanted.document !== doc.id) return;
    if (wanted.rev) await looking.look(wanted.rev, { mark: wanted.mark });
    else if (wanted.run) {
      looking.leave();
      const trace = await call("trace", { document: doc.id, run: wanted.run });
      if (!trace || doc !== documents.current()) return;
      if (surface.text() !== trace.text) return looking.steps(trace, wanted.step);
      await runs.again(trace.run);
      reviewed = runs.shown()?.run === trace.run;
      if (wanted.step !== undefined) runs.toStep(wanted.step);
    } else looking.leave();
  }
  core.on("state", (state) => {
    if (state !== "idle" || !reviewed) return;
    reviewed = false;
    addressed({}); // what it named is not on the screen any more
  });
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
      when: looking.isOpen,
      run: looking.leave,
    },
    {
      id: "copy-step",
      title: "Copy the address of this step",
      group: "History",
      when: () => runs.shown() !== null,
      run: () => copy(runs.shown()),
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
