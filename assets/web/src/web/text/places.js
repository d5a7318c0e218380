// Where one was in each document: the caret and the line at the top, put back when it is opened again.
import { EditorView } from "@codemirror/view";
import { remembered } from "../dom/memory.js";
/** @import { Document } from "../../shapes/answers.js" */
/** @import { Core } from "../../shapes/core.js" */
/** @typedef {[document: number, head: number, top: number]} Place */

const KEPT = 50;
const places = () => remembered.get("places", /** @type {Place[]} */ ([]));

/** @param {Core} core */
export function placesPart(core) {
  const view = core.surface.view;
  /** @type {Document | null} */
  let current = null;
  function keep() {
    if (!current) return;
    const own = current.id;
    const top = view.lineBlockAtHeight(view.scrollDOM.scrollTop).from;
    const others = places().filter(([id]) => id !== own);
    remembered.set("places", [[own, view.state.selection.main.head, top], ...others].slice(0, KEPT));
  }
  core.on("leaving", keep);
  core.on("opened", (doc) => {
    current = doc;
    const [, head = 0, top = 0] = places().find(([id]) => id === doc.id) ?? [];
    /** @param {number} at */
    const within = (at) => Math.min(at, view.state.doc.length);
    if (head || top)
      view.dispatch({
        selection: { anchor: within(head) },
        effects: EditorView.scrollIntoView(within(top), { y: "start" }),
      });
  });
  addEventListener("pagehide", keep);
  addEventListener("visibilitychange", () => {
    if (document.hidden) keep();
  });
}
