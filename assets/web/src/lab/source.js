// Where a lesson's text is from: its own example, the open document, what is selected in it, or words typed here.
import { button, h } from "../web/dom/elements.js";
import { SOURCE } from "./address.js";
/** @import { Board, Opened } from "../shapes/lab.js" */

const WORDS = 2000;

/**
 * @param {Opened["document"]} ofPage
 * @param {object} on
 * @param {(query: Record<string, string>) => void} on.chosen what the address says of the text
 * @param {(name: string) => void} on.asked another model was chosen; "" for the one that writes
 * @param {(message: string) => void} on.trouble
 */
export function sourcePart(ofPage, { chosen, asked, trouble }) {
  let chosenModel = "";
  /** @type {HTMLSelectElement} */
  const model = h("select", {
    id: "lab-model",
    onchange: () => asked(model.value),
  });
  const who = h("label", { class: "field", hidden: true }, h("span", {}, "Model"), model);
  const status = h("p", { class: "hint", id: "lab-source" });
  const own = h("input", {
    type: "text",
    id: "lab-words",
    class: "words",
    "aria-label": "Words of your own",
    placeholder: "or words of your own",
    maxLength: WORDS,
    onchange: () => {
      if (own.value.trim()) chosen({ text: own.value });
    },
  });
  /** @param {boolean} selected */
  async function use(selected) {
    const open = await ofPage();
    if (!open) trouble("There is no open document; go back to the text and open one.");
    else if (!selected) chosen({ document: String(open.document) });
    else if (open.from === open.to)
      trouble("Nothing is selected; go back to the text, select a few words and open the lab.");
    else chosen({ document: String(open.document), from: String(open.from), to: String(open.to) });
  }
  const buttons = [
    button("Example", { id: "use-example", onclick: () => chosen({}) }),
    button("Use my document", { id: "use-document", onclick: () => use(false) }),
    button("Use the selection", { id: "use-selection", onclick: () => use(true) }),
  ];
  return {
    element: h(
      "div",
      { class: "source", role: "group", "aria-label": "Text of this lesson" },
      h("div", { class: "row" }, ...buttons, own, who),
      status,
    ),
    /** @param {Board} board */
    show({ source, text, models }) {
      const all = [{ name: "", title: "The one that writes here" }, ...models];
      model.replaceChildren(
        ...all.map(({ name, title }) => h("option", { value: name, selected: name === chosenModel }, title)),
      );
      who.hidden = !models.length;
      const from = source.title ?? (source.example ? "the example" : "your words");
      status.textContent = `About ${from}: “${text.length > 90 ? `${text.slice(0, 90).trim()}…` : text}”`;
    },
    /** @param {Record<string, string>} query */
    point(query) {
      own.value = query.text ?? "";
      chosenModel = query.model ?? "";
      model.value = chosenModel;
      let which = query.document === undefined ? 0 : 1;
      if (query.document !== undefined && query.from !== undefined) which = 2;
      if (query.text !== undefined) which = -1;
      buttons.forEach((one, i) => {
        one.setAttribute("aria-pressed", String(i === which));
      });
    },
    /** The part of an address that is not about the text. */
    without: (/** @type {Record<string, string>} */ query) =>
      Object.fromEntries(Object.entries(query).filter(([name]) => !SOURCE.includes(name))),
  };
}
