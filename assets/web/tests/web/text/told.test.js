import assert from "node:assert/strict";
import test from "node:test";
import { Text } from "@codemirror/state";
import { change, toldText } from "../../../src/web/text/told.js";
import { pointsOf, toPoints } from "../../../src/web/text/offsets.js";

const doc = (text) => Text.of(text.split("\n"));
const put = (before, { at, gone, put }) => before.slice(0, at) + put + before.slice(at + gone);

/** Python's side: texts by version, in code points. */
function python() {
  const kept = new Map();
  const sent = [];
  const ask = async (name, payload) => {
    sent.push([name, JSON.stringify(payload).length]);
    if (name !== "text")
      return kept.has(payload.version)
        ? { text: kept.get(payload.version), ...payload }
        : { error: { code: "unknown_text" } };
    if (payload.text !== undefined) kept.set(payload.version, payload.text);
    else if (!kept.has(payload.base)) return { error: { code: "unknown_text" } };
    else {
      const before = Array.from(kept.get(payload.base));
      before.splice(payload.at, payload.gone, ...Array.from(payload.put));
      kept.set(payload.version, before.join(""));
    }
    return { version: payload.version };
  };
  return { kept, sent, ask };
}

test("a change turns one text into the other and cuts no character in two", () => {
  for (const [before, after] of [
    ["", "a"],
    ["a", ""],
    ["aaa", "aa"],
    ["a😀b", "a😁b"],
    ["😀", "😀😀"],
    ["x𠀀y", "x𠁀y"],
    ["one two", "one three two"],
  ]) {
    const made = change(before, after);
    assert.equal(put(before, made), after);
    assert.ok(made.put.isWellFormed() && before.slice(made.at, made.at + made.gone).isWellFormed(), after);
  }
});

test("Python knows the text as it stands, and is told of a change no more than has changed", async () => {
  const { sent, ask } = python();
  const about = toldText(ask);
  let text = "A line of 😀 words.\n".repeat(5000);
  const whole = text.length;
  for (let i = 0; i < 20; i++) {
    assert.equal((await about("heat", doc(text), () => ({}))).text, text);
    const at = (i * 4019) % (text.length - 40);
    text = `${text.slice(0, at)}né😁w${text.slice(at + (i % 3))}`.toWellFormed().replaceAll("\ufffd", "?");
  }
  assert.ok(sent[0][1] > whole);
  for (const [, size] of sent.slice(1)) assert.ok(size < 300, String(size));
});

test("questions asked at once are about their own text; what Python has forgotten is told again", async () => {
  const { kept, ask } = python();
  const about = toldText(ask);
  const asked = ["one", "one two", "two", ""].map((text) => about("check", doc(text), () => ({})));
  assert.deepEqual(
    (await Promise.all(asked)).map((a) => a.text),
    ["one", "one two", "two", ""],
  );
  kept.clear();
  assert.equal((await about("check", doc("three"), () => ({}))).text, "three");
  kept.clear();
  const same = doc("three");
  await about("check", same, () => ({}));
  kept.clear();
  assert.equal((await about("check", same, () => ({}))).text, "three");
});

test("no answer is null", async () => {
  const about = toldText(async () => ({ error: { code: "offline" } }));
  assert.equal(await about("check", doc("a"), () => ({})), null);
});

test("code points before every place", () => {
  for (const text of ["", "abc".repeat(2000), "a😀".repeat(3000), "\ud800x".repeat(1500), "😀".repeat(2000)]) {
    const before = pointsOf(text);
    for (let at = 0; at <= text.length; at += 7) {
      if (at && text.codePointAt(at - 1) > 0xffff) continue; // inside a character
      assert.equal(before(at), toPoints(text, at));
    }
  }
});
