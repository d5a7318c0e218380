// Changes as they are drawn: in the text, one by one, or before and after side by side.
import { h } from "../../web/dom/elements.js";
import { painted } from "../../web/dom/painted.js";
import { pieces, same } from "./changes.js";
/** @import { Hunk } from "../../shapes/answers.js" */
/** @import { Change, Covered, Look } from "../../shapes/runs.js" */

/** @param {Hunk} hunk */
function nameOf(hunk) {
  if (!hunk.new) return `${hunk.old} goes`;
  return hunk.old ? `${hunk.old} becomes ${hunk.new}` : `${hunk.new} comes in`;
}

/** @param {Change} change */
function stateOf({ accepted }) {
  if (accepted === undefined) return "open";
  return accepted ? "accepted" : "rejected";
}

/** @param {Change} change */
function decisionsOf(change) {
  const { candidate, span, index, hunk, accepted } = change;
  /** @type {(id: string, sign: string, what: string) => HTMLElement} */
  const choose = (id, sign, what) =>
    h(
      "button",
      {
        type: "button",
        id,
        class: "pz-decide",
        tabIndex: -1,
        "aria-label": `${what}: ${nameOf(hunk)}`,
        title: what,
        "data-change": `${candidate}:${span}:${index}`,
      },
      sign,
    );
  if (accepted === undefined)
    return [choose("hunk-accept", "✓", "Accept this change"), choose("hunk-reject", "✗", "Reject this change")];
  return [choose("hunk-undo", "↺", accepted ? "Accepted; decide again" : "Rejected; decide again")];
}

/**
 * @param {Change} change
 * @param {boolean} active
 * @param {(string | HTMLElement)[]} fresh the new words
 */
function hunkOf(change, active, fresh) {
  const { hunk, accepted } = change;
  return h(
    "span",
    {
      class: `pz-hunk${active ? " pz-active" : ""}`,
      "data-state": stateOf(change),
      role: "group",
      "aria-label": nameOf(hunk),
    },
    hunk.old && accepted !== true ? h("del", {}, hunk.old) : null,
    hunk.new && accepted !== false ? h("ins", {}, ...fresh) : null,
    h("span", { class: "pz-decisions" }, ...decisionsOf(change)),
  );
}

/** @type {Look} */
const PLAIN = { now: [], was: [] };

/**
 * Draw the changes of a span into `host`; `active` is the one that the keys act on.
 * @param {HTMLElement} host
 * @param {Pick<Covered, "old" | "active" | "look"> & {changes: Change[]}} span
 */
export function drawChanges(host, { old, changes, active = null, look = PLAIN }) {
  let at = 0; // in the new text
  const drawn = pieces(old, changes).flatMap(({ text, change }) => {
    const here = at;
    const stands = change?.accepted === false ? change.hunk.old : (change?.hunk.new ?? text ?? "");
    at += stands.length;
    return change
      ? hunkOf(change, same(active, change), painted(stands, here, look.now))
      : painted(stands, here, look.now);
  });
  host.replaceChildren(...drawn);
}

/** @param {Change} change */
function before({ hunk, accepted }) {
  if (!hunk.old) return null;
  return h(accepted === false ? "span" : "del", {}, hunk.old);
}
/** @param {Change} change */
function after({ hunk, accepted }) {
  if (accepted === false) return hunk.old;
  return hunk.new ? h("ins", {}, hunk.new) : null;
}

/**
 * Old and new side by side, with what goes and what comes marked.
 * @param {{old: string, changes: Change[]}[]} rows one a span
 */
export function sideBySide(rows) {
  /** @type {(name: string, drawn: typeof before | typeof after) => HTMLElement} */
  const column = (name, drawn) =>
    h(
      "div",
      { class: "side", "aria-label": name, role: "group" },
      h("h3", {}, name),
      ...rows.map(({ old, changes }) =>
        h("p", {}, ...pieces(old, changes).map(({ text, change }) => (change ? drawn(change) : text))),
      ),
    );
  return [column("Before", before), column("After", after)];
}
