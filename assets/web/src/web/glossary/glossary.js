// The terms of the glossary, wherever they appear: a button with a tooltip that says what a term means, and leads to
// the lesson about it and to the place where it acts.
import { button, h } from "../dom/elements.js";
import { finder } from "./finding.js";
/** @import { Term } from "../../shapes/boot.js" */

const SAYS = "pz-term-says";
const PAUSE_MS = 150;
const GRACE_MS = 300; // the pointer may go from the term to the tooltip
const GAP = 6;
/** What is a control, a name or no text already has no terms in it. */
const NOT_IN = "button, .term, a, label, select, summary, code, math, svg, table, h1, h2, h3, legend, .term-card";

/**
 * @param {object} is
 * @param {Term[]} is.terms
 * @param {{name: string, title: string}[]} is.lessons
 * @param {(term: Term) => void} is.point shows the place in the editor where a term acts
 */
export function glossaryPart({ terms, lessons, point }) {
  const find = finder(terms);
  const named = new Map(terms.map((term) => [term.name, term]));
  /** @type {HTMLElement | null} the term that is explained */
  let open = null;
  let waiting = 0;
  const says = h("p", { role: "tooltip" });
  says.id = SAYS;
  const ways = h("p", { class: "term-ways" });
  const card = h(
    "div",
    {
      id: "term-card",
      class: "term-card",
      popover: "manual",
      onpointerenter: () => clearTimeout(waiting),
      onpointerleave: later,
      onfocusout: left,
      onkeydown: keys,
    },
    says,
    ways,
  );

  /** @param {HTMLElement} element */
  function show(element) {
    clearTimeout(waiting);
    const term = named.get(element.dataset.term ?? "");
    if (!term || open === element) return;
    hide();
    open = element;
    says.textContent = term.meaning;
    const lesson = lessons.find((one) => one.name === term.lesson);
    ways.replaceChildren(
      ...(lesson ? [h("a", { href: `#/lab/${lesson.name}`, onclick: hide }, `Lesson: ${lesson.title}`)] : []),
      ...(term.place
        ? [button("Show in the editor", { class: "link", id: "term-place", onclick: () => go(term) })]
        : []),
    );
    ways.hidden = !ways.childElementCount;
    element.after(card); // so that the next Tab goes into it
    element.setAttribute("aria-describedby", SAYS);
    card.showPopover();
    place(element);
  }
  /** @param {Term} term */
  function go(term) {
    hide();
    point(term);
  }
  function hide() {
    clearTimeout(waiting);
    open?.removeAttribute("aria-describedby");
    open = null;
    card.remove();
  }
  function later() {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => {
      if (document.activeElement !== open && !card.contains(document.activeElement)) hide();
    }, GRACE_MS);
  }
  /** @param {FocusEvent} event */
  function left({ relatedTarget }) {
    if (relatedTarget !== open && !(relatedTarget instanceof Node && card.contains(relatedTarget))) hide();
  }
  /** @param {KeyboardEvent} event */
  function keys(event) {
    if (event.key !== "Escape" || !open) return;
    event.preventDefault();
    event.stopPropagation(); // what is around stays open
    const back = open;
    if (card.contains(document.activeElement)) back.focus();
    hide();
  }
  /** @param {HTMLElement} element */
  function place(element) {
    const at = element.getBoundingClientRect();
    const is = card.getBoundingClientRect();
    const below = at.bottom + GAP + is.height < innerHeight;
    card.style.top = `${Math.max(GAP, below ? at.bottom + GAP : at.top - GAP - is.height)}px`;
    card.style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - is.width - GAP))}px`;
  }
  /**
   * @param {Term} term
   * @param {string} text as it stands there
   */
  function marked(term, text) {
    // No <button>: that is a box of its own, which makes its line higher and lets a comma behind it fall to the next.
    /** @type {HTMLElement} */
    const element = h(
      "span",
      {
        class: "term",
        role: "button",
        tabindex: "0",
        "data-term": term.name,
        onclick: () => show(element),
        onfocus: () => show(element),
        onblur: left,
        onkeydown: (event) => {
          if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            show(element);
          } else keys(event);
        },
        onpointerenter: () => {
          clearTimeout(waiting);
          waiting = window.setTimeout(() => show(element), PAUSE_MS);
        },
        onpointerleave: later,
      },
      text,
    );
    return element;
  }
  return {
    /**
     * Make the terms in the texts of an element explain themselves, each where it stands first.
     * @param {Element} root
     */
    mark(root) {
      const marks = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[data-term]")]);
      const seen = new Set(marks.map((element) => element.dataset.term ?? ""));
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      /** @type {Text[]} */
      const texts = [];
      while (walker.nextNode()) {
        const text = /** @type {Text} */ (walker.currentNode);
        if (!text.parentElement?.closest(NOT_IN)) texts.push(text);
      }
      for (const text of texts) {
        let at = 0;
        /** @type {(string | Node)[]} */
        const parts = [];
        for (const { from, to, term } of find(text.data, seen)) {
          parts.push(text.data.slice(at, from), marked(term, text.data.slice(from, to)));
          at = to;
        }
        if (parts.length) text.replaceWith(...parts, text.data.slice(at));
      }
    },
  };
}
