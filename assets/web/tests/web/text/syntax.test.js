import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultKeymap, historyKeymap } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { python } from "@codemirror/lang-python";
import { searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { MASK_KEYS, SELECT_KEYS } from "../../../src/web/keys.js";
import { bracketsAround, functionAround } from "../../../src/web/text/syntax.js";

const around = (find, extension) => (text, words) => {
  const state = EditorState.create({ doc: text, extensions: extension ? [extension] : [] });
  const from = text.indexOf(words);
  const found = find(state, { from, to: from + words.length });
  return found && state.sliceDoc(found.from, found.to);
};

test("functions and classes, from the inside out", () => {
  const inner = "    def area(self):\n        return self.w * self.h";
  const text = `class Box:\n    w = 1\n\n${inner}\n\nx = 3\n`;
  const python_ = around(functionAround, python());
  assert.equal(python_(text, "self.w"), inner.trim());
  assert.equal(python_(text, inner.trim()), text.slice(0, text.indexOf("\n\nx = 3")));
  assert.equal(python_(text, "x = 3"), null);
  assert.equal(python_("@cache\ndef f():\n    return 1\n", "return"), "@cache\ndef f():\n    return 1");
  const js = around(functionAround, javascript());
  assert.equal(js("const f = (a) => a + 1;\nfunction g() { return f(2); }\n", "a + 1"), "(a) => a + 1");
  assert.equal(
    js("const f = (a) => a + 1;\nfunction g() { return f(2); }\n", "return"),
    "function g() { return f(2); }",
  );
  assert.equal(js("class A { m() { return 1; } }", "return"), "m() { return 1; }");
});

test("brackets: inside, then with them, then the next ones; those in strings do not count", () => {
  const js = around(bracketsAround, javascript());
  const text = 'call(one, [two, ")"], three);';
  assert.equal(js(text, "two"), 'two, ")"');
  assert.equal(js(text, 'two, ")"'), '[two, ")"]');
  assert.equal(js(text, '[two, ")"]'), 'one, [two, ")"], three');
  assert.equal(js(text, "three"), 'one, [two, ")"], three');
  const state = EditorState.create({ doc: "f() + (g)", extensions: [javascript()] });
  assert.deepEqual(bracketsAround(state, { from: 2, to: 2 }), { from: 1, to: 3 }, "nothing stands inside");
  assert.equal(bracketsAround(state, { from: 4, to: 4 }), null);
  assert.equal(around(bracketsAround)("He said “come (now) here” and left.", "here"), "come (now) here");
  assert.equal(around(bracketsAround)("a ) b ( c", "b"), null);
});

test("no key is one of the editor's own, but for two that mean the same", () => {
  const known = new Set(
    [...defaultKeymap, ...historyKeymap, ...searchKeymap].flatMap((k) => [k.key, k.mac].filter(Boolean)),
  );
  const keys = [SELECT_KEYS, MASK_KEYS].flatMap((all) => Object.values(all));
  assert.deepEqual(keys.filter((key) => known.has(key)).sort(), [SELECT_KEYS.line, "Mod-i"].sort());
  assert.equal(new Set(keys).size, keys.length);
});
