import assert from "node:assert/strict";
import { test } from "node:test";
import { toPoints, toUnits } from "../../../src/web/text/offsets.js";

test("offsets convert both ways around emoji, combining marks and lone surrogates", () => {
  for (const text of ["plain", "a😀b👩‍👩‍👧c", "e\u0301\u0323x", "\ud800x", ""]) {
    const points = [...text].length;
    for (let p = 0; p <= points; p++) assert.equal(toPoints(text, toUnits(text, p)), p);
    assert.equal(toUnits(text, points), text.length);
  }
  assert.equal(toPoints("a😀b", 3), 2);
});
