import assert from "node:assert/strict";
import test from "node:test";
import { count } from "../../../src/web/text/counts.js";

test("words are parted by white space of any kind, characters are counted once", () => {
  assert.deepEqual(count(""), { words: 0, characters: 0 });
  assert.deepEqual(count("  one\n\ttwo three "), { words: 3, characters: 17 });
  assert.deepEqual(count("😀 é"), { words: 2, characters: 3 });
});

test("words and letters of every script are those that people see", () => {
  assert.equal(count("今日は天気がいい").words, 5);
  assert.ok(count("วันนี้อากาศดี").words > 2);
  assert.deepEqual(count("लिखता है"), { words: 2, characters: 5 });
  assert.deepEqual(count("e\u0301a 👨\u200d👩\u200d👧\u200d👦"), { words: 2, characters: 4 });
});
