import assert from "node:assert/strict";
import { test } from "node:test";
import { figures } from "../../../src/runs/frames/figures.js";

/** @param {number} candidate */
const frame = (candidate) => ({
  run: "r",
  candidate,
  span: 0,
  spans: 1,
  step: 2,
  steps: 4,
  phase: "denoise",
  nfe: 3,
  seconds: 1,
  toks: [["word", "s", 0.5, [], 1]],
  done: true,
});
const all = /** @type {any} */ ([frame(0), frame(1), frame(2)]);

test("a candidate is counted among those that are shown: alike ones are one", () => {
  const told = (facts) => figures(all, facts, 2).find(([name]) => name === "candidate")?.[1];
  assert.equal(told({}), "3 of 3, written together");
  assert.equal(told({ place: 1, distinct: 2 }), "2 of 2, 3 written together");
});
