import assert from "node:assert/strict";
import { test } from "node:test";
import { freshOf, stayed } from "../../../src/runs/review/looking.js";

/** @param {string[]} words */
const toks = (...words) => /** @type {any} */ (words.map((word) => [word, "s", 1, [], 1]));

test("only tokens that hold something new are marked", () => {
  const hunks = [
    { start: 2, end: 2, old: "", new: "old " },
    { start: 6, end: 9, old: "two", new: "2" },
  ];
  const fresh = freshOf("😀 one two.", hunks); // places are code points
  assert.deepEqual(fresh, [
    { from: 3, to: 7 },
    { from: 11, to: 12 },
  ]);
  assert.deepEqual(stayed(toks("😀", " old", " one", " 2", "."), fresh), [true, false, true, false, true]);
  assert.deepEqual(stayed(toks("one"), []), [true]);
});
