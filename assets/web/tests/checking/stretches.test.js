import assert from "node:assert/strict";
import test from "node:test";
import { Text } from "@codemirror/state";
import { LONGEST, stretchAt, stretches } from "../../src/checking/stretches.js";

const doc = (text) => Text.of(text.split("\n"));
const cut = (text, range) => range && text.slice(range.from, range.to);

test("a paragraph is what stands between blank lines", () => {
  const text = "one\ntwo\n\nthree\n  \nfour";
  assert.equal(cut(text, stretchAt(doc(text), 5)), "one\ntwo");
  assert.equal(cut(text, stretchAt(doc(text), 10)), "three");
  assert.equal(stretchAt(doc(text), 8), null);
  assert.deepEqual(
    stretches(doc(text), 0, text.length).map((r) => cut(text, r)),
    ["one\ntwo", "three", "four"],
  );
  assert.deepEqual(
    stretches(doc(text), 10, 12).map((r) => cut(text, r)),
    ["three"],
  );
});

test("many lines without a blank one are taken in parts that cover them all", () => {
  const text = Array.from({ length: 100 }, (_, i) => `line ${i} ${"x".repeat(60)}`).join("\n");
  const parts = stretches(doc(text), 0, text.length);
  assert.equal(parts.map((r) => cut(text, r)).join("\n"), text);
  for (const part of parts) assert.ok(part.to - part.from <= LONGEST);
  const near = stretchAt(doc(text), 3000);
  assert.ok(near.from <= 3000 && near.to >= 3000 && near.to - near.from <= LONGEST);
});

test("a line longer than that is taken in parts, cut between words", () => {
  const text = `${"word ".repeat(500)}\nnext`;
  const parts = stretches(doc(text), 0, text.length);
  assert.equal(parts.map((r) => cut(text, r)).join(""), text.replace("\n", ""));
  for (const part of parts)
    assert.ok((part.to - part.from <= LONGEST && !/\S$/.test(cut(text, part))) || part.to >= 2500);
  assert.deepEqual(
    stretchAt(doc(text), 1500),
    parts.find((r) => 1500 <= r.to),
  );
});

test("a script without spaces is cut between characters; letters without a space are not", () => {
  const kanji = "日本語の文章を書く。".repeat(400);
  const data = "Zm9v".repeat(2000);
  const pairs = "𠀀".repeat(2000);
  for (const text of [kanji, pairs]) {
    const parts = stretches(doc(text), 0, text.length);
    assert.equal(parts.map((r) => cut(text, r)).join(""), text);
    for (const part of parts) assert.ok(part.to - part.from <= LONGEST + 1 && cut(text, part).isWellFormed());
  }
  assert.deepEqual(stretches(doc(data), 0, data.length), [{ from: 0, to: data.length }]);
  const mixed = `${"a ".repeat(100)}${data} end`;
  assert.deepEqual(
    stretches(doc(mixed), 0, mixed.length)
      .map((r) => cut(mixed, r))
      .join(""),
    mixed,
  );
});
