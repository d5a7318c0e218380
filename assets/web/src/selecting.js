// Selecting by word, sentence, line, paragraph, function and bracket pair, and growing and shrinking what is selected.
import { selectParentSyntax } from "@codemirror/commands";
import { EditorSelection } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { h } from "./dom.js";
import { SELECT_KEYS as KEYS } from "./keys.js";
import "./selecting.css";
import { bracketsAround, functionAround } from "./syntax.js";
import { byUnits, larger } from "./units.js";

/** The Select menu and its commands. `core` is what main.js hands to every part. */
export function selectingPart(core) {
  let grown = []; // selections that were grown, to shrink back to
  core.extensions.push(EditorView.updateListener.of((update) => { if (update.docChanged) grown = []; }));
  core.on("opened", () => { grown = []; });
  const view = () => core.surface.view;
  const main = () => view().state.selection.main;

  function put(range, nothing) {
    if (!range) { core.status(nothing); return; }
    view().dispatch({ selection: { anchor: range.from, head: range.to }, scrollIntoView: true, userEvent: "select" });
    view().focus();
  }
  const units = (kind) => () => put(byUnits(kind, core.surface.text(), main()), "There is nothing to select.");
  function byFunction() {
    const { state } = view(), found = functionAround(state, main());
    if (found) return put(found);
    if (core.surface.isProse()) return units("paragraph")();
    put(null, "No function or class is around the caret.");
  }
  function expand() {
    const { state } = view(), before = state.selection;
    if (core.surface.isProse()) put(larger(core.surface.text(), main()));
    else if (!selectParentSyntax(view()) || view().state.selection.eq(before)) put({ from: 0, to: state.doc.length });
    const after = view().state.selection;
    if (!after.eq(before)) grown.push({ before, after });
    view().focus();
  }
  function shrink() {
    const last = grown.pop();
    if (!last?.after.eq(view().state.selection)) { grown = []; core.status("Nothing was expanded here."); return; }
    view().dispatch({ selection: EditorSelection.fromJSON(last.before.toJSON()), scrollIntoView: true, userEvent: "select" });
    view().focus();
  }
  const actions = [
    ["word", "Word", "Select the word, then the next", units("word")],
    ["sentence", "Sentence", "Select the sentence, then the next", units("sentence")],
    ["line", "Line", "Select the line, then the next", units("line")],
    ["paragraph", "Paragraph", "Select the paragraph, then the next", units("paragraph")],
    ["function", "Function or class", "Select the function or class, then the one around it", byFunction],
    ["bracket", "In brackets", "Select what stands in brackets, then the brackets", () => put(bracketsAround(view().state, main()), "No brackets are around the caret.")],
    ["expand", "Expand", "Expand the selection", expand],
    ["shrink", "Shrink", "Shrink the selection", shrink],
  ];
  core.commands.add(...actions.map(([name, , title, run]) => ({ id: `select-${name}`, title, group: "Select", key: KEYS[name], always: true, run })));

  // ---- menu ----------------------------------------------------------------------------------------------------
  const items = actions.map(([name, title, hint, run]) => h("button", { type: "button", role: "menuitem", tabindex: "-1", id: `select-${name}`, title: hint, onclick: () => { menu.hidePopover(); run(); } }, h("span", {}, title), h("kbd", {}, core.key(KEYS[name]))));
  const menu = h("div", { id: "select-menu", class: "pz-menu", role: "menu", "aria-label": "Select", popover: "auto", onkeydown: steer, onbeforetoggle: place, ontoggle: told }, ...items);
  const button = h("button", { type: "button", id: "select", title: "Select by sentence, line, function and so on", "aria-haspopup": "menu", "aria-expanded": "false", popoverTargetElement: menu }, "Select ▾");
  /** Above the button, whose place is known before the menu is drawn. */
  function place() {
    const at = button.getBoundingClientRect();
    menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - 268))}px`;
    menu.style.bottom = `${innerHeight - at.top + 4}px`;
  }
  function told(event) {
    const open = event.newState === "open";
    button.setAttribute("aria-expanded", String(open));
    if (open) items[0].focus();
  }
  function steer(event) {
    const at = items.indexOf(document.activeElement), last = items.length - 1;
    const to = { ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (event.key === "Tab") { menu.hidePopover(); button.focus(); }
    if (to === undefined) return;
    event.preventDefault();
    items[to].focus();
  }
  return [button, menu];
}
