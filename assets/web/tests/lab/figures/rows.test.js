import assert from "node:assert/strict";
import test from "node:test";
import { csv, rowsOf, said } from "../../../src/lab/figures/rows.js";

const AXIS = { label: "price", unit: "nats", log: false, low: null, high: null };

test("every kind of figure says as a table what it shows", () => {
  const bars = rowsOf({
    kind: "bars",
    title: "",
    value: AXIS,
    what: "token",
    names: ["a", "b"],
    groups: [
      ["Q", [0.2, null]],
      ["P", [1, 0]],
    ],
  });
  assert.deepEqual(bars, {
    columns: ["token", "Q: price (nats)", "P: price (nats)"],
    rows: [
      ["a", 0.2, 1],
      ["b", null, 0],
    ],
  });
  const series = [{ name: "line", x: [0, 1], y: [2, 3], strong: true }];
  const marks = [{ x: 0.5, y: 2.5, label: "here" }];
  assert.deepEqual(rowsOf({ kind: "lines", title: "", x: AXIS, y: AXIS, series, marks, rules: [], draws: "" }).rows, [
    ["here", 0.5, 2.5],
    ["line", 0, 2],
    ["line", 1, 3],
  ]);
  const tokens = [{ text: "a", state: /** @type {"mask"} */ ("mask"), value: null, note: "b" }];
  assert.deepEqual(rowsOf({ kind: "tokens", title: "", tokens, value: null, picks: "", picked: null }).rows, [
    [1, "a", "mask", "b"],
  ]);
  const matrix = {
    kind: /** @type {"matrix"} */ ("matrix"),
    title: "",
    rows: ["r"],
    columns: ["c"],
    values: [[1]],
    value: AXIS,
    across: "key",
    down: "query",
    binary: true,
  };
  assert.deepEqual(rowsOf(matrix), { columns: ["query \\ key", "c"], rows: [["r", 1]] });
});

test("CSV keeps every character, and no cell is a formula of a spreadsheet", () => {
  const table = {
    columns: ["a", 'b"c'],
    rows: [
      ["x,y", "1\n2"],
      ["=1+1", -2],
      [null, "-x"],
    ],
  };
  assert.equal(csv(table), 'a,"b""c"\r\n"x,y","1\n2"\r\n\'=1+1,-2\r\n,\'-x\r\n');
});

test("numbers are said with the digits that count", () => {
  const cases = [null, 0, 3, 1234567, 0.105360516, 4.605170186, -0.5, 1.5e-7, 2.5e9, "x"];
  assert.deepEqual(cases.map(said), ["–", "0", "3", "1,234,567", "0.1054", "4.605", "-0.5", "1.50e-7", "2.50e+9", "x"]);
});
