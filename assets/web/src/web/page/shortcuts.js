// The shortcut sheet: every key of the page, from the list of commands.
import "./palette.css";
import { h } from "../dom/dom.js";

// What the text itself answers to, wherever the caret is.
const TEXT = [
  ["Mod-z", "Undo"],
  ["Mod-y", "Redo"],
  ["Mod-f", "Find and replace"],
  ["Mod-Alt-g", "Go to a line"],
  ["Mod-/", "Comment or uncomment, in code"],
  ["Alt-ArrowUp", "Move the line up"],
  ["Alt-ArrowDown", "Move the line down"],
];

export function shortcutsPart(core) {
  const groups = h("div", { class: "keys" });
  const dialog = h(
    "dialog",
    { id: "shortcuts-panel", class: "box shortcuts", "aria-label": "Keyboard shortcuts" },
    h(
      "header",
      {},
      h("h2", {}, "Keyboard shortcuts"),
      h("span", { class: "spacer" }),
      h(
        "button",
        {
          type: "button",
          id: "shortcuts-close",
          class: "icon",
          "aria-label": "Close the keyboard shortcuts",
          title: "Close (Esc)",
          onclick: () => dialog.close(),
        },
        "×",
      ),
    ),
    groups,
    h(
      "p",
      { class: "hint" },
      "They work in the text and beside it, but for plain keys, which belong to what has the focus. To leave the text with the keyboard, press ",
      key("Escape"),
      " and then ",
      key("Tab"),
      ".",
    ),
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
  function key(name) {
    return h("kbd", {}, core.key(name));
  }

  function open() {
    const named = core.commands.all().filter((c) => c.key && c.title);
    const sections = new Map();
    for (const c of named) sections.set(c.group, [...(sections.get(c.group) ?? []), [c.key, c.title]]);
    sections.set("Text", [...(sections.get("Text") ?? []), ...TEXT]);
    groups.replaceChildren(
      ...[...sections].map(([group, rows]) =>
        h(
          "section",
          {},
          h("h3", {}, group),
          h(
            "dl",
            {},
            ...rows.map(([name, title]) => h("div", { id: "shortcut" }, h("dt", {}, title), h("dd", {}, key(name)))),
          ),
        ),
      ),
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
