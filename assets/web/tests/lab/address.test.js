import assert from "node:assert/strict";
import test from "node:test";
import { hashOf, placeOf, queryOf, settingsIn } from "../../src/lab/address.js";

/** @type {any} */
const CONTROLS = [
  { name: "t", kind: "number", default: 0.5 },
  { name: "noise", kind: "choice", default: "masks" },
  { name: "points", kind: "points", default: [1, 0.5, 0] },
  { name: "on", kind: "switch", default: false },
];

test("an address leads to a place of the lab, or to none", () => {
  assert.equal(placeOf("#12"), null);
  assert.equal(placeOf("#/laboratory"), null);
  assert.deepEqual(placeOf("#/lab"), { lesson: "", query: {} });
  assert.deepEqual(placeOf("#/lab/noise?t=0.2&text=a%26b+c"), { lesson: "noise", query: { t: "0.2", text: "a&b c" } });
  assert.deepEqual(placeOf("#/lab/%zz"), { lesson: "%zz", query: {} });
});

test("what is written into an address is read from it again", () => {
  const place = { lesson: "noise", query: { text: "50 % & ?=#/ü😀", t: "0.25" } };
  assert.deepEqual(placeOf(hashOf(place)), place);
});

test("an address holds where the text is from and what is not at its default", () => {
  const settings = settingsIn(CONTROLS, { t: "0.25", points: "1,0.2,0", document: "3", on: "true" });
  assert.deepEqual(settings, { t: 0.25, noise: "masks", points: [1, 0.2, 0], on: true });
  assert.deepEqual(queryOf(CONTROLS, settings, { t: "9", document: "3", from: "1" }), {
    document: "3",
    from: "1",
    t: "0.25",
    points: "1,0.2,0",
    on: "true",
  });
  assert.deepEqual(queryOf(CONTROLS, settingsIn(CONTROLS, {}), {}), {});
});

test("what is no number goes to Python as it is, which says so", () => {
  assert.equal(settingsIn(CONTROLS, { t: "half" }).t, "half");
  assert.equal(settingsIn(CONTROLS, { t: "" }).t, "");
});
