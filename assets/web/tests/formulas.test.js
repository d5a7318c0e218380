import assert from "node:assert/strict";
import test from "node:test";
import { formulas, formulasIn, mathml } from "../formulas.mjs";

test("formulas are found between dollars, alone or in a line", () => {
  assert.deepEqual(formulasIn("a $x$ b $$y + 1$$ c $z_1$ 5"), ["x", "y + 1", "z_1"]);
});

test("every formula of the lessons is MathML, without a script and without a font of its own", () => {
  const all = Object.entries(formulas());
  assert.ok(all.length > 20);
  for (const [tex, { inline, block }] of all) {
    assert.match(inline, /^<math/, tex);
    assert.match(block, /display="block"/, tex);
    assert.doesNotMatch(inline + block, /<script|merror|url\(/, tex);
  }
});

test("TeX that is wrong stops the build", () => {
  assert.throws(() => mathml("\\frac{1"));
});
