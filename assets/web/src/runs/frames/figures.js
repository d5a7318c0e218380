// What can be said of a run in figures.
import { percent } from "../../web/dom/words.js";
import { candidatesOf, moments, REVEAL, stays, written } from "./moments.js";
/** @import { Facts, Figure, Frame, Moment } from "../../shapes/frames.js" */
/** @typedef {"nfe" | "seconds" | "perPass" | "confidence" | "nll"} ColumnKey */
/** @typedef {{[K in ColumnKey]?: number | null}} Row */
/**
 * A figure by which runs are compared.
 * @typedef {object} Column
 * @property {ColumnKey} key
 * @property {string} name
 * @property {string} meaning
 * @property {"low" | "high"} better
 * @property {(n: number) => string} text how it is written
 */

/** @param {number[]} numbers */
const mean = (numbers) => (numbers.length ? numbers.reduce((a, b) => a + b, 0) / numbers.length : undefined);

/**
 * What is known of one moment: forward passes, seconds, tokens, tokens per pass, mean confidence, length and why,
 * divergence.
 * @param {Moment} moment
 */
export function measures(moment) {
  const { nfe, seconds, divergence } = moment[0];
  const toks = moment.flatMap((frame) => frame.toks.filter((tok) => written(tok[1]) && tok[0].trim() && !stays(tok)));
  const lengths = moment.map((frame) => frame.length?.tokens);
  const told = moment.every((frame) => frame.length);
  const tokens = told ? lengths.reduce((sum, n) => (sum ?? 0) + (n ?? 0), 0) : toks.length;
  const reasons = moment.map((frame) => frame.length?.why).filter(Boolean);
  return {
    nfe,
    seconds,
    divergence,
    tokens,
    why: [...new Set(reasons)].join("; "),
    perPass: nfe && tokens !== undefined ? tokens / nfe : undefined,
    confidence: mean(toks.map(([, , confidence]) => confidence)),
    lengths,
  };
}

/** @param {number} digits */
const fixed = (digits) => (/** @type {number} */ x) => x.toFixed(digits);

/**
 * The figures by which runs are compared: name, what it means, which end is better, how it is written.
 * @type {Column[]}
 */
export const COLUMNS = [
  {
    key: "nfe",
    name: "NFE",
    meaning: "Forward passes of the network",
    better: "low",
    text: (n) => (n ? String(n) : "0 (all were made ahead)"),
  },
  { key: "seconds", name: "seconds", meaning: "Seconds that the model worked", better: "low", text: fixed(2) },
  { key: "perPass", name: "tokens/NFE", meaning: "Tokens per forward pass", better: "high", text: fixed(2) },
  {
    key: "confidence",
    name: "confidence",
    meaning: "Mean confidence of the tokens when they were written",
    better: "high",
    text: percent,
  },
  {
    key: "nll",
    name: "NLL",
    meaning: "Negative log-likelihood of the fill in its text, nats per token: low is likely",
    better: "low",
    text: fixed(2),
  },
];

/**
 * @param {number | null | undefined} value
 * @returns {value is number}
 */
const known = (value) => value !== undefined && value !== null && Number.isFinite(value);

/**
 * A figure as it is written; undefined where it is not known.
 * @param {Column} column
 * @param {number | null | undefined} value
 */
const told = (column, value) => (known(value) ? column.text(value) : undefined);

/** @type {(column: Column, value: number | null | undefined) => string} */
export const shown = (column, value) => told(column, value) ?? "–";

/**
 * For every column the rows that are best at it, as the figures are written. None while fewer than two are known, or
 * all agree.
 * @param {(Row | undefined)[]} rows
 */
export function best(rows) {
  const all = COLUMNS.map((column) => /** @type {const} */ ([column.key, bestOf(column, rows)]));
  return /** @type {Record<ColumnKey, number[]>} */ (Object.fromEntries(all));
}

/**
 * @param {Column} column
 * @param {(Row | undefined)[]} rows
 */
function bestOf(column, rows) {
  const values = rows.flatMap((row, i) => {
    const text = told(column, row?.[column.key]);
    return text === undefined ? [] : [{ i, value: Number.parseFloat(text) }];
  });
  const end = (column.better === "low" ? Math.min : Math.max)(...values.map(({ value }) => value));
  const winners = values.filter(({ value }) => value === end).map(({ i }) => i);
  return values.length > 1 && winners.length < values.length ? winners : [];
}

/**
 * Which of the candidates that are shown; those that say the same are one.
 * @param {number} place from 0
 * @param {number} distinct
 * @param {number} count
 */
const placed = (place, distinct, count) =>
  `${place + 1} of ${distinct}, ${distinct < count ? `${count} ` : ""}written together`;

/**
 * The figures of a candidate of a finished run at one of its moments, the last where none is named; those that are not
 * known are left out.
 * @param {Frame[]} frames
 * @param {Facts} facts
 * @param {number} [candidate]
 * @param {Moment} [moment]
 * @returns {Figure[]}
 */
export function figures(frames, facts, candidate = 0, moment) {
  const last = moment ?? moments(frames, candidate).at(-1);
  if (!last) return [];
  const is = { ...measures(last), nll: last[0].done ? facts.nll : undefined };
  const { step, steps } = last[0];
  const count = candidatesOf(frames);
  /** @type {Figure[]} */
  const list = [
    ["system", facts.system],
    ["style", facts.style || undefined],
    ["written by", facts.way],
    ["seed", facts.seed],
    ["candidate", count > 1 ? placed(facts.place ?? candidate, facts.distinct ?? count, count) : undefined],
    ...(facts.changed ?? []),
    last[0].phase === REVEAL
      ? ["revealed in", `${step} steps`, "All was drawn at once; no step computed anything"]
      : ["steps", steps > 1 ? `${step} of ${steps}` : step],
    ["tokens", is.tokens],
    ...COLUMNS.map((column) => /** @type {Figure} */ ([column.name, told(column, is[column.key]), column.meaning])),
    ["cache off by", is.divergence?.toPrecision(2), "How far an approximate cache was from the exact one"],
    [
      "length",
      is.why ? `${is.lengths.join(" + ")}: ${is.why}` : undefined,
      "Tokens that were written, and why so many",
    ],
  ];
  return list.filter(([, value]) => value !== undefined);
}
