import assert from "node:assert/strict";
import { test } from "node:test";
import { conflict, decisions, pieces } from "../../../src/runs/review/changes.js";

const OLD = "😀 one two three";
const at = (start, end, fresh) => ({ start, end, old: Array.from(OLD).slice(start, end).join(""), new: fresh });
const CANDIDATES = [{ hunks: [[at(2, 5, "ONE"), at(10, 15, "3")]] }, { hunks: [[at(2, 9, "both")]] }];

test("changes that overlap clash, neighbours do not", () => {
  assert.ok(conflict(at(0, 3, ""), at(2, 5, "")));
  assert.ok(!conflict(at(0, 2, ""), at(2, 5, "")));
  assert.ok(
    !conflict(at(2, 2, "x"), at(2, 5, "")) &&
      conflict(at(3, 3, "x"), at(2, 5, "")) &&
      conflict(at(2, 2, "x"), at(2, 2, "y")),
  );
});

test("all changes are made until one is rejected", () => {
  const made = decisions(CANDIDATES);
  assert.equal(made.text(0, 0, OLD), "😀 ONE two 3");
  made.decide(made.seen(0, 0)[0], false);
  assert.equal(made.text(0, 0, OLD), "😀 one two 3");
  assert.deepEqual(made.picks(0), [[0, 0, 1]]);
  made.decide(made.seen(0, 0)[0], undefined);
  assert.equal(made.text(0, 0, OLD), "😀 ONE two 3");
});

test("a change that was accepted stays while another candidate is shown, and pushes aside what clashes with it", () => {
  const made = decisions(CANDIDATES);
  made.decide(made.seen(0, 0)[1], true);
  assert.equal(made.text(1, 0, OLD), "😀 both 3");
  made.decide(made.seen(0, 0)[0], true);
  assert.equal(made.text(1, 0, OLD), "😀 ONE two 3");
  assert.deepEqual(made.picks(1), [
    [0, 0, 0],
    [0, 0, 1],
  ]);
});

test("pieces put together are the old text", () => {
  const made = decisions(CANDIDATES);
  assert.equal(
    pieces(OLD, made.seen(0, 0))
      .map((p) => p.text ?? p.change.hunk.old)
      .join(""),
    OLD,
  );
});
