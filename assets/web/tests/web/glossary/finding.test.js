import assert from "node:assert/strict";
import test from "node:test";
import { finder } from "../../../src/web/glossary/finding.js";

/** @param {string} name @param {...string} also */
const term = (name, ...also) => ({ name, also, meaning: "", lesson: "", place: "" });
const find = finder([
  term("mask", "masks"),
  term("KL divergence", "KL"),
  term("entropy"),
  term("cross-entropy"),
  term("alpha", "alpha(t)"),
]);
/** @param {string} text @param {Set<string>} [seen] */
const found = (text, seen = new Set()) =>
  find(text, seen).map(({ from, to, term: { name } }) => [text.slice(from, to), name]);

test("a term is found once, whole words only, in any case and form", () => {
  assert.deepEqual(found("Masks, a mask, unmasked; entropy."), [
    ["Masks", "mask"],
    ["entropy", "entropy"],
  ]);
  assert.deepEqual(found("maskéd entropy_bound"), []);
});

test("the longest form wins, and signs in a form are signs", () => {
  assert.deepEqual(found("the KL divergence, alpha(t) and cross-entropy"), [
    ["KL divergence", "KL divergence"],
    ["alpha(t)", "alpha"],
    ["cross-entropy", "cross-entropy"],
  ]);
});

test("what was seen before is left alone, and no terms find nothing", () => {
  const seen = new Set(["mask"]);
  assert.deepEqual(found("a mask of entropy", seen), [["entropy", "entropy"]]);
  assert.deepEqual([...seen], ["mask", "entropy"]);
  assert.deepEqual(finder([])("a mask", new Set()), []);
});
