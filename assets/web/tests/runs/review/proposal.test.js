// The order of candidates is that of the number that is shown.
import assert from "node:assert/strict";
import { test } from "node:test";
import { orderOf, sureOf } from "../../../src/runs/review/proposal.js";
import { sureness } from "../../../src/web/dom/words.js";

/** @param {number[][]} confidences @param {object} [more] */
function run(confidences, more = {}) {
  const frames = confidences.map((own, candidate) => ({
    candidate,
    span: 0,
    spans: 1,
    step: 1,
    done: true,
    toks: own.map((p) => ["a", "s", p, [], 1]),
  }));
  return /** @type {any} */ ({ frames, points: [{ from: 0, to: 1 }], candidate: 0, ...more });
}

test("the surest is first, and those that break code last", () => {
  const one = run([[0.5, 0.56], [0.81], [0.83, 0.83]]);
  assert.deepEqual(orderOf(one), [2, 1, 0]);
  assert.deepEqual(
    orderOf(one).map((i) => sureOf(one, i)),
    [...orderOf(one)].map((i) => sureOf(one, i)).toSorted((a, b) => b - a),
  );
  const info = { candidates: [{}, {}, { breaks: true }] };
  assert.deepEqual(orderOf(run([[0.53], [0.81], [0.83]], { mustParse: true, info })), [1, 0, 2]);
});

test("how sure is said in words", () => {
  assert.deepEqual([0.95, 0.7, 0.5, 0.2].map(sureness), ["likely", "likely", "possible", "unsure"]);
});
