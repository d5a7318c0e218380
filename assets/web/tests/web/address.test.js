import assert from "node:assert/strict";
import { test } from "node:test";
import { parsed, spelled } from "../../src/web/address.js";

test("an address comes back as it was spelled, and what is none is none", () => {
  for (const address of [
    { document: 7 },
    { document: 7, rev: "ab12" },
    { document: 7, rev: "ab12", mark: [3, 9] },
    { document: 7, run: "cd34" },
    { document: 7, run: "cd34", step: 5 },
  ])
    assert.deepEqual(parsed(spelled(address)), address);
  assert.deepEqual(parsed("#/doc/7"), { document: 7 });
  for (const hash of ["", "#", "#x", "#/doc/x", "#/doc/7/rev/", "#/doc/7/step/5", "#/doc/7/rev/ab/../x"])
    assert.equal(parsed(hash), null);
});
