// Saving: what was typed reaches the database, or stays in the browser until it does.
import { button } from "../web/dom/elements.js";
import { remembered } from "../web/dom/memory.js";
import { debounce } from "../web/dom/timing.js";
/** @import { Document, Saved } from "../shapes/answers.js" */
/** @import { Core, Documents } from "../shapes/core.js" */
/** @import { Trouble } from "../shapes/frames.js" */
/** @typedef {{base: string, text: string, failing?: Failing}} Typed what is kept in the browser */
/** @typedef {"" | "offline" | "refused" | "unfit"} Failing */

const SAVE_MS = 800; // after a pause
const LONGEST_MS = 900; // and while one types on and on: a crash takes no more than the last second
const OUTLIVING = 60_000; // bytes; browsers let a request outlive its page up to 64 KiB
const TOO_LARGE = ["text_too_large", "body_too_large"];
const GONE = ["document_not_found", "revision_not_found"];
const OFFLINE = "Palimpsest answers again. Your text is saved.";
const REFUSED = "It can be saved again. Your text is saved.";

/** @param {Document} target */
const keyOf = (target) => `unsaved.${target.id}`;
/** @param {string | undefined} code */
const isGone = (code) => GONE.includes(code ?? "");

/**
 * How a save failed: "offline", "refused" (it is tried again), or "unfit" (as it is, the text never can be saved).
 * @param {Trouble} error
 * @returns {Failing}
 */
function failed({ code }) {
  if (code === "offline") return code;
  return isGone(code) || TOO_LARGE.includes(code ?? "") ? "unfit" : "refused";
}

/**
 * Where a text that is not saved stays, in words.
 * @param {boolean} kept in the browser
 * @param {boolean} unfit it is not tried again
 */
const stays = (kept, unfit) =>
  (kept ? "kept in this browser" : "on this page only") + (unfit ? "." : " and tried again until it is saved.");

/**
 * @param {Core} core
 * @param {object} is
 * @param {() => Document | null} is.current the open document
 * @param {Documents["open"]} is.open
 * @param {Documents["openNew"]} is.openNew
 * @param {Documents["bringBack"]} is.bringBack
 * @param {(target: Document, answer: Saved) => void} is.told takes what an answer says of a document's file
 */
export function savingPart(core, { current, open, openNew, bringBack, told }) {
  const { ask, call, notice, surface } = core;
  /** @type {Promise<unknown>} */
  let saving = Promise.resolve();
  let busy = 0;
  /** @type {import("../shapes/dom.js").Debounced<[]>} */
  const save = debounce(SAVE_MS, () => (busy ? save() : saveNow()), LONGEST_MS); // one at a time, if it takes long
  const unsaved = () => {
    const doc = current();
    return doc !== null && (save.pending() || busy > 0 || Boolean(doc.failing));
  };

  /** @type {Documents["after"]} */
  function after(work) {
    busy++;
    saving = saving.then(work).finally(() => busy--);
    return saving;
  }
  /** @param {string} [kind] of a revision that is asked for */
  function saveNow(kind) {
    const target = current();
    if (!target) return saving;
    const text = surface.text();
    return after(async () => {
      const answer = await ask("save", { document: target.id, base: target.base, text, kind });
      if (answer.error) {
        notSaved(target, text, answer.error);
        return;
      }
      adopt(target, answer);
      if (kind) core.status("Saved");
    });
  }
  async function flush() {
    if (current() && save.pending()) {
      save.cancel();
      await saveNow();
    }
    await saving;
  }
  /** @param {Document} target */
  function arrived(target) {
    remembered.drop(keyOf(target));
    if (!target.failing) return;
    if (target === current()) {
      core.clearNotices();
      core.status(target.failing === "offline" ? OFFLINE : REFUSED);
    }
    target.failing = "";
  }
  /**
   * A save that failed is tried again and again, and said once.
   * @param {Document} target
   * @param {string} text
   * @param {Trouble} error
   */
  function notSaved(target, text, error) {
    const failing = failed(error);
    const same = target.failing === failing;
    const unfit = failing === "unfit";
    target.failing = failing;
    const kept = remembered.set(keyOf(target), { base: target.base, text, failing });
    if (target === current() && !unfit) save();
    if (same && !unfit) return;
    if (isGone(error.code)) orphaned(target, text, error);
    else if (failing === "offline") notice(error.message);
    else notice(`${error.message} What you typed is ${stays(kept, unfit)}`);
  }
  /**
   * @param {Document} target
   * @param {string} text
   * @param {Trouble} error
   */
  function orphaned(target, text, { code, message }) {
    const { title, language } = target;
    const keep = button("Keep it as a new document", {
      onclick: () => {
        remembered.drop(keyOf(target));
        target.failing = "";
        openNew(call("create", { title, language, text: target === current() ? surface.text() : text }));
      },
    });
    const why = code === "document_not_found" ? "This document was deleted for ever in another tab." : `${message}.`;
    notice(`${why} The text is still on this page.`, keep);
  }
  /**
   * The text of the page is in the database.
   * @param {Document} target
   * @param {Saved} answer says where
   */
  function adopt(target, answer) {
    arrived(target);
    target.base = answer.base;
    const moved = answer.revision !== target.head;
    target.head = answer.revision;
    if (moved && target === current()) core.emit("committed", target);
    told(target, answer);
    if (answer.branched && !target.branched) {
      target.branched = true;
      notice(
        "This document was changed in another tab. Your text is kept as a branch in History.",
        button("Load the other text", { onclick: () => open(target.id) }),
      );
    }
    if (answer.in_bin && !target.inBin)
      notice(
        "This document was put into the bin in another tab. What you write is still saved in it.",
        button("Restore", { onclick: () => bringBack(target.id) }),
      );
    target.inBin = answer.in_bin;
  }

  // ---- when the page is left -----------------------------------------------------------------------------------
  /**
   * A page that goes away sends what was typed last by a request that outlives it. Whether that arrives is not known
   * any more, so the text stays in the browser, too, until the document is opened again.
   */
  function sendLast() {
    const target = current();
    if (!target || !unsaved()) return;
    const typed = { base: target.base, text: surface.text() };
    const body = JSON.stringify(typed);
    save.cancel();
    const small = new TextEncoder().encode(body).length <= OUTLIVING;
    remembered.set(keyOf(target), { ...typed, failing: target.failing || (small ? "" : "offline") });
    put(target, body).catch(() => {});
  }
  /**
   * @param {Document} target
   * @param {string} body
   */
  async function put(target, body) {
    const headers = { "Content-Type": "application/json" };
    const sent = await fetch(`api/documents/${target.id}/text`, { method: "PUT", body, headers, keepalive: true });
    const answer = await sent.json();
    if (!answer.error) adopt(target, answer);
  }
  addEventListener("beforeunload", (event) => {
    if (current()?.failing) event.preventDefault();
  });
  addEventListener("visibilitychange", () => {
    if (document.hidden) flush();
  });
  addEventListener("pagehide", sendLast);
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted && current()) save(); // what became of what was sent is not known
  });

  /**
   * What could not be saved before is taken up where it was left.
   * @param {Document} target
   */
  function takeUp(target) {
    const typed = remembered.get(keyOf(target), /** @type {Typed | null} */ (null));
    if (!typed) return;
    if (typed.text === target.text) remembered.drop(keyOf(target));
    else if (!typed.failing && typed.base !== target.base) beside(target, typed);
    else {
      target.base = typed.base;
      surface.replace(typed.text);
      save();
      core.status("What could not be saved before is here again.");
    }
  }
  /**
   * It may have arrived before the document was changed elsewhere, or not: then it is a branch.
   * @param {Document} target
   * @param {Typed} typed
   */
  function beside(target, { base, text }) {
    after(async () => {
      const answer = await ask("save", { document: target.id, base, text });
      if (answer.error) return;
      remembered.drop(keyOf(target));
      if (!answer.branched) {
        adopt(target, answer);
        return;
      }
      core.status("What was typed here last is kept as a branch in History: the document was changed elsewhere since.");
      core.emit("committed", target);
    });
  }
  return { save, saveNow, flush, adopt, takeUp, unsaved, after };
}
