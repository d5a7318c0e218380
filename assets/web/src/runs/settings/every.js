// What every run has, whatever its system: length, candidates, seed, and who writes it.
import { h } from "../../web/dom/elements.js";
import { problem } from "./parameters.js";
/** @import { Boot } from "../../shapes/boot.js" */
/** @import { Attributes } from "../../shapes/dom.js" */
/** @import { Numeric } from "./parameters.js" */
/**
 * What is kept for the next visit.
 * @typedef {object} Kept
 * @property {string} way
 * @property {number} seed
 * @property {boolean} reroll a new seed each time
 * @property {string} length
 * @property {number} tokens of an exact length
 * @property {number} candidates
 * @property {boolean} parse code must parse
 */

/** @type {Record<string, string>} */
const LENGTHS = { auto: "About as long", shorter: "Shorter", same: "The same length", longer: "Longer" };
const EXACT = "exact";
const CANDIDATES = 3;
const TOKENS = 8;
const random = () => Math.floor(Math.random() * 2 ** 31);

/** @type {(id: string, value: number, low: number, high: number, tell: () => void) => HTMLInputElement} */
const wholeField = (id, value, low, high, tell) =>
  h("input", {
    id,
    type: "number",
    value: String(value),
    min: String(low),
    max: String(high),
    step: "1",
    oninput: tell,
  });
/** @type {(title: string, input: HTMLInputElement) => string} */
const wrongIn = (title, input) => {
  /** @type {Numeric} */
  const bounds = { title, kind: "whole", low: Number(input.min), high: Number(input.max) };
  return problem(bounds, input.valueAsNumber);
};
/** @type {(name: string, content: HTMLElement, more?: Attributes) => HTMLElement} */
const field = (name, content, more = {}) => h("label", { class: "field", ...more }, h("span", {}, name), content);

/**
 * @param {Boot} boot
 * @param {Partial<Kept>} kept what was set before
 * @param {() => void} tell is told of every change
 */
export function everyRun(boot, kept, tell) {
  const { limits, defaults } = boot;
  let ahead = random(); // the seed of the next run, known before it begins so that it can be prepared
  const seed = wholeField("seed", kept.seed ?? defaults.seed, 0, limits.seed, tell);
  const reroll = h("input", { id: "reroll", type: "checkbox", checked: kept.reroll ?? true, onchange: tell });
  const wished = kept.length ?? defaults.length;
  const tokens = wholeField("length-tokens", kept.tokens ?? TOKENS, 1, limits.span_tokens, tell);
  const exact = field("Tokens", tokens, { hidden: wished !== EXACT });
  const length = h(
    "select",
    {
      id: "length",
      onchange: () => {
        exact.hidden = length.value !== EXACT;
        tell();
      },
    },
    ...boot.wishes.map((w) => h("option", { value: w, selected: w === wished }, LENGTHS[w] ?? w)),
    h("option", { value: EXACT, selected: wished === EXACT }, "Exactly…"),
  );
  const way = h(
    "select",
    { id: "way", onchange: tell },
    h("option", { value: "auto" }, "Best for the task"),
    ...Object.entries(boot.ways).map(([name, text]) => h("option", { value: name, selected: name === kept.way }, text)),
  );
  const count = wholeField("candidates", kept.candidates ?? CANDIDATES, 1, limits.candidates, tell);
  const parse = h("input", { id: "must-parse", type: "checkbox", checked: kept.parse ?? true, onchange: tell });

  return {
    elements: [
      field("Length", length),
      exact,
      field("Candidates", count, { title: "Written side by side, to choose from" }),
      h(
        "label",
        { class: "check", title: "In code: candidates that would make a file that parses stop parsing come last" },
        parse,
        "Code must parse",
      ),
      field("Seed", seed),
      h(
        "label",
        { class: "check", title: "Kept while you try another system on the same words" },
        reroll,
        "New seed each time",
      ),
      Object.keys(boot.ways).length > 1 ? field("Written by", way) : null,
    ],
    /** @returns {Kept} */
    kept: () => ({
      way: way.value,
      seed: seed.valueAsNumber,
      reroll: reroll.checked,
      length: length.value,
      tokens: tokens.valueAsNumber,
      candidates: count.valueAsNumber,
      parse: parse.checked,
    }),
    /** The name of who writes; "auto" for who is best at it. */
    way: () => way.value,
    mustParse: () => parse.checked,
    /** What a run is asked for. */
    request: () => ({
      length: length.value === EXACT ? String(tokens.valueAsNumber) : length.value,
      candidates: count.valueAsNumber,
    }),
    /** What is wrong with the seed or the number of candidates; "" when nothing is. */
    problem: () => (reroll.checked ? "" : wrongIn("Seed", seed)) || wrongIn("Candidates", count),
    lengthProblem: () => (length.value === EXACT ? wrongIn("Length in tokens", tokens) : ""),
    /** The seed of the next run. */
    seedAhead: () => (reroll.checked ? ahead : seed.valueAsNumber),
    /**
     * The seed of a run that begins now.
     * @param {boolean} same that of the one before
     */
    takeSeed(same) {
      if (reroll.checked && !same) {
        seed.value = String(ahead);
        ahead = random();
      }
      return seed.valueAsNumber;
    },
  };
}
