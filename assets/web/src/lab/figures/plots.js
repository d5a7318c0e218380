// Lines, bars and matrices, by Observable Plot.
import * as Plot from "@observablehq/plot";
import { putLabels } from "./labels.js";
import { legendFor, withLegend } from "./legend.js";
import { named, said } from "./rows.js";
/** @import { Axis, Bars, Lines, Look, Matrix } from "../../shapes/lab.js" */

const DASHES = ["", "7 3", "2 3", "9 3 2 3", "4 4", "1 4"];
const LEFT = 56;
const RIGHT = 24;
const BOTTOM = 40;
const ROW = 17;
const GAP = 9;
const LETTER = 6.2;
const UPRIGHT = 20; // pixels of a column, below which its name stands upright
const NAME = 11; // pixels that an upright name takes

/**
 * @param {Look} look
 * @param {number} width
 */
const around = (look, width) => ({
  width,
  style: { background: look.paper, color: look.ink, fontFamily: look.font, fontSize: "12px", overflow: "visible" },
});

/** @param {Axis} axis */
const scaleOf = (axis) => ({
  label: named(axis),
  labelArrow: /** @type {"none"} */ ("none"),
  type: /** @type {"log" | "linear"} */ (axis.log ? "log" : "linear"),
});

/**
 * The ends of an axis: those that are told, else those of the values.
 * @param {Axis} axis
 * @param {number[]} values
 */
function domain(axis, values) {
  const all = values.filter(Number.isFinite);
  const low = axis.low ?? Math.min(...all, axis.log ? Infinity : 0);
  const high = axis.high ?? Math.max(...all);
  if (axis.log) return [low, high];
  return low === high || !Number.isFinite(high - low) ? [0, 1] : [low, high];
}

/**
 * @param {Lines} figure
 * @param {Look} look
 * @param {number} width
 */
export function lines({ x, y, series, marks, rules }, look, width) {
  const colours = series.map((_, i) => look.series[i % look.series.length]);
  const kept = series.map((one) => one.x.map((at, i) => ({ x: at, y: one.y[i] })).filter((point) => point.y !== null));
  const [left, right] = domain(x, [...series.flatMap((one) => one.x), ...marks.map((mark) => mark.x)]);
  const heights = [...kept.flat().map((point) => Number(point.y)), ...marks.map((mark) => mark.y)];
  const keys = legendFor(
    series.map((one, i) => ({ name: one.name, colour: colours[i], dash: DASHES[i % DASHES.length] })),
    LEFT,
    width,
  );
  const height = Math.min(340, Math.max(230, width * 0.5)) + keys.height;
  const frame = { left: LEFT, right: width - RIGHT, top: 14 + keys.height, bottom: height - BOTTOM };
  const scales = {
    x: { ...scaleOf(x), domain: [left, right], grid: true },
    y: { ...scaleOf(y), domain: domain(y, heights), grid: true, nice: y.high === null },
  };
  const told = marks.map((mark) => `${mark.label} (${said(mark.y)})`);
  const puts = labels({ marks, told, kept, rules }, scales, frame);
  const drawn = Plot.plot({
    ...around(look, width),
    height,
    marginLeft: LEFT,
    marginTop: frame.top,
    marginRight: RIGHT,
    marginBottom: BOTTOM,
    ...scales,
    marks: [
      Plot.axisX({
        label: named(x),
        labelAnchor: "center",
        labelArrow: "none",
        ...(x.log ? { ticks: ticksOf(series), tickFormat: said } : {}),
      }),
      Plot.axisY({ label: named(y), labelAnchor: "center", labelArrow: "none" }),
      Plot.ruleX(rules, { stroke: look.soft, strokeDasharray: "3 3" }),
      ...kept.map((points, i) =>
        Plot.line(points, {
          x: "x",
          y: "y",
          stroke: colours[i],
          strokeWidth: series[i].strong ? 3 : 1.6,
          strokeDasharray: DASHES[i % DASHES.length],
          clip: true,
        }),
      ),
      Plot.dot(marks, { x: "x", y: "y", r: 5, fill: look.paper, stroke: look.ink, strokeWidth: 2 }),
      ...marks.map((mark, i) =>
        Plot.text([mark], {
          x: "x",
          y: "y",
          text: () => told[i],
          fill: look.ink,
          stroke: look.paper,
          strokeWidth: 4,
          textAnchor: puts[i].anchor,
          dx: puts[i].dx,
          dy: puts[i].dy,
        }),
      ),
    ],
  });
  return withLegend(drawn, keys, look);
}

/**
 * The ticks of a logarithmic axis: where its values are few, some of them.
 * @param {Lines["series"]} series
 */
function ticksOf(series) {
  const values = [...new Set(series.flatMap((one) => one.x))].sort((a, b) => a - b);
  const every = Math.ceil(values.length / 8);
  return values.length > 16 ? 6 : values.filter((_, i) => i % every === 0);
}

/**
 * Where the words of marks stand, in the pixels of a frame.
 * @param {{marks: Lines["marks"], told: string[], kept: {x: number, y: number | null}[][], rules: number[]}} what
 * @param {{x: Plot.ScaleOptions, y: Plot.ScaleOptions}} scales
 * @param {import("./labels.js").Box} frame
 */
function labels({ marks, told, kept, rules }, scales, frame) {
  const across = Plot.scale({ x: { ...scales.x, range: [frame.left, frame.right] } });
  const up = Plot.scale({ y: { ...scales.y, range: [frame.bottom, frame.top] } });
  /** @param {{x: number, y: number | null}} point @returns {[number, number]} */
  const at = (point) => [across.apply(point.x), up.apply(Number(point.y))];
  const places = marks.map((mark, i) => ({ x: at(mark)[0], y: at(mark)[1], width: LETTER * told[i].length + 4 }));
  const upright = rules.map((x) =>
    [across.apply(x)].flatMap((px) => [
      [px, frame.top],
      [px, frame.bottom],
    ]),
  );
  return putLabels(
    places,
    [...kept.map((line) => line.map(at)), .../** @type {[number, number][][]} */ (upright)],
    frame,
  );
}

/**
 * @param {Bars} figure
 * @param {Look} look
 * @param {number} width
 */
export function bars({ value, names, groups }, look, width) {
  const size = groups.length * ROW + GAP;
  const all = groups.flatMap(([name, values], g) =>
    values.map((v, i) => ({ name, v, y: i * size + g * ROW, colour: look.series[g % look.series.length] })),
  );
  const drawn = all.filter((bar) => bar.v !== null && Number.isFinite(bar.v));
  const margin = Math.min(width * 0.38, 30 + 7 * Math.max(4, ...names.map((name) => name.length)));
  const ends = domain(
    value,
    drawn.map((bar) => Number(bar.v)),
  );
  const titles = groups.map(([name], g) => ({ name, colour: look.series[g % look.series.length], dash: "" }));
  const keys = legendFor(groups.length > 1 ? titles : [], margin, width);
  const made = Plot.plot({
    ...around(look, width),
    height: names.length * size + keys.height + 58,
    marginLeft: margin,
    marginRight: 64,
    marginTop: 12 + keys.height,
    marginBottom: 44,
    x: { ...scaleOf(value), domain: ends, grid: true },
    y: { domain: [names.length * size, 0], axis: null },
    marks: [
      Plot.axisX({ label: named(value), labelAnchor: "center", labelArrow: "none", ticks: 6 }),
      Plot.rect(drawn, {
        x1: 0,
        x2: "v",
        y1: (bar) => bar.y + 1,
        y2: (bar) => bar.y + ROW - 1,
        fill: "colour",
        title: (bar) => `${bar.name}: ${said(bar.v)}`,
      }),
      Plot.ruleX([0], { stroke: look.ink }),
      Plot.text(names, {
        frameAnchor: "left",
        textAnchor: "end",
        dx: -8,
        y: (_, i) => i * size + (groups.length * ROW) / 2,
        text: (name) => folded(name, (margin - 16) / 7),
        fill: look.ink,
        lineWidth: (margin - 16) / 12,
        textOverflow: "ellipsis-end",
      }),
      Plot.text(all, {
        x: (bar) => (drawn.includes(bar) ? Math.max(Number(bar.v), 0) : 0),
        y: (bar) => bar.y + ROW / 2,
        text: (bar) => said(bar.v),
        textAnchor: "start",
        dx: 5,
        fill: look.ink,
      }),
    ],
  });
  return withLegend(made, keys, look);
}

/**
 * A name in two lines where it is too long for one: a row has room for two.
 * @param {string} name
 * @param {number} most letters of a line
 */
function folded(name, most) {
  const at = name.length > most ? name.lastIndexOf(" ", most) : 0;
  return at > 0 ? `${name.slice(0, at)}\n${name.slice(at + 1)}` : name;
}

/**
 * @param {Matrix} figure
 * @param {Look} look
 * @param {number} width
 */
export function matrix({ rows, columns, values, value, across, down, binary }, look, width) {
  const cells = values.flatMap((row, r) => row.map((v, c) => ({ r, c, v }))).filter((cell) => cell.v !== null);
  const left = Math.min(width * 0.4, 40 + LETTER * Math.max(...rows.map((name) => name.length)));
  const top = 44 + LETTER * Math.max(...columns.map((name) => name.length));
  const side = Math.max(12, Math.min(binary ? 30 : 44, (width - left - 30) / Math.max(1, columns.length)));
  const wide = Math.min(width, left + 30 + side * columns.length);
  const pitch = (wide - left - 30) / Math.max(1, columns.length);
  const every = pitch < UPRIGHT ? Math.ceil(NAME / pitch) : 1; // where they would run into each other, some
  const dark = look.series[0];
  const ends = domain(
    value,
    cells.map((cell) => Number(cell.v)),
  );
  /** Whether a cell is nearer to the dark end. @param {number | null} v */
  const filled = (v) => Number(v) - ends[0] > (ends[1] - ends[0]) / 2;
  return Plot.plot({
    ...around(look, wide),
    height: top + 24 + side * rows.length,
    marginLeft: left,
    marginTop: top,
    marginRight: 30,
    marginBottom: 16,
    padding: 0.06,
    x: {
      type: "band",
      domain: columns.map((_, i) => i),
      axis: null,
    },
    y: { type: "band", domain: rows.map((_, i) => i), label: down, tickFormat: (i) => rows[i] },
    color: binary
      ? { type: "categorical", domain: [0, 1], range: [look.paper, dark] }
      : { type: "linear", domain: ends, range: [look.paper, dark] },
    marks: [
      Plot.axisX({
        anchor: "top",
        label: across,
        ticks: columns.map((_, i) => i).filter((i) => i % every === 0),
        tickRotate: pitch < UPRIGHT ? -90 : -60,
        fontSize: pitch < UPRIGHT ? NAME - 1 : 12,
        tickFormat: (/** @type {number} */ i) => columns[i],
      }),
      Plot.cell(cells, {
        x: "c",
        y: "r",
        fill: "v",
        stroke: look.edge,
        title: (cell) => `${down} ${rows[cell.r]}, ${across} ${columns[cell.c]}: ${said(cell.v)} ${value.unit}`,
      }),
      Plot.text(binary || side < 36 ? [] : cells, {
        x: "c",
        y: "r",
        text: (cell) => shortly(cell.v),
        fill: (cell) => (filled(cell.v) ? look.paper : look.ink),
        fontSize: 11,
      }),
    ],
  });
}

/** A number in a cell: two digits that count. @param {number | null} v */
function shortly(v) {
  if (v === null || Number.isInteger(v)) return String(v);
  return Math.abs(v) < 0.001 ? "0" : String(Number(v.toPrecision(2))).replace(/^0\./, ".");
}
