import assert from "node:assert/strict";
import test from "node:test";
import { count } from "../../../src/web/text/counts.js";

test("words are parted by white space of any kind, characters are counted once", () => {
  assert.deepEqual(count(""), { words: 0, characters: 0 });
  assert.deepEqual(count("  one\n\ttwo three "), { words: 3, characters: 17 });
  assert.deepEqual(count("😀 é"), { words: 2, characters: 3 });
});
