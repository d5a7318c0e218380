// The text of a lesson: paragraphs, **strong** and *stressed* words, formulas as MathML.
import formulas from "lab-formulas";
import { h } from "../web/dom/elements.js";

const PARTS = /(\$[^$\n]+\$|\*\*[^*]+\*\*|\*[^*\n]+\*)/;

/**
 * A formula. One that the bundle does not have is shown as it is written.
 * @param {string} tex
 * @param {boolean} alone
 */
export function formula(tex, alone) {
  const made = Object.hasOwn(formulas, tex) ? formulas[tex] : undefined;
  const host = h(alone ? "p" : "span", alone ? { class: "formula", tabindex: "0" } : { class: "formula" });
  if (made) host.innerHTML = alone ? made.block : made.inline;
  else host.append(h("code", {}, tex));
  return host;
}

/** @param {string} text */
function inline(text) {
  return text.split(PARTS).map((part) => {
    if (/^\$[^$]+\$$/.test(part)) return formula(part.slice(1, -1), false);
    if (part.startsWith("**") && part.length > 4) return h("strong", {}, part.slice(2, -2));
    if (/^\*[^*]+\*$/.test(part)) return h("em", {}, part.slice(1, -1));
    return part;
  });
}

/**
 * The paragraphs of a lesson.
 * @param {string} text
 */
export const paragraphs = (text) =>
  text
    .trim()
    .split(/\n\s*\n/)
    .map((part) => {
      const alone = /^\$\$([^$]+)\$\$$/.exec(part.trim());
      return alone ? formula(alone[1], true) : h("p", {}, ...inline(part.replaceAll("\n", " ")));
    });
