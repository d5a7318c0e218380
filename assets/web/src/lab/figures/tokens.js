// A text as its tokens: masks, wrong words, and how much of something lies on each.
import { svg } from "./svg.js";
/** @import { Look, TokenShown, Tokens } from "../../shapes/lab.js" */

const LINE = 32;
const SIZE = 15;
const PAD = 4;
const MASK = 34;
/** @type {Record<string, string>} what stands where a character cannot be seen */
const SEEN = { "\n": "↵", "\r": "↵", "\t": "⇥" };

/** Letters of scripts that run from the right. */
const FROM_RIGHT =
  /^(?:\p{Script=Hebrew}|\p{Script=Arabic}|\p{Script=Syriac}|\p{Script=Thaana}|\p{Script=Nko}|\p{Script=Adlam})/u;

/** Whether a text runs from the right: its first letter says so. @param {TokenShown[]} tokens */
function fromRight(tokens) {
  const letter = tokens.map(({ text }) => /\p{L}/u.exec(text)?.[0]).find(Boolean);
  return FROM_RIGHT.test(letter ?? "");
}

/** @param {TokenShown} token */
const shown = ({ text }) => text.replace(/[\n\r\t]/g, (c) => SEEN[c]) || " ";

/**
 * Where each token stands: lines are broken where they are full, and behind a line break of the text.
 * @param {TokenShown[]} tokens
 * @param {number} width
 * @param {boolean} right whether they run from there
 * @param {(token: TokenShown) => number} measured
 */
function laid(tokens, width, right, measured) {
  let x = PAD;
  let row = 0;
  return tokens.map((token) => {
    const own = token.state === "mask" ? MASK : Math.max(8, measured(token)) + 2;
    if (x + own + PAD > width && x > PAD) {
      x = PAD;
      row++;
    }
    const place = { token, x: right ? width - x - own : x, row, width: own };
    x += own + 2;
    if (token.text.includes("\n")) {
      x = PAD;
      row++;
    }
    return place;
  });
}

/**
 * @param {Tokens} figure
 * @param {Look} look
 * @param {number} width
 * @param {(place: number) => void} pick
 * @param {(move: number) => void} press
 */
export function tokens({ tokens: all, value, picks, picked }, look, width, pick, press) {
  const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  const right = fromRight(all);
  const places = laid(all, width, right, (token) => {
    pen.font = `${token.state === "clean" ? 400 : 700} ${SIZE}px ${look.font}`;
    return pen.measureText(shown(token)).width;
  });
  const most = Math.max(...all.map((one) => Math.abs(one.value ?? 0)), 1e-12);
  const height = ((places.at(-1)?.row ?? 0) + 1) * LINE + PAD;
  const hatch = svg(
    "pattern",
    { id: "pz-lab-hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("rect", { width: 6, height: 6, fill: look.mask }),
    svg("rect", { width: 2, height: 6, fill: look.hatch }),
  );
  const root = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "font-family": look.font });
  root.append(svg("defs", {}, hatch), svg("rect", { width, height, fill: look.paper }));
  places.forEach(({ token, x, row, width: own }, i) => {
    const y = row * LINE + PAD;
    const is = { x, y, width: own, height: LINE - 8, rx: 3 };
    const { move } = token;
    const clicked = clickOf(move, i);
    const group = svg("g", { "data-token": i, ...(clicked ? { style: "cursor: pointer" } : {}) });
    group.append(
      svg("title", {}, `${i + 1}: ${token.note || token.text}`),
      svg("rect", { ...is, fill: ground(token) }),
    );
    if (value && token.value !== null) {
      const share = Math.abs(token.value) / most;
      group.append(svg("rect", { ...is, fill: look.series[token.value < 0 ? 1 : 0], "fill-opacity": 0.5 * share }));
    }
    if (i === picked) group.append(svg("rect", { ...is, fill: "none", stroke: look.accent, "stroke-width": 2.5 }));
    if (token.state === "mask" && token.text) {
      const middle = {
        x: x + own / 2,
        y: y + LINE - 15,
        "font-size": SIZE - 2,
        "font-weight": 700,
        "text-anchor": "middle",
      };
      const halo = { stroke: look.mask, "stroke-width": 4, "paint-order": "stroke" }; // the stripes lie behind
      group.append(svg("text", { ...middle, ...halo, fill: look.ink }, shown(token)));
    } else if (token.state !== "mask") {
      const begins = { x: right ? x + own - 1 : x + 1, direction: right ? "rtl" : "ltr" };
      const place = { ...begins, y: y + LINE - 15, "font-size": SIZE, fill: look.ink, "xml:space": "preserve" };
      const strong = {
        "font-weight": token.state === "clean" ? 400 : 700,
        "font-style": token.state === "noise" ? "italic" : "normal",
      };
      group.append(svg("text", { ...place, ...strong }, shown(token)));
    }
    if (clicked) group.addEventListener("click", clicked);
    root.append(group);
  });
  return root;

  /**
   * What a click on a token does.
   * @param {number | null} move
   * @param {number} place
   */
  function clickOf(move, place) {
    if (move !== null) return () => press(move);
    return picks ? () => pick(place) : null;
  }
  /** @param {TokenShown} token */
  function ground(token) {
    if (token.state === "mask") return "url(#pz-lab-hatch)";
    return { clean: look.paper, noise: look.mask, picked: look.mask }[token.state];
  }
}
