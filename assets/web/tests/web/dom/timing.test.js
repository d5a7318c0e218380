import assert from "node:assert/strict";
import test from "node:test";
import { debounce } from "../../../src/web/dom/timing.js";

test("a pause is waited for, and no longer than the longest wait after the first call", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let clock = 0;
  context.mock.method(performance, "now", () => clock);
  /** @type {number[]} */
  const done = [];
  const typed = debounce(800, () => done.push(clock), 900);
  const run = (/** @type {number} */ ms) => {
    for (const end = clock + ms; clock < end; ) {
      clock += 10;
      context.mock.timers.tick(10);
    }
  };
  typed();
  run(2000);
  assert.deepEqual(done, [800], "one pause");
  const start = clock;
  for (let key = 0; key < 40; key++) {
    typed();
    run(100);
  }
  run(1000);
  const gaps = done.slice(1).map((at, i) => at - (i ? done[i] : start));
  assert.ok(gaps.length >= 4 && gaps.every((gap) => gap <= 1000), `typing on and on: ${gaps}`);
  assert.equal(typed.pending(), false);
});
