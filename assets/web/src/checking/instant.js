// Instant edit: while it is on, a pause after typing has the changed paragraph checked, and weak spots are underlined.
// The text is changed only when a suggestion is taken.
import { isolateHistory } from "@codemirror/commands";
import { EditorView } from "@codemirror/view";
import { button, h } from "../web/dom/elements.js";
import { remembered } from "../web/dom/memory.js";
import { many } from "../web/dom/words.js";
import { paragraphChecker } from "./checker.js";
import { covers } from "./dictionary.js";
import { spotCard, spotList } from "./spotlist.js";
import { stretchAt } from "./stretches.js";
import { aimedAt, removed, shown, spots, weakSpots } from "./weakspots.js";

/** @import { EditorState } from "@codemirror/state" */
/** @import { Spot } from "../shapes/answers.js" */
/** @import { Command, Core, Documents } from "../shapes/core.js" */

const AROUND = 24;

/**
 * @param {Core} core
 * @param {{documents: Documents}} parts
 */
export function instantPart(core, { documents }) {
  if (!core.boot.weak_spots) return { bar: [], below: [] };
  const { key } = core;
  const view = () => core.surface.view;
  let on = remembered.get("instant", false);
  /** @type {string[]} */
  let ignored = [];
  const dismissed = new Set();

  const box = h("input", {
    type: "checkbox",
    role: "switch",
    id: "instant",
    checked: on,
    onchange: () => {
      set(box.checked);
    },
  });
  const count = h("span", { "aria-live": "polite" });
  const counter = h(
    "button",
    {
      type: "button",
      id: "weak-spots",
      class: "counter",
      "aria-expanded": "false",
      title: "Show them as a list. English prose is checked, and not every mistake is found",
      onclick: () => openList(list.element.hidden === true),
    },
    count,
  );
  const left = h("span", { id: "not-checked", class: "hint", role: "status", "aria-live": "polite" });
  /** @param {string} words */
  const leave = (words) => {
    left.textContent = words;
  };
  const fixAll = button("Fix all here", {
    id: "fix-all",
    hidden: true,
    title: `Take every suggestion in this paragraph (${key("Mod-F8")})`,
    onclick: () => {
      takeAll();
      view().focus();
    },
  });
  const proofread = button("Proofread", {
    id: "proofread",
    title: "Go over the selection, or this paragraph, and propose corrections",
    onclick: () => proofreadHere(),
  });
  const actions = {
    take: (/** @type {Spot} */ s) => take([s]),
    dismiss,
    ignore,
    show: open,
    checkAgain: (/** @type {string} */ word) => remember(word, false),
    focus: () => view().focus(),
    key,
  };
  const list = spotList(actions);

  /** @param {EditorState} state */
  const here = (state) => stretchAt(state.doc, state.selection.main.head);
  /** @param {EditorState} state */
  const aim = (state) => (on ? aimedAt(state, here(state)) : null);
  const all = () => view().state.field(spots, false) ?? []; // none before the parts are joined
  /** @param {Spot} s */
  const known = (s) => ignored.some((word) => covers(word, s.old, s.begins)) || dismissed.has(trace(s));
  const checker = paragraphChecker(core, { documents, on: () => on, known, leave, refresh });
  core.extensions.push(
    ...checker.extensions,
    weakSpots(aim, (s) => spotCard(s, actions)),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && on) checker.soon();
      const effects = update.transactions.some((tr) => tr.effects.length);
      if (update.docChanged || update.selectionSet || effects) refresh();
    }),
  );

  /**
   * A suggestion in its place, so that it is known again when the paragraph is checked anew.
   * @param {Spot} s
   */
  function trace(s) {
    const { doc } = view().state;
    return [documents.current()?.id, doc.sliceString(Math.max(0, s.from - AROUND), s.from), s.old, s.new].join("\0");
  }

  // ---- what is done with a suggestion --------------------------------------------------------------------------
  /**
   * A suggestion as it stands by now: a card may have been drawn before the text moved.
   * @param {Spot | null} s
   */
  function still(s) {
    if (!s || all().includes(s)) return s;
    return all().find((each) => each.old === s.old && each.new === s.new && each.from === s.from) ?? null;
  }
  /** @param {Spot[]} wished */
  function take(wished) {
    const some = wished.map(still).filter((s) => s !== null);
    if (!some.length) return false;
    view().dispatch({
      changes: some.map((s) => ({ from: s.from, to: s.to, insert: s.new })),
      effects: shown.of(null),
      annotations: isolateHistory.of("full"),
      userEvent: "input.complete",
    });
    core.status(some.length === 1 ? `“${some[0].old}” is now “${some[0].new}”` : `${some.length} suggestions taken`);
    return true;
  }
  const takeAll = () => take(inParagraph());
  function inParagraph() {
    const r = here(view().state);
    return r ? all().filter((s) => s.from >= r.from && s.to <= r.to) : [];
  }
  /** @param {Spot | null} wished */
  function dismiss(wished) {
    const s = still(wished);
    if (!s) return false;
    dismissed.add(trace(s));
    view().dispatch({ effects: [removed.of((each) => each === s), shown.of(null)] });
    return true;
  }
  /** @param {Spot | null} s */
  function ignore(s) {
    if (!s) return false;
    view().dispatch({ effects: [removed.of((each) => covers(s.old, each.old, each.begins)), shown.of(null)] });
    remember(s.old, true);
    core.status(`“${s.old}” is left alone in this document from now on`);
    return true;
  }
  /**
   * @param {string} word
   * @param {boolean} isIgnored
   */
  async function remember(word, isIgnored) {
    const target = documents.current();
    if (!target) return;
    const answer = await core.call("ignore", { document: target.id, word, ignored: isIgnored });
    if (!answer || target !== documents.current()) return;
    target.dictionary = answer.dictionary;
    ignored = answer.dictionary;
    refresh();
  }
  /** @param {Spot} s */
  function open(s) {
    view().dispatch({ selection: { anchor: s.from }, effects: shown.of(s), scrollIntoView: true });
  }
  /** @param {number} step */
  function go(step) {
    const found = all();
    const { head } = view().state.selection.main;
    const after = found.find((each) => each.from > head) ?? found.at(0);
    const before = found.findLast((each) => each.to < head) ?? found.at(-1);
    const s = step > 0 ? after : before;
    if (!on || !s) return false;
    open(s);
    view().focus();
    core.status(`Suggestion: “${s.old}” could be “${s.new}”`);
    return true;
  }
  function proofreadHere() {
    const { state } = view();
    const { from, to } = state.selection.main;
    const range = from === to ? here(state) : { from, to };
    if (!range) {
      core.notice("There is nothing to proofread on this line. Select some words, or go to a paragraph.");
      return;
    }
    if (from === to) view().dispatch({ selection: { anchor: range.from, head: range.to } });
    core.emit("proofread", range);
  }

  // ---- what is drawn -------------------------------------------------------------------------------------------
  /** @param {boolean} opened */
  function openList(opened) {
    list.element.hidden = !opened;
    counter.setAttribute("aria-expanded", String(opened));
    refresh();
  }
  /** @param {number} n */
  function counted(n) {
    if (n) return many(n, "weak spot");
    return on && checker.isWaiting() ? "Checking…" : "Nothing found";
  }
  function refresh() {
    const found = on ? all() : [];
    counter.hidden = !on;
    count.textContent = counted(found.length);
    counter.classList.toggle("some", found.length > 0);
    fixAll.hidden = !on || inParagraph().length < 1;
    list.draw(found, ignored);
  }

  // ---- the switch and the document -----------------------------------------------------------------------------
  /** @param {boolean} now */
  function set(now) {
    on = now;
    box.checked = now;
    remembered.set("instant", on);
    checker.cancel();
    if (on) {
      const range = here(view().state);
      checker.wait(range ? [range] : []); // what was typed before is looked at where the caret is
      checker.now();
    } else {
      view().dispatch({ effects: [removed.of(() => true), shown.of(null), checker.noneAsked] });
      openList(false);
      leave("");
    }
  }
  core.on("opened", (doc) => {
    ignored = [...(doc.dictionary ?? [])];
    leave("");
    checker.cancel();
    refresh();
  });
  const aimed = () => aim(view().state);
  core.commands.add(
    ...commandsOf(() => on, {
      turn: () => set(!on),
      go,
      take: () => take([aimed()].filter((s) => s !== null)),
      dismiss: () => dismiss(aimed()),
      ignore: () => ignore(aimed()),
      takeAll,
      proofread: proofreadHere,
    }),
  );
  refresh();
  const title = "Check what you type, and underline what could be better";
  return {
    bar: [h("label", { class: "switch", title }, box, "Instant edit"), counter, fixAll, proofread],
    below: [left, list.element],
  };
}

/**
 * @param {() => boolean} when
 * @param {object} on
 * @param {() => void} on.turn
 * @param {(step: number) => boolean} on.go
 * @param {() => boolean} on.take
 * @param {() => boolean} on.dismiss
 * @param {() => boolean} on.ignore
 * @param {() => boolean} on.takeAll
 * @param {() => void} on.proofread
 * @returns {Command[]}
 */
function commandsOf(when, on) {
  const group = "Proofread";
  return [
    { id: "instant", title: "Instant edit on or off", group, key: "Alt-F8", run: on.turn },
    { id: "next-spot", title: "Next weak spot", group, key: "F8", when, run: () => on.go(1) },
    { id: "previous-spot", title: "Previous weak spot", group, key: "Shift-F8", when, run: () => on.go(-1) },
    { id: "take-spot", title: "Take the suggestion", group, key: "Alt-Enter", when, run: on.take },
    { id: "dismiss-spot", title: "Dismiss the suggestion", group, key: "Shift-Alt-Enter", when, run: on.dismiss },
    { id: "ignore-spot", title: "Ignore the word from now on", group, key: "Mod-Alt-Enter", when, run: on.ignore },
    { id: "fix-all", title: "Fix all weak spots of this paragraph", group, key: "Mod-F8", when, run: on.takeAll },
    { id: "proofread", title: "Proofread the selection, or this paragraph", group, run: on.proofread },
  ];
}
