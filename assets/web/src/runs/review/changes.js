// The changes of a proposal, one by one. A hunk is {start, end, old, new} in code points of the old text of its span; what was
// decided of it is kept by candidate, span and place, so that a proposal can be put together from several candidates.
import { h } from "../../web/dom/dom.js";
import { toUnits } from "../../web/text/offsets.js";

/** Whether two changes of the same old text cannot both be made. */
export function conflict(a, b) {
  if (a.start === a.end || b.start === b.end) {
    // an insertion
    const [at, other] = a.start === a.end ? [a.start, b] : [b.start, a];
    return other.start === other.end ? other.start === at : other.start < at && at < other.end;
  }
  return a.start < b.end && b.start < a.end;
}

/** Whether two are the same change; there may be none. */
export const same = (a, b) =>
  Boolean(a && b) && a.candidate === b.candidate && a.span === b.span && a.index === b.index;

/** What was decided of the changes of a run. `candidates[c].hunks[s]` are those of a candidate in a span. */
export function decisions(candidates) {
  const made = new Map(); // "c:s:i" -> {candidate, span, index, hunk, accepted}
  const key = (candidate, span, index) => `${candidate}:${span}:${index}`;
  const accepted = (span) => [...made.values()].filter((d) => d.span === span && d.accepted);

  /** Every change to be seen in a span while a candidate is shown: those that were accepted, and its own where they do not clash. */
  function seen(candidate, span) {
    const kept = accepted(span);
    const own = candidates[candidate].hunks[span]
      .map(
        (hunk, index) => made.get(key(candidate, span, index)) ?? { candidate, span, index, hunk, accepted: undefined },
      )
      .filter((d) => !d.accepted && !kept.some((other) => conflict(other.hunk, d.hunk)));
    return [...kept, ...own].sort((a, b) => a.hunk.start - b.hunk.start || a.hunk.end - b.hunk.end);
  }
  return {
    seen,
    made: () => made.size > 0,
    /** Every decision, to be made again: [candidate, span, index, accepted]. */
    all: () => Array.from(made.values(), (d) => [d.candidate, d.span, d.index, d.accepted]),
    again(list) {
      for (const [candidate, span, index, yes] of list) {
        const hunk = candidates[candidate]?.hunks[span]?.[index];
        if (hunk) this.decide({ candidate, span, index, hunk }, yes);
      }
    },
    decide(change, yes) {
      const { candidate, span, index, hunk } = change;
      if (yes === undefined) made.delete(key(candidate, span, index));
      else made.set(key(candidate, span, index), { candidate, span, index, hunk, accepted: yes });
    },
    /** The changes that would be made now: all that were not rejected. As [candidate, span, index]. */
    picks: (candidate) =>
      candidates[candidate].hunks.flatMap((_, span) =>
        seen(candidate, span)
          .filter((d) => d.accepted !== false)
          .map((d) => [d.candidate, d.span, d.index]),
      ),
    /** The text of a span as it would be now. */
    text(candidate, span, old) {
      let out = "",
        at = 0;
      for (const { hunk, accepted: yes } of seen(candidate, span)) {
        if (yes === false) continue;
        out += old.slice(at, toUnits(old, hunk.start)) + hunk.new;
        at = toUnits(old, hunk.end);
      }
      return out + old.slice(at);
    },
  };
}

/** The pieces of a span: {text} where nothing changes, else a change. */
export function pieces(old, changes) {
  const all = [];
  let at = 0;
  for (const change of changes) {
    const from = toUnits(old, change.hunk.start),
      to = toUnits(old, change.hunk.end);
    if (from > at) all.push({ text: old.slice(at, from) });
    all.push({ change });
    at = to;
  }
  if (at < old.length) all.push({ text: old.slice(at) });
  return all;
}

/** Draw the changes of a span into `host`. `active` is the change that the keys act on. */
export function drawChanges(host, old, changes, active) {
  host.replaceChildren(
    ...pieces(old, changes).map(({ text, change }) => {
      if (!change) return document.createTextNode(text);
      const { hunk, accepted, candidate, span, index } = change;
      const name = hunk.new
        ? hunk.old
          ? `${hunk.old} becomes ${hunk.new}`
          : `${hunk.new} comes in`
        : `${hunk.old} goes`;
      const choose = (id, sign, what) =>
        h(
          "button",
          {
            type: "button",
            id,
            class: "pz-decide",
            tabIndex: -1,
            "aria-label": `${what}: ${name}`,
            title: what,
            "data-change": `${candidate}:${span}:${index}`,
          },
          sign,
        );
      return h(
        "span",
        {
          class: `pz-hunk${same(active, change) ? " pz-active" : ""}`,
          "data-state": accepted === undefined ? "open" : accepted ? "accepted" : "rejected",
          role: "group",
          "aria-label": name,
        },
        hunk.old && accepted !== true ? h("del", {}, hunk.old) : null,
        hunk.new && accepted !== false ? h("ins", {}, hunk.new) : null,
        accepted === undefined
          ? h(
              "span",
              { class: "pz-decisions" },
              choose("hunk-accept", "✓", "Accept this change"),
              choose("hunk-reject", "✗", "Reject this change"),
            )
          : h(
              "span",
              { class: "pz-decisions" },
              choose("hunk-undo", "↺", accepted ? "Accepted; decide again" : "Rejected; decide again"),
            ),
      );
    }),
  );
}

/** Old and new side by side, with what goes and what comes marked. `rows`: [{old, changes}] per span. */
export function sideBySide(rows) {
  const column = (name, side) =>
    h(
      "div",
      { class: "side", "aria-label": name, role: "group" },
      h("h3", {}, name),
      ...rows.map(({ old, changes }) =>
        h(
          "p",
          {},
          ...pieces(old, changes).map(({ text, change }) => {
            if (!change) return text;
            const { hunk, accepted } = change;
            const stays = accepted === false;
            if (side === "old") return hunk.old ? h(stays ? "span" : "del", {}, hunk.old) : null;
            return stays ? hunk.old : hunk.new ? h("ins", {}, hunk.new) : null;
          }),
        ),
      ),
    );
  return [column("Before", "old"), column("After", "new")];
}
