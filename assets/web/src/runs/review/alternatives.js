// The alternatives of a written token: what else the model might have put there, and how likely. Choosing one pins it.
import { closest, focusedAt, h, taken } from "../../web/dom/elements.js";
import { sureness } from "../../web/dom/words.js";
import { WRITTEN } from "../frames/moments.js";
/** @import { Core } from "../../shapes/core.js" */
/** @import { Alternative, Moment, Tok } from "../../shapes/frames.js" */
/** @typedef {{cell: HTMLElement, span: number, slot: number, tok: Tok}} Looked */

const HOVER_MS = 220;
const LEAVE_MS = 250;
const GAP = 6;
const CELL = ".pz-review .pz-tok";
const PINNED = "Pinned: it stays whatever is written around it.";
const CHOOSE = "Choose another word to pin it; the rest is written again around it.";
const THEN = "Below: how likely each was in the step that wrote it.";
const NONE = "No alternatives are known of this word.";

/** @param {number} p */
function percent(p) {
  if (p >= 0.995) return "99 %";
  return p < 0.005 ? "< 1 %" : `${Math.round(p * 100)} %`;
}
/** @param {string} text */
function visible(text) {
  const said = text.replaceAll("\n", "⏎").replaceAll("\t", "⇥");
  return said.trim() ? said : said.replaceAll(" ", "␣");
}
/** @param {string} text */
const shown = (text) =>
  text === "" ? h("span", { class: "nothing" }, "nothing") : h("span", { class: "word" }, visible(text));

/**
 * @param {Core} core
 * @param {object} is
 * @param {() => Moment | null} is.moment the frames that are shown
 * @param {() => void} is.toWords shows the words of the proposal, where its changes are shown
 * @param {(span: number, slot: number, other: Alternative) => void} is.pin is told of a choice
 */
export function alternativesPart(core, { moment, toWords, pin }) {
  const { surface } = core;
  const heading = h("h3", {});
  const says = h("p", {});
  const list = h("ol", {});
  const box = h(
    "div",
    {
      id: "alternatives",
      class: "alternatives",
      popover: "manual",
      role: "group",
      "aria-label": "Alternatives",
      onkeydown: keys,
      onpointerenter: () => clearTimeout(timer),
      onpointerleave: () => later(close, LEAVE_MS),
    },
    heading,
    says,
    list,
  );
  let timer = 0;
  /** @type {Looked | null} */
  let at = null;

  /** @type {(action: () => void, wait: number) => void} */
  function later(action, wait) {
    clearTimeout(timer);
    timer = setTimeout(action, wait);
  }
  const cells = () => {
    const all = /** @type {NodeListOf<HTMLElement>} */ (surface.view.dom.querySelectorAll(CELL));
    return [...all].filter((cell) => WRITTEN.some((state) => cell.classList.contains(`pz-${state}`)));
  };
  /**
   * @param {HTMLElement} cell
   * @returns {Looked | null}
   */
  function token(cell) {
    const host = /** @type {HTMLElement | null} */ (cell.closest(".pz-span"));
    const span = Number(host?.dataset.span);
    const slot = Number(cell.dataset.slot);
    const tok = moment()?.[span]?.toks[slot];
    return tok ? { cell, span, slot, tok } : null;
  }

  /** @param {HTMLElement} cell */
  function show(cell, focus = false) {
    const found = token(cell);
    if (!found) return;
    clearTimeout(timer);
    at?.cell.classList.remove("pz-looked");
    at = found;
    cell.classList.add("pz-looked");
    draw(found.tok);
    if (!box.matches(":popover-open")) box.showPopover();
    place(cell);
    if (focus) (list.querySelector("button") ?? box).focus();
  }
  /** @param {Tok} tok */
  function draw([text, state, confidence, others]) {
    heading.replaceChildren(shown(text));
    const known = (others ?? []).filter(([, p, id]) => p > 0 && id !== undefined);
    const then = known.find(([other]) => other.trim() === text.trim())?.[1] ?? confidence;
    const sure = `${sureness(confidence)} (${percent(confidence)} sure).`;
    const since = percent(then) === percent(confidence) ? [] : [THEN];
    says.textContent = state === "p" ? PINNED : [sure, ...since, CHOOSE].join(" ");
    list.replaceChildren(...known.map((other) => h("li", {}, alternative(other))));
    if (!known.length) says.textContent = NONE;
  }
  /** @param {Alternative} other */
  function alternative(other) {
    const [text, p] = other;
    return h(
      "button",
      {
        type: "button",
        id: "pin",
        class: "alternative",
        style: `--share: ${Math.round(p * 100)}%`,
        "aria-label": `Pin ${text || "nothing"}, ${percent(p)}`,
        onclick: () => choose(other),
      },
      shown(text),
      percent(p),
    );
  }
  /** @param {HTMLElement} cell */
  function place(cell) {
    const there = cell.getBoundingClientRect();
    const own = box.getBoundingClientRect();
    const below = there.bottom + GAP + own.height < innerHeight;
    box.style.left = `${Math.max(GAP, Math.min(there.left, innerWidth - own.width - GAP))}px`;
    box.style.top = `${below ? there.bottom + GAP : Math.max(GAP, there.top - GAP - own.height)}px`;
  }
  /** @param {Alternative} other */
  function choose(other) {
    const looked = at;
    close();
    if (looked) pin(looked.span, looked.slot, other);
  }
  function close() {
    clearTimeout(timer);
    if (box.matches(":popover-open")) box.hidePopover();
    at?.cell.classList.remove("pz-looked");
    at = null;
  }
  /** @param {KeyboardEvent} event */
  function keys(event) {
    const { key, altKey } = event;
    if (key === "Escape") {
      taken(event);
      close();
      surface.view.focus();
    }
    const all = [...list.querySelectorAll("button")];
    const way = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1 })[key];
    if (way && all.length) {
      event.preventDefault();
      all[(focusedAt(all) + way + all.length) % all.length].focus();
    }
    if (altKey && (key === "ArrowRight" || key === "ArrowLeft")) {
      taken(event);
      walk(key === "ArrowRight" ? 1 : -1);
    }
  }
  /**
   * The next word of the proposal, by the keyboard.
   * @param {number} way
   */
  function walk(way) {
    if (!cells().length) toWords();
    const all = cells();
    const before = way > 0 ? -1 : 0;
    const here = at ? all.indexOf(at.cell) : before;
    if (!all.length) return false;
    show(all[(here + way + all.length) % all.length], true);
    return true;
  }

  surface.view.dom.addEventListener("pointerover", (event) => {
    const cell = closest(event, CELL);
    if (!cell || !moment() || cell === at?.cell || event.pointerType === "touch") return;
    later(() => {
      if (cell.isConnected) show(cell);
    }, HOVER_MS);
  });
  surface.view.dom.addEventListener("pointerout", (event) => {
    if (closest(event, ".pz-tok")) later(close, LEAVE_MS);
  });
  surface.view.dom.addEventListener("click", (event) => {
    const cell = closest(event, CELL);
    if (cell && moment()) show(cell);
  });
  core.on("state", close);
  const when = () => moment() !== null;
  core.commands.add(
    {
      id: "next-word",
      title: "Alternatives of the next word",
      group: "Review",
      key: "Alt-ArrowRight",
      when,
      run: () => walk(1),
    },
    {
      id: "previous-word",
      title: "Alternatives of the word before",
      group: "Review",
      key: "Alt-ArrowLeft",
      when,
      run: () => walk(-1),
    },
  );
  return { element: box, close };
}
