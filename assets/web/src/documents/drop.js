// Files dragged onto the page: a hint while they hang over it, and opening them when they are let go.
import { h } from "../web/dom/dom.js";

/** The hint, an element of the page. `open(file)` opens one; several are opened one after another. */
export function dropHint(root, open) {
  const hint = h(
    "div",
    { id: "drop-hint", class: "drop-hint", hidden: true, "aria-hidden": "true" },
    h("p", {}, "Let go to open the file"),
  );
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  // A modal dialog makes the rest of the page unreachable, so the window listens.
  addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
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
      if (!carries(event)) return;
      event.preventDefault();
      event.stopPropagation();
      hint.hidden = true;
      for (const file of [...event.dataTransfer.files]) await open(file);
    },
    true,
  );
  return hint;
}
