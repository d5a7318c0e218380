// A run as a page of its own (GET /api/runs/ID/export?format=html): what the editor shows of it, without the editor.
import "./replay.css";
import { closest, h, terms } from "../web/dom/elements.js";
import { dressed, replayed } from "./replayed.js";

/** @type {[mark: string, sample: string, meaning: string][]} */
const LEGEND = [
  ["m", "\u00a0\u00a0\u00a0", "masked"],
  ["u", "q7#", "noise"],
  ["n", "word", "written in this step"],
  ["c9", "word", "sure"],
  ["c4", "word", "less sure"],
  ["c1", "word", "unsure"],
];

/** @type {import("../shapes/teaching.js").Kept} */
const run = JSON.parse(document.getElementById("run")?.textContent ?? "");
const { facts } = run;
const { stage, scrub, step, figures, last } = replayed(run);
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
  h("dl", { class: "figures", id: "stats" }, ...terms(figures)),
  h("ul", { class: "legend", "aria-label": "What the marks mean" }, ...legend),
  h("footer", { class: "hint" }, recorded),
);
document.body.append(dressed(app));

/** @type {Record<string, (at: number) => number>} */
const KEYS = { ArrowLeft: (at) => at - 1, ArrowRight: (at) => at + 1, Home: () => 0, End: () => last };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || closest(event, "select")) return;
  if (event.key === " " && !closest(event, "button")) scrub.toggle();
  else if (KEYS[event.key] && event.target !== scrub.slider) step(KEYS[event.key]);
  else return;
  event.preventDefault();
});

if (matchMedia("(prefers-reduced-motion: reduce)").matches) scrub.go(last);
else {
  scrub.go(0);
  scrub.start();
}
