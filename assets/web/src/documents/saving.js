// Saving: what was typed reaches the database, or stays in the browser until it does.
import { debounce, h, remembered } from "../web/dom/dom.js";

const SAVE_MS = 800;
const OUTLIVING = 60_000; // bytes; browsers let a request outlive its page up to 64 KiB
const TOO_LARGE = ["text_too_large", "body_too_large"];
const GONE = ["document_not_found", "revision_not_found"];
const AGAIN = {
  offline: "Palimpsest answers again. Your text is saved.",
  refused: "It can be saved again. Your text is saved.",
};
const left = (target) => `unsaved.${target.id}`;
const button = (text, onclick) => h("button", { type: "button", onclick }, text);

/** How a save failed: "offline", "refused" (it is tried again), or "unfit" (as it is, the text never can be saved). */
function failed({ code }) {
  if (code === "offline") return code;
  return GONE.includes(code) || TOO_LARGE.includes(code) ? "unfit" : "refused";
}

/**
 * `current()` gives the open document; `open(id)`, `openNew(document)` and `bringBack(id)` are those of documents.js;
 * `told(document, answer)` takes what an answer says of its file.
 */
export function savingPart(core, { current, open, openNew, bringBack, told }) {
  const { ask, call, notice, surface } = core;
  let saving = Promise.resolve(),
    busy = 0;
  const save = debounce(SAVE_MS, () => saveNow());
  const unsaved = () => Boolean(current()) && (save.pending() || busy > 0 || Boolean(current().failing));

  /** Do `work` behind every save that is under way. */
  function after(work) {
    busy++;
    saving = saving.then(work).finally(() => busy--);
    return saving;
  }
  function saveNow(kind) {
    const target = current(),
      text = surface.text();
    return after(async () => {
      const answer = await ask("save", { document: target.id, base: target.base, text, kind });
      if (answer.error) return notSaved(target, text, answer.error);
      adopt(target, answer);
      if (kind) {
        core.status("Saved");
        core.emit("committed", target);
      }
    });
  }
  async function flush() {
    if (current() && save.pending()) {
      save.cancel();
      await saveNow();
    }
    await saving;
  }
  function arrived(target) {
    remembered.drop(left(target));
    if (!target.failing) return;
    if (target === current()) {
      core.clearNotices();
      core.status(AGAIN[target.failing] ?? AGAIN.refused);
    }
    target.failing = "";
  }
  /** A save that failed is tried again and again, and said once. */
  function notSaved(target, text, error) {
    const how = failed(error),
      same = target.failing === how;
    target.failing = how;
    const kept = remembered.set(left(target), { base: target.base, text, failing: how });
    if (target === current() && how !== "unfit") save();
    if (same && how !== "unfit") return;
    if (GONE.includes(error.code)) return orphaned(target, text, error);
    const where = kept ? "kept in this browser" : "on this page only";
    const then = how === "unfit" ? "." : " and tried again until it is saved.";
    notice(how === "offline" ? error.message : `${error.message} What you typed is ${where}${then}`);
  }
  function orphaned(target, text, { code, message }) {
    const keep = () => {
      remembered.drop(left(target));
      target.failing = "";
      const now = target === current() ? surface.text() : text;
      openNew(call("create", { title: target.title, language: target.language, text: now }));
    };
    const why = code === "document_not_found" ? "This document was deleted for ever in another tab." : `${message}.`;
    notice(`${why} The text is still on this page.`, button("Keep it as a new document", keep));
  }
  /** The text of the page is in the database: `answer` says where. */
  function adopt(target, answer) {
    arrived(target);
    target.base = answer.base;
    told(target, answer);
    if (answer.branched && !target.branched) {
      target.branched = true;
      notice(
        "This document was changed in another tab. Your text is kept as a branch in History.",
        button("Load the other text", () => open(target.id)),
      );
      if (target === current()) core.emit("committed", target);
    }
    if (answer.in_bin && !target.inBin)
      notice(
        "This document was put into the bin in another tab. What you write is still saved in it.",
        button("Restore", () => bringBack(target.id)),
      );
    target.inBin = answer.in_bin;
  }

  // ---- when the page is left -----------------------------------------------------------------------------------
  addEventListener("beforeunload", (event) => {
    if (current()?.failing) event.preventDefault();
  });
  addEventListener("visibilitychange", () => {
    if (document.hidden) flush();
  });
  // A page that goes away sends what was typed last by a request that outlives it. Whether that arrives is not known any
  // more, so the text stays in the browser, too, until the document is opened again.
  addEventListener("pagehide", () => {
    if (!unsaved()) return;
    const target = current(),
      typed = { base: target.base, text: surface.text() },
      body = JSON.stringify(typed);
    save.cancel();
    const small = new TextEncoder().encode(body).length <= OUTLIVING;
    remembered.set(left(target), { ...typed, failing: target.failing || (small ? "" : "offline") });
    const headers = { "Content-Type": "application/json" };
    fetch(`api/documents/${target.id}/text`, { method: "PUT", body, headers, keepalive: true })
      .then((answer) => answer.json())
      .then((answer) => {
        if (!answer.error) adopt(target, answer);
      })
      .catch(() => {});
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted && current()) save();
  }); // what became of that is not known

  /** What could not be saved before is taken up where it was left. */
  function takeUp(target) {
    const typed = remembered.get(left(target), null);
    if (!typed) return;
    if (typed.text === target.text) return remembered.drop(left(target));
    if (!typed.failing && typed.base !== target.base) return beside(target, typed);
    target.base = typed.base;
    surface.replace(typed.text);
    save();
    core.status("What could not be saved before is here again.");
  }
  /** It may have arrived before the document was changed elsewhere, or not: then it is a branch. */
  function beside(target, { base, text }) {
    after(async () => {
      const answer = await ask("save", { document: target.id, base, text });
      if (answer.error) return;
      remembered.drop(left(target));
      if (!answer.branched) return adopt(target, answer);
      core.status("What was typed here last is kept as a branch in History: the document was changed elsewhere since.");
      core.emit("committed", target);
    });
  }
  return { save, saveNow, flush, adopt, takeUp, unsaved, after };
}
