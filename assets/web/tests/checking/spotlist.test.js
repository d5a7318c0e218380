import assert from "node:assert/strict";
import { test } from "node:test";
import { called } from "../../src/checking/spotlist.js";

test("a rule is called as people call it", () => {
  assert.equal(called("Agreement"), "agreement");
  assert.equal(called("WordChoice"), "choice of words");
  assert.equal(called("gerund_form"), "gerund form");
  assert.equal(called("CommaSplice"), "comma splice");
});
