// The changes of a proposal, one by one. What was decided of a hunk is kept by candidate, span and place, so that a
// proposal can be put together from several candidates.
import { toUnits } from "../../web/text/offsets.js";
/** @import { Hunk } from "../../shapes/answers.js" */
/** @import { Change, Decisions } from "../../shapes/runs.js" */
/** @typedef {{text: string, change?: undefined} | {text?: undefined, change: Change}} Piece */

/**
 * Whether two changes of the same old text cannot both be made.
 * @param {Hunk} a
 * @param {Hunk} b
 */
export function conflict(a, b) {
  if (a.start !== a.end && b.start !== b.end) return a.start < b.end && b.start < a.end;
  const [insertion, other] = a.start === a.end ? [a, b] : [b, a];
  const at = insertion.start;
  return other.start === other.end ? other.start === at : other.start < at && at < other.end;
}

/** @typedef {Pick<Change, "candidate" | "span" | "index">} Place */

/**
 * Whether two are the same change; there may be none.
 * @param {Place | null} a
 * @param {Place | null} b
 */
export const same = (a, b) =>
  a !== null && b !== null && a.candidate === b.candidate && a.span === b.span && a.index === b.index;

/**
 * What was decided of the changes of a run.
 * @param {{hunks: Hunk[][]}[]} candidates
 * @returns {Decisions}
 */
export function decisions(candidates) {
  /** @type {Map<string, Change>} by candidate, span and place */
  const made = new Map();
  /** @param {Place} place */
  const key = ({ candidate, span, index }) => `${candidate}:${span}:${index}`;

  /** @type {Decisions["seen"]} */
  function seen(candidate, span) {
    const kept = [...made.values()].filter((d) => d.span === span && d.accepted);
    const own = candidates[candidate].hunks[span]
      .map((hunk, index) => {
        const place = { candidate, span, index };
        return made.get(key(place)) ?? { ...place, hunk, accepted: undefined };
      })
      .filter((d) => !d.accepted && !kept.some((other) => conflict(other.hunk, d.hunk)));
    return [...kept, ...own].sort((a, b) => a.hunk.start - b.hunk.start || a.hunk.end - b.hunk.end);
  }
  /** @type {Decisions["decide"]} */
  function decide(change, yes) {
    if (yes === undefined) made.delete(key(change));
    else made.set(key(change), { ...change, accepted: yes });
  }
  return {
    // Every change to be seen in a span while a candidate is shown: those that were accepted, and its own where they do
    // not clash.
    seen,
    made: () => made.size > 0,
    decide,
    all: () => Array.from(made.values(), (d) => [d.candidate, d.span, d.index, d.accepted]),
    again(list) {
      for (const [candidate, span, index, accepted] of list) {
        const hunk = candidates[candidate]?.hunks[span]?.[index];
        if (hunk) decide({ candidate, span, index, hunk, accepted: undefined }, accepted);
      }
    },
    /** The changes that would be made now: all that were not rejected. */
    picks: (candidate) =>
      candidates[candidate].hunks.flatMap((_, span) =>
        seen(candidate, span)
          .filter((d) => d.accepted !== false)
          .map((d) => [d.candidate, d.span, d.index]),
      ),
    /** The text of a span as it would be now. */
    text(candidate, span, old) {
      let out = "";
      let at = 0;
      for (const { hunk, accepted } of seen(candidate, span)) {
        if (accepted === false) continue;
        out += old.slice(at, toUnits(old, hunk.start)) + hunk.new;
        at = toUnits(old, hunk.end);
      }
      return out + old.slice(at);
    },
  };
}

/**
 * The pieces of a span: a text where nothing changes, else a change.
 * @param {string} old
 * @param {Change[]} changes
 */
export function pieces(old, changes) {
  /** @type {Piece[]} */
  const all = [];
  let at = 0;
  for (const change of changes) {
    const from = toUnits(old, change.hunk.start);
    if (from > at) all.push({ text: old.slice(at, from) });
    all.push({ change });
    at = toUnits(old, change.hunk.end);
  }
  if (at < old.length) all.push({ text: old.slice(at) });
  return all;
}
