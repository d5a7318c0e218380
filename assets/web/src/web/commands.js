// What can be done on the page, as data: the palette, the shortcut sheet and the keys are all drawn from this list.
import { Prec } from "@codemirror/state";
import { keymap, runScopeHandlers } from "@codemirror/view";
/** @import { EditorView } from "@codemirror/view" */
/** @import { Command, Commands } from "../shapes/core.js" */

export const mac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);
/** @type {Record<string, string>} */
const NAMES = mac
  ? { Mod: "⌘", Ctrl: "⌃", Alt: "⌥", Shift: "⇧", Enter: "↩", Escape: "esc" }
  : { Mod: "Ctrl", Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };
/** @param {string} key */
const parts = (key) => key.split(/-(?!$)/);

/**
 * "Mod-Shift-p" as people read it: "Ctrl+Shift+P".
 * @param {string} key
 */
export const spell = (key) =>
  parts(key)
    .map((part) => NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(mac ? "" : "+");

// What these do with Ctrl or Cmd in a field belongs to the field.
const EDITING = new Set("a c v x y z ArrowLeft ArrowRight ArrowUp ArrowDown Home End Backspace Delete".split(" "));
const FIELD =
  "input:not([type=checkbox], [type=radio], [type=button], [type=file]), textarea, select, [contenteditable]";

/**
 * Where a key works, as CodeMirror's scopes: in the text ("editor"), on a button or nothing ("page"), in a field
 * ("field").
 * @param {{key: string, outside?: boolean}} command
 */
export function scopes({ key, outside }) {
  if (outside) return "page";
  const all = parts(key);
  const name = all[all.length - 1];
  if (/^F\d+$/.test(name) || key === "Escape") return "editor page field";
  if (all.some((part) => part === "Mod" || part === "Ctrl" || part === "Meta"))
    return EDITING.has(name) ? "editor page" : "editor page field";
  // Tab, Enter, arrows and letters are the focused control's own.
  return all.includes("Alt") ? "editor page" : "editor";
}

/** @returns {Commands} */
export function commandList() {
  /** @type {Command[]} */
  const all = [];
  /** @param {Command} command */
  const usable = (command) => command.when?.() ?? true;
  /** @param {Command} command */
  const use = (command) => (usable(command) ? command.run() !== false : false);
  return {
    add: (...commands) => {
      all.push(...commands);
    },
    all: () => all,
    usable: () => all.filter((command) => !command.hidden && usable(command)),
    run(id) {
      const command = all.find((one) => one.id === id);
      if (!command) throw new Error(`there is no command ${id}`);
      return use(command);
    },
    /** The keys, for the editor. */
    extension: () =>
      Prec.highest(
        keymap.of(
          all.flatMap((command) => {
            const { key, outside, always = false } = command;
            if (!key) return [];
            return [{ key, scope: scopes({ key, outside }), run: () => use(command), preventDefault: always }];
          }),
        ),
      ),
    listen: (view) => listen(view),
  };
}

/**
 * The same keys while the focus is elsewhere on the page; a dialog or a menu that is open has them to itself.
 * @param {EditorView} view
 */
function listen(view) {
  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.defaultPrevented || event.isComposing || view.contentDOM.contains(target)) return;
    if (view.dom.closest("[inert]")) return; // another place of the page has the keys
    if (document.querySelector('dialog:modal, [popover="auto"]:popover-open')) return;
    if (runScopeHandlers(view, event, target.closest(FIELD) ? "field" : "page")) event.preventDefault();
  });
  // A modal dialog moves the browser's selection behind CodeMirror's back: told that the focus was gone, it puts its
  // own back when it has it again, and what is selected stays selected.
  document.addEventListener("close", () => view.contentDOM.dispatchEvent(new FocusEvent("blur")), true);
  // Where nothing had the focus before it, a closed dialog has it until the page is drawn again: on a busy machine keys
  // that come meanwhile, its own key among them, would go to what is no longer seen.
  document.addEventListener("beforetoggle", leave, true);
}

/**
 * The focus leaves a dialog that closes.
 * @param {ToggleEvent} event
 */
function leave({ target, newState }) {
  const focused = document.activeElement;
  if (newState !== "closed" || !(target instanceof HTMLDialogElement) || !target.contains(focused)) return;
  if (focused instanceof HTMLElement) focused.blur();
}
