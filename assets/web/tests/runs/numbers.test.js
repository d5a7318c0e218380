import assert from "node:assert/strict";
import { test } from "node:test";
import { Text } from "@codemirror/state";
import { numbered } from "../../src/runs/numbers.js";

const DOC = Text.of(["a", "b", "c", "d", "e"]);
/**
 * @param {number} from
 * @param {number} to
 * @param {string} text that is written there
 */
const span = (from, to, text) =>
  /** @type {any} */ ({ from, to, old: DOC.sliceString(from, to), toks: [[text, "s", 1, [], 1]] });

test("lines of a proposal have the numbers that they would have, and those behind it too", () => {
  const spans = [span(2, 5, "B\nx\ny")]; // "b\nc" becomes three lines
  assert.equal(numbered(1, DOC, spans, true), "1");
  assert.equal(numbered(2, DOC, spans, true), "2\n3\n4");
  assert.equal(numbered(4, DOC, spans, true), "5");
  assert.equal(numbered(2, DOC, spans, false), "2", "where lines are broken a row is no line");
});

test("a span that begins where another ends stands on its last row", () => {
  const spans = [span(0, 3, "A\nB"), span(3, 5, "\n\nC")];
  assert.equal(numbered(1, DOC, spans, true), "1\n2\n3\n4");
  assert.equal(numbered(4, DOC, spans, true), "5");
});

test("what goes has no number", () => {
  const hunk = { start: 0, end: 3, old: "b\nc", new: "B" };
  const open = { ...span(2, 5, ""), changes: [{ candidate: 0, span: 0, index: 0, hunk, accepted: undefined }] };
  assert.equal(numbered(2, DOC, [open], true), "2\n");
  assert.equal(numbered(4, DOC, [open], true), "3");
});
