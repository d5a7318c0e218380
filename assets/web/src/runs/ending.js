// A run ends: its proposal is accepted, kept, or put away.
import { inPoints } from "../web/text/offsets.js";
/** @import { Core, Documents } from "../shapes/core.js" */
/** @import { Run, Stage } from "../shapes/runs.js" */

/**
 * @param {Core} core
 * @param {Stage} now
 * @param {object} is
 * @param {Documents} is.documents
 * @param {{texts(): string[], chosen(): object, close(): void}} is.review
 * @param {{clear(): void}} is.pins
 * @param {() => void} is.stop the timeline
 * @param {() => void} is.clear the timeline and the figures: nothing is shown of a run any more
 * @param {(run: Run) => void} is.toReview
 * @param {() => void} is.refresh
 */
export function ending(core, now, { documents, review, pins, stop, clear, toReview, refresh }) {
  const { surface, line, call, quietly } = core;

  async function accept() {
    const accepted = now.run;
    if (accepted?.state !== "review") return;
    const target = accepted.document;
    stop();
    const before = surface.text();
    const spans = inPoints(before, surface.overlay()?.spans ?? []);
    const chosen = review.chosen();
    const placed = surface.write(review.texts());
    review.close();
    now.run = null;
    now.attempts = [];
    pins.clear();
    now.settled = { ...accepted, placed };
    documents.covered();
    surface.view.dispatch({ selection: { anchor: placed[placed.length - 1].to }, scrollIntoView: false });
    core.status("Accepted");
    refresh();
    surface.view.focus();
    await documents.after(async () => {
      const request = { document: target.id, base: target.base, before, spans, run: accepted.id, ...chosen };
      const answer = await call("accept", request);
      if (answer) documents.adopt(target, answer);
      else documents.typed(); // the text is on the page and is kept as typed text
    });
  }
  /** Every candidate becomes a branch in the history; the proposal stays under review. */
  async function keepAll() {
    const kept = now.run;
    if (!kept) return;
    const before = surface.text();
    const spans = inPoints(before, surface.overlay()?.spans ?? []);
    await documents.flush();
    const { id, base } = kept.document;
    const answer = await call("keep", { document: id, base, before, spans, run: kept.id });
    if (!answer) return;
    core.status(`${answer.revisions.length} candidates are kept as branches in the history.`);
    core.emit("committed", kept.document);
  }
  function dismiss() {
    if (now.run?.state === "run") {
      back();
      core.status(now.run ? "Cancelled. Esc puts the old text back." : "Cancelled");
    } else if (now.run) {
      abandon();
      core.status("Discarded");
    } else if (surface.overlay()) {
      stop();
      surface.uncover();
    } else surface.setMasks([]);
    refresh();
    surface.view.focus();
  }
  /** Stop the run under way. Where it began at a proposal, that one is under review again. */
  function back() {
    const { run } = now;
    if (!run?.before || !surface.overlay()) {
      abandon();
      return;
    }
    if (!run.error) line.cancel(run.id);
    toReview(run.before);
  }
  /** Take the run off the page and stop it, if there is one; the text was never changed. */
  function abandon() {
    const gone = now.run;
    if (!gone) return;
    const spans = surface.overlay()?.spans ?? [];
    review.close();
    surface.uncover();
    surface.restoreMasks(gone.saved, spans);
    const { anchor, head } = gone.caret; // who types elsewhere stays there
    const stayed = gone.stood && surface.selection().eq(gone.stood);
    if (stayed && Math.max(anchor, head) <= surface.view.state.doc.length)
      surface.view.dispatch({ selection: { anchor, head } });
    if (gone.state === "run") line.cancel(gone.id);
    for (const { id } of now.attempts) quietly("discard", { run: id });
    end("");
  }
  /** @param {string} message */
  function end(message) {
    if (now.run?.state === "run" && message) line.cancel(now.run.id);
    review.close();
    now.run = null;
    now.attempts = [];
    clear();
    core.status(message);
    refresh();
  }
  /** Let go of the run that was accepted, or is replayed. */
  function forget() {
    if (!now.settled) return;
    now.settled = null;
    surface.uncover();
    clear();
  }
  return {
    accept,
    keepAll,
    dismiss,
    back,
    end,
    forget,
    /** Let go of a run and of a replay. */
    leave() {
      abandon();
      forget();
    },
  };
}
