// What goes through the text for a query finds its words in all forms, and the query stays as it was typed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SearchQuery } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { findAllForms } from "../../../../src/web/text/letters/finding.js";

findAllForms();

test("a decomposed letter is found by a composed one, and the query is what was typed", () => {
  const state = EditorState.create({ doc: "a cafe\u0301 b. Don’t. STRASSE" });
  for (const [search, from, to] of /** @type {[string, number, number][]} */ ([
    ["café", 2, 7],
    ["don't", 11, 16],
    ["straße", 18, 25],
  ])) {
    const query = new SearchQuery({ search, replace: "$1" });
    const going = /** @type {any} */ (query).create();
    assert.equal(going.spec, query);
    const found = going.nextMatch(state, 0, 0);
    assert.deepEqual([found.from, found.to], [from, to], search);
    assert.equal(going.matchAll(state, 10).length, 1);
    assert.equal(going.getReplacement(found), "$1");
  }
});
