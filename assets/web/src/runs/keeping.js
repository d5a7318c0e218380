// What outlives its page: the run under way or the proposal under review of a document is noted in the browser, and is
// there again when the page is loaded again. What a run wrote lies in the database.
import { remembered } from "../web/dom/memory.js";
import { debounce } from "../web/dom/timing.js";
import { noteLock, pause } from "./locks.js";
/** @import { Document, Trace } from "../shapes/answers.js" */
/** @import { Core } from "../shapes/core.js" */
/** @import { Beginning } from "../shapes/frames.js" */
/** @import { Asked } from "../shapes/frames.js" */
/** @import { Decision, Run, RunFacts, Stage } from "../shapes/runs.js" */
/** @import { Mask, Target } from "../shapes/text.js" */
/** @import { View } from "./review/proposal.js" */

/**
 * What is known of an attempt besides its trace.
 * @typedef {object} KnownRun
 * @property {string} id
 * @property {string} named
 * @property {Asked} asked
 * @property {number} candidate
 * @property {boolean} [touched]
 * @property {Beginning} [begin]
 * @property {Decision[]} [decided]
 */

/**
 * What has to be known to have what is on screen back.
 * @typedef {object} Noted
 * @property {(Target & {old: string})[]} spans
 * @property {Mask[]} masks
 * @property {{anchor: number, head: number}} caret
 * @property {KnownRun[]} attempts
 * @property {string} [shown] the one under review
 * @property {KnownRun | null} run under way
 * @property {View} view
 */

const NOTE_MS = 200;
const ASK_MS = 300;
/** @param {Document} doc */
const place = (doc) => `proposal.${doc.id}`;
/** @param {Document} doc */
const notedOf = (doc) => remembered.get(place(doc), /** @type {Noted | null} */ (null));

/**
 * @param {Core} core
 * @param {Stage} stage
 * @param {object} is
 * @param {() => Document | null} is.current the open document
 * @param {{see(view: View): void, view(): View}} is.review where proposals are shown
 * @param {(facts: RunFacts) => Run | null} is.made makes a run of what is known of it
 * @param {(attempts: Run[], shown: Run, spans: Target[]) => void} is.putBack puts one of several under review
 */
export function keepingPart(core, stage, { current, review, made, putBack }) {
  const { ask, notice, surface } = core;
  const lock = noteLock((doc) => `palimpsest.${place(doc)}`);
  const note = debounce(NOTE_MS, now);
  let written = ""; // what was noted: drawing the same once more is no news
  addEventListener("pagehide", () => {
    if (note.pending()) now();
  });

  /** @param {Document} doc */
  function drop(doc) {
    remembered.drop(place(doc));
    written = "";
  }

  function now() {
    note.cancel();
    const doc = current();
    const noted = doc && state();
    const owned = lock.owned();
    if (noted) {
      lock.own(doc);
      const told = JSON.stringify([doc.id, noted]);
      if (told !== written) remembered.set(place(doc), noted);
      written = told;
    } else if (owned) {
      drop(owned);
      lock.disown();
    }
  }

  // ---- what is noted -------------------------------------------------------------------------------------------
  /**
   * @param {Run} run
   * @returns {KnownRun}
   */
  const factsOf = ({ id, named, asked, candidate, touched, made: picked, decided, settings: { begin } }) => ({
    id,
    named,
    asked,
    candidate,
    touched,
    begin,
    decided: picked?.all() ?? decided,
  });
  /** @returns {Noted | null} */
  function state() {
    const covered = surface.overlay();
    const { run, attempts } = stage;
    if (!run || !covered) return null;
    const writing = !attempts.includes(run);
    return {
      spans: covered.spans.map(({ toks, changes, active, ...where }) => where),
      masks: surface.savedMasks(run.saved),
      caret: { anchor: run.caret.anchor, head: run.caret.head },
      attempts: attempts.map(factsOf),
      shown: (writing ? run.before : run)?.id,
      run: writing ? factsOf(run) : null,
      view: review.view(),
    };
  }

  // ---- and put back --------------------------------------------------------------------------------------------
  /** @param {string} run */
  async function trace(run) {
    const answer = await ask("trace", { run });
    if (!answer.error) return answer;
    if (answer.error.code === "offline") throw new Error(answer.error.message);
    return null;
  }
  /**
   * What became of a run that was under way when its page was left: its trace, or null when it was stopped.
   * @param {string} run
   * @param {() => boolean} still
   */
  async function outcome(run, still) {
    for (;;) {
      const answer = await ask("running", { run });
      const found = await trace(run); // asked second: a run is stored before it is over
      const running = !answer.error && answer.running;
      if (found || !running || !still()) return found;
      core.status("The run of before still goes on…");
      await pause(ASK_MS);
    }
  }
  /**
   * The attempts as they were; those whose trace is gone are left out.
   * @param {Noted} noted
   * @param {(Trace | null)[]} traces
   * @returns {Run[]}
   */
  function revived({ masks, caret, attempts, run: last }, traces) {
    const most = surface.text().length;
    const selection = { anchor: Math.min(caret.anchor, most), head: Math.min(caret.head, most) };
    surface.setMasks(masks);
    surface.view.dispatch({ selection });
    const saved = surface.saveMasks();
    return [...attempts, ...(last ? [last] : [])]
      .map((known, i) => {
        const told = traces[i];
        if (!told) return null;
        const { text, frames } = told;
        const settings = { ...told.settings, begin: known.begin };
        const points = told.settings.spans ?? [];
        return made({ ...known, state: "review", settings, text, frames, points, caret, saved, before: null });
      })
      .filter((run) => run !== null);
  }
  /**
   * @param {Noted} noted
   * @param {(Trace | null)[]} traces of the attempts, null where one is gone
   * @param {boolean} stopped the run under way came to nothing
   */
  function resume(noted, traces, stopped) {
    const { spans, run: last, shown, view } = noted;
    const text = surface.text();
    if (spans.some((s) => s.to > text.length || text.slice(s.from, s.to) !== s.old)) {
      notice("The text was changed meanwhile, so the proposal of before is gone.");
      return;
    }
    const all = revived(noted, traces);
    const gone = stopped ? "The run was stopped when the page was left. Your text is as it was" : "";
    const newest = all.at(-1);
    if (!newest) {
      notice(`${gone || "The proposal of before is gone from the database"}; what was selected is selected again.`);
      return;
    }
    const done = last && !stopped;
    putBack(all, (done ? null : all.find(({ id }) => id === shown)) ?? newest, spans);
    review.see(view);
    const how = done ? "The run went on until it was done." : "The proposal is here again.";
    core.status(`${how} Tab accepts, Esc discards.`);
    if (gone) notice(`${gone}, and the proposal before it is here again.`);
  }
  /** @param {Document} doc */
  async function takeUp(doc) {
    const noted = notedOf(doc);
    const still = () => current() === doc && !stage.run;
    if (!noted || (await lock.isElsewhere(doc, ASK_MS)) || !still()) return;
    try {
      const runs = await Promise.all(noted.attempts.map(({ id }) => trace(id)));
      const last = noted.run && (await outcome(noted.run.id, still));
      if (!still()) return;
      resume(noted, last ? [...runs, last] : runs, Boolean(noted.run && !last));
    } catch (error) {
      notice(error instanceof Error ? error.message : String(error)); // the note stays for another time
      return;
    }
    if (!stage.run) drop(doc);
  }
  return { now, note, takeUp };
}
