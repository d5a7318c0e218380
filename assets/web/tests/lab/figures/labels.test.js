import assert from "node:assert/strict";
import test from "node:test";
import { boxOf, meet, putLabels } from "../../../src/lab/figures/labels.js";

const FRAME = { left: 50, right: 350, top: 10, bottom: 210 };
/** A line that falls through the frame, as -log p does. @returns {[number, number][]} */
const falling = () => Array.from({ length: 99 }, (_, i) => [50 + 3 * (i + 1), 210 + 40 * Math.log((i + 1) / 100)]);

test("a label leaves the lines, the frame and the other labels alone", () => {
  const curves = [falling(), falling().map(([x, y]) => /** @type {[number, number]} */ ([400 - x, y]))];
  for (const share of [0.02, 0.2, 0.5, 0.7, 0.9, 0.98]) {
    const places = [share, 0.1].map((p) => ({ x: 50 + 300 * p, y: 210 + 40 * Math.log(p), width: 70 }));
    const boxes = putLabels(places, curves, FRAME).map((put, i) => boxOf(places[i], put));
    assert.ok(!meet(boxes[0], boxes[1]), `at ${share}`);
    for (const box of boxes) {
      assert.ok(
        box.left >= FRAME.left && box.right <= FRAME.right && box.top >= FRAME.top && box.bottom <= FRAME.bottom,
      );
    }
    const first = boxes[0];
    const through = curves
      .flat()
      .filter(([x, y]) => x > first.left && x < first.right && y > first.top && y < first.bottom);
    assert.ok(through.length <= 1, `at ${share} ${through.length} points lie under the label`);
  }
});

test("where all is free a label stands beside its point, on the right", () => {
  const [put] = putLabels([{ x: 100, y: 100, width: 60 }], [], FRAME);
  assert.deepEqual(put, { dx: 9, dy: -12, anchor: "start" });
});

test("it is worse to lie on another label than on a line", () => {
  const line = /** @type {[number, number][]} */ ([
    [50, 88],
    [350, 88],
  ]);
  const places = [
    { x: 200, y: 100, width: 60 },
    { x: 205, y: 100, width: 60 },
  ];
  const [first, second] = putLabels(places, [line], FRAME).map((put, i) => boxOf(places[i], put));
  assert.ok(!meet(first, second));
});
