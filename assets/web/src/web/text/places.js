// Where one was in each document: the caret and the line at the top, put back when it is opened again.
import { EditorView } from "@codemirror/view";
import { remembered } from "../dom/dom.js";

const KEPT = 50;

export function placesPart(core) {
  const view = core.surface.view;
  let current = null;
  function keep() {
    if (!current) return;
    const top = view.lineBlockAtHeight(view.scrollDOM.scrollTop).from;
    const others = remembered.get("places", []).filter(([id]) => id !== current.id);
    remembered.set("places", [[current.id, view.state.selection.main.head, top], ...others].slice(0, KEPT));
  }
  core.on("leaving", keep);
  core.on("opened", (doc) => {
    current = doc;
    const [, head = 0, top = 0] = remembered.get("places", []).find(([id]) => id === doc.id) ?? [];
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
