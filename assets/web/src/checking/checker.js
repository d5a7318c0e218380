// Checking the paragraphs that were changed, one after the other, while typing goes on.
import { debounce } from "../web/dom/timing.js";
import { askAbout, distance, leftOut, stretchField } from "./asking.js";
import { checked, dirty, unchecked } from "./dirty.js";
import { stretches } from "./stretches.js";
import { placed } from "./weakspots.js";
/** @import { Document, Spot } from "../shapes/answers.js" */
/** @import { Core, Documents } from "../shapes/core.js" */
/** @import { Range } from "../shapes/text.js" */

const PAUSE_MS = 400;
const AGAIN_MS = 150;
const MOST = 20;
const UNCHECKED = "This text is too long, or nested too deeply, to be checked.";
const { field: asking, set: asked } = stretchField();

/**
 * @param {Core} core
 * @param {object} is
 * @param {Documents} is.documents
 * @param {() => boolean} is.on
 * @param {(spot: Spot) => boolean} is.known whether a spot was dismissed or is ignored
 * @param {(words: string) => void} is.leave is told what was left out; "" for nothing
 * @param {() => void} is.refresh is told when another paragraph is known
 */
export function paragraphChecker(core, { documents, on, known, leave, refresh }) {
  const view = () => core.surface.view;
  let busy = false;
  const check = debounce(PAUSE_MS, () => next());
  const later = debounce(AGAIN_MS, () => next());

  /** The changed paragraphs, that nearest to the caret first. */
  function changed() {
    const { state } = view();
    const { head } = state.selection.main;
    return state
      .field(dirty)
      .flatMap((r) => stretches(state.doc, r.from, r.to))
      .sort((a, b) => distance(a, head) - distance(b, head));
  }
  /** Check the changed paragraph that is nearest to the caret, and then the next. */
  async function next() {
    if (!on() || busy) return;
    if (view().composing) {
      check();
      return;
    }
    const all = changed();
    const target = documents.current();
    if (all.length && target) await ask(all, target);
    else wait([]);
    refresh();
  }
  /**
   * @param {Range[]} all
   * @param {Document} target
   */
  async function ask(all, target) {
    const stretch = all[0];
    if (all.length > MOST) wait(all.slice(0, MOST)); // a pasted book: what is near the caret
    busy = true;
    view().dispatch({ effects: [asked.of(stretch), checked.of(stretch)] });
    const about = { language: target.language, document: target.id };
    const { answer, unit } = await askAbout(core, "check", stretch, about);
    if (answer && !answer.stale) leave(answer.unchecked ? UNCHECKED : leftOut(answer.skipped, answer.other));
    busy = false;
    // where it stands by now, if nothing in it was changed
    const now = target === documents.current() ? view().state.field(asking) : null;
    if (on() && now && answer && !answer.stale) {
      const found = answer.spots.map((s) => ({ ...s, from: unit(now, s.from), to: unit(now, s.to) }));
      place(now, found);
    } else if (now) forget();
    if (on() && view().state.field(dirty).length && !check.pending()) later();
  }
  /**
   * @param {Range} stretch
   * @param {Spot[]} found
   */
  function place(stretch, found) {
    const spots = found.filter((s) => !known(s));
    view().dispatch({ effects: [asked.of(null), placed.of({ ...stretch, spots })] });
  }
  const forget = () => view().dispatch({ effects: asked.of(null) });
  /**
   * Only these ranges wait to be checked.
   * @param {Range[]} ranges
   */
  function wait(ranges) {
    if (ranges.length || view().state.field(dirty).length) view().dispatch({ effects: unchecked.of(ranges) });
  }
  return {
    extensions: [dirty, asking],
    /** Check soon: something was typed. */
    soon: check,
    cancel: check.cancel,
    now: next,
    wait,
    isWaiting: () => busy || check.pending(),
    noneAsked: asked.of(null),
  };
}
