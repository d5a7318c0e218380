// A run as moments: each moment holds one frame per span. And what can be said of a run in figures.
import { percent } from "../../web/dom/dom.js";

/** How many candidates a run has. */
export const candidatesOf = (frames) => frames.reduce((most, frame) => Math.max(most, (frame.candidate ?? 0) + 1), 1);

/** Group the frames of one candidate (in order) into moments. */
export function moments(frames, candidate = 0) {
  const all = [];
  for (const frame of frames) {
    if ((frame.candidate ?? 0) !== candidate) continue;
    if (frame.span === 0 || !all.length) all.push([]);
    all.at(-1)[frame.span] = frame;
  }
  return all;
}

const PHASES = { length: "Looking for the length", read: "Reading the text before", draft: "Drawing proposals" };

/** What a moment is, in words. */
export function label(moment) {
  const frame = moment[0];
  if (frame.done) return `done after ${frame.step} step${frame.step === 1 ? "" : "s"}`;
  if (PHASES[frame.phase]) return PHASES[frame.phase].toLowerCase();
  // One word after the other takes as many steps as there are words; no most is known ahead.
  return frame.step === 0 ? "scraped" : `step ${frame.step}` + (frame.steps > 1 ? ` of at most ${frame.steps}` : "");
}

/** What a run is at, in words. */
export function progress(moment) {
  const { phase, step, progress: [done, total] = [0, 0] } = moment[0];
  const far = total ? `, ${done} of ${total}${phase === "read" ? " tokens" : ""}` : "…";
  return PHASES[phase] ? PHASES[phase] + far : step ? `Step ${step}` : "Writing…";
}

/** States of a slot that holds something: written now, earlier, or pinned. */
export const WRITTEN = ["n", "s", "p"];
const mean = (numbers) => (numbers.length ? numbers.reduce((a, b) => a + b, 0) / numbers.length : undefined);

/** What is known of one moment: forward passes, seconds, tokens, tokens per pass, mean confidence, length and why, divergence. */
export function measures(moment) {
  const { nfe, seconds, divergence } = moment[0];
  const written = moment.flatMap((frame) => frame.toks.filter(([, state]) => WRITTEN.includes(state)));
  const tokens = moment.every((frame) => frame.length)
    ? moment.reduce((n, frame) => n + frame.length.tokens, 0)
    : written.length;
  const why = [...new Set(moment.map((frame) => frame.length?.why).filter(Boolean))].join("; ");
  return {
    nfe,
    seconds,
    divergence,
    tokens,
    why,
    perPass: nfe ? tokens / nfe : undefined,
    confidence: mean(written.map(([, , confidence]) => confidence)),
    lengths: moment.map((frame) => frame.length?.tokens),
  };
}

const fixed = (digits) => (x) => x.toFixed(digits);

/** The figures by which runs are compared: name, what it means, which end is better, how it is written. */
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
const known = (value) => value !== undefined && value !== null && Number.isFinite(value);
export const shown = (column, value) => (known(value) ? column.text(value) : "–");

/** For every column the rows that are best at it, as the figures are written. None while fewer than two are known, or all agree. */
export function best(rows) {
  return Object.fromEntries(
    COLUMNS.map((column) => {
      const values = rows
        .map((row, i) => [
          i,
          row && known(row[column.key]) ? Number.parseFloat(column.text(row[column.key])) : undefined,
        ])
        .filter(([, v]) => v !== undefined);
      const end = (column.better === "low" ? Math.min : Math.max)(...values.map(([, v]) => v));
      const winners = values.filter(([, v]) => v === end).map(([i]) => i);
      return [column.key, values.length > 1 && winners.length < values.length ? winners : []];
    }),
  );
}

/** The figures of a candidate of a finished run, as [name, value, meaning]. `facts`: {system, way, seed, changed: [[title, value]], nll}. */
export function figures(frames, facts, candidate = 0) {
  const last = moments(frames, candidate).at(-1);
  if (!last) return [];
  const is = { ...measures(last), nll: facts.nll };
  const { step, steps } = last[0];
  const list = [
    ["system", facts.system],
    ["style", facts.style || undefined],
    ["written by", facts.way],
    ["seed", facts.seed],
    [
      "candidate",
      candidatesOf(frames) > 1 ? `${candidate + 1} of ${candidatesOf(frames)}, written together` : undefined,
    ],
    ...(facts.changed ?? []),
    ["steps", steps > 1 ? `${step} of ${steps}` : step],
    ["tokens", is.tokens],
    ...COLUMNS.map((column) => [
      column.name,
      known(is[column.key]) ? column.text(is[column.key]) : undefined,
      column.meaning,
    ]),
    [
      "cache off by",
      known(is.divergence) ? is.divergence.toPrecision(2) : undefined,
      "How far an approximate cache was from the exact one",
    ],
    [
      "length",
      is.why ? `${is.lengths.join(" + ")}: ${is.why}` : undefined,
      "Tokens that were written, and why so many",
    ],
  ];
  return list.filter(([, value]) => value !== undefined);
}

/** Where lanes of different lengths stand at the same share of their moments. */
export const atShare = (count, share) => Math.round((count - 1) * Math.min(1, Math.max(0, share)));
