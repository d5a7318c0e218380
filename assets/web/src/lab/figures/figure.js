// One figure of a lesson: its drawing, its numbers as a table, and both as files.
import { h } from "../../web/dom/elements.js";
import { menuButton } from "../../web/dom/menus.js";
import { drawable } from "./drawing.js";
import { hand, png, svgText } from "./keeping.js";
import { lookOf } from "./look.js";
import { bars, lines, matrix } from "./plots.js";
import { csv, rowsOf, said } from "./rows.js";
import { tokens } from "./tokens.js";
/** @import { Board, Figure, Table } from "../../shapes/lab.js" */

/**
 * @typedef {object} Doing
 * @property {(control: string, place: number) => void} pick a token was clicked
 * @property {(move: number) => void} press a token was clicked that is one of the lesson's buttons
 * @property {(control: string, points: number[]) => void} draw a curve was drawn
 * @property {(message: string) => void} trouble
 */

/**
 * A table of numbers.
 * @param {Table} table
 */
export function tableOf({ title, columns, rows, note }) {
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": title },
    h(
      "table",
      {},
      h("caption", {}, title, note ? h("span", { class: "hint" }, ` ${note}`) : null),
      h("thead", {}, h("tr", {}, ...columns.map((name) => headed(name, "col")))),
      h(
        "tbody",
        {},
        ...rows.map((row) =>
          h("tr", {}, ...row.map((cell, i) => (i ? h("td", {}, said(cell)) : headed(said(cell), "row")))),
        ),
      ),
    ),
  );
}

/**
 * A result, and what it means.
 * @param {Board["numbers"][number]} result
 */
export const numberOf = ({ name, value, unit, meaning }) =>
  h(
    "div",
    {},
    h("dt", {}, name),
    h("dd", {}, value === null || !unit ? said(value) : `${said(value)} ${unit}`),
    meaning ? h("dd", { class: "meaning" }, meaning) : null,
  );

/**
 * @param {string} text
 * @param {string} scope
 */
function headed(text, scope) {
  const cell = h("th", {}, text);
  cell.setAttribute("scope", scope);
  return cell;
}

/**
 * @param {Figure} figure
 * @param {Element} host
 * @param {number} width
 * @param {Doing} doing
 */
function drawn(figure, host, width, doing) {
  const look = lookOf(host);
  if (figure.kind === "tokens") {
    return tokens(figure, look, width, (place) => doing.pick(figure.picks, place), doing.press);
  }
  if (figure.kind === "bars") return bars(figure, look, width);
  if (figure.kind === "matrix") return matrix(figure, look, width);
  return lines(figure, look, width);
}

/**
 * A figure that can be drawn again: with other values, in another width or theme.
 * @param {number} number its place in the lesson
 * @param {Doing} doing
 */
export function figurePart(number, doing) {
  /** @type {Figure | null} */
  let figure = null;
  /** @type {Board | null} */
  let board = null;
  /** @type {SVGElement | null} */
  let drawing = null;
  const title = h("h3", {});
  const stage = h("div", { class: "lab-drawing", id: `figure-${number}` });
  const numbers = h("div", { class: "lab-table" });
  const details = h(
    "details",
    { id: `figure-table-${number}`, ontoggle: () => tabled() },
    h("summary", {}, "The figure as a table"),
    numbers,
  );
  const name = () => `${board?.lesson ?? "lesson"}-${number + 1}`;
  /** @typedef {(drawing: SVGElement, figure: Figure) => Promise<Blob> | Blob} Making */
  /** @type {[format: string, name: string, meaning: string, make: Making][]} */
  const formats = [
    ["svg", "SVG", "A drawing, sharp at any size", (made) => new Blob([svgText(made)], { type: "image/svg+xml" })],
    ["png", "PNG", "A picture", (made) => png(made)],
    [
      "csv",
      "CSV",
      "Its numbers, for a spreadsheet",
      (_, shown) => new Blob([csv(rowsOf(shown))], { type: "text/csv" }),
    ],
    [
      "json",
      "JSON",
      "All that the lesson computed",
      () => new Blob([JSON.stringify(board, null, 1)], { type: "application/json" }),
    ],
  ];
  const keep = menuButton({
    id: `keep-${number}`,
    text: "Keep",
    title: "Keep this figure or its data as a file",
    name: "Keep this figure as",
    items: formats.map(([format, label, meaning, make]) => ({
      id: `keep-${number}-${format}`,
      content: [h("strong", {}, label), h("span", {}, meaning)],
      run: async () => {
        if (!drawing || !figure) return;
        try {
          hand(await make(drawing, figure), `${name()}.${format}`);
        } catch (error) {
          doing.trouble(`The figure could not be kept: ${error instanceof Error ? error.message : error}`);
        }
      },
    })),
  });
  const element = h(
    "figure",
    { class: "lab-figure" },
    h("figcaption", { class: "row" }, title, h("span", { class: "spacer" }), keep.button, keep.menu),
    stage,
    details,
  );

  drawable(stage, () => {
    if (!drawing || figure?.kind !== "lines" || !figure.draws) return null;
    const { draws } = figure;
    const points = board?.values[draws];
    return Array.isArray(points) ? { drawing, points, set: (now) => doing.draw(draws, now) } : null;
  });
  function tabled() {
    if (figure && details.open) numbers.replaceChildren(tableOf({ title: figure.title, note: "", ...rowsOf(figure) }));
  }
  function draw() {
    const width = Math.floor(stage.clientWidth);
    if (!figure || !width) return;
    const made = /** @type {SVGElement} */ (drawn(figure, stage, width, doing));
    // To who hears it a drawing is one picture; its parts have names of Plot's that no role allows.
    for (const part of made.querySelectorAll("[aria-label], [aria-hidden]")) {
      part.removeAttribute("aria-label");
      part.removeAttribute("aria-hidden");
    }
    made.setAttribute("role", "img");
    made.setAttribute("aria-label", `${figure.title}. The table below says the same.`);
    drawing = made;
    stage.replaceChildren(made);
    tabled();
  }
  return {
    element,
    draw,
    /**
     * @param {Figure} shown
     * @param {Board} whole
     */
    show(shown, whole) {
      figure = shown;
      board = whole;
      title.textContent = shown.title;
      draw();
    },
  };
}
