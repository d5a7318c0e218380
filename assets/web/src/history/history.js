// The History panel: the revisions of the document, newest first; one of them can be open.
import { h } from "../web/dom/elements.js";
import { revisionRow } from "./revision.js";
/** @import { Around } from "./revision.js" */
/** @typedef {ReturnType<typeof revisionRow>} Row */

const EMPTY = "Each rewrite that you accept is kept here, with its steps. Nothing is ever lost.";

/**
 * @param {Around & {counted: (n: number) => void}} around `counted` is told how many revisions there are
 */
export function historyPanel(around) {
  const element = h("ol", { id: "history", class: "history", "aria-label": "Revisions, newest first" });
  /** @type {Row | null} */
  let open = null;

  /** @param {number} document */
  async function refresh(document) {
    const answer = await around.call("history", { document });
    if (!answer) return;
    around.counted(answer.revisions.length);
    const rows = answer.revisions.map((revision) => {
      const row = revisionRow(document, revision, around, () => turn(row));
      return row;
    });
    element.replaceChildren(...rows.map((row) => row.element));
    if (rows.length < 2) element.append(h("li", { class: "empty" }, EMPTY));
  }
  /** @param {Row} row */
  async function turn(row) {
    const show = !row.isOpen();
    if (open && open !== row) open.show(false);
    open = show ? row : null;
    await row.show(show);
  }
  return { element, refresh };
}
