import assert from "node:assert/strict";
import test from "node:test";
import { mending, whole } from "../../../src/web/text/whole.js";

const applied = (text, changes) =>
  changes.reduceRight((out, { from, to, insert }) => out.slice(0, from) + insert + out.slice(to), text);
const PIECES = ["a", "\r", "\n", "\r\n", "\ud83d", "\ude00", "😀", "\u0085", "\u2028", "\u2029", "\ufffd", "\v", "\f"];

test("half characters are mended one for one, whole ones stay", () => {
  assert.equal(whole("a\ud83db\ude00 😀 \ude00\ud83d"), "a\ufffdb\ufffd 😀 \ufffd\ufffd");
});

test("whatever comes in, what is left has no carriage return and no half character, and as many lines", () => {
  let seed = 1;
  const random = (n) => {
    seed = (seed * 48271) % 2147483647;
    return seed % n;
  };
  for (let i = 0; i < 500; i++) {
    const text = Array.from({ length: random(12) }, () => PIECES[random(PIECES.length)]).join("");
    const done = applied(text, mending(text));
    assert.equal(done, whole(text).replace(/\r\n?/g, "\n"));
    assert.ok(!/\r|\p{Surrogate}/u.test(done));
    assert.deepEqual(mending(done), []);
    assert.equal(done.split("\n").length, text.split(/\r\n?|\n/).length);
    assert.equal(applied(text, mending(text, false)), whole(text));
  }
});
