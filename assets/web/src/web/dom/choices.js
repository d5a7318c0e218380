// A row of buttons of which one is chosen; arrow keys step through them.
import { childrenOf, focusedAt, h, taken } from "./elements.js";
/** @import { Choice } from "../../shapes/dom.js" */

/** @type {Record<string, number>} */
const WAYS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * @param {string} id
 * @param {string} name
 * @param {(value: number) => unknown} chose
 */
export function choices(id, name, chose) {
  const element = h("div", { id, class: "choices", role: "radiogroup", "aria-label": name, onkeydown: step });

  /** @param {KeyboardEvent} event */
  function step(event) {
    const way = WAYS[event.key];
    const all = childrenOf(element);
    if (!way || event.altKey || event.ctrlKey || event.metaKey || !all.length) return;
    taken(event);
    const there = (focusedAt(all) + way + all.length) % all.length;
    all[there].click();
    childrenOf(element)[there]?.focus(); // choosing may have drawn them anew
  }
  /** @param {Choice} choice */
  const draw = ({ id: own, value, text, title, chosen, extra }) =>
    h(
      "button",
      {
        type: "button",
        id: own,
        role: "radio",
        class: "choice",
        "aria-checked": String(chosen),
        tabIndex: chosen ? 0 : -1,
        title,
        "aria-label": extra ? title : null,
        onclick: () => chose(value),
      },
      text,
      extra ? h("span", { class: "extra" }, extra) : null,
    );
  return {
    element,
    /**
     * The focus stays where it was.
     * @param {Choice[]} all
     */
    draw(all) {
      const had = focusedAt(childrenOf(element));
      element.replaceChildren(...all.map(draw));
      childrenOf(element)[had]?.focus();
    },
  };
}
