// What can be done on the page, as data: the palette, the shortcut sheet and the keys are all drawn from this list.
import { Prec } from "@codemirror/state";
import { keymap, runScopeHandlers } from "@codemirror/view";

export const mac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);
const NAMES = mac
  ? { Mod: "⌘", Ctrl: "⌃", Alt: "⌥", Shift: "⇧", Enter: "↩", Escape: "esc" }
  : { Mod: "Ctrl", Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };
const parts = (key) => key.split(/-(?!$)/);

/** "Mod-Shift-p" as people read it: "Ctrl+Shift+P". */
export const spell = (key) =>
  parts(key)
    .map((part) => NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(mac ? "" : "+");

// What these do with Ctrl or Cmd in a field belongs to the field.
const EDITING = new Set([
  "a",
  "c",
  "v",
  "x",
  "y",
  "z",
  "ArrowLeft",
  "ArrowRight",
  "ArrowUp",
  "ArrowDown",
  "Home",
  "End",
  "Backspace",
  "Delete",
]);
const FIELD =
  "input:not([type=checkbox], [type=radio], [type=button], [type=file]), textarea, select, [contenteditable]";

/** Where a key works, as CodeMirror's scopes: in the text ("editor"), on a button or nothing ("page"), in a field ("field"). */
export function scopes({ key, outside }) {
  if (outside) return "page";
  const all = parts(key),
    name = all.at(-1);
  if (/^F\d+$/.test(name) || key === "Escape") return "editor page field";
  if (all.some((part) => part === "Mod" || part === "Ctrl" || part === "Meta"))
    return EDITING.has(name) ? "editor page" : "editor page field";
  // Tab, Enter, arrows and letters are the focused control's own.
  return all.includes("Alt") ? "editor page" : "editor";
}

/**
 * Commands: {id, title, group, key?, run, when?, always?, outside?, hidden?}. `key` is in CodeMirror's spelling; `run` may
 * return false to let the key through; `when` says whether the command can be used now; `always` keeps the key from the browser
 * even where it cannot; `outside` is for a plain key that works everywhere but where one types; `hidden` ones have a key and no
 * place in the palette.
 */
export function commandList() {
  const all = [];
  const usable = (command) => command.when?.() ?? true;
  const use = (command) => (usable(command) ? command.run() !== false : false);
  return {
    add: (...commands) => {
      all.push(...commands);
    },
    all: () => all,
    /** Those that can be used now and have a name. */
    usable: () => all.filter((command) => !command.hidden && usable(command)),
    run: (id) => use(all.find((command) => command.id === id)),
    /** The keys, for the editor. */
    extension: () =>
      Prec.highest(
        keymap.of(
          all
            .filter((c) => c.key)
            .map((c) => ({ key: c.key, scope: scopes(c), run: () => use(c), preventDefault: c.always ?? false })),
        ),
      ),
    /** The same keys while the focus is elsewhere on the page; a dialog or a menu that is open has them to itself. */
    listen(view) {
      document.addEventListener("keydown", (event) => {
        const target = event.target instanceof Element ? event.target : document.body;
        if (event.defaultPrevented || event.isComposing || view.contentDOM.contains(target)) return;
        if (document.querySelector('dialog:modal, [popover="auto"]:popover-open')) return;
        if (runScopeHandlers(view, event, target.closest(FIELD) ? "field" : "page")) event.preventDefault();
      });
      // A modal dialog moves the browser's selection behind CodeMirror's back: told that the focus was gone, it puts its own
      // back when it has it again, and what is selected stays selected.
      document.addEventListener("close", () => view.contentDOM.dispatchEvent(new FocusEvent("blur")), true);
    },
  };
}
