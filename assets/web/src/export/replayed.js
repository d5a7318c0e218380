// What an export shows of a run: its text with the spans drawn step by step, and a timeline.
import { figures } from "../runs/frames/figures.js";
import { label, moments } from "../runs/frames/moments.js";
import { player } from "../runs/frames/player.js";
import { drawTokens, spoken } from "../runs/frames/tokens.js";
import { departures } from "../runs/settings/parameters.js";
import { h } from "../web/dom/elements.js";
/** @import { Frame } from "../shapes/frames.js" */
/** @import { Kept } from "../shapes/teaching.js" */

/** @param {Kept} run */
export function replayed(run) {
  const frames = run.frames.map((frame) => ({ ...frame, toks: frame.toks.map((i) => run.tokens[i]) }));
  const all = moments(frames, frames[0]?.candidate ?? 0);
  /** @type {Map<number, HTMLElement>} */
  const spans = new Map();
  const stage = h(
    "div",
    { class: run.code ? "stage code" : "stage", id: "replay-view", dir: "auto" },
    ...run.pieces.map((piece) => {
      if (typeof piece === "string") return piece;
      const span = h("span", { class: "pz-span pz-replay", role: "img" });
      spans.set(piece, span);
      return span;
    }),
  );
  const scrub = player({
    show: (i) => {
      for (const [n, frame] of all[i].entries()) drawFrame(spans.get(n), frame);
    },
    describe: label,
  });
  /** @param {(at: number) => number} to */
  function step(to) {
    scrub.stop();
    scrub.go(Math.min(all.length - 1, Math.max(0, to(scrub.slider.valueAsNumber))));
  }
  scrub.load(all);
  const { facts } = run;
  const shown = figures(frames, { ...facts, changed: departures(facts.parameters, { ...facts }) });
  const atEnd = () => scrub.slider.valueAsNumber >= all.length - 1;
  return { stage, scrub, step, figures: shown, last: all.length - 1, atEnd };
}

/**
 * @param {HTMLElement | undefined} span
 * @param {Frame} frame
 */
function drawFrame(span, frame) {
  if (!span) return;
  drawTokens(span, frame.toks);
  span.setAttribute("aria-label", spoken(frame.toks));
}

/** A page that stands alone is as light or as dark as its reader has it. @param {HTMLElement} app */
export function dressed(app) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const dress = () => {
    app.dataset.theme = dark.matches ? "dark" : "light";
  };
  dark.addEventListener("change", dress);
  dress();
  return app;
}
