// The shortcut sheet: every key of the page, from the list of commands.
import { h } from "../dom/elements.js";
/** @import { Core } from "../../shapes/core.js" */

/**
 * What the text itself answers to, wherever the caret is: [key, title].
 * @type {[string, string][]}
 */
const TEXT = [
  ["Mod-z", "Undo"],
  ["Mod-y", "Redo"],
  ["Mod-f", "Find and replace"],
  ["Mod-Alt-g", "Go to a line"],
  ["Mod-/", "Comment or uncomment, in code"],
  ["Alt-ArrowUp", "Move the line up"],
  ["Alt-ArrowDown", "Move the line down"],
];
const WHERE =
  "They work in the text and beside it, but for plain keys, which belong to what has the focus. " +
  "To leave the text with the keyboard, press ";

/** @param {Core} core */
export function shortcutsPart(core) {
  /** @param {string} name */
  const key = (name) => h("kbd", {}, core.key(name));
  const groups = h("div", { class: "keys" });
  const close = h(
    "button",
    {
      type: "button",
      id: "shortcuts-close",
      class: "icon",
      "aria-label": "Close the keyboard shortcuts",
      title: "Close (Esc)",
      onclick: () => {
        dialog.close();
      },
    },
    "×",
  );
  const dialog = h(
    "dialog",
    { id: "shortcuts-panel", class: "box shortcuts", "aria-label": "Keyboard shortcuts" },
    h("header", {}, h("h2", {}, "Keyboard shortcuts"), h("span", { class: "spacer" }), close),
    groups,
    h("p", { class: "hint" }, WHERE, key("Escape"), " and then ", key("Tab"), "."),
  );
  const button = h(
    "button",
    {
      type: "button",
      id: "shortcuts",
      class: "icon",
      "aria-label": "Keyboard shortcuts",
      title: `Keyboard shortcuts (${core.key("F1")})`,
      "aria-haspopup": "dialog",
      onclick: open,
    },
    h("span", {}, "?"),
    h("span", { class: "label" }, "Keyboard shortcuts"),
  );

  /** Groups in the order of their first commands, each with its [key, title]; the text's own last. */
  function sections() {
    /** @type {Map<string, [string, string][]>} */
    const all = new Map();
    /** @type {(group: string, rows: [string, string][]) => void} */
    const add = (group, rows) => void all.set(group, [...(all.get(group) ?? []), ...rows]);
    for (const command of core.commands.all())
      if (command.key && command.title) add(command.group ?? "", [[command.key, command.title]]);
    add("Text", TEXT);
    return [...all];
  }
  /** @type {(row: [string, string]) => HTMLElement} */
  const term = ([name, title]) => h("div", { id: "shortcut" }, h("dt", {}, title), h("dd", {}, key(name)));
  function open() {
    groups.replaceChildren(
      ...sections().map(([group, rows]) => h("section", {}, h("h3", {}, group), h("dl", {}, ...rows.map(term)))),
    );
    dialog.showModal();
  }
  core.commands.add(
    { id: "shortcuts", title: "Keyboard shortcuts", group: "Help", key: "F1", always: true, run: open },
    {
      id: "shortcuts-outside",
      title: "Keyboard shortcuts, outside the text",
      group: "Help",
      key: "?",
      outside: true,
      hidden: true,
      run: open,
    },
  );
  return { button, dialogs: [dialog] };
}
