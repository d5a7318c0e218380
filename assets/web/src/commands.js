// What can be done on the page, as data: the palette, the shortcut sheet and the keys are all drawn from this list.
import { Prec } from "@codemirror/state";
import { keymap } from "@codemirror/view";

export const mac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);
const NAMES = mac
  ? { Mod: "⌘", Ctrl: "⌃", Alt: "⌥", Shift: "⇧", Enter: "↩", Escape: "esc" }
  : { Mod: "Ctrl", Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };

/** "Mod-Shift-p" as people read it: "Ctrl+Shift+P". */
export const spell = (key) =>
  key.split(/-(?!$)/).map((part) => NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(mac ? "" : "+");

/**
 * Commands: {id, title, group, key?, run, when?, hidden?}. `key` is in CodeMirror's spelling; `run` may return false to let the
 * key through; `when` says whether the command can be used now; `hidden` ones have a key and no place in the palette.
 */
export function commandList() {
  const all = [];
  const usable = (command) => command.when?.() ?? true;
  const use = (command) => (usable(command) ? command.run() !== false : false);
  return {
    add: (...commands) => { all.push(...commands); },
    all: () => all,
    /** Those that can be used now and have a name. */
    usable: () => all.filter((command) => !command.hidden && usable(command)),
    run: (id) => use(all.find((command) => command.id === id)),
    /** The keys, for the editor. */
    extension: () => Prec.highest(keymap.of(all.filter((c) => c.key).map((c) => ({ key: c.key, run: () => use(c), preventDefault: c.always ?? false })))),
  };
}
