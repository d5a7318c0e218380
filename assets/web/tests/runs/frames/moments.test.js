import assert from "node:assert/strict";
import { test } from "node:test";
import { best, figures, measures } from "../../../src/runs/frames/figures.js";
import { label, moments, progress } from "../../../src/runs/frames/moments.js";
import { atShare } from "../../../src/runs/race/race.js";

const tok = (text, state, confidence = 0) => [text, state, confidence, []];
const frame = (span, step, toks, more = {}) => ({
  span,
  step,
  steps: 8,
  phase: "denoise",
  nfe: step,
  seconds: step / 4,
  toks,
  ...more,
});
const run = [
  frame(0, 0, [tok("", "m"), tok("", "m"), tok("", "x")]),
  frame(1, 0, [tok("~", "u")]),
  frame(0, 2, [tok("a", "n", 0.9), tok("b", "s", 0.7), tok("", "x")], {
    done: true,
    length: { tokens: 2, why: "empty slots" },
  }),
  frame(1, 2, [tok("c", "n", 0.5)], { done: true, length: { tokens: 1, why: "empty slots" }, divergence: 0.01234 }),
];

test("frames are grouped by moment, and a moment is named", () => {
  const all = moments(run);
  assert.deepEqual(
    all.map((m) => m.length),
    [2, 2],
  );
  assert.equal(label(all[0]), "scraped");
  assert.equal(label(all[1]), "done after 2 steps");
  assert.equal(label([frame(0, 3, [])]), "step 3 of at most 8");
  assert.equal(label([frame(0, 0, [], { phase: "length" })]), "looking for the length");
});

test("what a run is at", () => {
  assert.equal(progress([frame(0, 0, [], { phase: "length", progress: [3, 12] })]), "Looking for the length, 3 of 12");
  assert.equal(
    progress([frame(0, 0, [], { phase: "read", progress: [64, 900] })]),
    "Reading the text before, 64 of 900 tokens",
  );
  assert.equal(progress([frame(0, 0, [], { phase: "draft" })]), "Drawing proposals…");
  assert.equal(progress([frame(0, 5, [])]), "Step 5");
});

test("the measures of a run over several spans", () => {
  const is = measures(moments(run).at(-1));
  assert.equal(is.tokens, 3);
  assert.equal(is.perPass, 1.5);
  assert.ok(Math.abs(is.confidence - 0.7) < 1e-9);
  assert.deepEqual([is.lengths, is.why], [[2, 1], "empty slots"]);
  // stored before lengths were told
  const old = measures([frame(0, 1, [tok("a", "s", 1), tok("", "x")], { done: true })]);
  assert.equal(old.tokens, 1);
  assert.equal(measures([frame(0, 0, [tok("", "m")])]).confidence, undefined);
});

test("words that stood there and stay are no part of how sure a run is", () => {
  const stood = ["the", "s", 0, [], -1];
  assert.ok(Math.abs(measures([frame(0, 1, [stood, tok("cat", "n", 0.6)])]).confidence - 0.6) < 1e-9);
});

test("figures tell what is known and leave out what is not", () => {
  const told = Object.fromEntries(
    figures(run, { system: "LLaDA", way: "writer", seed: 4, changed: [["order", "Random"]], nll: 1.234 }).map(
      ([k, v]) => [k, v],
    ),
  );
  assert.deepEqual(told, {
    system: "LLaDA",
    "written by": "writer",
    seed: 4,
    order: "Random",
    steps: "2 of 8",
    tokens: 3,
    NFE: "2",
    seconds: "0.50",
    "tokens/NFE": "1.50",
    confidence: "70 %",
    NLL: "1.23",
    length: "2 + 1: empty slots",
  });
  assert.equal(figures([], {}).length, 0);
  const off = figures([{ ...run[2], divergence: 0.01234 }], {}).find(([name]) => name === "cache off by");
  assert.equal(off[1], "0.012");
  const ahead = figures([{ ...run[2], nfe: 0 }], {}).find(([name]) => name === "NFE");
  assert.equal(ahead[1], "0 (all were made ahead)");
  assert.ok(!figures(run, {}).some(([name]) => name === "NLL"));
});

test("the best of each column; ties share it, and nobody is best alone or when all agree", () => {
  const rows = [
    { nfe: 8, seconds: 1.001, perPass: 1, confidence: 0.8, nll: 2 },
    undefined,
    { nfe: 4, seconds: 1.002, perPass: 2, confidence: 0.9, nll: null },
  ];
  assert.deepEqual(best(rows), { nfe: [2], seconds: [], perPass: [2], confidence: [2], nll: [] });
  assert.deepEqual(best(rows.slice(0, 1)).nfe, []);
  assert.deepEqual(best([...rows, { nfe: 4 }]).nfe, [2, 3]);
});

test("lanes are scrubbed by share", () => {
  assert.deepEqual(
    [0, 0.5, 1, 2].map((share) => atShare(5, share)),
    [0, 2, 4, 4],
  );
  assert.equal(atShare(1, 0.4), 0);
});

test("a step that only reveals what was drawn at once is no step of computing", () => {
  const frame = { span: 0, step: 3, steps: 8, phase: "reveal", done: false, nfe: 5, seconds: 1, toks: [] };
  assert.equal(label([frame]), "revealed, 3 steps");
  assert.equal(label([{ ...frame, done: true }]), "drawn at once, revealed in 3 steps");
  assert.equal(label([{ ...frame, phase: "denoise" }]), "step 3 of at most 8");
});
