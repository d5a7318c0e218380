// A run as a page of its own (GET /api/runs/ID/export?format=html): what the editor shows of it, without the editor.
import "../web/palimpsest.css";
import "./replay.css";
import { h, terms } from "../web/dom/dom.js";
import { figures, moments } from "../runs/frames/moments.js";
import { departures } from "../runs/settings/parameters.js";
import { player } from "../runs/frames/player.js";
import { drawTokens, spoken } from "../runs/frames/tokens.js";

const LEGEND = [
  ["m", "masked"],
  ["u", "noise"],
  ["n", "written in this step"],
  ["c9", "sure"],
  ["c4", "less sure"],
  ["c1", "unsure"],
];

const run = JSON.parse(document.getElementById("run").textContent);
const frames = run.frames.map((frame) => ({ ...frame, toks: frame.toks.map((i) => run.tokens[i]) }));
const all = moments(frames);
const { facts } = run;

const spans = new Map();
const stage = h(
  "div",
  { class: run.code ? "stage code" : "stage", id: "replay-view", dir: "auto" },
  ...run.pieces.map((piece) => {
    if (typeof piece === "string") return piece;
    spans.set(piece, h("span", { class: "pz-span pz-replay", role: "img" }));
    return spans.get(piece);
  }),
);
const scrub = player((i) =>
  all[i].forEach((frame, n) => {
    drawTokens(spans.get(n), frame.toks);
    spans.get(n).setAttribute("aria-label", spoken(frame.toks));
  }),
);
const slider = scrub.element.querySelector("input"),
  play = scrub.element.querySelector("button");

const app = h(
  "main",
  { class: "pz-app replay" },
  h("header", { class: "top" }, h("h1", {}, "Palimpsest"), h("p", { class: "title", dir: "auto" }, run.title)),
  facts.instruction ? h("p", { class: "hint" }, "Instruction: ", h("q", {}, facts.instruction)) : null,
  stage,
  scrub.element,
  h("p", { class: "hint keys" }, "Space plays and pauses, ← and → go step by step."),
  h(
    "dl",
    { class: "figures", id: "stats" },
    ...terms(figures(frames, { ...facts, changed: departures(facts.parameters, facts) })),
  ),
  h(
    "ul",
    { class: "legend", "aria-label": "What the marks mean" },
    ...LEGEND.map(([mark, meaning]) =>
      h(
        "li",
        {},
        h(
          "span",
          { class: `pz-tok pz-${mark}`, "aria-hidden": "true" },
          mark === "u" ? "q7#" : mark === "m" ? "\u00a0\u00a0\u00a0" : "word",
        ),
        " ",
        meaning,
      ),
    ),
  ),
  h("footer", { class: "hint" }, `Recorded with Palimpsest ${run.version}${facts.model ? ` and ${facts.model}` : ""}.`),
);
document.body.append(app);

const dark = matchMedia("(prefers-color-scheme: dark)");
const dress = () => {
  app.dataset.theme = dark.matches ? "dark" : "light";
};
dark.addEventListener("change", dress);
dress();

const KEYS = { ArrowLeft: (at) => at - 1, ArrowRight: (at) => at + 1, Home: () => 0, End: () => all.length - 1 };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("select")) return;
  if (event.key === " " && !event.target.closest("button")) play.click();
  else if (KEYS[event.key] && event.target !== slider) {
    scrub.stop();
    scrub.go(Math.min(all.length - 1, Math.max(0, KEYS[event.key](slider.valueAsNumber))));
  } else return;
  event.preventDefault();
});

scrub.load(all);
if (matchMedia("(prefers-reduced-motion: reduce)").matches) scrub.go(all.length - 1);
else {
  scrub.go(0);
  scrub.start();
}
