// The fields of a mask's popover. Each draws what a mask says and tells of what is set.
import { button, h } from "../../web/dom/elements.js";
import { strengthWords } from "./wishes.js";
/** @import { Style } from "../../shapes/boot.js" */
/** @import { Length, Mask } from "../../shapes/text.js" */

/** @type {[value: string, text: string][]} */
const LENGTHS = [
  ["", "As in settings"],
  ["auto", "About as long"],
  ["shorter", "Shorter"],
  ["same", "The same length"],
  ["longer", "Longer"],
  ["exact", "Exactly…"],
];

/** @param {(strength: number | null) => void} set */
export function strengthField(set) {
  const slider = h("input", {
    id: "strength",
    type: "range",
    min: "0",
    max: "1",
    step: "0.05",
    "aria-label": "Strength of this mask",
    oninput: () => {
      set(slider.valueAsNumber);
    },
  });
  const words = h("span", { id: "strength-words", class: "words" });
  const reset = button("As in settings", {
    id: "strength-reset",
    class: "small",
    title: "Use the strength of the settings panel",
    onclick: () => {
      set(null);
      slider.focus();
    },
  });
  return {
    elements: [
      h("div", { class: "line" }, h("span", {}, "Strength"), reset),
      slider,
      h("div", { class: "ends", "aria-hidden": "true" }, h("span", {}, "touch up"), h("span", {}, "rewrite")),
      words,
    ],
    focus: () => slider.focus({ preventScroll: true }),
    /**
     * @param {Mask} mask
     * @param {number} usual the strength of the settings panel
     */
    draw({ strength }, usual) {
      const share = strength ?? usual;
      const [name, meaning] = strengthWords(share);
      slider.value = String(share);
      slider.classList.toggle("as-panel", strength === null);
      words.textContent = `${strength === null ? "As in settings" : share.toFixed(2)}: ${name}, ${meaning}`;
      slider.setAttribute("aria-valuetext", words.textContent);
      reset.hidden = strength === null;
    },
  };
}

/**
 * @param {(length: Length | null) => void} set
 * @param {number} most tokens
 */
export function lengthField(set, most) {
  const wish = h(
    "select",
    {
      id: "wish",
      onchange: () => {
        set(wished());
      },
    },
    ...LENGTHS.map(([value, text]) => h("option", { value }, text)),
  );
  const tokens = h("input", {
    id: "wish-tokens",
    type: "number",
    min: "1",
    max: String(most),
    step: "1",
    value: "8",
    "aria-label": "Tokens of this mask",
    oninput: () => {
      const n = tokens.valueAsNumber;
      const fits = n >= 1 && n <= most && Number.isInteger(n);
      tokens.setAttribute("aria-invalid", String(!fits));
      if (fits) set(n);
    },
  });
  function wished() {
    if (wish.value === "exact") return tokens.valueAsNumber;
    return wish.value || null;
  }
  return {
    element: h("div", { class: "field" }, h("label", {}, h("span", {}, "Length"), wish), tokens),
    focus: () => wish.focus(),
    /**
     * @param {Mask} mask
     * @param {boolean} other whether another mask was shown before; the number that one types is left alone
     */
    draw({ length }, other) {
      const exact = typeof length === "number";
      wish.value = exact ? "exact" : (length ?? "");
      tokens.hidden = !exact;
      if (!exact || (!other && document.activeElement === tokens)) return;
      tokens.value = String(length);
      tokens.setAttribute("aria-invalid", "false");
    },
  };
}

/** @param {(style: string | null) => void} set */
export function styleField(set) {
  const style = h("select", {
    id: "mask-style",
    onchange: () => {
      set(style.value || null);
    },
  });
  const element = h("label", { class: "field" }, h("span", {}, "Style"), style);
  /** @param {Style} one */
  const option = (one) =>
    h(
      "option",
      { value: one.name, disabled: !one.available },
      one.available ? one.title : `${one.title} (not with this model)`,
    );
  return {
    element,
    /**
     * @param {Mask} mask
     * @param {Style[]} offered
     */
    draw(mask, offered) {
      element.hidden = !offered.length;
      style.replaceChildren(h("option", { value: "" }, "As in settings"), ...offered.map(option));
      style.value = mask.style ?? "";
    },
  };
}

/** @param {() => void} unlock */
export function locksField(unlock) {
  const kept = h("span", { id: "locks" });
  const all = button("Unlock", { id: "unlock-all", class: "small", onclick: unlock });
  return {
    element: h("div", { class: "line kept" }, kept, all),
    isHidden: () => all.hidden,
    /**
     * @param {string[]} words that are locked
     * @param {string} hint for when there are none
     */
    draw(words, hint) {
      kept.textContent = words.length ? `Kept: ${words.map((w) => `“${w}”`).join(", ")}` : hint;
      all.hidden = !words.length;
    },
  };
}
