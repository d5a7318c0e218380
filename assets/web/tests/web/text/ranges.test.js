import assert from "node:assert/strict";
import { test } from "node:test";
import { differing } from "../../../src/web/text/ranges.js";

test("one change makes a text of another, and no more of it than has to be", () => {
  for (const [before, after, middle] of [
    ["one two three", "one 2 three", "two"],
    ["one", "one", ""],
    ["", "new", ""],
    ["gone", "", "gone"],
    ["aa", "aaa", ""],
    ["aaa", "aa", "a"],
    ["a🐎b", "a🐏b", "🐎"], // both begin with the same half
    ["a\u{1F40E}b", "a\u{1F80E}b", "\u{1F40E}"], // both end with the same half
    ["x🐎", "x🐎🐎", ""],
  ]) {
    const { from, to, insert } = differing(before, after);
    assert.equal(before.slice(0, from) + insert + before.slice(to), after);
    assert.equal(before.slice(from, to), middle);
    assert.ok(insert.isWellFormed());
  }
});
