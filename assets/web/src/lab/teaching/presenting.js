// A lesson in full screen: arrow keys go on, Esc leaves.
import { button, h } from "../../web/dom/elements.js";
import { slidesOf } from "../../export/slides.js";
/** @import { TaughtLesson } from "../../shapes/teaching.js" */

export function presenting() {
  let stop = () => {};
  /** @type {(event: KeyboardEvent) => void} */
  let key = () => {};
  /** @type {HTMLDialogElement} */
  const dialog = h("dialog", { id: "presenting", class: "presenting", "aria-label": "The lesson" });
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") key(event);
  });
  /** @type {Element | null} what had the focus before */
  let opener = null;
  dialog.addEventListener("close", async () => {
    stop();
    dialog.replaceChildren();
    if (document.fullscreenElement) await document.exitFullscreen();
    if (opener instanceof HTMLElement) opener.focus(); // the browser forgets it where the screen was full
  });
  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement && dialog.open) dialog.close(); // Esc leaves the full screen first
  });
  return {
    element: dialog,
    /** @param {TaughtLesson} lesson */
    async show(lesson) {
      const closing = button("Leave", { id: "leave-presenting", onclick: () => dialog.close() });
      const slides = slidesOf({ title: lesson.title, slides: lesson.slides, closing });
      ({ key, stop } = slides);
      opener = document.activeElement;
      dialog.replaceChildren(slides.element);
      if (!dialog.open) dialog.showModal();
      dialog.focus();
      try {
        await slides.element.requestFullscreen(); // no dialog may be that
      } catch {} // a browser or a frame that allows none: it fills the window
    },
  };
}
