// A question before something that cannot be undone.
import { h } from "./elements.js";

/** The dialog, and `ask`, which gives true only for the button that says so. */
export function confirmation() {
  const question = h("h2", {});
  const detail = h("p", {});
  const yes = h(
    "button",
    { type: "button", id: "confirm-yes", class: "danger", onclick: () => element.close("yes") },
    "Yes",
  );
  const no = h("button", { type: "button", id: "confirm-no", onclick: () => element.close() }, "Keep");
  /** @type {HTMLDialogElement} */
  const element = h(
    "dialog",
    { id: "confirm", class: "box confirm", role: "alertdialog" },
    question,
    detail,
    h("div", { class: "row" }, no, yes),
  );

  /**
   * @param {{question: string, detail: string, yes: string}} words
   * @returns {Promise<boolean>}
   */
  function ask(words) {
    question.textContent = words.question;
    detail.textContent = words.detail;
    yes.textContent = words.yes;
    element.setAttribute("aria-label", words.question);
    element.returnValue = "";
    element.showModal();
    no.focus();
    return new Promise((resolve) => {
      element.addEventListener("close", () => resolve(element.returnValue === "yes"), { once: true });
    });
  }
  return { element, ask };
}
