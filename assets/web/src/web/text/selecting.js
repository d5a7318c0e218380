// Selecting by word, sentence, line, paragraph, function and bracket pair, and growing and shrinking what is selected.
import { selectParentSyntax } from "@codemirror/commands";
import { EditorSelection } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { h } from "../dom/dom.js";
import { SELECT_KEYS as KEYS } from "../keys.js";
import { menuButton } from "../dom/menus.js";
import { bracketsAround, functionAround } from "./syntax.js";
import { byUnits, larger } from "./units.js";

/** The Select menu and its commands. `core` is what main.js hands to every part. */
export function selectingPart(core) {
  let grown = []; // selections that were grown, to shrink back to
  core.extensions.push(
    EditorView.updateListener.of((update) => {
      if (update.docChanged) grown = [];
    }),
  );
  core.on("opened", () => {
    grown = [];
  });
  const view = () => core.surface.view;
  const main = () => view().state.selection.main;

  function put(range, nothing) {
    if (!range) {
      core.status(nothing);
      return;
    }
    view().dispatch({ selection: { anchor: range.from, head: range.to }, scrollIntoView: true, userEvent: "select" });
    view().focus();
  }
  const units = (kind) => () => put(byUnits(kind, core.surface.text(), main()), "There is nothing to select.");
  function byFunction() {
    const { state } = view(),
      found = functionAround(state, main());
    if (found) return put(found);
    if (core.surface.isProse()) return units("paragraph")();
    put(null, "No function or class is around the caret.");
  }
  function expand() {
    const { state } = view(),
      before = state.selection;
    if (core.surface.isProse()) put(larger(core.surface.text(), main()));
    else if (!selectParentSyntax(view()) || view().state.selection.eq(before)) put({ from: 0, to: state.doc.length });
    const after = view().state.selection;
    if (!after.eq(before)) grown.push({ before, after });
    view().focus();
  }
  function shrink() {
    const last = grown.pop();
    if (!last?.after.eq(view().state.selection)) {
      grown = [];
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
  const actions = [
    ["word", "Word", "Select the word, then the next", units("word")],
    ["sentence", "Sentence", "Select the sentence, then the next", units("sentence")],
    ["line", "Line", "Select the line, then the next", units("line")],
    ["paragraph", "Paragraph", "Select the paragraph, then the next", units("paragraph")],
    ["function", "Function or class", "Select the function or class, then the one around it", byFunction],
    [
      "bracket",
      "In brackets",
      "Select what stands in brackets, then the brackets",
      () => put(bracketsAround(view().state, main()), "No brackets are around the caret."),
    ],
    ["expand", "Expand", "Expand the selection", expand],
    ["shrink", "Shrink", "Shrink the selection", shrink],
  ];
  core.commands.add(
    ...actions.map(([name, , title, run]) => ({
      id: `select-${name}`,
      title,
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
    items: actions.map(([name, title, hint, run]) => ({
      id: `select-${name}`,
      title: hint,
      content: [h("span", {}, title), h("kbd", {}, core.key(KEYS[name]))],
      run,
    })),
  });
  return [button, menu];
}
