// What an entry of the dictionary covers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { covers } from "../../src/checking/dictionary.js";

test("an entry covers its genitive, apostrophes, forms of an accent, and a capital where a sentence begins", () => {
  for (const [entry, word, begins] of [
    ["teh", "teh's", false],
    ["teh", "Teh", true],
    ["teh", "Teh’s", true],
    ["o'teh", "o’teh", false],
    ["caf\u00e9d", "cafe\u0301d", false],
    ["it's", "It’s", true],
  ]) {
    assert.ok(covers(/** @type {string} */ (entry), /** @type {string} */ (word), Boolean(begins)), `${entry} ${word}`);
  }
});

test("and nothing else", () => {
  for (const [entry, word, begins] of [
    ["teh", "Teh", false],
    ["Teh", "teh", true],
    ["teh's", "teh", false],
    ["it's", "it", false],
    ["it", "it's", false],
    ["teh", "tehs", false],
  ]) {
    assert.ok(
      !covers(/** @type {string} */ (entry), /** @type {string} */ (word), Boolean(begins)),
      `${entry} ${word}`,
    );
  }
});
