// What outlives its page: the run under way or the proposal under review of a document is noted in the browser, and is there again
// when the page is loaded again. What a run wrote lies in the database.
import { debounce, remembered } from "./dom.js";

const NOTE_MS = 200, ASK_MS = 300, TRIES = 3;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const place = (doc) => `proposal.${doc.id}`, lockName = (doc) => `palimpsest.${place(doc)}`;

/**
 * `current()` gives the open document, `state()` what there is to note of it, or null; `busy()` says that a run is on screen;
 * `resume(noted, runs, stopped)` puts it back: `runs` are the traces of its attempts, null where one is gone, and `stopped` says that
 * the run under way came to nothing.
 */
export function keepingPart(core, { current, state, busy, resume }) {
  const { ask } = core;
  let owned = null, letGo = null; // the document whose note is this page's

  /** Other tabs see by a lock that the proposal is on this page already. */
  function own(doc) {
    if (owned === doc) return;
    disown();
    owned = doc;
    navigator.locks?.request(lockName(doc), () => new Promise((done) => { letGo = done; if (owned !== doc) done(); }));
  }
  function disown() {
    letGo?.();
    owned = letGo = null;
  }
  async function elsewhere(doc) {
    for (let i = 0; i < TRIES; i++) {
      const locks = await navigator.locks?.query();
      if (!locks?.held.some(({ name }) => name === lockName(doc))) return false;
      await pause(ASK_MS); // a page that was just left lets go of it in a moment
    }
    return true;
  }
  function now() {
    note.cancel();
    const doc = current(), noted = doc && state();
    if (noted) {
      own(doc);
      remembered.set(place(doc), noted);
    } else if (owned) {
      remembered.drop(place(owned));
      disown();
    }
  }
  const note = debounce(NOTE_MS, now);
  addEventListener("pagehide", () => { if (note.pending()) now(); });

  async function trace(run) {
    const answer = await ask("trace", { run });
    if (answer.error?.code === "offline") throw new Error(answer.error.message);
    return answer.error ? null : answer;
  }
  /** What became of a run that was under way when its page was left: its trace, or null when it was stopped. */
  async function outcome(run, still) {
    for (;;) {
      const { running } = await ask("running", { run });
      const found = await trace(run); // asked second: a run is stored before it is over
      if (found || !running || !still()) return found;
      core.status("The run of before still goes on…");
      await pause(ASK_MS);
    }
  }
  async function takeUp(doc) {
    const noted = remembered.get(place(doc), null), still = () => current() === doc && !busy();
    if (!noted || (await elsewhere(doc)) || !still()) return;
    try {
      const runs = await Promise.all(noted.attempts.map(({ id }) => trace(id)));
      const last = noted.run && (await outcome(noted.run.id, still));
      if (!still()) return;
      resume(noted, last ? [...runs, last] : runs, Boolean(noted.run && !last));
    } catch (error) {
      return core.notice(error.message); // the note stays for another time
    }
    if (!busy()) remembered.drop(place(doc));
  }
  return { now, note, takeUp };
}
