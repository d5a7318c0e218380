import assert from "node:assert/strict";
import { test } from "node:test";
import { leftOf, pacing, shareOf } from "../../../src/runs/frames/estimate.js";

/** @param {object} of */
const frame = (of) => /** @type {any} */ ({ phase: "denoise", step: 0, steps: 10, ...of });

test("what is done only grows while a run goes on, with parts and without, drafted or not", () => {
  const one = [
    { phase: "read", progress: [0, 10] },
    { phase: "read", progress: [10, 10] },
    { phase: "draft", progress: [1, 8] },
    { phase: "draft", progress: [8, 8] },
    { step: 1 },
    { step: 10 },
  ];
  const all = [1, 2, 3].flatMap((number) => one.map((f) => ({ ...f, parts: [number, 3] })));
  for (const frames of [one, all]) {
    const shares = frames.map((f) => shareOf(frame(f), true));
    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => a - b),
    );
    assert.ok(shares[0] >= 0 && (shares.at(-1) ?? 2) <= 1);
  }
  assert.equal(shareOf(frame({ step: 5 }), false), 0.5);
});

test("the time that is left is said when waiting begins to be long, and as roughly as it is known", () => {
  assert.equal(leftOf(0.5, 2000), "");
  assert.equal(leftOf(0.01, 9000), "");
  assert.equal(leftOf(1, 9000), "");
  assert.equal(leftOf(0.9, 9000), "a few seconds left");
  assert.equal(leftOf(0.5, 23_000), "about 25 s left");
  assert.equal(leftOf(0.1, 60_000), "about 9 min left");
});

test("a phase that takes its time is judged by its own pace, and what is read once more puts nothing back", () => {
  const pace = pacing();
  assert.equal(pace(frame({ phase: "read", progress: [9, 9] }), false, 100).left, "");
  const drawn = pace(frame({ phase: "draft", progress: [8, 8] }), true, 4000);
  const read = pace(frame({ phase: "read", progress: [115, 115] }), true, 4100);
  assert.equal(read.share, drawn.share);
  assert.equal(read.left, "a few seconds left");
  pace(frame({ step: 0, steps: 16 }), true, 4200);
  assert.equal(pace(frame({ step: 1, steps: 16 }), true, 5100).left, "about 15 s left");
  assert.equal(pace(frame({ step: 8, steps: 16 }), true, 12_200).left, "about 10 s left");
});

test("a run in parts is judged by the pace of all parts before", () => {
  const pace = pacing();
  pace(frame({ phase: "draft", progress: [8, 8], parts: [2, 4] }), true, 9000);
  const { share, left } = pace(frame({ phase: "read", progress: [1, 1], parts: [3, 4] }), true, 10_000);
  assert.equal(left, leftOf(share, 10_000));
  const long = pacing();
  assert.equal(long(frame({ phase: "check", parts: [2, 180] }), false, 5000).left, "");
  assert.equal(long(frame({ phase: "check", parts: [3, 180] }), false, 10_000).left, "about 15 min left");
});
