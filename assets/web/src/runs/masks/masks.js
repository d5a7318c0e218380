// Masks: what the user wants rewritten, each with its own wishes and with words in it that stay. They move with the text.
//
// A mask is {id, from, to, strength: null | 0..1, length: null | "auto" | "shorter" | "same" | "longer" | number of tokens,
// style: null | name, locks: [{from, to}]}; null is "as the settings panel says".
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";

const WISHES = { strength: null, length: null, style: null };
let made = 0;

// ---- ranges ------------------------------------------------------------------------------------------------------
const meet = (a, b) => a.from < b.to && b.from < a.to;
const byPlace = (a, b) => a.from - b.from;
/** Ranges as sorted ones that do not touch. */
export function merged(ranges) {
  const all = [];
  for (const { from, to } of [...ranges].sort(byPlace)) {
    if (all.length && from <= all.at(-1).to) all.at(-1).to = Math.max(all.at(-1).to, to);
    else all.push({ from, to });
  }
  return all;
}
/** What of a range lies outside all `holes`. */
export function without({ from, to }, holes) {
  const left = [];
  let at = from;
  for (const hole of merged(holes)) {
    if (hole.to <= at || hole.from >= to) continue;
    if (hole.from > at) left.push({ from: at, to: hole.from });
    at = hole.to;
  }
  if (at < to) left.push({ from: at, to });
  return left;
}
/** A range less the white space at its ends; null when that is all of it. */
export function trimmed({ from, to }, slice) {
  const text = slice(from, to),
    words = text.trim();
  const start = from + text.indexOf(words);
  return words ? { from: start, to: start + words.length } : null;
}
const clipped = (ranges, { from, to }) =>
  ranges.map((r) => ({ from: Math.max(r.from, from), to: Math.min(r.to, to) })).filter((r) => r.to > r.from);

// ---- a list of masks ---------------------------------------------------------------------------------------------
/** Two masks as one: the newer's wishes where it has any. */
function joined(older, newer) {
  const own = Object.fromEntries(Object.keys(WISHES).map((name) => [name, newer[name] ?? older[name]]));
  return {
    ...older,
    ...own,
    id: older.id ?? newer.id,
    from: Math.min(older.from, newer.from),
    to: Math.max(older.to, newer.to),
    locks: merged([...older.locks, ...newer.locks]),
  };
}
/** Masks as they are kept: sorted, in the text, those that overlap made one; neighbours stay apart. */
export function tidy(list, size = Infinity) {
  let all = [];
  for (const raw of list) {
    const place = { from: Math.max(0, raw.from), to: Math.min(raw.to, size) };
    if (!(place.to > place.from)) continue;
    const mask = {
      ...WISHES,
      ...raw,
      ...place,
      id: raw.id ?? `mask-${++made}`,
      locks: merged(clipped(raw.locks ?? [], place)),
    };
    const met = all.filter((other) => meet(other, mask));
    all = [...all.filter((other) => !met.includes(other)), [...met, mask].reduce(joined)];
  }
  const known = new Set(); // a mask that was cut in two gets a second id
  return all.sort(byPlace).map((mask) => {
    const id = known.has(mask.id) ? `mask-${++made}` : mask.id;
    known.add(id);
    return id === mask.id ? mask : { ...mask, id };
  });
}
/** Masks after a change of the text; those that are gone are left out. `place(at, side)` says where a position went. */
export function moved(list, place) {
  const put = ({ from, to }) => ({ from: place(from, 1), to: place(to, -1) });
  let same = true;
  const all = [];
  for (const mask of list) {
    const now = put(mask),
      locks = clipped(mask.locks.map(put), now);
    const stays =
      now.from === mask.from &&
      now.to === mask.to &&
      locks.length === mask.locks.length &&
      locks.every((l, i) => l.from === mask.locks[i].from && l.to === mask.locks[i].to);
    if (!stays) same = false;
    if (now.to > now.from) all.push(stays ? mask : { ...mask, ...now, locks });
  }
  return same ? list : all;
}
const wishful = (mask) => Object.keys(WISHES).some((name) => mask[name] !== null);

/** A number of tokens shared out among parts by their size; each gets one at least. */
export function shares(count, sizes) {
  const whole = sizes.reduce((a, b) => a + b, 0);
  const exact = sizes.map((size) => (count * size) / whole),
    out = exact.map((n) => Math.max(1, Math.floor(n)));
  const order = [...exact.keys()].sort((a, b) => (exact[b] % 1) - (exact[a] % 1));
  for (let i = 0, left = count - out.reduce((a, b) => a + b, 0); left > 0; left--, i++) out[order[i % order.length]]++;
  return out;
}
/**
 * What a run writes: spans without outer white space and without locked words, each with its mask's wishes. A selection goes with
 * a mask that it meets when that has no wishes of its own; of others it leaves their part alone.
 * `chosen` counts masks and selections, `locked` says that locks left nothing of them.
 */
export function spansOf(masks, picked, slice) {
  const own = masks.filter(wishful),
    locks = masks.flatMap((m) => m.locks);
  const free = picked.flatMap((r) => without(r, own));
  let loose = masks.filter((m) => !wishful(m));
  for (const range of free) {
    const met = loose.filter((other) => meet(other, range));
    loose = [
      ...loose.filter((other) => !met.includes(other)),
      [...met, { ...WISHES, id: null, ...range, locks: [] }].reduce(joined),
    ];
  }
  const spans = [];
  for (const mask of [...own, ...loose].sort(byPlace)) {
    const parts = without(mask, locks)
      .map((part) => trimmed(part, slice))
      .filter(Boolean);
    const { strength, length, style, id } = mask;
    const lengths =
      typeof length === "number" && parts.length > 1
        ? shares(
            length,
            parts.map((p) => p.to - p.from),
          )
        : parts.map(() => length);
    parts.forEach((part, i) => spans.push({ ...part, strength, length: lengths[i], style, mask: id }));
  }
  const chosen = masks.length + picked.length;
  return { spans, chosen, locked: !spans.length && locks.some((l) => trimmed(l, slice)) };
}

/**
 * Lock the words of `picked` that lie in masks, or unlock them when all of them are locked already.
 * Returns {masks, locked: true | false} or {error}.
 */
export function lockedIn(masks, picked, slice) {
  const inside = masks.map((mask) =>
    clipped(picked, mask)
      .map((r) => trimmed(r, slice))
      .filter(Boolean),
  );
  if (!inside.some((words) => words.length)) {
    if (picked.length && !picked.some((r) => trimmed(r, slice)))
      return { error: "Only white space is selected. Select the words to keep." };
    return {
      error: masks.length
        ? "Select words inside a mask first; locked, they stay as they are."
        : "There is no mask yet. Mask some words first, then lock those of them that should stay.",
    };
  }
  const unlock = masks.every((mask, i) => inside[i].every((r) => !without(r, mask.locks).length));
  const all = masks.map((mask, i) => {
    if (!inside[i].length) return mask;
    return {
      ...mask,
      locks: unlock ? mask.locks.flatMap((l) => without(l, inside[i])) : merged([...mask.locks, ...inside[i]]),
    };
  });
  const nothing = (mask) => !without(mask, mask.locks).some((part) => trimmed(part, slice));
  if (!unlock && all.some((mask, i) => inside[i].length && nothing(mask)))
    return {
      error:
        "That locks the whole mask, so nothing of it could be rewritten. Leave some of its words, or remove the mask.",
    };
  return { masks: all, locked: !unlock };
}
/**
 * What is masked or picked in each of `paragraphs` becomes free and the rest of it a mask. Wishes that all masks share go on.
 * With `everywhere` paragraphs with nothing in them are masked too. Null when nothing is masked or picked.
 */
export function inverted(masks, picked, paragraphs, slice, everywhere = false) {
  const taken = merged([...masks.flatMap((m) => without(m, m.locks)), ...picked].filter((r) => trimmed(r, slice)));
  if (!taken.length) return null;
  const wishes = Object.fromEntries(
    Object.keys(WISHES).map((name) => {
      const values = new Set(masks.map((m) => m[name]));
      return [name, values.size === 1 ? [...values][0] : null];
    }),
  );
  return paragraphs
    .filter((p) => everywhere || taken.some((r) => meet(r, p)))
    .flatMap((p) => without(p, taken))
    .map((r) => trimmed(r, slice))
    .filter(Boolean)
    .map((r) => ({ ...wishes, ...r }));
}

// ---- what is told of a mask --------------------------------------------------------------------------------------
/** A strength in a word or two, and what it means. */
export function strengthWords(share) {
  if (share <= 0) return ["correct", "only words that look wrong change"];
  const kept = `about ${Math.round((1 - share) * 100)} % of it stays`;
  if (share <= 0.3) return ["touch up", kept];
  if (share <= 0.6) return ["rework", kept];
  return share < 1 ? ["recast", kept] : ["rewrite", "no word stays"];
}
const LENGTHS = { auto: "about as long", same: "same length" };
/** The wishes of a mask as short words, for its chip. */
export function wishWords(mask, titleOf = (style) => style) {
  const { strength, length, style, locks } = mask;
  return [
    strength !== null && strengthWords(strength)[0],
    typeof length === "number" ? `${length} token${length === 1 ? "" : "s"}` : (LENGTHS[length] ?? length),
    style !== null && titleOf(style),
    locks.length > 0 && `${locks.length} kept`,
  ].filter(Boolean);
}

// ---- in the editor -----------------------------------------------------------------------------------------------
class Padlock extends WidgetType {
  eq() {
    return true;
  }
  toDOM() {
    const mark = document.createElement("span");
    mark.className = "pz-padlock";
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", "locked:");
    return mark;
  }
  ignoreEvent() {
    return false;
  }
}
const padlock = Decoration.widget({ widget: new Padlock(), side: 1 });
const maskMark = (mask) =>
  Decoration.mark({
    class: "pz-usermask",
    attributes: { "data-mask": mask.id, style: `--pz-strength: ${mask.strength ?? 1}` },
  });
const lockMark = (mask) =>
  Decoration.mark({
    class: "pz-locked",
    attributes: { "data-mask": mask.id, title: "Locked: these words stay as they are" },
  });
const drawn = (masks) =>
  Decoration.set(
    masks.flatMap((mask) => [
      ...without(mask, mask.locks).map((r) => maskMark(mask).range(r.from, r.to)),
      ...mask.locks.flatMap((l) => [padlock.range(l.from), lockMark(mask).range(l.from, l.to)]),
    ]),
    true,
  );

export const setMasks = StateEffect.define();
export const maskField = StateField.define({
  create: () => [],
  update(value, tr) {
    if (tr.docChanged) value = moved(value, (at, side) => tr.changes.mapPos(at, side));
    for (const effect of tr.effects) if (effect.is(setMasks)) value = tidy(effect.value, tr.newDoc.length);
    return value;
  },
  provide: (field) => EditorView.decorations.from(field, drawn),
});

/** Masks that were put by while a run covers them. They go on moving with the text, so that they come back where they belong. */
const PARKED = 8;
const park = StateEffect.define();
const parked = StateField.define({
  create: () => [],
  update(value, tr) {
    if (tr.docChanged && value.length)
      value = value.map((lot) => ({ ...lot, masks: moved(lot.masks, (at, side) => tr.changes.mapPos(at, side)) }));
    for (const effect of tr.effects) if (effect.is(park)) value = [...value, effect.value].slice(-PARKED);
    return value;
  },
});
export const maskState = [maskField, parked];

/** What the surface can do with masks. `added(id)` is told when the selection was made a mask. */
export function maskCalls(view, added) {
  const now = () => view.state.field(maskField);
  const slice = (from, to) => view.state.sliceDoc(from, to);
  const picked = () => view.state.selection.ranges.filter((r) => !r.empty).map(({ from, to }) => ({ from, to }));
  return {
    ranges: () => spansOf(now(), picked(), slice),
    picked,
    masks: now,
    /** Masks need only `from` and `to`. */
    setMasks(all) {
      const main = view.state.selection.main;
      view.dispatch({ effects: setMasks.of(all) });
      const fresh = all.filter((m) => m.id === undefined);
      if (fresh.length === 1 && fresh[0].from === main.from && fresh[0].to === main.to)
        added(now().find((m) => m.from <= main.from && main.to <= m.to)?.id);
    },
    /** Masks with their wishes and locks, to be put back later. */
    saveMasks() {
      const lot = {};
      view.dispatch({ effects: park.of({ lot, masks: now() }) });
      return lot;
    },
    /** Those masks as they stand now. */
    savedMasks: (lot) => view.state.field(parked).find((entry) => entry.lot === lot)?.masks ?? [],
    /** Put masks back where their words stand now; without any trace of them `spansNow` become plain ones. */
    restoreMasks(lot, spansNow = []) {
      const kept = view.state.field(parked).find((entry) => entry.lot === lot);
      view.dispatch({ effects: setMasks.of(kept?.masks ?? spansNow.map(({ from, to }) => ({ from, to }))) });
    },
  };
}
