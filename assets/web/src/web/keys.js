// The keys for selecting and for masks: none that the editor or a browser uses already.
import { mac } from "./commands.js";

/**
 * On a Mac, Option with a letter writes a character, so it is Control and Command there.
 * @param {string} name
 */
const letter = (name) => (mac ? `Ctrl-Mod-${name}` : `Alt-${name}`);

/** Two of them are the editor's own for nearly the same, and mean this here. */
export const SELECT_KEYS = {
  word: letter("w"),
  sentence: letter("s"),
  line: mac ? "Ctrl-l" : "Alt-l",
  paragraph: letter("p"),
  function: letter("c"),
  bracket: letter("b"),
  expand: "Mod-i",
  shrink: letter("i"),
};
export const MASK_KEYS = {
  lock: letter("k"),
  invert: letter("v"),
  edit: letter("m"),
  next: letter("n"),
  previous: `Shift-${letter("n")}`,
};
export const HEAT_KEYS = { map: `Shift-${letter("h")}`, mask: `Shift-${letter("m")}` };
