// Drawing one span of one frame.
import { painted } from "../../web/dom/painted.js";
import { percent, sureness } from "../../web/dom/words.js";
import { written } from "./moments.js";
import { flicker, noise, scrambled } from "./noise.js";
/** @import { Alternative, SlotState, Tok } from "../../shapes/frames.js" */
/** @import { Look } from "../../shapes/runs.js" */

/** @type {Record<Exclude<SlotState, "x">, string>} */
const NAMES = {
  m: "masked",
  u: "noise",
  n: "written in this step",
  s: "written earlier",
  r: "scraped again",
  p: "pinned",
};
const BLANK = "\u00a0\u00a0\u00a0";
/** @param {string} text */
const named = (text) => (text === "" ? "nothing" : JSON.stringify(text));

/**
 * Whether it is known how sure a word is: of one that stood there before the run, nobody has asked at first.
 * @param {Tok} tok
 */
const judged = ([, state, confidence, alternatives]) =>
  written(state) && (state !== "s" || confidence > 0 || Boolean(alternatives?.length));
/**
 * @param {Tok} tok
 * @param {string} name of its state
 */
function describe(tok, name) {
  const [text, , confidence, alternatives] = tok;
  const sure = judged(tok) && text ? `, ${sureness(confidence)} (${percent(confidence)} sure)` : "";
  const others = (alternatives ?? []).map(([other, p]) =>
    p ? `${named(other)}  ${percent(p)}` : `before: ${named(other)}`,
  );
  return [name + sure, ...others].join("\n");
}

/**
 * An empty slot: what the model would put there so far.
 * @param {HTMLElement} cell
 * @param {Alternative | undefined} guess
 */
function drawGuess(cell, guess) {
  const some = guess?.[0].trim();
  cell.textContent = some ? (guess?.[0].replaceAll("\n", "⏎") ?? BLANK) : BLANK;
  if (some) cell.classList.add(guess?.[1] ? "pz-ghost" : "pz-older");
}

/**
 * One token; null where nothing stands.
 * @param {Tok} tok
 * @param {number} slot
 * @param {number} at where its text begins in the span
 * @param {Look} [look] of a finished span
 */
function cellOf(tok, slot, at, look) {
  const [text, state, confidence, alternatives] = tok;
  if (state === "x") return null;
  const cell = document.createElement("span");
  const sure = judged(tok) ? ` pz-c${Math.min(9, Math.floor(confidence * 10))}` : "";
  cell.className = `pz-tok pz-${state}${sure}${look?.stayed?.[slot] ? " pz-stayed" : ""}`;
  if (written(state)) cell.append(...painted(text, at, look?.now ?? []));
  else if (state === "u") cell.textContent = noise(text);
  else drawGuess(cell, alternatives?.[0]);
  cell.title = describe(tok, NAMES[state]);
  cell.dataset.slot = String(slot);
  return cell;
}

/**
 * Fill `host` with the tokens of a span.
 * @param {HTMLElement} host
 * @param {Tok[]} toks
 * @param {Look} [look]
 */
export function drawTokens(host, toks, look) {
  let at = 0;
  const cells = toks.map((tok, slot) => {
    const cell = cellOf(tok, slot, at, look);
    at += tok[0].length;
    return cell;
  });
  host.replaceChildren(...cells.filter((cell) => cell !== null));
  if (toks.some(([, state]) => state === "u")) flicker();
}

/**
 * What a run begins with, before its first frame: a mask for every word of `old`, or noise.
 * @param {string} old
 * @param {boolean} uniform
 * @returns {Tok[]}
 */
export const bare = (old, uniform) =>
  old.split(/\s+/).map((word) => (uniform ? [scrambled(word), "u", 0, []] : ["", "m", 0, []]));

/**
 * The text that the tokens say so far, for people who cannot see them.
 * @param {Tok[]} toks
 */
export const spoken = (toks) => toks.map(saidOf).join("");

/** @param {Tok} tok */
function saidOf([text, state]) {
  if (written(state)) return text;
  return state === "x" ? "" : "…";
}
