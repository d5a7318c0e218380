// A short tour of what is where.
import { button, h } from "../dom/elements.js";
import { remembered } from "../dom/memory.js";
import { stopAt, stops } from "./stops.js";
import { welcomeCard } from "./welcome.js";
/** @import { Term } from "../../shapes/boot.js" */
/** @import { Core, Documents } from "../../shapes/core.js" */
/** @import { Stop } from "./stops.js" */

const GAP = 12;
const EDGE = 6;
const ALL_LESSONS = [{ name: "contents", title: "all lessons" }];
/** @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

/**
 * @param {Core} core
 * @param {{documents: Documents}} parts
 */
export function tourPart(core, { documents }) {
  const all = stops(core.key);
  /** @type {Stop[]} */
  let shown = all;
  let at = 0;
  /** @type {Element | null} what had the focus */
  let back = null;
  let panelWasOpen = false;
  const card = welcomeCard(core, { documents, start: () => start() });

  const title = h("h2", {});
  const says = h("p", { class: "says" });
  const count = h("span", { class: "count" });
  /** @type {HTMLAnchorElement} */
  const lesson = h("a", { id: "tour-lesson", class: "lesson-link", onclick: () => dialog.close() });
  const light = h("div", { class: "tour-light", "aria-hidden": "true" });
  const nextButton = button("Next", { id: "tour-next", class: "primary", onclick: () => go(at + 1) });
  const backButton = button("Back", { id: "tour-back", onclick: () => go(at - 1) });
  const skipButton = button("Skip", {
    id: "tour-skip",
    onclick: () => {
      dialog.close();
    },
  });
  const words = h("div", { "aria-live": "polite" }, title, says);
  const box = h(
    "div",
    { class: "tour-card" },
    words,
    lesson,
    h("div", { class: "row" }, count, skipButton, backButton, nextButton),
  );
  const dialog = h(
    "dialog",
    { id: "tour", class: "tour", "aria-label": "Tour", onclose: leave, onkeydown: keys },
    light,
    box,
  );

  /** What is spoken of, or the bar where that cannot be seen. */
  function target() {
    const there = document.querySelector(shown[at].at);
    return there?.checkVisibility() ? there : document.querySelector(".bar");
  }
  /** @param {Stop[]} list */
  function start(list = all) {
    shown = list;
    back = document.activeElement;
    panelWasOpen = Boolean(document.querySelector(".pz-app.panel-open"));
    dialog.showModal();
    go(0);
    addEventListener("resize", place);
  }
  /** @param {number} i */
  function go(i) {
    if (i >= shown.length) {
      dialog.close();
      return;
    }
    at = Math.max(0, i);
    const stop = shown[at];
    const last = at === shown.length - 1;
    core.showPanel(Boolean(stop.panel)); // on a narrow screen the panel lies over the text
    const seen = document.querySelector(stop.at)?.checkVisibility();
    title.textContent = stop.title;
    says.textContent = stop.missing && !seen ? stop.missing : stop.says;
    count.textContent = shown.length > 1 ? `${at + 1} of ${shown.length}` : "";
    const about = ALL_LESSONS.concat(core.boot.lessons).find((one) => one.name === stop.lesson);
    lesson.hidden = !about;
    lesson.textContent = about ? `In the lab: ${about.title}` : "";
    lesson.setAttribute("href", `#/lab/${about?.name}`);
    backButton.hidden = !at;
    skipButton.hidden = last;
    nextButton.textContent = last ? "Done" : "Next";
    target()?.scrollIntoView({ block: "nearest" });
    place();
    nextButton.focus();
  }
  /** Put the light on what is spoken of, and the card beside it, wherever there is room. */
  function place() {
    const there = target()?.getBoundingClientRect();
    if (!there) return;
    const lit = litAround(there);
    const own = box.getBoundingClientRect();
    const { x, y } = beside(lit, own);
    Object.assign(light.style, {
      top: `${lit.top}px`,
      left: `${lit.left}px`,
      width: `${lit.right - lit.left}px`,
      height: `${lit.bottom - lit.top}px`,
    });
    Object.assign(dialog.style, {
      top: `${within(y, own.height, innerHeight)}px`,
      left: `${within(x, own.width, innerWidth)}px`,
    });
  }
  /** @param {KeyboardEvent} event */
  function keys(event) {
    const step = STEPS[event.key];
    if (!step || (step < 0 && !at)) return;
    event.preventDefault();
    go(at + step);
  }
  function leave() {
    removeEventListener("resize", place);
    if (shown === all) remembered.set("tour", "seen");
    card.offer();
    core.showPanel(panelWasOpen);
    if (back instanceof HTMLElement && back.isConnected && back.checkVisibility()) back.focus();
    else core.surface.view.focus();
  }

  core.commands.add(
    { id: "tour", title: "Take the tour", group: "Help", run: () => start() },
    { id: "welcome", title: "Show three things to try", group: "Help", run: card.open },
  );
  return {
    card: card.element,
    dialogs: [dialog],
    welcome: card.welcome,
    again: card.again,
    /** Show where a term of the glossary acts. @param {Term} term */
    point: (term) => start([stopAt(term, core.boot.systems)]),
  };
}

/**
 * What is lit around a box, within the window.
 * @param {DOMRect} box
 */
const litAround = (box) => ({
  top: Math.max(0, box.top - EDGE),
  bottom: Math.min(innerHeight, box.bottom + EDGE),
  left: Math.max(0, box.left - EDGE),
  right: Math.min(innerWidth, box.right + EDGE),
});

/** @type {(value: number, size: number, room: number) => number} */
const within = (value, size, room) => Math.max(GAP, Math.min(value, room - size - GAP));

/**
 * Where a card stands: below what is lit, above it, at its left, or over its foot.
 * @param {{top: number, bottom: number, left: number}} lit
 * @param {DOMRect} own
 */
function beside({ top, bottom, left }, own) {
  const above = top - GAP - own.height;
  if (bottom + GAP + own.height < innerHeight) return { x: left, y: bottom + GAP };
  if (above > 0) return { x: left, y: above };
  if (left - own.width - 2 * GAP > 0) return { x: left - own.width - GAP, y: top };
  return { x: left, y: bottom - own.height - GAP };
}
