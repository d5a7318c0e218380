// A figure as a table: what it shows, in words and numbers, for who cannot see it or wants to count.
/** @import { Axis, Cell, Figure, Table } from "../../shapes/lab.js" */

/** @param {Axis} axis */
export const named = ({ label, unit }) => (unit ? `${label} (${unit})` : label);

/** @type {{[K in Figure["kind"]]: (figure: Extract<Figure, {kind: K}>) => Pick<Table, "columns" | "rows">}} */
const MAKERS = {
  lines({ x, y, series, marks }) {
    const points = series.flatMap((one) => one.x.map((at, i) => /** @type {Cell[]} */ ([one.name, at, one.y[i]])));
    const pointed = marks.map((mark) => /** @type {Cell[]} */ ([mark.label, mark.x, mark.y]));
    return { columns: ["line or mark", named(x), named(y)], rows: [...pointed, ...points] };
  },
  bars({ what, value, names, groups }) {
    const columns = groups.map(([name]) => (groups.length > 1 ? `${name}: ${named(value)}` : named(value)));
    return { columns: [what, ...columns], rows: names.map((name, i) => [name, ...groups.map(([, all]) => all[i])]) };
  },
  matrix({ rows, columns, values, across, down }) {
    return { columns: [`${down} \\ ${across}`, ...columns], rows: rows.map((name, i) => [name, ...values[i]]) };
  },
  tokens({ tokens, value }) {
    const more = value ? [named(value)] : [];
    return {
      columns: ["place", "token", "state", ...more, "note"],
      rows: tokens.map((one, i) => [i + 1, one.text, one.state, ...(value ? [one.value] : []), one.note]),
    };
  },
};

/**
 * @param {Figure} figure
 * @returns {Pick<Table, "columns" | "rows">}
 */
export const rowsOf = (figure) =>
  /** @type {(figure: Figure) => Pick<Table, "columns" | "rows">} */ (MAKERS[figure.kind])(figure);

/** @param {Cell} cell */
function quoted(cell) {
  const text = cell === null ? "" : String(cell);
  // What a spreadsheet would take for a formula is told to be text.
  const plain = typeof cell === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/**
 * A table as CSV (RFC 4180).
 * @param {Pick<Table, "columns" | "rows">} table
 */
export const csv = ({ columns, rows }) => [columns, ...rows].map((row) => `${row.map(quoted).join(",")}\r\n`).join("");

/**
 * A number as people read it: four digits that count, and no more noughts than are needed.
 * @param {Cell} cell
 */
export function said(cell) {
  if (cell === null) return "–";
  if (typeof cell !== "number") return String(cell);
  if (Number.isInteger(cell) && Math.abs(cell) < 1e9) return cell.toLocaleString("en");
  const size = Math.abs(cell);
  if (size >= 1e-4 && size < 1e6) return String(Number(cell.toPrecision(4)));
  return cell.toExponential(2);
}
