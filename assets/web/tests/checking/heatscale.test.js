import assert from "node:assert/strict";
import test from "node:test";
import { BOUNDS, level, weakest } from "../../src/checking/heatscale.js";

test("ten steps, each reached, never going down", () => {
  const found = Array.from({ length: 1001 }, (_, i) => level(i / 1000));
  assert.deepEqual([...new Set(found)], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.equal(level(BOUNDS[0]), 1);
});

test("the weakest words, no punctuation", () => {
  const text = "a -- b c";
  const words = [
    { from: 0, to: 1, p: 0.5 },
    { from: 2, to: 4, p: 0.001 },
    { from: 5, to: 6, p: 0.2 },
    { from: 7, to: 8, p: 0.3 },
  ];
  assert.deepEqual(
    weakest(words, 2, (a, b) => text.slice(a, b)).map((w) => w.from),
    [5, 7],
  );
});
