// Instant edit: while it is on, a pause after typing has the changed paragraph checked, and weak spots are underlined. The text is
// changed only when a suggestion is taken.
import { StateEffect, StateField } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { isolateHistory } from "@codemirror/commands";
import { leftOut, stretchField, stretchOf } from "./asking.js";
import { debounce, h, remembered } from "../web/dom/dom.js";
import { merged } from "../runs/masks/masks.js";
import { stretchAt, stretches } from "./stretches.js";
import { aimedAt, placed, removed, shown, spots, weakSpots } from "./weakspots.js";
import "./weak.css";

const PAUSE_MS = 400,
  AGAIN_MS = 150,
  MOST = 20,
  AROUND = 24;
const percent = (p) => (p < 0.01 ? "under 1 %" : `${Math.round(p * 100)} %`);

// Ranges that were changed and not checked yet; they move with the text.
const checked = StateEffect.define(); // {from, to}
const unchecked = StateEffect.define(); // [{from, to}]: these and no others
const dirty = StateField.define({
  create: () => [],
  update(all, tr) {
    if (tr.docChanged) {
      all = all.map((r) => ({ from: tr.changes.mapPos(r.from, -1), to: tr.changes.mapPos(r.to, 1) }));
      tr.changes.iterChangedRanges((_a, _b, from, to) => all.push({ from, to }));
      all = merged(all); // or every key would add one
    }
    for (const effect of tr.effects) {
      if (effect.is(unchecked)) all = effect.value;
      if (!effect.is(checked)) continue;
      const { from, to } = effect.value;
      all = all.flatMap((r) =>
        [
          r.from < from && { from: r.from, to: Math.min(r.to, from - 1) },
          r.to > to && { from: Math.max(r.from, to + 1), to: r.to },
        ].filter(Boolean),
      );
    }
    return all;
  },
});
const { field: asking, set: asked } = stretchField();

/** `documents` tells which document is open. */
export function instantPart(core, { documents }) {
  if (!core.boot.weak_spots) return { bar: [], below: [] };
  const { key } = core;
  const view = () => core.surface.view;
  let on = remembered.get("instant", false),
    ignored = [],
    busy = false;
  const dismissed = new Set();

  const box = h("input", {
    type: "checkbox",
    role: "switch",
    id: "instant",
    checked: on,
    onchange: () => set(box.checked),
  });
  const count = h("span", { "aria-live": "polite" });
  const counter = h(
    "button",
    {
      type: "button",
      id: "weak-spots",
      class: "counter",
      "aria-expanded": "false",
      title: "Show them as a list",
      onclick: () => openList(list.hidden),
    },
    count,
  );
  const list = h("div", { class: "weak-list", role: "region", "aria-label": "Weak spots", hidden: true });
  const left = h("span", { id: "not-checked", class: "hint", role: "status", "aria-live": "polite" });
  const fixAll = h(
    "button",
    {
      type: "button",
      id: "fix-all",
      hidden: true,
      title: `Take every suggestion in this paragraph (${key("Mod-F8")})`,
      onclick: () => {
        takeAll();
        view().focus();
      },
    },
    "Fix all here",
  );
  const proofread = h(
    "button",
    {
      type: "button",
      id: "proofread",
      title: "Go over the selection, or this paragraph, and propose corrections",
      onclick: proofreadHere,
    },
    "Proofread",
  );

  const here = (state) => stretchAt(state.doc, state.selection.main.head);
  const aim = (state) => (on ? aimedAt(state, here(state)) : null);
  const all = () => view().state.field(spots, false) ?? []; // none before the parts are joined
  core.extensions.push(
    dirty,
    asking,
    weakSpots(aim, card),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && on) check();
      if (update.docChanged || update.selectionSet || update.transactions.some((tr) => tr.effects.length)) refresh();
    }),
  );

  // ---- checking ------------------------------------------------------------------------------------------------
  const check = debounce(PAUSE_MS, () => next());
  const later = debounce(AGAIN_MS, () => next());
  /** Check the changed paragraph that is nearest to the caret, and then the next. */
  async function next() {
    if (!on || busy) return;
    if (view().composing) return check();
    const { state } = view(),
      { head } = state.selection.main,
      target = documents.current();
    const far = (r) => Math.max(r.from - head, head - r.to, 0);
    const changed = state
      .field(dirty)
      .flatMap((r) => stretches(state.doc, r.from, r.to))
      .sort((a, b) => far(a) - far(b));
    if (!changed.length || !target) {
      wait([]);
      return refresh();
    }
    const stretch = changed[0];
    let unit = null;
    if (changed.length > MOST) wait(changed.slice(0, MOST)); // a pasted book: what is near the caret
    busy = true;
    view().dispatch({ effects: [asked.of(stretch), checked.of(stretch)] });
    const answer = await core.about("check", state.doc, (told) => {
      const question = stretchOf(told, stretch);
      unit = question.unit;
      return { ...question.asked, language: target.language, document: target.id };
    });
    if (answer && !answer.stale)
      left.textContent = answer.unchecked
        ? "This code is too long, or nested too deeply, to be checked."
        : leftOut(answer.skipped);
    busy = false;
    const now = target === documents.current() ? view().state.field(asking) : null; // where it stands by now, if nothing in it was changed
    if (on && now && answer && !answer.stale) place(now, answer.spots, (point) => unit(now, point));
    else if (now) view().dispatch({ effects: asked.of(null) });
    if (on && view().state.field(dirty).length && !check.pending()) later();
    refresh();
  }
  function place(now, found, unit) {
    const known = (s) => ignored.includes(s.old) || dismissed.has(trace(s));
    const made = found.map((s) => ({ ...s, from: unit(s.from), to: unit(s.to) })).filter((s) => !known(s));
    view().dispatch({ effects: [asked.of(null), placed.of({ ...now, spots: made })] });
  }
  const wait = (ranges) => {
    if (ranges.length || view().state.field(dirty).length) view().dispatch({ effects: unchecked.of(ranges) });
  };
  /** A suggestion in its place, so that it is known again when the paragraph is checked anew. */
  function trace(s) {
    const { doc } = view().state;
    return [documents.current()?.id, doc.sliceString(Math.max(0, s.from - AROUND), s.from), s.old, s.new].join("\0");
  }

  // ---- what is done with a suggestion --------------------------------------------------------------------------
  /** A suggestion as it stands by now: a card may have been drawn before the text moved. */
  const still = (s) =>
    s &&
    (all().includes(s) ? s : all().find((each) => each.old === s.old && each.new === s.new && each.from === s.from));
  function take(...wished) {
    const some = wished.map(still).filter(Boolean);
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
  const takeAll = () => take(...inParagraph());
  const inParagraph = () => {
    const r = here(view().state);
    return r ? all().filter((s) => s.from >= r.from && s.to <= r.to) : [];
  };
  function dismiss(wished) {
    const s = still(wished);
    if (!s) return false;
    dismissed.add(trace(s));
    view().dispatch({ effects: [removed.of((each) => each === s), shown.of(null)] });
    return true;
  }
  function ignore(s) {
    if (!s) return false;
    view().dispatch({ effects: [removed.of((each) => each.old === s.old), shown.of(null)] });
    remember(s.old, true);
    core.status(`“${s.old}” is left alone in this document from now on`);
    return true;
  }
  async function remember(word, isIgnored) {
    const target = documents.current(),
      answer = await core.call("ignore", { document: target.id, word, ignored: isIgnored });
    if (answer && target === documents.current()) {
      ignored = target.dictionary = answer.dictionary;
      refresh();
    }
  }
  function go(step) {
    const found = all(),
      { head } = view().state.selection.main;
    if (!on || !found.length) return false;
    const s =
      step > 0
        ? (found.find((each) => each.from > head) ?? found[0])
        : (found.findLast((each) => each.to < head) ?? found.at(-1));
    view().dispatch({ selection: { anchor: s.from }, effects: shown.of(s), scrollIntoView: true });
    view().focus();
    core.status(`Suggestion: “${s.old}” could be “${s.new}”`);
    return true;
  }
  function proofreadHere() {
    const state = view().state,
      { from, to } = state.selection.main;
    const range = from === to ? here(state) : { from, to };
    if (!range)
      return core.notice("There is nothing to proofread on this line. Select some words, or go to a paragraph.");
    if (from === to) view().dispatch({ selection: { anchor: range.from, head: range.to } });
    core.emit("proofread", range);
  }

  // ---- what is drawn -------------------------------------------------------------------------------------------
  const small = (text, name, action, keyName) =>
    h(
      "button",
      {
        type: "button",
        class: "small",
        title: keyName ? `${name} (${key(keyName)})` : name,
        onclick: () => {
          action();
          view().focus();
        },
      },
      text,
    );
  function suggestion(s) {
    return h("p", {}, h("del", {}, s.old), " → ", h("ins", {}, s.new));
  }
  function card(s) {
    return h(
      "div",
      { class: "weak-card", role: "group", "aria-label": `Suggestion for ${s.old}`, id: "suggestion" },
      suggestion(s),
      h(
        "p",
        { class: "why" },
        `As it stands: ${percent(s.probability)} likely. ${s.better.toFixed(1)} nats better with the change.`,
      ),
      h(
        "div",
        { class: "row" },
        small("Fix", "Take the suggestion", () => take(s), "Alt-Enter"),
        small("Dismiss", "Not here", () => dismiss(s), "Shift-Alt-Enter"),
        small("Ignore from now on", "Never again in this document", () => ignore(s), "Mod-Alt-Enter"),
      ),
    );
  }
  function openList(open) {
    list.hidden = !open;
    counter.setAttribute("aria-expanded", String(open));
    refresh();
  }
  let drawn = "";
  function refresh() {
    const found = on ? all() : [],
      n = found.length;
    counter.hidden = !on;
    const waiting = on && (busy || check.pending());
    count.textContent = n ? `${n} weak spot${n === 1 ? "" : "s"}` : waiting ? "Checking…" : "No weak spots";
    counter.classList.toggle("some", n > 0);
    fixAll.hidden = !on || inParagraph().length < 1;
    const now = JSON.stringify([list.hidden, found, ignored]);
    if (now === drawn) return;
    drawn = now;
    if (list.hidden) return;
    list.replaceChildren(
      n
        ? h(
            "ul",
            {},
            ...found.map((s) =>
              h(
                "li",
                {},
                suggestion(s),
                small("Fix", `Change ${s.old} to ${s.new}`, () => take(s)),
                small("Show", `Go to ${s.old}`, () => {
                  view().dispatch({ selection: { anchor: s.from }, effects: shown.of(s), scrollIntoView: true });
                }),
                small("Dismiss", `Leave ${s.old} here`, () => dismiss(s)),
              ),
            ),
          )
        : h("p", { class: "hint" }, "Nothing to show. Paragraphs are checked when you change them."),
      ignored.length
        ? h(
            "p",
            { class: "hint ignored" },
            "Left alone in this document: ",
            ...ignored.map((word) =>
              h(
                "button",
                {
                  type: "button",
                  class: "small",
                  "aria-label": `Check ${word} again`,
                  title: "Check it again",
                  onclick: () => remember(word, false),
                },
                `${word} ×`,
              ),
            ),
          )
        : null,
    );
  }

  // ---- the switch and the document -----------------------------------------------------------------------------
  function set(now) {
    on = box.checked = now;
    remembered.set("instant", on);
    check.cancel();
    if (on) {
      const range = here(view().state);
      wait(range ? [range] : []); // what was typed before is looked at where the caret is
      next();
    } else {
      view().dispatch({ effects: [removed.of(() => true), shown.of(null), asked.of(null)] });
      openList(false);
      left.textContent = "";
    }
  }
  core.on("opened", (doc) => {
    ignored = [...(doc.dictionary ?? [])];
    left.textContent = "";
    check.cancel();
    refresh();
  });
  const off = { when: () => on };
  core.commands.add(
    { id: "instant", title: "Instant edit on or off", group: "Proofread", key: "Alt-F8", run: () => set(!on) },
    { id: "next-spot", title: "Next weak spot", group: "Proofread", key: "F8", ...off, run: () => go(1) },
    {
      id: "previous-spot",
      title: "Previous weak spot",
      group: "Proofread",
      key: "Shift-F8",
      ...off,
      run: () => go(-1),
    },
    {
      id: "take-spot",
      title: "Take the suggestion",
      group: "Proofread",
      key: "Alt-Enter",
      ...off,
      run: () => {
        const s = aim(view().state);
        return s ? take(s) : false;
      },
    },
    {
      id: "dismiss-spot",
      title: "Dismiss the suggestion",
      group: "Proofread",
      key: "Shift-Alt-Enter",
      ...off,
      run: () => dismiss(aim(view().state)),
    },
    {
      id: "ignore-spot",
      title: "Ignore the word from now on",
      group: "Proofread",
      key: "Mod-Alt-Enter",
      ...off,
      run: () => ignore(aim(view().state)),
    },
    {
      id: "fix-all",
      title: "Fix all weak spots of this paragraph",
      group: "Proofread",
      key: "Mod-F8",
      ...off,
      run: () => takeAll(),
    },
    { id: "proofread", title: "Proofread the selection, or this paragraph", group: "Proofread", run: proofreadHere },
  );
  refresh();
  return {
    bar: [
      h(
        "label",
        { class: "switch", title: "Check what you type, and underline what could be better" },
        box,
        "Instant edit",
      ),
      counter,
      fixAll,
      proofread,
    ],
    below: [left, list],
  };
}
