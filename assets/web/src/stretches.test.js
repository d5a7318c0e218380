import assert from "node:assert/strict";
import test from "node:test";
import { Text } from "@codemirror/state";
import { LONGEST, stretchAt, stretches } from "./stretches.js";

const doc = (text) => Text.of(text.split("\n"));
const cut = (text, range) => range && text.slice(range.from, range.to);

test("a paragraph is what stands between blank lines", () => {
  const text = "one\ntwo\n\nthree\n  \nfour";
  assert.equal(cut(text, stretchAt(doc(text), 5)), "one\ntwo");
  assert.equal(cut(text, stretchAt(doc(text), 10)), "three");
  assert.equal(stretchAt(doc(text), 8), null);
  assert.deepEqual(stretches(doc(text), 0, text.length).map((r) => cut(text, r)), ["one\ntwo", "three", "four"]);
  assert.deepEqual(stretches(doc(text), 10, 12).map((r) => cut(text, r)), ["three"]);
});

test("many lines without a blank one are taken in parts that cover them all", () => {
  const text = Array.from({ length: 100 }, (_, i) => `line ${i} ${"x".repeat(60)}`).join("\n");
  const parts = stretches(doc(text), 0, text.length);
  assert.equal(parts.map((r) => cut(text, r)).join("\n"), text);
  for (const part of parts) assert.ok(part.to - part.from <= LONGEST);
  const near = stretchAt(doc(text), 3000);
  assert.ok(near.from <= 3000 && near.to >= 3000 && near.to - near.from <= LONGEST);
});

test("a line longer than that is one paragraph", () => {
  const text = `${"word ".repeat(500)}\nnext`;
  assert.deepEqual(stretchAt(doc(text), 3), { from: 0, to: 2500 });
});
