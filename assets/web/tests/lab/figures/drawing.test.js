import assert from "node:assert/strict";
import test from "node:test";
import { pulled } from "../../../src/lab/figures/drawing.js";

const CURVE = [1, 0.8, 0.5, 0.2, 0];

test("a point that is pulled takes the others along, so that the curve never rises", () => {
  assert.deepEqual(pulled(CURVE, 2, 0.9), [1, 0.9, 0.9, 0.2, 0]);
  assert.deepEqual(pulled(CURVE, 2, 0.1), [1, 0.8, 0.1, 0.1, 0]);
  assert.deepEqual(pulled(CURVE, 1, 7), [1, 1, 0.5, 0.2, 0]);
  assert.deepEqual(pulled(CURVE, 3, -1), [1, 0.8, 0.5, 0, 0]);
});

test("both ends stay where they are", () => {
  assert.equal(pulled(CURVE, 0, 0.5), CURVE);
  assert.equal(pulled(CURVE, 4, 0.5), CURVE);
});
