import assert from "node:assert/strict";
import { test } from "node:test";
import { language } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { modeOf } from "../../../../src/web/text/grammars/grammars.js";

/** @param {string} text */
function blocks(text) {
  const parser = EditorState.create({ extensions: [modeOf("markdown")] }).facet(language)?.parser;
  assert.ok(parser);
  const top = parser.parse(text).topNode;
  const found = [];
  for (let node = top.firstChild; node; node = node.nextSibling)
    found.push([node.name, text.slice(node.from, node.to)]);
  return found;
}

test("the front matter of a file is no heading", () => {
  const matter = "---\ntitle: Grain store\ntags:\n  - rye\n---";
  assert.deepEqual(blocks(`${matter}\n\n# Grain\n`), [
    ["FrontMatter", matter],
    ["ATXHeading1", "# Grain"],
  ]);
  assert.deepEqual(blocks("---\nname: x\n...\nWords.\n"), [
    ["FrontMatter", "---\nname: x\n..."],
    ["Paragraph", "Words."],
  ]);
});

test("what nobody has closed yet ends at an empty line or with the text", () => {
  assert.deepEqual(blocks("---\ntitle: x\n\nWords.\n"), [
    ["FrontMatter", "---\ntitle: x"],
    ["Paragraph", "Words."],
  ]);
  assert.deepEqual(blocks("---\ntitle: x"), [["FrontMatter", "---\ntitle: x"]]);
});

test("a rule stays a rule, and a heading underlined with dashes a heading", () => {
  assert.deepEqual(
    blocks("---\n\nWords: more.\n").map(([name]) => name),
    ["HorizontalRule", "Paragraph"],
  );
  assert.deepEqual(
    blocks("Words.\n\n---\ntitle: x\n---\n").map(([name]) => name),
    ["Paragraph", "HorizontalRule", "SetextHeading2"],
  );
});
