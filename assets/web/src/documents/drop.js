// Files dragged onto the page: a hint while they hang over it, and opening them when they are let go.
import { h } from "../web/dom/elements.js";

/**
 * The hint, an element of the page.
 * @param {HTMLElement} root
 * @param {(file: File) => Promise<unknown>} open opens one; several are opened one after another
 */
export function dropHint(root, open) {
  const hint = h(
    "div",
    { id: "drop-hint", class: "drop-hint", hidden: true, "aria-hidden": "true" },
    h("p", {}, "Let go to open the file"),
  );
  /** @param {DragEvent} event */
  const carried = (event) => (event.dataTransfer?.types.includes("Files") ? event.dataTransfer : null);
  // A modal dialog makes the rest of the page unreachable, so the window listens.
  addEventListener("dragover", (event) => {
    const load = carried(event);
    if (!load) return;
    event.preventDefault();
    load.dropEffect = "copy";
    hint.hidden = false;
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) hint.hidden = true;
  });
  addEventListener("dragend", () => {
    hint.hidden = true;
  });
  root.addEventListener(
    "drop",
    async (event) => {
      const load = carried(event);
      if (!load) return;
      event.preventDefault();
      event.stopPropagation();
      hint.hidden = true;
      for (const file of [...load.files]) await open(file);
    },
    true,
  );
  return hint;
}
