// What a mask may be and nothing else: a choice of kinds, and the words or the pattern where there are any.
import { h } from "../../web/dom/elements.js";
/** @import { Mask, Only } from "../../shapes/text.js" */

/** @type {[value: string, text: string][]} */
const KINDS = [
  ["", "Any text"],
  ["one_of", "One of…"],
  ["number", "A number"],
  ["yes or no", "Yes or no"],
  ["pattern", "A pattern…"],
];
const HINTS = { one_of: "One on each line", pattern: "Such as [A-Z]{2}-[0-9]{4}" };

/**
 * What was typed; null where that is nothing yet.
 * @param {string} kind
 * @param {string} text
 * @returns {Only | null}
 */
export function onlyOf(kind, text) {
  if (kind === "pattern") return text ? { pattern: text } : null;
  if (kind !== "one_of") return kind || null;
  const words = text.split("\n").map((word) => word.trim());
  const some = [...new Set(words)].filter(Boolean);
  return some.length ? { one_of: some } : null;
}

/**
 * The kind of what a mask may be, and its words.
 * @param {Only | null} only
 * @returns {[kind: string, text: string]}
 */
export function kindOf(only) {
  if (only === null || typeof only === "string") return [only ?? "", ""];
  return "one_of" in only ? ["one_of", only.one_of.join("\n")] : ["pattern", only.pattern];
}

/** @param {(only: Only | null) => void} set */
export function onlyField(set) {
  const kind = h(
    "select",
    { id: "mask-only", onchange: () => changed(true) },
    ...KINDS.map(([value, text]) => h("option", { value }, text)),
  );
  const words = h("textarea", { id: "mask-only-words", spellcheck: false, oninput: () => changed(false) });
  /** @param {boolean} fresh whether another kind was chosen */
  function changed(fresh) {
    if (fresh) words.value = "";
    show();
    set(onlyOf(kind.value, words.value));
    if (fresh && !words.hidden) words.focus();
  }
  function show() {
    const asks = kind.value === "one_of" || kind.value === "pattern";
    words.hidden = !asks;
    const empty = asks && !onlyOf(kind.value, words.value);
    words.setAttribute("aria-invalid", String(empty));
    if (!asks) return;
    words.placeholder = HINTS[/** @type {keyof typeof HINTS} */ (kind.value)];
    words.setAttribute("aria-label", kind.value === "one_of" ? "What this mask may be, one on each line" : "Pattern");
  }
  return {
    element: h("div", { class: "field" }, h("label", {}, h("span", {}, "May be"), kind), words),
    /**
     * @param {Mask} mask
     * @param {boolean} other whether another mask was shown before; what one types is left alone
     */
    draw({ only }, other) {
      const [now, text] = kindOf(only);
      // A kind that was chosen waits for its words, wherever the focus is: nothing can be said of the mask before.
      const waits = !words.hidden && !onlyOf(kind.value, words.value);
      const typing = waits || document.activeElement === words || document.activeElement === kind;
      if (other || !typing) {
        kind.value = now;
        words.value = text;
      }
      show();
    },
  };
}
