// Selecting by word, sentence, line, paragraph, function and bracket pair, and growing and shrinking what is selected.
import { selectParentSyntax } from "@codemirror/commands";
import { EditorSelection } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { h } from "../dom/elements.js";
import { menuButton } from "../dom/menus.js";
import { SELECT_KEYS as KEYS } from "../keys.js";
import { bracketsAround, functionAround } from "./syntax.js";
import { byUnits, larger } from "./units.js";
/** @import { Core } from "../../shapes/core.js" */
/** @import { Range } from "../../shapes/text.js" */
/** @typedef {{name: keyof typeof KEYS, title: string, hint: string, run: () => void}} Action */

/**
 * The Select menu and its commands.
 * @param {Core} core
 */
export function selectingPart(core) {
  const { expand, shrink, put, main } = growing(core);
  const view = () => core.surface.view;

  /** @param {"word" | "sentence" | "line" | "paragraph"} kind */
  const units = (kind) => () => put(byUnits(kind, core.surface.text(), main()), "There is nothing to select.");
  function byFunction() {
    const found = functionAround(view().state, main());
    if (!found && core.surface.isProse()) units("paragraph")();
    else put(found, "No function or class is around the caret.");
  }
  const byBrackets = () => put(bracketsAround(view().state, main()), "No brackets are around the caret.");

  /** @type {Action[]} */
  const actions = [
    { name: "word", title: "Word", hint: "Select the word, then the next", run: units("word") },
    { name: "sentence", title: "Sentence", hint: "Select the sentence, then the next", run: units("sentence") },
    { name: "line", title: "Line", hint: "Select the line, then the next", run: units("line") },
    { name: "paragraph", title: "Paragraph", hint: "Select the paragraph, then the next", run: units("paragraph") },
    {
      name: "function",
      title: "Function or class",
      hint: "Select the function or class, then the one around it",
      run: byFunction,
    },
    {
      name: "bracket",
      title: "In brackets",
      hint: "Select what stands in brackets, then the brackets",
      run: byBrackets,
    },
    { name: "expand", title: "Expand", hint: "Expand the selection", run: expand },
    { name: "shrink", title: "Shrink", hint: "Shrink the selection", run: shrink },
  ];
  core.commands.add(
    ...actions.map(({ name, hint, run }) => ({
      id: `select-${name}`,
      title: hint,
      group: "Select",
      key: KEYS[name],
      always: true,
      run,
    })),
  );
  const { button, menu } = menuButton({
    id: "select",
    text: "Select ▾",
    title: "Select by sentence, line, function and so on",
    name: "Select",
    items: actions.map(({ name, title, hint, run }) => ({
      id: `select-${name}`,
      title: hint,
      content: [h("span", {}, title), h("kbd", {}, core.key(KEYS[name]))],
      run,
    })),
  });
  return [button, menu];
}

/**
 * Setting the selection, growing it, and shrinking it back to what it was.
 * @param {Core} core
 */
function growing(core) {
  /** @type {{before: EditorSelection, after: EditorSelection}[]} */
  let grown = [];
  const forget = () => {
    grown = [];
  };
  core.extensions.push(
    EditorView.updateListener.of((update) => {
      if (update.docChanged) forget();
    }),
  );
  core.on("opened", forget);
  const view = () => core.surface.view;
  const main = () => view().state.selection.main;

  /**
   * @param {Range | null} range
   * @param {string} [nothing] said when there is no range
   */
  function put(range, nothing = "") {
    if (!range) {
      core.status(nothing);
      return;
    }
    view().dispatch({ selection: { anchor: range.from, head: range.to }, scrollIntoView: true, userEvent: "select" });
    view().focus();
  }
  function expand() {
    const { doc, selection: before } = view().state;
    if (core.surface.isProse()) put(larger(core.surface.text(), main()));
    else if (!selectParentSyntax(view()) || view().state.selection.eq(before)) put({ from: 0, to: doc.length });
    const after = view().state.selection;
    if (!after.eq(before)) grown.push({ before, after });
    view().focus();
  }
  function shrink() {
    const last = grown.pop();
    if (!last?.after.eq(view().state.selection)) {
      forget();
      core.status("Nothing was expanded here.");
      return;
    }
    view().dispatch({
      selection: EditorSelection.fromJSON(last.before.toJSON()),
      scrollIntoView: true,
      userEvent: "select",
    });
    view().focus();
  }
  return { put, main, expand, shrink };
}
