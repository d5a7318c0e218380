// The figures of a run, put away until they are asked for; whether they are is remembered.
import { button, h, terms } from "../../web/dom/elements.js";
import { remembered } from "../../web/dom/memory.js";
/** @import { Figure } from "../../shapes/frames.js" */

/**
 * @param {() => void} turned is told that they were opened or closed
 * @param {(root: Element) => void} mark makes terms explain themselves
 */
export function detailsPart(turned, mark) {
  let open = remembered.get("details", false);
  const list = h("dl", { id: "stats", class: "figures", hidden: true });
  const toggle = button("Details", {
    id: "details",
    title: "What the run took, and how likely the model finds what it wrote",
    onclick: () => {
      open = !open;
      remembered.set("details", open);
      draw();
      turned();
    },
  });
  function draw() {
    toggle.setAttribute("aria-expanded", String(open));
    list.hidden = !open || !list.childElementCount;
  }
  draw();
  return {
    toggle,
    list,
    /** @param {Figure[]} figures none: nothing is shown of a run any more */
    show(figures) {
      list.replaceChildren(...terms(figures));
      mark(list);
      draw();
    },
  };
}
