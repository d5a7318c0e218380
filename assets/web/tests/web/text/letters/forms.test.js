// Find in the text: words are found in all their forms.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inAllForms } from "../../../../src/web/text/letters/forms.js";

/** @type {(query: string, text: string) => boolean} */
const finds = (query, text) => new RegExp(inAllForms(query) ?? query, "iu").test(text);

test("composed and decomposed letters, apostrophes and sharp s are found in either form", () => {
  for (const [one, other] of [
    ["café", "cafe\u0301"],
    ["don't", "don’t"],
    ["Straße", "STRASSE"],
    ["Strasse", "Straße"],
    ["“yes”", '"yes"'],
  ]) {
    assert.ok(finds(one, `x ${other} y`), `${one} in ${other}`);
    assert.ok(finds(other, `x ${one} y`), `${other} in ${one}`);
  }
});

test("other words stay as they are, and signs of expressions are signs", () => {
  assert.equal(inAllForms("plain (a+b)"), null);
  assert.ok(finds("a+b? é", "A+B? E\u0301"));
  assert.ok(!finds("a.é", "axé"));
});
