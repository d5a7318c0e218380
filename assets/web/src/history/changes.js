// Two texts against each other: which, inline or side by side, from change to change, and a strip of where these lie.
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { getChunks, MergeView, unifiedMergeView } from "@codemirror/merge";
import { h } from "../web/dom/elements.js";
import { many, when } from "../web/dom/words.js";
import { KINDS } from "./revision.js";
/** @import { Extension } from "@codemirror/state" */
/** @import { Revision } from "../shapes/answers.js" */
/** @typedef {{from: number, to: number, gone: number}} Place `gone`: characters of the other text */
/** @typedef {{view: EditorView, destroy: () => void, next: () => void, previous: () => void, places: Place[]}} Shown */

const LATEST = 300; // that are offered; any other is compared by its own menu
const SCAN = { scanLimit: 2000, timeout: 1500 };

/**
 * One text alone, or one against another.
 * @param {HTMLElement} parent
 * @param {object} is
 * @param {string} is.text
 * @param {string | null} is.before null: it is shown alone
 * @param {boolean} is.beside side by side
 * @param {Extension} is.look
 * @returns {Shown}
 */
export function shownIn(parent, { text, before, beside, look }) {
  const fixed = [
    EditorState.readOnly.of(true),
    EditorView.lineWrapping,
    EditorState.lineSeparator.of("\n"),
    lineNumbers(),
    look,
  ];
  if (before !== null && beside) {
    const merge = new MergeView({
      parent,
      a: { doc: before, extensions: fixed },
      b: { doc: text, extensions: fixed },
      diffConfig: SCAN,
      gutter: true,
    });
    return { view: merge.b, destroy: () => merge.destroy(), ...walking(merge.b) };
  }
  const changes =
    before === null
      ? []
      : unifiedMergeView({ original: before, mergeControls: false, allowInlineDiffs: true, diffConfig: SCAN });
  const view = new EditorView({ parent, state: EditorState.create({ doc: text, extensions: [fixed, changes] }) });
  return { view, destroy: () => view.destroy(), ...walking(view) };
}

/**
 * Where the text shown is another: words, since a paragraph is one line.
 * @param {import("@codemirror/state").EditorState} state
 * @returns {Place[]}
 */
function placesOf(state) {
  /** @type {Place[]} */
  const places = [];
  for (const { changes, fromB } of getChunks(state)?.chunks ?? [])
    for (const change of changes) {
      const [from, to] = [fromB + change.fromB, Math.min(fromB + change.toB, state.doc.length)];
      const place = { from, to, gone: change.toA - change.fromA };
      const last = places.at(-1);
      if (last && !/\s/.test(state.sliceDoc(last.to, from))) {
        last.to = to; // of the same word
        last.gone += place.gone;
      } else places.push(place);
    }
  return places;
}

/** @param {EditorView} view */
function walking(view) {
  const places = placesOf(view.state);
  let at = -1;
  /** @param {1 | -1} step */
  const go = (step) => {
    if (!places.length) return;
    const here = view.state.selection.main.from;
    if (places[at]?.from === here) at += step;
    else if (step > 0) at = places.findIndex((place) => place.from >= here);
    else at = places.findLastIndex((place) => place.from < here);
    if (at < 0 || at >= places.length) at = step > 0 ? 0 : places.length - 1;
    show(view, places[at]);
  };
  return { next: () => go(1), previous: () => go(-1), places };
}

/**
 * @param {EditorView} view
 * @param {Place} place
 */
function show(view, { from, to }) {
  const effects = EditorView.scrollIntoView(from, { y: "center" });
  view.dispatch({ selection: { anchor: from, head: to }, effects });
}

/**
 * A strip of where the changes lie: each is a mark at its share of the text, and a press goes there.
 * @param {Shown} shown
 */
export function stripOf({ view, places }) {
  const whole = Math.max(1, view.state.doc.length);
  const marks = places.map((place) => {
    const { from, to } = place;
    const kind = kindOf(place);
    const style = `top:${(100 * from) / whole}%;height:${Math.max(0.6, (100 * (to - from)) / whole)}%`;
    return h("button", {
      type: "button",
      class: `mark ${kind}`,
      style,
      tabindex: "-1",
      "aria-label": `A ${kind} place`,
      onclick: () => show(view, place),
    });
  });
  return h("div", { id: "change-strip", class: "change-strip" }, ...marks);
}

/** @param {Place} place */
function kindOf({ from, to, gone }) {
  if (!gone) return "added";
  return from === to ? "removed" : "changed";
}

/**
 * Nothing, the one before, the text as it stands, every named revision, the latest others, and one that is wished.
 * @param {{id: string, parent: string | null}} mine
 * @param {Revision[]} all
 * @param {string} [wished]
 */
export function choices({ id, parent }, all, wished) {
  const others = all.filter((r) => r.id !== id);
  const rest = others.filter((r) => !r.name).filter((r, at) => at < LATEST || r.id === wished);
  return [
    h("option", { value: "" }, "Alone"),
    parent ? h("option", { value: parent }, "With the one before") : "",
    h("option", { value: "now" }, "With the text as it stands"),
    ...groupOf(
      "With a named one",
      others.filter((r) => r.name),
    ),
    ...groupOf("With another one", rest),
  ];
}

/**
 * @param {string} label
 * @param {Revision[]} revisions
 */
function groupOf(label, revisions) {
  if (!revisions.length) return [];
  const group = h("optgroup", {}, ...revisions.map((r) => h("option", { value: r.id }, nameOf(r))));
  group.setAttribute("label", label);
  return [group];
}
/** The colours of who wrote what. */
export const legend = () => [
  h("span", { class: "key typed" }, "typed"),
  " ",
  h("span", { class: "key run" }, "rewritten"),
  " Point at words for their run.",
];

/** @param {Revision} r */
const nameOf = (r) => `${r.name ?? KINDS[r.kind] ?? r.kind}, ${when(r.created_at)}`;

/**
 * @param {string} text
 * @param {boolean} alone
 * @param {number} count of changes
 */
export function factsOf(text, alone, count) {
  if (alone) return many(text.length, "character");
  return count ? many(count, "change") : "The texts are the same.";
}
