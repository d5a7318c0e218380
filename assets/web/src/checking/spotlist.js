// The suggestions as they are drawn: a card at the words, and a list under the bar.
import { button, h } from "../web/dom/elements.js";
/** @import { Spot } from "../shapes/answers.js" */

/** @param {number} p */
const percent = (p) => (p < 0.01 ? "under 1 %" : `${Math.round(p * 100)} %`);

/**
 * What is done with a suggestion.
 * @typedef {object} SpotActions
 * @property {(spot: Spot) => unknown} take
 * @property {(spot: Spot) => unknown} dismiss
 * @property {(spot: Spot) => unknown} ignore
 * @property {(spot: Spot) => unknown} show
 * @property {(word: string) => unknown} checkAgain
 * @property {() => void} focus gives the focus back to the text
 * @property {(name: string) => string} key
 */

/** What people call a kind of rule, where its name is one for programs. @type {Record<string, string>} */
const CALLED = {
  BoundaryError: "one word or two",
  Confused: "words that are easily confused",
  Eggcorn: "words that are easily confused",
  Joined: "one word or two",
  Lacking: "a word is missing",
  Malapropism: "words that are easily confused",
  Miscellaneous: "usage",
  Misspelt: "spelling",
  Nonstandard: "no standard English",
  Typo: "spelling",
  Wares: "choice of words",
  WordChoice: "choice of words",
};
/** @param {string} kind */
export const called = (kind) =>
  CALLED[kind] ??
  kind
    .replaceAll("_", " ")
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, " ")
    .toLowerCase();

/** @param {Spot} s */
const suggestion = (s) => h("p", {}, h("del", {}, s.old), " → ", h("ins", {}, s.new));

/** @type {(text: string, title: string, act: () => unknown, on: SpotActions) => HTMLElement} */
const small = (text, title, act, on) =>
  button(text, {
    class: "small",
    title,
    onclick: () => {
      act();
      on.focus();
    },
  });

/**
 * @param {Spot} s
 * @param {SpotActions} on
 */
export function spotCard(s, on) {
  /** @type {(text: string, name: string, act: () => unknown, key: string) => HTMLElement} */
  const keyed = (text, name, act, key) => small(text, `${name} (${on.key(key)})`, act, on);
  const why = s.rule
    ? `Against a rule of English (${called(s.rule)}).`
    : `As it stands: ${percent(s.probability)} likely. ${s.better.toFixed(1)} nats better with the change.`;
  return h(
    "div",
    { class: "weak-card", role: "group", "aria-label": `Suggestion for ${s.old}`, id: "suggestion" },
    suggestion(s),
    h("p", { class: "why" }, why),
    h(
      "div",
      { class: "row" },
      keyed("Fix", "Take the suggestion", () => on.take(s), "Alt-Enter"),
      keyed("Dismiss", "Not here", () => on.dismiss(s), "Shift-Alt-Enter"),
      keyed("Ignore from now on", "Never again in this document", () => on.ignore(s), "Mod-Alt-Enter"),
    ),
  );
}

/** @param {SpotActions} on */
export function spotList(on) {
  const element = h("div", { class: "weak-list", role: "region", "aria-label": "Weak spots", hidden: true });
  let drawn = "";

  /** @param {Spot} s */
  const row = (s) =>
    h(
      "li",
      {},
      suggestion(s),
      small("Fix", `Change ${s.old} to ${s.new}`, () => on.take(s), on),
      small("Show", `Go to ${s.old}`, () => on.show(s), on),
      small("Dismiss", `Leave ${s.old} here`, () => on.dismiss(s), on),
    );
  /** @param {string} word */
  const ignoredWord = (word) =>
    button(`${word} ×`, {
      class: "small",
      "aria-label": `Check ${word} again`,
      title: "Check it again",
      onclick: () => on.checkAgain(word),
    });
  return {
    element,
    /**
     * @param {Spot[]} found
     * @param {string[]} ignored words that are left alone
     */
    draw(found, ignored) {
      const now = JSON.stringify([element.hidden, found, ignored]);
      if (now === drawn) return;
      drawn = now;
      if (element.hidden) return;
      const nothing = h(
        "p",
        { class: "hint" },
        "Nothing to show. Paragraphs in English are checked when you change them; nothing found is not no mistakes.",
      );
      const all = found.length ? h("ul", {}, ...found.map(row)) : nothing;
      const alone = "Left alone in this document: ";
      const words = ignored.length ? [h("p", { class: "hint ignored" }, alone, ...ignored.map(ignoredWord))] : [];
      element.replaceChildren(all, ...words);
    },
  };
}
