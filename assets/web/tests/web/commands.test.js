import assert from "node:assert/strict";
import test from "node:test";
import { scopes, spell } from "../../src/web/commands.js";

test("keys are spelt as people read them", () => {
  assert.equal(spell("Mod-Shift-p"), "Ctrl+Shift+P");
  assert.equal(spell("Alt-ArrowDown"), "Alt+↓");
  assert.equal(spell("Mod--"), "Ctrl+-");
});

test("a key that a control or a field has itself is left to it", () => {
  for (const key of ["Tab", "Enter", "ArrowDown", "x", "Shift-Tab"]) assert.equal(scopes({ key }), "editor");
  for (const key of ["Mod-z", "Mod-ArrowLeft", "Mod-a", "Alt-ArrowDown"]) assert.equal(scopes({ key }), "editor page");
  for (const key of ["Mod-Enter", "Mod-k", "F1", "Escape"]) assert.equal(scopes({ key }), "editor page field");
  assert.equal(scopes({ key: "?", outside: true }), "page");
});
