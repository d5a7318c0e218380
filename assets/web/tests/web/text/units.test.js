import assert from "node:assert/strict";
import { test } from "node:test";
import { byUnits, larger, paragraphAt, paragraphsOf, unitsIn } from "../../../src/web/text/units.js";

const TEXT =
  "# A heading\nDr. Smith left early. He said, e.g. “no (really)!” Then\nhe went home.\n" +
  "- an item\n- another one\n\n  Last line without a stop\n";
const at = (words) => ({ from: TEXT.indexOf(words), to: TEXT.indexOf(words) + words.length });
const told = (range) => range && TEXT.slice(range.from, range.to);
const caret = (words) => ({ from: TEXT.indexOf(words), to: TEXT.indexOf(words) });

test("paragraphs are what stands between blank lines", () => {
  assert.deepEqual([...paragraphsOf(TEXT)].map(told), [
    TEXT.slice(0, TEXT.indexOf("\n\n")),
    "  Last line without a stop",
  ]);
  assert.equal(paragraphAt(TEXT, TEXT.indexOf("\n\n") + 1), null);
  assert.deepEqual([...paragraphsOf("\n \n")], []);
});

test("sentences: short forms and line breaks do not end them, items and headings do", () => {
  assert.deepEqual(unitsIn("sentence", TEXT, paragraphAt(TEXT, 0)).map(told), [
    "# A heading",
    "Dr. Smith left early.",
    "He said, e.g. “no (really)!”",
    "Then\nhe went home.",
    "- an item",
    "- another one",
  ]);
});

test("a selection takes what it touches, then one more", () => {
  const first = byUnits("sentence", TEXT, caret("left"));
  assert.equal(told(first), "Dr. Smith left early.");
  assert.equal(told(byUnits("sentence", TEXT, first)), "Dr. Smith left early. He said, e.g. “no (really)!”");
  assert.equal(told(byUnits("sentence", TEXT, at("early. He"))), "Dr. Smith left early. He said, e.g. “no (really)!”");
  assert.equal(told(byUnits("word", TEXT, caret("mith"))), "Smith");
  assert.equal(told(byUnits("word", TEXT, at("Smith"))), "Smith left");
  assert.equal(told(byUnits("line", TEXT, caret("went"))), "he went home.");
  assert.equal(told(byUnits("line", TEXT, at("he went home."))), "he went home.\n- an item");
  assert.equal(told(byUnits("paragraph", TEXT, caret("Last"))), "Last line without a stop");
  assert.equal(told(byUnits("sentence", TEXT, at("- another one"))), "- another one\n\n  Last line without a stop");
  const last = at("Last line without a stop");
  assert.deepEqual(byUnits("sentence", TEXT, last), last, "there is no next one");
  assert.equal(byUnits("word", " \n ", { from: 0, to: 2 }), null);
});

test("growing goes by word, sentence, paragraph, text, and never shrinks", () => {
  let range = caret("mith");
  const seen = [];
  for (let i = 0; i < 5; i++) {
    const next = larger(TEXT, range);
    assert.ok(next.from <= range.from && next.to >= range.to);
    range = next;
    seen.push(told(range));
  }
  assert.deepEqual(seen.slice(0, 2), ["Smith", "Dr. Smith left early."]);
  assert.deepEqual(seen.slice(3), [TEXT, TEXT]);
});

test("growing by units always covers the selection and ends", () => {
  for (const kind of ["word", "sentence", "line", "paragraph"])
    for (let from = 0; from < TEXT.length; from += 3) {
      let range = { from, to: Math.min(TEXT.length, from + 5) };
      for (let i = 0; i < 60; i++) {
        const next = byUnits(kind, TEXT, range);
        const words = told(range).trim();
        if (words) assert.ok(told(next).includes(words), `${kind} ${from}`);
        if (next.from === range.from && next.to === range.to) break;
        range = next;
        assert.ok(i < 59, `${kind} does not end`);
      }
    }
});
