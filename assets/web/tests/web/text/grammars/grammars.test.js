import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { StreamLanguage } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { coloursIn } from "../../../../src/web/text/colours.js";
import * as namespace from "../../../../src/web/text/grammars/bundle.js";
import { modeOf, OTHERS } from "../../../../src/web/text/grammars/grammars.js";
import { coloursOf } from "../../../../src/web/text/appearance.js";

/** @type {Record<string, import("@codemirror/language").StreamParser<unknown>>} */
const bundle = { ...namespace };
/** of no need, or nobody keeps a grammar of them */
const PLAIN = ["batch", "csv", "elixir", "makefile", "plain", "prose"];
const LANGUAGES = readdirSync(new URL("../../../../../languages", import.meta.url)).map((file) =>
  file.replace(".toml", ""),
);

test("every language that people choose has its grammar", () => {
  const without = LANGUAGES.filter((name) => !(/** @type {unknown[]} */ ([modeOf(name)].flat()).length));
  assert.deepEqual(without.sort(), PLAIN);
  assert.deepEqual(Object.keys(bundle).sort(), Object.keys(OTHERS).sort());
  assert.deepEqual(
    Object.keys(OTHERS).filter((name) => !LANGUAGES.includes(name)),
    [],
  );
});

test("what the bundle parses has colours, strings and comments others than words", () => {
  const text = 'if (a) { return "b"; } // c\n';
  for (const name of /** @type {const} */ ([
    "c",
    "cpp",
    "csharp",
    "dart",
    "go",
    "java",
    "kotlin",
    "php",
    "rust",
    "scala",
    "swift",
  ])) {
    const state = EditorState.create({ extensions: [StreamLanguage.define(bundle[name]), coloursOf(false)] });
    const at = (/** @type {string} */ part) => {
      const from = text.indexOf(part);
      return coloursIn(state, text, from, from + part.length)[0]?.classes;
    };
    const kinds = ["return", '"b"', "// c"].map(at);
    assert.ok(kinds.every(Boolean), `${name}: ${kinds}`);
    assert.equal(new Set(kinds).size, 3, name);
  }
});

test("PHP: variables, attributes and both kinds of comments", () => {
  const state = EditorState.create({ extensions: [StreamLanguage.define(namespace.php), coloursOf(false)] });
  const text = "#[Pure]\nfunction add($a) {\n  return null; # none\n}\n";
  const seen = coloursIn(state, text, 0, text.length).map(({ from, to }) => text.slice(from, to));
  for (const part of ["function", "$a", "return", "null", "# none"])
    assert.ok(seen.includes(part), `${part} of ${seen}`);
  assert.ok(!seen.some((part) => part.startsWith("#[Pure]")));
});
