// Noise flickers: one clock for the whole page, which stops when there is none, or nothing new for a while.
const GLYPHS = "abcdefghijklmnopqrstuvwxyz0123456789#%&*+=?@<>/ßøæñçλπΣδ§¤";
const FLICKER_MS = 90;
const CALM_MS = 4000;
const LONGEST = 8;

const calm = typeof matchMedia === "function" ? matchMedia("(prefers-reduced-motion: reduce)") : { matches: true };
let clock = 0;
let until = 0;
const glyph = () => GLYPHS[Math.floor(Math.random() * GLYPHS.length)];

/**
 * So many random letters.
 * @param {string} word
 */
export const scrambled = (word) => Array.from(word, glyph).join("");

/**
 * A random token as it is shown: short, on one line, never empty.
 * @param {string} text
 */
export const noise = (text) =>
  Array.from(text.replace(/[^\p{L}\p{N}\p{P}\p{S}]|\ufffd/gu, ""))
    .slice(0, LONGEST)
    .join("") || "~";

/** Let the noise that is on the page flicker for a while. */
export function flicker() {
  until = performance.now() + CALM_MS;
  if (!clock && !calm.matches) clock = setInterval(tick, FLICKER_MS);
}

function tick() {
  const cells = document.getElementsByClassName("pz-u");
  if (!cells.length || calm.matches || performance.now() > until) {
    clearInterval(clock);
    clock = 0;
    return;
  }
  for (const cell of cells) {
    if (Math.random() < 0.4) continue; // not all at once
    const letters = Array.from(cell.textContent ?? "");
    letters[Math.floor(Math.random() * letters.length)] = glyph();
    cell.textContent = letters.join("");
  }
}
