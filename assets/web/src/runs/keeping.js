// What outlives its page: the run under way or the proposal under review of a document is noted in the browser, and is
// there again when the page is loaded again. What a run wrote lies in the database.
import { debounce, remembered } from "../web/dom/dom.js";

const NOTE_MS = 200,
  ASK_MS = 300,
  TRIES = 3;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const place = (doc) => `proposal.${doc.id}`,
  lockName = (doc) => `palimpsest.${place(doc)}`;

/**
 * `current()` gives the open document, `screen()` the run on it and the attempts so far; `review` is where proposals
 * are shown; `made(facts)` makes a run of what is known of it, `putBack(attempts, shown, spans)` puts one of several
 * under review.
 */
export function keepingPart(core, { current, screen, review, made, putBack }) {
  const { ask, notice, surface } = core;
  const busy = () => Boolean(screen().run);
  let owned = null,
    letGo = null; // the document whose note is this page's

  /** Other tabs see by a lock that the proposal is on this page already. */
  function own(doc) {
    if (owned === doc) return;
    disown();
    owned = doc;
    navigator.locks?.request(
      lockName(doc),
      () =>
        new Promise((done) => {
          letGo = done;
          if (owned !== doc) done();
        }),
    );
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
    const doc = current(),
      noted = doc && state();
    if (noted) {
      own(doc);
      remembered.set(place(doc), noted);
    } else if (owned) {
      remembered.drop(place(owned));
      disown();
    }
  }
  const note = debounce(NOTE_MS, now);
  addEventListener("pagehide", () => {
    if (note.pending()) now();
  });

  // ---- what is noted -------------------------------------------------------------------------------------------
  const facts = ({ id, named, asked, candidate, touched, made: picked, decided, settings: { begin } }) => ({
    id,
    named,
    asked,
    candidate,
    touched,
    begin,
    decided: picked?.all() ?? decided,
  });
  /** What has to be known to have what is on screen back; null when there is nothing. */
  function state() {
    const covered = surface.overlay(),
      { run, attempts } = screen();
    if (!run || !covered) return null;
    const writing = !attempts.includes(run);
    return {
      spans: covered.spans.map(({ toks, changes, active, ...place }) => place),
      masks: surface.savedMasks(run.saved),
      caret: { anchor: run.caret.anchor, head: run.caret.head },
      attempts: attempts.map(facts),
      shown: (writing ? run.before : run)?.id,
      run: writing ? facts(run) : null,
      view: review.view(),
    };
  }

  // ---- and put back --------------------------------------------------------------------------------------------
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
  /** `traces` are those of the attempts, null where one is gone; `stopped`: the run under way came to nothing. */
  function resume({ spans, masks, caret, attempts, run: last, shown, view }, traces, stopped) {
    const text = surface.text(),
      inside = (at) => Math.min(at, text.length);
    if (spans.some((s) => text.slice(s.from, s.to) !== s.old))
      return notice("The text was changed meanwhile, so the proposal of before is gone.");
    surface.setMasks(masks);
    surface.view.dispatch({ selection: { anchor: inside(caret.anchor), head: inside(caret.head) } });
    const saved = surface.saveMasks();
    const revived = (known, i) =>
      traces[i] &&
      made({
        ...known,
        state: "review",
        settings: { ...traces[i].settings, begin: known.begin },
        text: traces[i].text,
        frames: traces[i].frames,
        points: traces[i].settings.spans,
        caret,
        saved,
        before: null,
      });
    const all = [...attempts, ...(last ? [last] : [])].map(revived).filter(Boolean);
    const gone = stopped ? "The run was stopped when the page was left. Your text is as it was" : "";
    const lost = gone || "The proposal of before is gone from the database";
    if (!all.length) return notice(`${lost}; what was selected is selected again.`);
    const done = last && !stopped;
    putBack(all, (done ? null : all.find(({ id }) => id === shown)) ?? all.at(-1), spans);
    review.see(view);
    const how = done ? "The run went on until it was done." : "The proposal is here again.";
    core.status(`${how} Tab accepts, Esc discards.`);
    if (gone) notice(`${gone}, and the proposal before it is here again.`);
  }
  async function takeUp(doc) {
    const noted = remembered.get(place(doc), null),
      still = () => current() === doc && !busy();
    if (!noted || (await elsewhere(doc)) || !still()) return;
    try {
      const runs = await Promise.all(noted.attempts.map(({ id }) => trace(id)));
      const last = noted.run && (await outcome(noted.run.id, still));
      if (!still()) return;
      resume(noted, last ? [...runs, last] : runs, Boolean(noted.run && !last));
    } catch (error) {
      return notice(error.message); // the note stays for another time
    }
    if (!busy()) remembered.drop(place(doc));
  }
  return { now, note, takeUp };
}
