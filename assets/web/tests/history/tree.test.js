import assert from "node:assert/strict";
import { test } from "node:test";
import { strands } from "../../src/history/tree.js";

test("the document's line runs in the first lane and every line ends in its parent's", () => {
  // head -> b -> a; side stands on a, aside stands on side and so does other.
  const knots = [
    { id: "aside", parent: "side", on_head_line: false },
    { id: "other", parent: "side", on_head_line: false },
    { id: "head", parent: "b", on_head_line: true },
    { id: "side", parent: "a", on_head_line: false },
    { id: "b", parent: "a", on_head_line: true },
    { id: "a", parent: null, on_head_line: true },
  ];
  const drawn = strands(knots);
  assert.deepEqual(
    drawn.map((s) => s.lane === 0),
    knots.map((k) => k.on_head_line),
  );
  const at = (id) => drawn[knots.findIndex((k) => k.id === id)];
  assert.deepEqual(at("a").joins, [at("side").lane]);
  assert.equal(at("side").joins.length, 1, "two attempts on it meet there");
  assert.ok(at("a").above && !at("a").below && !at("head").above && at("head").below);
  assert.ok(at("b").through.includes(at("side").lane));
  for (const { lane, through, joins } of drawn) assert.ok(!through.includes(lane) && !joins.includes(lane));
});
