import assert from "node:assert/strict";
import { test } from "node:test";
import { stylesFor, tooLong } from "../../src/styles/choices.js";

const style = (name, languages, available = true) => ({ name, languages, available });

test("a language has its own styles, those that cannot be had last", () => {
  const all = [style("a", ["python"], false), style("b", ["prose"]), style("c", ["python", "prose"])];
  assert.deepEqual(
    stylesFor(all, "python").map((s) => s.name),
    ["c", "a"],
  );
  assert.deepEqual(stylesFor(all, "sql"), []);
});

test("an instruction over the limit is counted in characters as people see them", () => {
  assert.equal(tooLong("x".repeat(500), 500), "");
  assert.equal(tooLong(`  ${"😀".repeat(500)}  `, 500), "");
  assert.match(tooLong("x".repeat(501), 500), /501 characters; the limit is 500/);
});
