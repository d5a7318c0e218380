import assert from "node:assert/strict";
import test from "node:test";
import { fit, ranked } from "../../../src/web/page/fuzzy.js";

const titles = (query, ...all) =>
  ranked(
    query,
    all.map((title) => ({ title })),
  ).map((found) => found.item.title);

test("what stands there fits better than letters one by one, the beginning of a word better than its inside", () => {
  assert.deepEqual(titles("save", "Some apples, very old", "Unsaved", "Save a revision"), [
    "Save a revision",
    "Unsaved",
    "Some apples, very old",
  ]);
});

test("letters fit in their order only", () => {
  assert.deepEqual(titles("sdoc", "Save a document", "Code is"), ["Save a document"]);
  assert.equal(fit("xyz", "Save"), null);
  assert.equal(fit("ss", "Save"), null);
});

test("every word must fit, in any order", () => {
  assert.deepEqual(titles("theme dark", "Dark theme", "Light theme"), ["Dark theme"]);
});

test("the places that fit are told", () => {
  assert.deepEqual([...fit("DT", "Dark theme").at], [0, 5]);
  assert.deepEqual([...fit("the", "Dark theme").at], [5, 6, 7]);
});

test("nothing typed leaves all in their order, and a bonus moves what was used lately up", () => {
  assert.deepEqual(titles("", "b", "a"), ["b", "a"]);
  const found = ranked("a", [{ title: "a one" }, { title: "a two", recent: true }], (item) => (item.recent ? 10 : 0));
  assert.equal(found[0].item.title, "a two");
});

test("odd characters are letters like any other", () => {
  assert.ok(fit("%_(", "100 %_( x"));
  assert.ok(fit("😀", "a 😀 b"));
  assert.ok(fit("i", "İstanbul i"));
});
