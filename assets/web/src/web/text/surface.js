// The editor surface: CodeMirror 6, the user's masks (masks.js), and the spans of a run drawn over the text.
// The document never changes while a run or a replay is drawn: a widget covers each span. What is outside cannot move.
import { Annotation, Compartment, EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType, keymap, placeholder } from "@codemirror/view";
import { indentWithTab, isolateHistory } from "@codemirror/commands";
import { HighlightStyle, defaultHighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { oneDarkHighlightStyle } from "@codemirror/theme-one-dark";
import { basicSetup } from "codemirror";
import { html } from "@codemirror/lang-html";
import { javascript } from "@codemirror/lang-javascript";
import { json } from "@codemirror/lang-json";
import { markdown } from "@codemirror/lang-markdown";
import { python } from "@codemirror/lang-python";
import { sql } from "@codemirror/lang-sql";
import { drawChanges } from "../../runs/review/changes.js";
import { maskCalls, maskState, setMasks } from "../../runs/masks/masks.js";
import { drawTokens, spoken } from "../../runs/frames/tokens.js";
import { mending } from "./whole.js";

const MODES = {
  python,
  markdown,
  html,
  json,
  sql,
  javascript: () => javascript({ jsx: true }),
  typescript: () => javascript({ typescript: true, jsx: true }),
};
const PROSE = ["prose", "plain", "markdown"];
const byProgram = Annotation.define();

// ---- the spans of a run ------------------------------------------------------------------------------------------
class SpanWidget extends WidgetType {
  constructor({ toks, changes, old, active }, phase, index) {
    super();
    Object.assign(this, { toks, changes, old, active, phase, index });
  }
  eq(other) {
    return (
      other.toks === this.toks &&
      other.changes === this.changes &&
      other.active === this.active &&
      other.phase === this.phase &&
      other.index === this.index
    );
  }
  toDOM() {
    return this.updateDOM(document.createElement("span"));
  }
  updateDOM(dom) {
    dom.className = `pz-span pz-${this.phase}`;
    dom.dataset.span = this.index;
    if (this.changes) {
      dom.removeAttribute("role");
      dom.removeAttribute("aria-label");
      drawChanges(dom, this.old, this.changes, this.active);
    } else {
      dom.setAttribute("aria-label", spoken(this.toks));
      dom.setAttribute("role", "img");
      drawTokens(dom, this.toks);
    }
    return dom;
  }
  ignoreEvent(event) {
    return Boolean(event.target.closest?.("button"));
  }
}

const setOverlay = StateEffect.define(); // {run, phase: "run" | "review" | "replay", spans: [{from, to, old, toks, changes?, active?}]} or null
const overlay = StateField.define({
  create: () => null,
  update(value, tr) {
    if (value && tr.docChanged) {
      const spans = value.spans.map((s) => ({
        ...s,
        from: tr.changes.mapPos(s.from, 1),
        to: tr.changes.mapPos(s.to, -1),
      }));
      // Undo passes the lock; a span whose text changed under it has no proposal any more.
      const intact = spans.every((s) => s.to >= s.from && tr.newDoc.sliceString(s.from, s.to) === s.old);
      value = intact ? { ...value, spans } : null;
    }
    for (const effect of tr.effects) if (effect.is(setOverlay)) value = effect.value;
    return value;
  },
  provide: (field) => [
    EditorView.decorations.from(field, (value) => decorate(value)),
    EditorView.atomicRanges.of((view) => decorate(view.state.field(field))),
  ],
});
const decorate = (value) =>
  value
    ? Decoration.set(
        value.spans.map((s, i) =>
          Decoration.replace({ widget: new SpanWidget(s, value.phase, i) }).range(s.from, s.to),
        ),
      )
    : Decoration.none;
/** While a run writes, what is typed at the edge of a covered span would seem to be typed into it: the caret stands there. */
function held({ overlay: value, changes }) {
  let touches = false;
  changes.iterChangedRanges((from, to) => {
    touches ||= value.spans.some((s) => from <= s.to && to >= s.from);
  });
  return value.phase === "run" && touches;
}
const lock = EditorState.changeFilter.of((tr) => {
  const value = tr.startState.field(overlay);
  if (!value || tr.annotation(byProgram)) return true;
  if (tr.isUserEvent("input") && held({ overlay: value, changes: tr.changes })) return false;
  return value.spans.flatMap((s) => [s.from, s.to]);
});

const page = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--paper)", fontSize: "var(--editor-size)" },
  ".cm-scroller": { fontFamily: "var(--editor-font)", lineHeight: "1.7" },
  ".cm-content": { caretColor: "var(--ink)", padding: "20px 0 40vh", maxWidth: "var(--measure)" },
  ".cm-line": { padding: "0 20px 0 10px" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--faint)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--line)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selection) !important" },
  ".cm-panels": { backgroundColor: "var(--panel)", color: "var(--ink)" },
  ".cm-specialChar": { color: "var(--faint)" },
});
const light = syntaxHighlighting(defaultHighlightStyle);
const dark = syntaxHighlighting(HighlightStyle.define(oneDarkHighlightStyle.specs));

/** Mount the editor. `on` gets: changed(), selected(), dropped(), masked(id of the mask that the selection became),
 * held(): what was typed would stand at the edge of a span that is being written. */
export function mountSurface(parent, on) {
  const mode = new Compartment(),
    colours = new Compartment(),
    prose = new Compartment();
  let extra = [];
  let mixed = false; // the text ends its lines in several ways, and is kept as it is
  const mend = EditorState.transactionFilter.of((tr) => {
    if (!tr.docChanged || tr.annotation(byProgram)) return tr;
    const returns = !mixed || tr.isUserEvent("input.paste") || tr.isUserEvent("input.drop"),
      changes = [];
    tr.changes.iterChanges((_from, _to, at, _end, inserted) => {
      for (const { from, to, insert } of mending(inserted.toString(), returns))
        changes.push({ from: at + from, to: at + to, insert });
    });
    return changes.length ? [tr, { changes, sequential: true }] : tr;
  });
  const state = (text) =>
    EditorState.create({
      doc: text,
      extensions: [
        extra,
        EditorState.lineSeparator.of("\n"),
        basicSetup,
        keymap.of([indentWithTab]),
        EditorView.lineWrapping,
        mode.of([]),
        colours.of(light),
        prose.of([]),
        page,
        maskState,
        overlay,
        lock,
        mend,
        placeholder("Write or paste something, select a few words, press Ctrl+Enter."),
        EditorView.contentAttributes.of({ "aria-label": "Text", spellcheck: "false", tabindex: "0" }),
        EditorView.inputHandler.of((_view, from, to, text) => {
          const value = view.state.field(overlay);
          if (!value || !held({ overlay: value, changes: view.state.changes({ from, to, insert: text }) }))
            return false;
          on.held();
          return true;
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !update.transactions.some((tr) => tr.annotation(byProgram) === "load")) on.changed();
          if (update.selectionSet || update.docChanged) on.selected();
          if (
            update.startState.field(overlay) &&
            !update.state.field(overlay) &&
            !update.transactions.some((tr) => tr.effects.some((e) => e.is(setOverlay)))
          )
            on.dropped();
        }),
      ],
    });
  const view = new EditorView({ parent, state: state("") });
  let language = "plain",
    isDark = false;

  const surface = {
    view,
    text: () => view.state.doc.toString(),
    /** Extensions of other parts, from now on. */
    extend(extensions) {
      extra = extensions;
      surface.load(surface.text());
    },
    load(text) {
      mixed = text.includes("\r");
      view.setState(state(text));
      surface.setLanguage(language);
      surface.setDark(isDark);
    },
    /** Replace the whole text as one undoable change. */
    replace(text) {
      mixed ||= text.includes("\r"); // Undo may bring the old text back
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        annotations: [byProgram.of("load"), isolateHistory.of("full")],
      });
    },
    /** The keyboard is in the text, or nowhere: what had it is gone from the page. */
    free() {
      const at = document.activeElement;
      return !at || at === document.body || view.contentDOM.contains(at) || !at.getClientRects().length;
    },
    isProse: () => PROSE.includes(language),
    setLanguage(name) {
      language = name;
      view.dispatch({
        effects: [
          mode.reconfigure(MODES[name]?.() ?? []),
          prose.reconfigure(EditorView.editorAttributes.of({ class: surface.isProse() ? "pz-prose" : "pz-code" })),
        ],
      });
    },
    setDark(on) {
      isDark = on;
      view.dispatch({ effects: colours.reconfigure([EditorView.darkTheme.of(on), on ? dark : light]) });
    },
    ...maskCalls(view, (id) => on.masked(id)),
    selection: () => view.state.selection.main,
    overlay: () => view.state.field(overlay),
    /** Cover spans; `toks` of each are drawn. The text below stays as it is. */
    cover(run, phase, spans) {
      view.dispatch({
        effects: [
          setOverlay.of({ run, phase, spans: spans.map((s) => ({ ...s, old: view.state.sliceDoc(s.from, s.to) })) }),
          setMasks.of([]),
        ],
        selection: phase === "run" ? { anchor: spans[0].from } : undefined,
      });
    },
    /** Draw one moment: the tokens of every span. */
    draw(toks) {
      const now = view.state.field(overlay);
      if (now)
        view.dispatch({
          effects: setOverlay.of({
            ...now,
            spans: now.spans.map((s, i) => ({ ...s, changes: undefined, toks: toks[i] ?? s.toks })),
          }),
        });
    },
    /** Draw the changes of every span in place of its tokens. */
    drawChanges(changes, active) {
      const now = view.state.field(overlay);
      if (now)
        view.dispatch({
          effects: setOverlay.of({ ...now, spans: now.spans.map((s, i) => ({ ...s, changes: changes[i], active })) }),
        });
    },
    /** What is covered is shown as part of another run, or in another phase of it. */
    phase(run, phase) {
      const now = view.state.field(overlay);
      if (now) view.dispatch({ effects: setOverlay.of({ ...now, run, phase }) });
    },
    uncover() {
      if (view.state.field(overlay)) view.dispatch({ effects: setOverlay.of(null) });
    },
    /** Put texts in place of the covered spans: one change, one undo step. Returns where they stand now. */
    write(texts) {
      const { spans } = view.state.field(overlay);
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
  return surface;
}
