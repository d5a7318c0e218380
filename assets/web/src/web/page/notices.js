// Notices: what went wrong or can be undone, above the text, or in the dialog that lies over it.
import { h } from "../dom/elements.js";

/** @param {() => HTMLElement} app gives the page's element once it is there */
export function noticesPart(app) {
  const element = h("div", { class: "notices" });
  const home = document.createComment("notices");

  function place() {
    const over = [...app().querySelectorAll("dialog:modal")].at(-1);
    if (!over || over.contains(element)) return;
    if (!home.parentNode) element.before(home);
    over.prepend(element);
    over.addEventListener("close", () => home.after(element), { once: true });
  }
  return {
    element,
    clear: () => element.replaceChildren(),
    /**
     * @param {string} message
     * @param {...(Node | null)} actions
     */
    notice(message, ...actions) {
      /** @type {HTMLElement} */
      const box = h(
        "div",
        { class: "notice", role: "alert", id: "notice" },
        h("p", {}, message),
        ...actions,
        h("button", { type: "button", class: "icon", "aria-label": "Dismiss", onclick: () => box.remove() }, "×"),
      );
      element.replaceChildren(box);
      place();
    },
  };
}
