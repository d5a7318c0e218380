// The editor: CodeMirror 6 on one text. What is drawn over the text (masks, the spans of a run) comes in as extensions.
import { indentWithTab, isolateHistory } from "@codemirror/commands";
import { Annotation, Compartment, EditorSelection, EditorState } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { basicSetup } from "codemirror";
import { coloursOf, isProse, page } from "./appearance.js";
import { modeOf } from "./grammars/grammars.js";
import { eachLineItsWay } from "./letters/direction.js";
import { findAllForms } from "./letters/finding.js";
import { differing } from "./ranges.js";
import { mending } from "./whole.js";
/** @import { Extension, Transaction } from "@codemirror/state" */
/** @import { Editor } from "../../shapes/core.js" */

/**
 * Marks a change that the program makes itself: nobody typed it.
 * @type {import("@codemirror/state").AnnotationType<"load" | "write">}
 */
export const byProgram = Annotation.define();

/** A selection whose words are gone is a caret: CodeMirror would turn its ends round. */
const collapsing = EditorState.transactionFilter.of((tr) => {
  const { ranges, mainIndex } = tr.newSelection;
  if (!tr.docChanged || ranges.every(({ from, to }) => from <= to)) return tr;
  const stood = ranges.map((range) => (range.from <= range.to ? range : EditorSelection.cursor(range.from)));
  return [tr, { selection: EditorSelection.create(stood, mainIndex), sequential: true }];
});

/**
 * Mount the editor.
 * @param {HTMLElement} parent
 * @param {Extension[]} over what is drawn over the text
 * @param {{changed: () => void, selected: () => void}} on is told of changes of the text and of the selection
 * @returns {Editor}
 */
export function mountSurface(parent, over, on) {
  const mode = new Compartment();
  const colours = new Compartment();
  const prose = new Compartment();
  /** @type {Extension[]} */
  let extra = [];
  findAllForms();
  let mixed = false; // the text ends its lines in several ways, and is kept as it is
  const mend = EditorState.transactionFilter.of((tr) => {
    if (!tr.docChanged || tr.annotation(byProgram)) return tr;
    const changes = mended(tr, !mixed || tr.isUserEvent("input.paste") || tr.isUserEvent("input.drop"));
    return changes.length ? [tr, { changes, sequential: true }] : tr;
  });
  const listener = EditorView.updateListener.of((update) => {
    const loaded = update.transactions.some((tr) => tr.annotation(byProgram) === "load");
    if (update.docChanged && !loaded) on.changed();
    if (update.selectionSet || update.docChanged) on.selected();
  });
  /** @param {string} text */
  const stateOf = (text) =>
    EditorState.create({
      doc: text,
      extensions: [
        extra,
        EditorState.lineSeparator.of("\n"),
        basicSetup,
        keymap.of([indentWithTab]),
        EditorView.lineWrapping,
        mode.of([]),
        colours.of(coloursOf(false)),
        prose.of([]),
        page,
        mend,
        collapsing,
        placeholder("Write or paste something, select a few words, press Ctrl+Enter. Or press it right here."),
        EditorView.contentAttributes.of({ "aria-label": "Text", spellcheck: "false", tabindex: "0" }),
        listener,
        over,
      ],
    });
  const view = new EditorView({ parent, state: stateOf("") });
  let language = "plain";
  let isDark = false;

  /** @type {Editor} */
  const surface = {
    view,
    text: () => view.state.doc.toString(),
    selection: () => view.state.selection.main,
    /** Extensions of other parts, from now on. */
    extend(extensions) {
      extra = extensions;
      surface.load(surface.text());
    },
    load(text) {
      mixed = text.includes("\r");
      view.setState(stateOf(text));
      surface.setLanguage(language);
      surface.setDark(isDark);
    },
    /** Replace the text as one undoable change. What stays keeps its caret, its masks and its place on the screen. */
    replace(text) {
      mixed ||= text.includes("\r"); // Undo may bring the old text back
      view.dispatch({
        changes: differing(surface.text(), text),
        annotations: [byProgram.of("load"), isolateHistory.of("full")],
      });
    },
    /** The keyboard is in the text, or nowhere: what had it is gone from the page. */
    free() {
      const at = document.activeElement;
      return !at || at === document.body || view.contentDOM.contains(at) || !at.getClientRects().length;
    },
    isProse: () => isProse(language),
    setLanguage(name) {
      language = name;
      const dress = EditorView.editorAttributes.of({ class: isProse(name) ? "pz-prose" : "pz-code" });
      const direction = isProse(name) ? eachLineItsWay : [];
      view.dispatch({ effects: [mode.reconfigure(modeOf(name)), prose.reconfigure([dress, direction])] });
    },
    setDark(on) {
      isDark = on;
      view.dispatch({ effects: colours.reconfigure(coloursOf(on)) });
    },
  };
  return surface;
}

/**
 * What of the text that a change brings in is to be written otherwise.
 * @param {Transaction} tr
 * @param {boolean} returns
 */
function mended(tr, returns) {
  /** @type {{from: number, to: number, insert: string}[]} */
  const changes = [];
  tr.changes.iterChanges((_from, _to, at, _end, inserted) => {
    for (const { from, to, insert } of mending(inserted.toString(), returns))
      changes.push({ from: at + from, to: at + to, insert });
  });
  return changes;
}
