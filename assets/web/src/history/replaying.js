// The steps of a run, played where they were written.
import { h, terms } from "../web/dom/elements.js";
import { unitsOf } from "../web/text/offsets.js";
import { excerpt } from "../runs/frames/excerpt.js";
import { figures } from "../runs/frames/figures.js";
import { label, momentOf, moments } from "../runs/frames/moments.js";
import { player } from "../runs/frames/player.js";
import { drawTokens } from "../runs/frames/tokens.js";
/** @import { Trace } from "../shapes/answers.js" */
/** @import { Named } from "../shapes/core.js" */
/** @import { RunSettings } from "../shapes/frames.js" */

/**
 * The steps of a run on a stage, at the first one.
 * @param {HTMLElement} stage
 * @param {Trace} trace
 * @param {object} is
 * @param {() => boolean} is.code tells whether the document is code
 * @param {(settings: RunSettings) => Named} is.named puts titles for names
 * @param {number} [is.candidate] which candidate of the run
 * @param {(step: number) => void} [is.at] is told which step is shown
 */
export function play(stage, { frames, text, settings }, { code, named, candidate = 0, at = () => {} }) {
  const all = moments(frames, candidate);
  const { element: view, spans } = excerpt(text, unitsOf(text, all[0]), { code: code() });
  view.dataset.testid = "replay-view";
  const facts = h("dl", { class: "figures" });
  const timeline = player({
    show: (i) => {
      for (const [n, frame] of all[i].entries()) drawTokens(spans[n], frame.toks);
      facts.replaceChildren(...terms(figures(frames, named(settings), candidate, all[i])));
      at(all[i][0].step);
    },
    describe: label,
    prefix: "replay-",
  });
  stage.replaceChildren(view, timeline.element, h("details", { class: "more" }, h("summary", {}, "Details"), facts));
  timeline.load(all);
  timeline.go(0);
  /** @param {number} step */
  const toStep = (step) => timeline.go(momentOf(all, step));
  return { start: timeline.start, stop: timeline.stop, toStep };
}
