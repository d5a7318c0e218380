// Lists of masks: kept tidy, moved with the text, and what a run writes where they stand.
import { allTrimmed, byPlace, clipped, meet, merged, trimmed, without } from "../../web/text/ranges.js";
/** @import { Length, Mask, MaskDraft, Range, Slice, Targets, Wishes } from "../../shapes/text.js" */
/** @typedef {Range & Wishes & {id: string | null, locks: Range[]}} Loose a mask, or a selection that is none yet */

/** @type {Wishes} */
export const WISHES = { strength: null, length: null, style: null, only: null };
let made = 0;
const newId = () => `mask-${++made}`;

/**
 * Two masks as one: the newer's wishes where it has any.
 * @template {Loose} M
 * @param {M} older
 * @param {M} newer
 * @returns {M}
 */
const joined = (older, newer) => ({
  ...older,
  id: older.id ?? newer.id,
  strength: newer.strength ?? older.strength,
  length: newer.length ?? older.length,
  style: newer.style ?? older.style,
  only: newer.only ?? older.only,
  from: Math.min(older.from, newer.from),
  to: Math.max(older.to, newer.to),
  locks: merged([...older.locks, ...newer.locks]),
});

/**
 * Masks of which none meets another: those that do have become one, the later of a list the newer.
 * @template {Loose} M
 * @param {M[]} list
 * @returns {M[]}
 */
function apart(list) {
  /** @type {{to: number, at: number[]}[]} what is one, as places in the list */
  const groups = [];
  for (const i of [...list.keys()].sort((a, b) => byPlace(list[a], list[b]))) {
    const last = groups.at(-1);
    if (last && list[i].from < last.to) {
      last.at.push(i);
      last.to = Math.max(last.to, list[i].to);
    } else groups.push({ to: list[i].to, at: [i] });
  }
  return groups.map(({ at }) =>
    at
      .sort((a, b) => a - b)
      .map((i) => list[i])
      .reduce(joined),
  );
}

/**
 * Masks as they are kept: sorted, in the text, those that overlap made one; neighbours stay apart.
 * @param {MaskDraft[]} list
 * @param {number} [size] of the text
 */
export function tidy(list, size = Infinity) {
  /** @type {Mask[]} */
  const all = [];
  for (const raw of list) {
    const place = { from: Math.max(0, raw.from), to: Math.min(raw.to, size) };
    if (!(place.to > place.from)) continue;
    const locks = merged(clipped(raw.locks ?? [], place));
    all.push({ ...WISHES, ...raw, ...place, id: raw.id ?? newId(), locks });
  }
  const known = new Set(); // a mask that was cut in two gets a second id
  return apart(all).map((mask) => {
    const id = known.has(mask.id) ? newId() : mask.id;
    known.add(id);
    return id === mask.id ? mask : { ...mask, id };
  });
}

/**
 * Masks after a change of the text; those that are gone are left out, and a list of which nothing moved stays itself.
 * @param {Mask[]} list
 * @param {(at: number, side: number) => number} place says where a position went
 */
export function moved(list, place) {
  /** @param {Range} range */
  const put = ({ from, to }) => ({ from: place(from, 1), to: place(to, -1) });
  const all = list.map((mask) => {
    const now = put(mask);
    const locks = clipped(mask.locks.map(put), now);
    return stands(mask, { ...now, locks }) ? mask : { ...mask, ...now, locks };
  });
  return all.every((mask, i) => mask === list[i] && mask.to > mask.from) ? list : all.filter((m) => m.to > m.from);
}

/**
 * Whether a mask and its locks stand where they did.
 * @param {Mask} mask
 * @param {Range & {locks: Range[]}} now
 */
function stands(mask, now) {
  /** @type {(a: Range, b: Range) => boolean} */
  const same = (a, b) => a.from === b.from && a.to === b.to;
  return same(mask, now) && now.locks.length === mask.locks.length && now.locks.every((l, i) => same(l, mask.locks[i]));
}

/** @param {Wishes} mask */
const wishful = ({ strength, length, style, only }) => [strength, length, style, only].some((wish) => wish !== null);

/**
 * A number of tokens shared out among parts by their size; each gets one at least.
 * @param {number} count
 * @param {number[]} sizes
 */
export function shares(count, sizes) {
  const all = sizes.reduce((a, b) => a + b, 0);
  const exact = sizes.map((size) => (count * size) / all);
  const out = exact.map((n) => Math.max(1, Math.floor(n)));
  const order = [...exact.keys()].sort((a, b) => (exact[b] % 1) - (exact[a] % 1));
  const left = count - out.reduce((a, b) => a + b, 0);
  for (let i = 0; i < left; i++) out[order[i % order.length]]++;
  return out;
}

/**
 * What a run writes: spans without outer white space and without locked words, each with its mask's wishes. A selection
 * goes with a mask that it meets when that has no wishes of its own; of others it leaves their part alone.
 * @param {Mask[]} masks
 * @param {Range[]} picked
 * @param {Slice} slice
 * @returns {Targets}
 */
export function spansOf(masks, picked, slice) {
  const own = masks.filter(wishful);
  const locks = masks.flatMap((m) => m.locks);
  const more = picked.flatMap((r) => without(r, own)).map((range) => ({ ...WISHES, id: null, ...range, locks: [] }));
  /** @type {Loose[]} */
  const loose = apart([...masks.filter((m) => !wishful(m)), ...more]);
  const spans = [...own, ...loose].sort(byPlace).flatMap((mask) => {
    const { strength, style, only, id } = mask;
    const parts = allTrimmed(without(mask, locks), slice);
    const lengths = lengthsOf(mask.length, parts);
    return parts.map((part, i) => ({ ...part, strength, length: lengths[i], style, only, mask: id }));
  });
  const chosen = masks.length + picked.length;
  return { spans, chosen, locked: !spans.length && locks.some((l) => trimmed(l, slice)) };
}

/**
 * The wish of a mask for its length, for each of its parts.
 * @param {Length | null} length
 * @param {Range[]} parts
 */
const lengthsOf = (length, parts) =>
  typeof length === "number" && parts.length > 1
    ? shares(
        length,
        parts.map((p) => p.to - p.from),
      )
    : parts.map(() => length);

/**
 * Lock the words of `picked` that lie in masks, or unlock them when all of them are locked already.
 * @param {Mask[]} masks
 * @param {Range[]} picked
 * @param {Slice} slice
 * @returns {{masks: Mask[], locked: boolean, error?: undefined} | {error: string}}
 */
export function lockedIn(masks, picked, slice) {
  const inside = masks.map((mask) => allTrimmed(clipped(picked, mask), slice));
  if (!inside.some((words) => words.length)) return { error: nothingToLock(masks, picked, slice) };
  const unlock = masks.every((mask, i) => inside[i].every((r) => !without(r, mask.locks).length));
  const all = masks.map((mask, i) => {
    if (!inside[i].length) return mask;
    const locks = unlock ? mask.locks.flatMap((l) => without(l, inside[i])) : merged([...mask.locks, ...inside[i]]);
    return { ...mask, locks };
  });
  /** @param {Mask} mask */
  const nothing = (mask) => !allTrimmed(without(mask, mask.locks), slice).length;
  if (!unlock && all.some((mask, i) => inside[i].length && nothing(mask)))
    return {
      error:
        "That locks the whole mask, so nothing of it could be rewritten. Leave some of its words, or remove the mask.",
    };
  return { masks: all, locked: !unlock };
}

/**
 * @param {Mask[]} masks
 * @param {Range[]} picked
 * @param {Slice} slice
 */
function nothingToLock(masks, picked, slice) {
  if (picked.length && !allTrimmed(picked, slice).length)
    return "Only white space is selected. Select the words to keep.";
  if (masks.length) return "Select words inside a mask first; locked, they stay as they are.";
  return "There is no mask yet. Mask some words first, then lock those of them that should stay.";
}

/**
 * What is masked or picked in each of `paragraphs` becomes free and the rest of it a mask. Wishes that all masks share
 * go on. With `everywhere` paragraphs with nothing in them are masked too. Null when nothing is masked or picked.
 * @param {Mask[]} masks
 * @param {Range[]} picked
 * @param {Range[]} paragraphs
 * @param {Slice} slice
 * @returns {MaskDraft[] | null}
 */
export function inverted(masks, picked, paragraphs, slice, everywhere = false) {
  const taken = merged([...masks.flatMap((m) => without(m, m.locks)), ...picked].filter((r) => trimmed(r, slice)));
  if (!taken.length) return null;
  const wishes = {
    strength: shared(masks.map((m) => m.strength)),
    length: shared(masks.map((m) => m.length)),
    style: shared(masks.map((m) => m.style)),
    only: null, // it was said of words that stay now
  };
  const free = paragraphs.filter((p) => everywhere || taken.some((r) => meet(r, p))).flatMap((p) => without(p, taken));
  return allTrimmed(free, slice).map((r) => ({ ...wishes, ...r }));
}

/**
 * The value that all have; null where they differ.
 * @template T
 * @param {(T | null)[]} values
 */
const shared = (values) => (new Set(values).size === 1 ? values[0] : null);
