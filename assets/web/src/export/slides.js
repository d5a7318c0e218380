// A lesson as slides: its title, its texts, its runs. Arrow keys go on, in a run from step to step.
import { button, closest, h, terms } from "../web/dom/elements.js";
import { replayed } from "./replayed.js";
/** @import { Slide } from "../shapes/teaching.js" */

const LINES_PX = 105; // three lines

/**
 * @param {object} is
 * @param {string} is.title
 * @param {Slide[]} is.slides
 * @param {HTMLElement | null} [is.closing] what leaves them, if anything does
 */
export function slidesOf({ title, slides, closing = null }) {
  const drawn = [titleSlide(title), ...slides.map(drawnSlide)];
  const place = h("p", { id: "slide-place", class: "hint", role: "status" });
  const before = button("‹", {
    id: "slide-before",
    class: "icon",
    "aria-label": "Slide before",
    onclick: () => go(at - 1),
  });
  const after = button("›", {
    id: "slide-after",
    class: "icon",
    "aria-label": "Next slide",
    onclick: () => go(at + 1),
  });
  const stage = h("div", { class: "slide-stage", id: "slide" });
  const hint = "← → go on, Page Up and Page Down whole slides, Space plays";
  const element = h(
    "div",
    { class: "slides" },
    stage,
    h("div", { class: "row slide-bar" }, before, after, place, h("span", { class: "hint keys" }, hint), closing),
  );
  let at = 0;

  /**
   * @param {number} to
   * @param {boolean} [end] of a run: its last step
   */
  function go(to, end = false) {
    drawn[at].run?.scrub.stop();
    at = Math.min(drawn.length - 1, Math.max(0, to));
    const { element: shown, run } = drawn[at];
    stage.replaceChildren(shown);
    stage.scrollTo(0, 0);
    run?.step(() => (end ? run.last : 0));
    before.disabled = at === 0;
    after.disabled = at === drawn.length - 1;
    place.textContent = `${at + 1} of ${drawn.length}`;
  }
  /** @param {1 | -1} by */
  function on(by) {
    const run = drawn[at].run;
    const inside = run && (by > 0 ? !run.atEnd() : run.scrub.slider.valueAsNumber > 0);
    if (inside) run.step((i) => i + by);
    else if (by > 0 ? at < drawn.length - 1 : at > 0) go(at + by, by < 0);
  }
  /**
   * Down and up, where there is more of a slide than is seen.
   * @param {1 | -1} by
   */
  function scrolled(by) {
    const was = stage.scrollTop;
    stage.scrollBy(0, by * LINES_PX);
    return stage.scrollTop !== was;
  }
  /** @type {Record<string, () => void>} */
  const KEYS = {
    ArrowRight: () => on(1),
    ArrowDown: () => scrolled(1) || on(1),
    ArrowLeft: () => on(-1),
    ArrowUp: () => scrolled(-1) || on(-1),
    PageDown: () => go(at + 1),
    PageUp: () => go(at - 1),
    Home: () => go(0),
    End: () => go(drawn.length - 1),
  };
  /** @param {KeyboardEvent} event */
  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || closest(event, "select")) return;
    if (event.key === " " && !closest(event, "button")) drawn[at].run?.scrub.toggle();
    else if (KEYS[event.key]) KEYS[event.key]();
    else return;
    event.preventDefault();
  }
  go(0);
  return { element, key, stop: () => drawn[at].run?.scrub.stop() };
}

/** @param {string} title */
const titleSlide = (title) => ({
  element: h("div", { class: "slide title-slide" }, h("h2", { dir: "auto" }, title)),
  run: null,
});

/** @param {Slide} slide */
function drawnSlide(slide) {
  if ("text" in slide) return { element: h("div", { class: "slide text-slide" }, ...proseOf(slide.text)), run: null };
  if ("gone" in slide)
    return { element: h("div", { class: "slide" }, h("p", { class: "gone" }, slide.gone)), run: null };
  const run = replayed(slide.scene);
  const element = h(
    "div",
    { class: "slide run-slide" },
    h("p", { class: "hint", dir: "auto" }, slide.scene.title),
    run.stage,
    run.scrub.element,
    h("dl", { class: "figures" }, ...terms(run.figures)),
  );
  return { element, run };
}

/** How the lines of a text begin: with the sign of a heading or of an entry; each entry and each heading is its own. */
const SIGN = /^(#+|[-*]) +/;

/**
 * Paragraphs with an empty line between them; a line that begins with # is a heading, lines that begin with - a list.
 * @param {string} text
 */
export function proseOf(text) {
  /** @type {HTMLElement[]} */
  const found = [];
  let last = ""; // what the next line goes on with, if it is of the same kind
  for (const line of text.split("\n")) {
    const [sign, mark = ""] = SIGN.exec(line) ?? [""];
    const words = line.slice(sign.length);
    if (!words.trim()) last = "";
    else if (mark.startsWith("#")) {
      last = "";
      found.push(h("h3", { dir: "auto" }, words));
    } else {
      const tag = mark ? "ul" : "p";
      if (last !== tag) found.push(h(tag, { dir: "auto" }));
      else if (tag === "p") found[found.length - 1].append("\n");
      found[found.length - 1].append(mark ? h("li", { dir: "auto" }, words) : words);
      last = tag;
    }
  }
  return found;
}
