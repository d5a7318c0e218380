// The spans of a run drawn over the text. The document never changes while a run or a replay is drawn: a widget covers
// each span. What is outside cannot move.
import { isolateHistory } from "@codemirror/commands";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, lineNumbers, WidgetType } from "@codemirror/view";
import { byProgram } from "../web/text/surface.js";
import { drawTokens, spoken } from "./frames/tokens.js";
import { setMasks } from "./masks/state.js";
import { numbered } from "./numbers.js";
import { drawChanges } from "./review/sides.js";
/** @import { ChangeSet, Extension, Transaction } from "@codemirror/state" */
/** @import { Cover } from "../shapes/core.js" */
/** @import { Covered, Overlay, Phase } from "../shapes/runs.js" */

class SpanWidget extends WidgetType {
  /**
   * @param {Covered} span
   * @param {Phase} phase
   * @param {number} index
   */
  constructor(span, phase, index) {
    super();
    this.span = span;
    this.phase = phase;
    this.index = index;
  }
  /** @param {SpanWidget} other */
  eq(other) {
    const { toks, changes, active, look } = this.span;
    return (
      other.span.toks === toks &&
      other.span.look === look &&
      other.span.changes === changes &&
      other.span.active === active &&
      other.phase === this.phase &&
      other.index === this.index
    );
  }
  toDOM() {
    const dom = document.createElement("span");
    this.updateDOM(dom);
    return dom;
  }
  /** @param {HTMLElement} dom */
  updateDOM(dom) {
    const { old, toks, changes, active = null, look } = this.span;
    dom.className = `pz-span pz-${this.phase}`;
    dom.dataset.span = String(this.index);
    if (changes) {
      dom.removeAttribute("role");
      dom.removeAttribute("aria-label");
      drawChanges(dom, { old, changes, active, look });
    } else {
      dom.setAttribute("aria-label", spoken(toks));
      dom.setAttribute("role", "img");
      drawTokens(dom, toks, look);
    }
    return true;
  }
  /** @param {Event} event */
  ignoreEvent(event) {
    return event.target instanceof Element && Boolean(event.target.closest("button"));
  }
}

/** @type {import("@codemirror/state").StateEffectType<Overlay | null>} */
const setOverlay = StateEffect.define();

/**
 * The overlay after a change of the text. Undo passes the lock; a span whose text changed under it has no proposal any
 * more.
 * @param {Overlay} value
 * @param {Transaction} tr
 */
function moved(value, tr) {
  const spans = value.spans.map((s) => ({
    ...s,
    from: tr.changes.mapPos(s.from, 1),
    to: tr.changes.mapPos(s.to, -1),
  }));
  const intact = spans.every((s) => s.to >= s.from && tr.newDoc.sliceString(s.from, s.to) === s.old);
  return intact ? { ...value, spans } : null;
}

/** @type {StateField<Overlay | null>} */
const overlay = StateField.define({
  create: () => /** @type {Overlay | null} */ (null),
  update(value, tr) {
    if (value && tr.docChanged) value = moved(value, tr);
    for (const effect of tr.effects) if (effect.is(setOverlay)) value = effect.value;
    return value;
  },
  provide: (field) => [
    EditorView.decorations.from(field, (value) => decorate(value)),
    EditorView.atomicRanges.of((view) => decorate(view.state.field(field))),
  ],
});

/** @param {Overlay | null} value */
function decorate(value) {
  if (!value) return Decoration.none;
  const widgets = value.spans.map((s, i) => {
    const widget = new SpanWidget(s, value.phase, i);
    const drawn = s.from < s.to ? Decoration.replace({ widget }) : Decoration.widget({ widget, side: 1 }); // at a caret
    return drawn.range(s.from, s.to);
  });
  return Decoration.set(widgets);
}

/**
 * While a run writes, what is typed at the edge of a covered span would seem to be typed into it: the caret stands
 * there.
 * @param {Overlay} value
 * @param {ChangeSet} changes
 */
function isHeld(value, changes) {
  let touches = false;
  changes.iterChangedRanges((from, to) => {
    touches ||= value.spans.some((s) => from <= s.to && to >= s.from);
  });
  return value.phase === "run" && touches;
}

const lock = EditorState.changeFilter.of((tr) => {
  const value = tr.startState.field(overlay);
  if (!value || tr.annotation(byProgram)) return true;
  if (tr.isUserEvent("input") && isHeld(value, tr.changes)) return false;
  return value.spans.flatMap((s) => [s.from, s.to]);
});

/**
 * The extensions of the editor.
 * @param {object} on
 * @param {() => void} on.dropped is told when the text was changed under a run
 * @param {() => void} on.held what was typed would stand at the edge of a span that is being written
 * @param {() => boolean} on.prose lines are broken where they have to be, so rows of a span are no lines
 * @returns {Extension[]}
 */
export function overlayState({ dropped, held, prose }) {
  const input = EditorView.inputHandler.of(({ state }, from, to, text) => {
    const value = state.field(overlay);
    if (!value || !isHeld(value, state.changes({ from, to, insert: text }))) return false;
    held();
    return true;
  });
  const listener = EditorView.updateListener.of((update) => {
    const had = update.startState.field(overlay) && !update.state.field(overlay);
    const asked = update.transactions.some((tr) => tr.effects.some((e) => e.is(setOverlay)));
    if (had && !asked) dropped();
  });
  const numbers = lineNumbers({
    formatNumber: (number, state) => numbered(number, state.doc, state.field(overlay, false)?.spans ?? [], !prose()),
  });
  return [overlay, lock, input, listener, numbers];
}

/**
 * What is done with the spans of a run.
 * @param {EditorView} view
 * @returns {Cover}
 */
export function overlayCalls(view) {
  const now = () => view.state.field(overlay);
  /** @param {(value: Overlay) => Overlay} change */
  const change = (change) => {
    const value = now();
    if (value) view.dispatch({ effects: setOverlay.of(change(value)) });
  };
  return {
    overlay: now,
    /** Cover spans; `toks` of each are drawn. The text below stays as it is. */
    cover(run, phase, spans) {
      const covered = spans.map((s) => ({ ...s, old: view.state.sliceDoc(s.from, s.to) }));
      view.dispatch({
        effects: [setOverlay.of({ run, phase, spans: covered }), setMasks.of([])],
        selection: phase === "run" ? { anchor: spans[0].from } : undefined,
      });
    },
    /** Draw one moment: the tokens of every span. */
    draw: (toks, looks = []) =>
      change((value) => ({
        ...value,
        spans: value.spans.map((s, i) => ({ ...s, changes: undefined, toks: toks[i] ?? s.toks, look: looks[i] })),
      })),
    /** Draw the changes of every span in place of its tokens. */
    drawChanges: (changes, active, looks = []) =>
      change((value) => ({
        ...value,
        spans: value.spans.map((s, i) => ({ ...s, changes: changes[i], active, look: looks[i] })),
      })),
    /** What is covered is shown as part of another run, or in another phase of it. */
    phase: (run, phase) => change((value) => ({ ...value, run, phase })),
    uncover() {
      if (now()) view.dispatch({ effects: setOverlay.of(null) });
    },
    /** Put texts in place of the covered spans: one change, one undo step. Returns where they stand now. */
    write(texts) {
      const spans = now()?.spans ?? [];
      const changes = view.state.changes(spans.map((s, i) => ({ from: s.from, to: s.to, insert: texts[i] })));
      const placed = spans.map((s, i) => {
        const from = changes.mapPos(s.from, -1);
        return { from, to: from + texts[i].length };
      });
      view.dispatch({
        changes,
        effects: setOverlay.of(null),
        annotations: [byProgram.of("write"), isolateHistory.of("full")],
        userEvent: "input.denoise",
      });
      return placed;
    },
  };
}
