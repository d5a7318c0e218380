import assert from "node:assert/strict";
import { test } from "node:test";
import { departures, filled, holds, isMain, problem, sent, stride } from "../../../src/runs/settings/parameters.js";

const number = {
  name: "temperature",
  title: "Temperature",
  kind: "number",
  default: 0,
  low: 0,
  high: 2,
  choices: [],
  when: null,
};
const steps = { name: "steps", title: "Steps", kind: "whole", default: 16, low: 1, high: 128, choices: [], when: null };
const rule = {
  name: "rule",
  title: "Rule",
  kind: "choice",
  default: "a",
  choices: [
    ["a", "A"],
    ["b", "Bee"],
  ],
  when: null,
};
const switch_ = { name: "again", title: "Again", kind: "switch", default: true, choices: [], when: null };
const only = { ...number, name: "factor", title: "Factor", default: 1, low: 0.05, high: 8, when: ["rule", ["b"]] };
const all = [number, steps, rule, switch_, only];

test("what was kept is used where it fits, else the default", () => {
  assert.deepEqual(filled(all, { steps: 4, rule: "gone", again: "yes", temperature: null }), {
    temperature: 0,
    steps: 4,
    rule: "a",
    again: true,
    factor: 1,
  });
});

test("a setting that has no meaning now is neither shown nor sent", () => {
  const values = filled(all, { factor: 3 });
  assert.equal(holds(only, values), false);
  assert.equal("factor" in sent(all, values), false);
  assert.equal(sent(all, { ...values, rule: "b" }).factor, 3);
  assert.deepEqual(sent(all, { ...values, rule: "b" }, true), { rule: "b", factor: 3 });
});

test("a wrong number is named with its range", () => {
  assert.equal(problem(steps, 16), "");
  assert.equal(problem(steps, 500), "Steps must be a whole number in 1 to 128, not 500.");
  assert.equal(problem(steps, 1.5), "Steps must be a whole number in 1 to 128, not 1.5.");
  assert.equal(problem(number, NaN), "Temperature must be a number in 0 to 2, and the field holds none.");
  assert.equal(problem(rule, "a"), "");
});

test("a slider lands on the default", () => {
  for (const [low, high, usual, wanted] of [
    [0, 2, 0.8, 0.05],
    [0, 1, 0.05, 0.01],
    [0, 1, 0.005, 0.001],
    [0.05, 8, 1, 0.05],
  ])
    assert.equal(stride({ kind: "number", low, high, default: usual }), wanted);
  assert.equal(stride(steps), 1);
});

test("the main settings come first, and what a run changed is said in words", () => {
  assert.deepEqual(
    all.filter(isMain).map((p) => p.name),
    ["temperature", "steps"],
  );
  assert.deepEqual(departures(all, { steps: 16, rule: "b", again: false }), [
    ["rule", "Bee"],
    ["again", "off"],
  ]);
});

test("what changes nothing on the model at hand is not sent", () => {
  const values = filled(all, {});
  assert.deepEqual(Object.keys(sent(all, values, false, { steps: "why" })), ["temperature", "rule", "again"]);
});
