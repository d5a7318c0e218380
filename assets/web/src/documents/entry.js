// One document in the list of all of them.
import { button, h, taken } from "../web/dom/elements.js";
import { many, when } from "../web/dom/words.js";
/** @import { Listed } from "../shapes/answers.js" */
/** @typedef {{id: number, main: HTMLElement, row: HTMLElement}} Entry */

/**
 * What can be done with an entry.
 * @typedef {object} EntryActions
 * @property {() => void} open
 * @property {(title: string) => Promise<boolean>} rename
 * @property {() => void} duplicate
 * @property {() => void} remove
 * @property {() => void} restore
 * @property {() => void} deleteForEver
 */

/**
 * @param {Listed} d
 * @param {object} is
 * @param {boolean} is.inBin
 * @param {boolean} is.current whether it is open
 * @param {string} is.language its title
 * @param {number} is.longest title
 * @param {EntryActions} on
 * @returns {Entry}
 */
export function entryOf(d, { inBin, current, language, longest }, on) {
  /** @type {(id: string, text: string, action: () => void, kind?: string) => HTMLElement} */
  const act = (id, text, action, kind = "small") =>
    button(text, { id: `document-${id}`, class: kind, "aria-label": `${text}: ${d.title}`, onclick: action });
  const inside = insideOf(d, { inBin, current, language });
  const main = inBin
    ? h("div", { class: "entry", tabindex: "-1" }, ...inside)
    : h(
        "button",
        {
          type: "button",
          id: "document-open",
          class: "entry",
          "aria-current": current ? "true" : null,
          onclick: on.open,
        },
        ...inside,
      );
  const actions = inBin
    ? [
        act("restore", "Restore", on.restore),
        act("delete-for-ever", "Delete for ever", on.deleteForEver, "small danger"),
      ]
    : [
        act("rename", "Rename", () => renaming(d.title, longest, main, on.rename)),
        act("duplicate", "Duplicate", on.duplicate),
        act("delete", "Delete", on.remove),
      ];
  const row = h(
    "li",
    { id: "document", "data-document": String(d.id) },
    main,
    h("div", { class: "actions" }, ...actions),
  );
  return { id: d.id, main, row };
}

/** What stands before a hit, and behind it, without a word that is cut in two. */
const begun = (/** @type {string} */ text) => text.replace(/^…\S{0,24}\s+(?=\S)/u, "… ");
const ended = (/** @type {string} */ text) => text.replace(/(?<=\S)\s+\S{0,24}…$/u, " …");

/**
 * @param {Listed} d
 * @param {{inBin: boolean, current: boolean, language: string}} is
 */
function insideOf({ title, words, hits, updated_at, deleted_at, excerpt }, { inBin, current, language }) {
  const facts = [language, many(words, "word"), ...(hits ? [many(hits, "hit")] : [])].join(" · ");
  const at = deleted_at ?? updated_at;
  const time = h("time", { datetime: at }, `${inBin ? "deleted " : ""}${when(at)}`);
  return [
    h("span", { class: "name" }, title, current ? h("em", {}, "open") : null),
    h("span", { class: "meta" }, `${facts} · `, time),
    excerpt
      ? h("span", { id: "excerpt", class: "excerpt" }, begun(excerpt[0]), h("mark", {}, excerpt[1]), ended(excerpt[2]))
      : null,
  ];
}

/**
 * Rename in place: a field stands where the entry was until it is left.
 * @param {string} title
 * @param {number} longest
 * @param {HTMLElement} main
 * @param {(title: string) => Promise<boolean>} rename
 */
function renaming(title, longest, main, rename) {
  const input = h("input", {
    id: "rename-input",
    type: "text",
    value: title,
    maxLength: longest,
    "aria-label": `New title of ${title}`,
  });
  let over = false;
  /** @param {boolean} keep */
  async function end(keep) {
    if (over) return;
    over = true;
    const changed = keep && input.value !== title && (await rename(input.value));
    if (changed) return;
    input.replaceWith(main);
    main.focus();
  }
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" && (event.key !== "Enter" || event.isComposing)) return;
    taken(event); // Escape ends the renaming, not the dialog
    end(event.key === "Enter");
  });
  input.addEventListener("blur", () => end(true));
  main.replaceWith(input);
  input.focus();
  input.select();
}
