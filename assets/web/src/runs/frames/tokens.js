// Drawing one span of one frame. A token is [text, state, confidence, alternatives]; states: m masked, u a random token that is
// noise, n written now, s settled, r scraped again, p pinned, x nothing here.
import { percent } from "../../web/dom/dom.js";
import { WRITTEN } from "./moments.js";

const NAMES = {
  m: "masked",
  u: "noise",
  n: "written in this step",
  s: "written earlier",
  r: "scraped again",
  p: "pinned",
};
const GLYPHS = "abcdefghijklmnopqrstuvwxyz0123456789#%&*+=?@<>/ßøæñçλπΣδ§¤";
const FLICKER_MS = 90,
  CALM_MS = 4000,
  NOISE = 8;
const written = (state) => WRITTEN.includes(state);
const named = (text) => (text === "" ? "nothing" : JSON.stringify(text));

function describe([text, state, confidence, alternatives]) {
  const lines = [NAMES[state] + (written(state) && text ? `, ${percent(confidence)} sure` : "")];
  for (const [other, p] of alternatives ?? [])
    lines.push(p ? `${named(other)}  ${percent(p)}` : `before: ${named(other)}`);
  return lines.join("\n");
}

/** Fill `host` with the tokens of a span. */
export function drawTokens(host, toks) {
  const cells = [];
  for (const [slot, tok] of toks.entries()) {
    const [text, state, confidence, alternatives] = tok;
    if (state === "x") continue;
    const cell = document.createElement("span");
    cell.className = `pz-tok pz-${state}` + (written(state) ? ` pz-c${Math.min(9, Math.floor(confidence * 10))}` : "");
    if (written(state)) cell.textContent = text;
    else if (state === "u") cell.textContent = noise(text);
    else {
      const guess = alternatives?.[0]?.[0];
      cell.textContent = guess?.trim() ? guess.replaceAll("\n", "⏎") : "\u00a0\u00a0\u00a0";
      if (guess?.trim()) cell.classList.add(alternatives[0][1] ? "pz-ghost" : "pz-older");
    }
    cell.title = describe(tok);
    cell.dataset.slot = slot;
    cells.push(cell);
  }
  host.replaceChildren(...cells);
  if (cells.some((cell) => cell.classList.contains("pz-u"))) flicker();
}

/** A random token as it is shown: short, on one line, never empty. */
const noise = (text) =>
  Array.from(text.replace(/[^\p{L}\p{N}\p{P}\p{S}]|\ufffd/gu, ""))
    .slice(0, NOISE)
    .join("") || "~";

// ---- noise flickers: one clock for the whole page, which stops when there is none, or nothing new for a while -------
const calm = typeof matchMedia === "function" ? matchMedia("(prefers-reduced-motion: reduce)") : { matches: true };
let clock = 0,
  until = 0;
const any = (list) => list[Math.floor(Math.random() * list.length)];

function flicker() {
  until = performance.now() + CALM_MS;
  if (clock || calm.matches) return;
  clock = setInterval(() => {
    const cells = document.getElementsByClassName("pz-u");
    if (!cells.length || calm.matches || performance.now() > until) {
      clearInterval(clock);
      clock = 0;
      return;
    }
    for (const cell of cells) {
      if (Math.random() < 0.4) continue; // not all at once
      const letters = Array.from(cell.textContent);
      letters[Math.floor(Math.random() * letters.length)] = any(GLYPHS);
      cell.textContent = letters.join("");
    }
  }, FLICKER_MS);
}

/** What a run begins with, before its first frame: a mask for every word of `old`, or noise. */
export const bare = (old, uniform) =>
  old
    .split(/\s+/)
    .map((word) => [uniform ? Array.from(word, () => any(GLYPHS)).join("") : "", uniform ? "u" : "m", 0, []]);

/** The text that the tokens say so far, for people who cannot see them. */
export const spoken = (toks) =>
  toks.map(([text, state]) => (written(state) ? text : state === "x" ? "" : "…")).join("");

/** Some of a text around `ranges` of it (UTF-16), with an empty element in place of each: {element, spans}. Of `code` no more
 * than the lines they stand on. */
export function excerpt(text, ranges, around = 160, code = false) {
  const element = document.createElement("p"),
    spans = [];
  element.className = code ? "stage code" : "stage";
  const first = code ? text.lastIndexOf("\n", ranges[0].from - 1) + 1 : 0;
  const last = code && text.indexOf("\n", ranges.at(-1).to) >= 0 ? text.indexOf("\n", ranges.at(-1).to) : text.length;
  const tail = (part) => (part.length > around ? `…${part.slice(-around).replace(/^\S*(?=\s)/, "")}` : part);
  const head = (part) => (part.length > around ? `${part.slice(0, around).replace(/\s+\S*$/, "")} …` : part);
  let at = ranges[0].from ? first : 0;
  ranges.forEach(({ from, to }, i) => {
    const span = document.createElement("span");
    span.className = "pz-span";
    const between = text.slice(at, from);
    element.append(
      i && between.length > 2 * around ? head(between) + tail(between) : i ? between : tail(between),
      span,
    );
    spans.push(span);
    at = to;
  });
  element.append(head(text.slice(at, last)));
  return { element, spans };
}
