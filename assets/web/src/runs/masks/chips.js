// The masks as chips in the bar; arrow keys step through them.
import { button, childrenOf, focusedAt, h } from "../../web/dom/elements.js";
import { excerptOf, wishWords } from "./wishes.js";
/** @import { Core } from "../../shapes/core.js" */
/** @import { Mask } from "../../shapes/text.js" */

/**
 * @param {Core} core
 * @param {object} is
 * @param {(mask: Mask) => void} is.visit a chip was chosen
 * @param {() => void} is.clear all masks are to go
 * @param {(style: string) => string} is.titleOf
 */
export function maskChips(core, { visit, clear, titleOf }) {
  const list = h("div", { id: "masks", class: "pz-chips", role: "toolbar", "aria-label": "Masks", onkeydown: walk });
  const clearButton = button("Clear", { id: "masks-clear", class: "small", title: "Remove all masks", onclick: clear });
  const masks = () => core.surface.masks();
  let drawn = "";
  hide(true);

  /** @param {boolean} on */
  function hide(on) {
    list.hidden = on;
    clearButton.hidden = on;
  }
  /** @param {Mask} mask */
  const wordsOf = (mask) => ({
    excerpt: excerptOf(mask, (from, to) => core.surface.view.state.sliceDoc(from, to)),
    wishes: wishWords(mask, titleOf),
  });
  function draw() {
    const all = masks();
    const words = all.map(wordsOf);
    const key = JSON.stringify([all.map((m) => m.id), words]);
    if (key === drawn) return;
    drawn = key;
    const had = focusedAt(childrenOf(list));
    const stop = Math.max(0, Math.min(had, all.length - 1));
    list.replaceChildren(...all.map((mask, i) => chip(mask.id, words[i], { i, n: all.length, stop })));
    if (had >= 0 && all.length) childrenOf(list)[stop].focus();
    hide(!all.length);
  }
  /**
   * @param {string} id
   * @param {{excerpt: string, wishes: string[]}} words
   * @param {{i: number, n: number, stop: number}} place its number, of how many, and which of them Tab stops at
   */
  function chip(id, { excerpt, wishes }, { i, n, stop }) {
    return h(
      "button",
      {
        type: "button",
        id: "mask",
        class: "pz-chip",
        tabindex: i === stop ? "0" : "-1",
        title: [excerpt, ...wishes].join(", "),
        "aria-label": `Mask ${i + 1} of ${n}: “${excerpt}”${wishes.map((w) => `, ${w}`).join("")}`,
        onclick: () => {
          const mask = masks().find((one) => one.id === id);
          if (mask) visit(mask);
        },
      },
      h("b", {}, String(i + 1)),
      h("span", { class: "is" }, wishes.join(" · ") || excerpt),
    );
  }
  /** @param {KeyboardEvent} event */
  function walk(event) {
    const all = childrenOf(list);
    const at = focusedAt(all);
    /** @type {Record<string, number>} */
    const places = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 };
    const to = places[event.key];
    if (to === undefined || !all[to]) return;
    event.preventDefault();
    for (const [i, one] of all.entries()) one.tabIndex = i === to ? 0 : -1;
    all[to].focus();
  }
  return { element: h("div", { class: "pz-masks" }, list, clearButton), draw };
}
