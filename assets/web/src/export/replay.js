// A run as a page of its own (GET /api/runs/ID/export?format=html): what the editor shows of it, without the editor.
import "./replay.css";
import { figures } from "../runs/frames/figures.js";
import { label, moments } from "../runs/frames/moments.js";
import { player } from "../runs/frames/player.js";
import { drawTokens, spoken } from "../runs/frames/tokens.js";
import { departures } from "../runs/settings/parameters.js";
import { closest, h, terms } from "../web/dom/elements.js";
/** @import { Parameter } from "../shapes/boot.js" */
/** @import { Facts, Frame, Tok } from "../shapes/frames.js" */

/**
 * What the page carries with it. `toks` of the frames are numbers of `tokens`; a piece is a text or the number of a
 * span.
 * @typedef {object} Kept
 * @property {string} title
 * @property {string} version
 * @property {boolean} code
 * @property {Tok[]} tokens
 * @property {(Omit<Frame, "toks"> & {toks: number[]})[]} frames
 * @property {(string | number)[]} pieces
 * @property {Facts & {parameters: Parameter[], instruction?: string, model?: string}} facts
 */

/** @type {[mark: string, sample: string, meaning: string][]} */
const LEGEND = [
  ["m", "\u00a0\u00a0\u00a0", "masked"],
  ["u", "q7#", "noise"],
  ["n", "word", "written in this step"],
  ["c9", "word", "sure"],
  ["c4", "word", "less sure"],
  ["c1", "word", "unsure"],
];

/** @type {Kept} */
const run = JSON.parse(document.getElementById("run")?.textContent ?? "");
const frames = run.frames.map((frame) => ({ ...frame, toks: frame.toks.map((i) => run.tokens[i]) }));
const all = moments(frames);
const { facts } = run;

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
/**
 * @param {HTMLElement | undefined} span
 * @param {Frame} frame
 */
function drawFrame(span, frame) {
  if (!span) return;
  drawTokens(span, frame.toks);
  span.setAttribute("aria-label", spoken(frame.toks));
}

const shown = figures(frames, { ...facts, changed: departures(facts.parameters, { ...facts }) });
const legend = LEGEND.map(([mark, sample, meaning]) =>
  h("li", {}, h("span", { class: `pz-tok pz-${mark}`, "aria-hidden": "true" }, sample), " ", meaning),
);
const recorded = `Recorded with Palimpsest ${run.version}${facts.model ? ` and ${facts.model}` : ""}.`;
const app = h(
  "main",
  { class: "pz-app replay" },
  h("header", { class: "top" }, h("h1", {}, "Palimpsest"), h("p", { class: "title", dir: "auto" }, run.title)),
  facts.instruction ? h("p", { class: "hint" }, "Instruction: ", h("q", {}, facts.instruction)) : null,
  stage,
  scrub.element,
  h("p", { class: "hint keys" }, "Space plays and pauses, ← and → go step by step."),
  h("dl", { class: "figures", id: "stats" }, ...terms(shown)),
  h("ul", { class: "legend", "aria-label": "What the marks mean" }, ...legend),
  h("footer", { class: "hint" }, recorded),
);
document.body.append(app);

const dark = matchMedia("(prefers-color-scheme: dark)");
const dress = () => {
  app.dataset.theme = dark.matches ? "dark" : "light";
};
dark.addEventListener("change", dress);
dress();

/** @type {Record<string, (at: number) => number>} */
const KEYS = { ArrowLeft: (at) => at - 1, ArrowRight: (at) => at + 1, Home: () => 0, End: () => all.length - 1 };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || closest(event, "select")) return;
  if (event.key === " " && !closest(event, "button")) scrub.toggle();
  else if (KEYS[event.key] && event.target !== scrub.slider) step(KEYS[event.key]);
  else return;
  event.preventDefault();
});
/** @param {(at: number) => number} to */
function step(to) {
  scrub.stop();
  scrub.go(Math.min(all.length - 1, Math.max(0, to(scrub.slider.valueAsNumber))));
}

scrub.load(all);
if (matchMedia("(prefers-reduced-motion: reduce)").matches) scrub.go(all.length - 1);
else {
  scrub.go(0);
  scrub.start();
}
