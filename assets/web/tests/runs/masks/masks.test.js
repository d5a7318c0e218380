import assert from "node:assert/strict";
import { test } from "node:test";
import { EditorState } from "@codemirror/state";
import { inverted, lockedIn, shares, spansOf, tidy } from "../../../src/runs/masks/masks.js";
import { merged, trimmed, without } from "../../../src/web/text/ranges.js";
import { maskField, setMasks } from "../../../src/runs/masks/state.js";
import { strengthWords, wishWords } from "../../../src/runs/masks/wishes.js";

const TEXT = "One two three four. Five six seven.\n\nEight nine ten.\n";
const slice = (from, to) => TEXT.slice(from, to);
const at = (words, text = TEXT) => ({ from: text.indexOf(words), to: text.indexOf(words) + words.length });
const words = (ranges) => ranges.map((r) => slice(r.from, r.to));
/** A small repeatable source of chance. */
const chance = (seed) => () => {
  seed = (seed * 1103515245 + 12345) % 2 ** 31;
  return seed / 2 ** 31;
};

test("overlapping and nested masks become one, neighbours stay apart, ids are told apart", () => {
  const [a] = tidy([
    { from: 4, to: 13, strength: 0.2, locks: [at("two")] },
    { from: 8, to: 18, length: "longer" },
  ]);
  assert.deepEqual([a.from, a.to, a.strength, a.length, a.locks], [4, 18, 0.2, "longer", [at("two")]]);
  const [nested] = tidy([
    { from: 0, to: 18, id: "outer" },
    { from: 4, to: 7, strength: 0.5 },
  ]);
  assert.deepEqual([nested.id, nested.from, nested.to, nested.strength], ["outer", 0, 18, 0.5]);
  assert.equal(
    tidy([
      { from: 0, to: 4 },
      { from: 4, to: 8 },
    ]).length,
    2,
  );
  assert.equal(
    new Set(
      tidy([
        { id: "x", from: 0, to: 4 },
        { id: "x", from: 5, to: 8 },
      ]).map((m) => m.id),
    ).size,
    2,
  );
  assert.deepEqual(
    tidy(
      [
        { from: 5, to: 5 },
        { from: 90, to: 99 },
        { from: 30, to: 99 },
      ],
      40,
    ).map((m) => [m.from, m.to]),
    [[30, 40]],
  );
});

test("tidied masks never overlap, cover what was covered, and stay as they are when tidied again", () => {
  const random = chance(7);
  for (let i = 0; i < 300; i++) {
    const raw = Array.from({ length: 12 }, () => {
      const from = Math.floor(random() * 100);
      return { from, to: from + Math.floor(random() * 20) };
    });
    const all = tidy(raw, 100);
    assert.ok(all.every((m, k) => m.to > m.from && (!k || all[k - 1].to <= m.from)));
    const covered = (ranges) => {
      const set = new Set();
      for (const r of ranges) for (let k = r.from; k < Math.min(r.to, 100); k++) set.add(k);
      return [...set].sort();
    };
    assert.deepEqual(covered(all), covered(raw));
    assert.deepEqual(tidy(all, 100), all);
  }
});

test("masks and locks move with the text: around them, inside them, and away with it", () => {
  const state = EditorState.create({ doc: TEXT, extensions: [maskField] });
  const start = state.update({
    effects: setMasks.of([{ ...at("two three four"), strength: 0.4, locks: [at("three")] }, at("Eight")]),
  }).state;
  const after = (changes) => {
    const next = start.update({ changes }).state;
    return next
      .field(maskField)
      .map((m) => [next.sliceDoc(m.from, m.to), m.strength, ...m.locks.map((l) => next.sliceDoc(l.from, l.to))]);
  };
  const same = [
    ["two three four", 0.4, "three"],
    ["Eight", null],
  ];
  assert.deepEqual(after({ from: 0, insert: "Zero. " }), same);
  assert.deepEqual(after({ from: at("two").from, insert: "just " }), same, "typed before the first letter");
  assert.deepEqual(after({ from: at("four").to, insert: "teen" }), same, "typed behind the last letter");
  assert.deepEqual(after({ from: at("two").to, insert: " or" })[0], ["two or three four", 0.4, "three"]);
  assert.deepEqual(after({ from: at("three").from + 1, insert: "x" })[0], ["two txhree four", 0.4, "txhree"]);
  assert.deepEqual(after(at("three "))[0], ["two four", 0.4], "a lock that is deleted is gone");
  assert.deepEqual(after({ from: 0, to: 20 }), [["Eight", null]]);
  assert.equal(
    start.update({ changes: { from: TEXT.length, insert: "x" } }).state.field(maskField),
    start.field(maskField),
    "nothing is drawn anew",
  );
});

test("locked words and outer white space are cut out of the spans, and wishes come along", () => {
  const masks = tidy([
    { ...at(" two three four. Five "), strength: 0.3, length: "shorter", locks: [at("three")] },
    at("ten"),
  ]);
  const { spans, chosen, locked } = spansOf(masks, [at("six")], slice);
  assert.deepEqual(words(spans), ["two", "four. Five", "six", "ten"]);
  assert.deepEqual(
    spans.map((s) => [s.strength, s.length, s.mask]),
    [
      [0.3, "shorter", masks[0].id],
      [0.3, "shorter", masks[0].id],
      [null, null, null],
      [null, null, masks[1].id],
    ],
  );
  assert.deepEqual([chosen, locked], [3, false]);
  assert.deepEqual(spansOf([], [{ from: 3, to: 4 }], slice), { spans: [], chosen: 1, locked: false });
  assert.equal(spansOf(tidy([{ ...at("two"), locks: [at("two")] }]), [], slice).locked, true);
});

test("a selection joins a plain mask, and leaves the part of one with wishes of its own alone", () => {
  const plain = tidy([{ ...at("two three"), locks: [at("two")] }]);
  assert.deepEqual(words(spansOf(plain, [at("three four")], slice).spans), ["three four"]);
  const wishing = tidy([{ ...at("two three"), strength: 0.2 }]);
  const { spans } = spansOf(wishing, [at("three four")], slice);
  assert.deepEqual(
    spans.map((s) => [slice(s.from, s.to), s.strength]),
    [
      ["two three", 0.2],
      ["four", null],
    ],
  );
});

test("a wish for so many tokens is shared out among the parts of a mask", () => {
  assert.deepEqual(shares(10, [5, 5]), [5, 5]);
  assert.deepEqual(
    shares(7, [10, 5, 5]).reduce((a, b) => a + b),
    7,
  );
  assert.deepEqual(shares(1, [9, 1]), [1, 1]);
  const [mask] = tidy([{ ...at("two three four"), length: 6, locks: [at("three")] }]);
  assert.deepEqual(
    spansOf([mask], [], slice)
      .spans.map((s) => s.length)
      .reduce((a, b) => a + b),
    6,
  );
});

test("locking toggles, trims, and refuses what makes no sense", () => {
  const masks = tidy([at("two three four"), at("nine ten")]);
  const once = lockedIn(masks, [at(" three ")], slice);
  assert.deepEqual(words(once.masks[0].locks), ["three"]);
  assert.equal(once.masks[1], masks[1]);
  assert.deepEqual(lockedIn(once.masks, [at("three")], slice).masks[0].locks, []);
  assert.match(lockedIn(once.masks, [at("two three four")], slice).error, /whole mask/);
  assert.match(lockedIn(once.masks, [at("two"), at("four")], slice).error, /whole mask/);
  assert.match(lockedIn(masks, [at("Five")], slice).error, /inside a mask/);
  assert.match(lockedIn([], [at("Five")], slice).error, /no mask/);
  assert.match(lockedIn(masks, [{ from: 3, to: 4 }], slice).error, /white space/);
  assert.deepEqual(
    words(lockedIn(masks, [at("four. Five six seven.\n\nEight nine")], slice).masks.flatMap((m) => m.locks)),
    ["four", "nine"],
  );
});

test("inverting twice gives the same words, and keeps wishes that all masks share", () => {
  const paragraphs = [
    { from: 0, to: 35 },
    { from: 37, to: 52 },
  ];
  const masks = tidy([
    { ...at("two three"), strength: 0.4 },
    { ...at("six"), strength: 0.4 },
  ]);
  const once = tidy(inverted(masks, [], paragraphs, slice));
  assert.deepEqual(words(once), ["One", "four. Five", "seven."]);
  assert.ok(once.every((m) => m.strength === 0.4));
  assert.deepEqual(words(inverted(once, [], paragraphs, slice)), ["two three", "six"]);
  assert.deepEqual(words(inverted(masks, [], paragraphs, slice, true)), [
    "One",
    "four. Five",
    "seven.",
    "Eight nine ten.",
  ]);
  assert.deepEqual(words(inverted([], [at("nine")], paragraphs, slice)), ["Eight", "ten."]);
  assert.deepEqual(inverted([], [at("Eight nine ten.")], paragraphs, slice), []);
  assert.equal(inverted([], [{ from: 3, to: 4 }], paragraphs, slice), null);
  const locked = tidy([{ ...at("two three four"), locks: [at("three")] }]);
  assert.deepEqual(words(inverted(locked, [], paragraphs, slice)), ["One", "three", ". Five six seven."]);
});

test("ranges: what is left and what is put together makes the whole", () => {
  const random = chance(3);
  for (let i = 0; i < 300; i++) {
    const holes = Array.from({ length: 5 }, () => {
      const from = Math.floor(random() * 50);
      return { from, to: from + Math.floor(random() * 10) };
    }).filter((r) => r.to > r.from);
    const whole = { from: 10, to: 40 };
    const left = without(whole, holes);
    assert.ok(left.every((r) => holes.every((hole) => r.to <= hole.from || hole.to <= r.from)));
    const back = merged([
      ...left,
      ...holes
        .map((hole) => ({ from: Math.max(10, hole.from), to: Math.min(40, hole.to) }))
        .filter((r) => r.to > r.from),
    ]);
    assert.deepEqual(back, [whole]);
  }
  assert.equal(trimmed({ from: 3, to: 4 }, slice), null);
});

test("a mask is told in few words", () => {
  assert.deepEqual(
    [0, 0.2, 0.5, 0.8, 1].map((s) => strengthWords(s)[0]),
    ["correct", "touch up", "rework", "recast", "rewrite"],
  );
  assert.match(strengthWords(0.2)[1], /80 %/);
  const [mask] = tidy([{ ...at("two three"), strength: 0.2, length: 1, style: "formal", locks: [at("two")] }]);
  assert.deepEqual(
    wishWords(mask, () => "Formal"),
    ["touch up", "1 token", "Formal", "words kept"],
  );
  assert.deepEqual(wishWords(tidy([at("two")])[0]), []);
});
