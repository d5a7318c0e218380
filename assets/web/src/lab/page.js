// The page of the lab: the list of lessons, and the one that is read.
import { button, h } from "../web/dom/elements.js";
import { queryOf, settingsIn, written } from "./address.js";
import { asking, OFFLINE } from "./asking.js";
import { controlsPart } from "./controls.js";
import { figurePart, numberOf, tableOf } from "./figures/figure.js";
import { said } from "./figures/rows.js";
import { paragraphs } from "./prose.js";
import { sourcePart } from "./source.js";
import { CONTENTS, textbookPart } from "./textbook.js";
/** @import { Trouble } from "../shapes/frames.js" */
/** @import { Board, Lesson, Opened, Place, Settings } from "../shapes/lab.js" */

/** What the last drawings took, for who measures it: milliseconds from the answer to the drawing. */
export const stats = { drawn: 0, milliseconds: 0 };

/** What an address says of the model; nothing of the one that writes. @param {string} [name] */
const modelOf = (name) => (name ? { model: name } : /** @type {Record<string, string>} */ ({}));

/** @param {Opened} opened */
export function lessonPage(opened) {
  /** @type {Lesson[]} */
  let lessons = [];
  /** @type {Place} */
  let place = { lesson: "", query: {} };
  /** @type {ReturnType<typeof figurePart>[]} */
  let figures = [];

  const title = h("h2", { class: "lesson-title", tabindex: "-1" });
  const prose = h("div", { class: "prose" });
  const trouble = h("p", { id: "lab-trouble", class: "trouble", role: "alert", hidden: true });
  const notes = h("div", { id: "lab-notes", class: "lab-notes", role: "status" });
  const bar = h("progress", { id: "lab-progress", "aria-label": "Computing", hidden: true });
  const stop = button("Stop", { id: "lab-stop", class: "small", hidden: true, onclick: stopped });
  const moves = h("div", { class: "row moves", id: "lab-moves" });
  /** Something was begun by a button: where it is stopped, what there is of it is shown. */
  let begun = false;
  const drawn = h("div", { class: "lab-figures", "aria-busy": "false" });
  const numbers = h("dl", { class: "lab-results", id: "lab-numbers" });
  const tables = h("div", { class: "tables" });
  const code = h("ul", { class: "code" });
  const computed = h("p", { class: "hint", id: "lab-computed" });
  const link = button("Copy link", { id: "lab-link", title: "A link that opens exactly this state", onclick: copy });

  const controls = controlsPart({
    changed: (settings) => set(queryOf(lesson()?.controls ?? [], settings, place.query)),
  });
  const source = sourcePart(opened.document, {
    chosen: (query) => set({ ...source.without(unanswered()), ...modelOf(place.query.model), ...query }, true),
    asked: (name) => {
      const { model: _, ...others } = unanswered();
      set({ ...others, ...modelOf(name) }, true);
    },
    trouble: (message) => tell({ message }),
  });
  const line = asking({ progress, board: show, trouble: tell, busy });
  const doing = {
    pick: (/** @type {string} */ name, /** @type {number} */ at) => controls.set(name, at + 1),
    press: (/** @type {number} */ move) => moves.querySelectorAll("button")[move]?.click(),
    draw: (/** @type {string} */ name, /** @type {number[]} */ points) => controls.set(name, points),
    trouble: (/** @type {string} */ message) => tell({ message }),
  };
  const textbook = textbookPart({
    kept: () => kept(place.query),
    go: (to) => opened.go(to, false),
    ask: opened.ask,
  });
  const waiting = [source.element, textbook.turns]; // who presses them needs a lesson
  for (const part of waiting) part.hidden = true;
  const article = h(
    "article",
    { class: "lesson" },
    h("div", { class: "told" }, title, prose),
    h(
      "div",
      { class: "shown" },
      source.element,
      controls.element,
      h("div", { class: "row working" }, bar, stop),
      trouble,
      notes,
      moves,
      drawn,
      h("section", { "aria-label": "Results" }, h("h3", {}, "In numbers"), numbers, tables, computed),
      h("section", { "aria-label": "Code" }, h("h3", {}, "Where this is in the code"), code),
      textbook.turns,
    ),
  );
  const element = h(
    "div",
    { class: "lab-page" },
    h(
      "header",
      { class: "lab-top" },
      button("← Back to the text", { id: "lab-close", onclick: opened.close }),
      h("h1", {}, "The lab"),
      h("span", { class: "spacer" }),
      button("Your lessons", { id: "to-own-lessons", onclick: () => opened.go({ lesson: "mine", query: {} }, false) }),
      link,
    ),
    textbook.nav,
    textbook.page,
    article,
  );
  const redraw = () => {
    for (const figure of figures) figure.draw();
  };
  let width = 0;
  new ResizeObserver(() => {
    if (drawn.clientWidth === width) return;
    width = drawn.clientWidth;
    redraw();
  }).observe(drawn);

  /** What the address says, without answers: they were given about another text, or to another model. */
  function unanswered() {
    const given = lesson()?.controls.filter((control) => control.kind === "answers") ?? [];
    return Object.fromEntries(Object.entries(place.query).filter(([name]) => !given.some((one) => one.name === name)));
  }
  const lesson = () => lessons.find((one) => one.name === place.lesson);

  // ---- where one is ------------------------------------------------------------------------------------------
  /**
   * @param {Record<string, string>} query
   * @param {boolean} [anew] the text is another: what was drawn of the old one is no part of this state
   */
  function set(query, anew = false) {
    place = { lesson: place.lesson, query };
    opened.go(place, true);
    textbook.at(place);
    source.point(query);
    ask(anew);
  }
  /** The text stays the same from lesson to lesson. @param {Record<string, string>} query */
  const kept = (query) => {
    const own = source.without(query);
    return Object.fromEntries(Object.entries(query).filter(([name]) => !(name in own)));
  };
  async function copy() {
    try {
      await navigator.clipboard.writeText(location.href);
      computed.textContent = "The link is copied.";
    } catch {
      tell({
        message: `The browser does not let this page copy; take the link from its address bar: ${location.href}`,
      });
    }
  }
  /**
   * @param {boolean} [hurry]
   * @param {Settings} [once] what is set this time only
   */
  function ask(hurry = false, once = {}) {
    const here = lesson();
    if (!here) return;
    begun = Object.keys(once).length > 0;
    if (begun) progress();
    const also = Object.entries(once).map(([name, value]) => [name, written(value)]);
    const query = new URLSearchParams({ ...place.query, ...Object.fromEntries(also) }).toString();
    line.ask(`api/lab/${encodeURIComponent(here.name)}${query ? `?${query}` : ""}`, hurry || here.passes);
  }

  function stopped() {
    if (begun) ask(true);
    else line.leave();
  }
  /** @param {Board["moves"][number]} move */
  function make({ sets, once }) {
    if (begun && isBusy()) return; // pressed twice
    if (once) ask(true, sets);
    else controls.setAll(sets);
  }

  // ---- what is shown ------------------------------------------------------------------------------------------
  const isBusy = () => drawn.getAttribute("aria-busy") === "true";
  /** @param {boolean} on */
  function busy(on) {
    drawn.setAttribute("aria-busy", String(on));
    if (on) return;
    const had = stop === document.activeElement;
    bar.hidden = true;
    stop.hidden = true;
    if (had) focusMoves();
  }
  /** @param {[done?: number, total?: number]} how none where nothing is known yet */
  function progress(...[done, total]) {
    bar.removeAttribute("value");
    if (total !== undefined) Object.assign(bar, { max: Math.max(1, total), value: done });
    bar.hidden = false;
    stop.hidden = false;
  }
  /** What held the focus is gone. */
  function focusMoves() {
    const next = moves.querySelector("button") ?? (stop.hidden ? title : stop);
    next.focus({ preventScroll: true });
  }
  /** @param {Trouble} error */
  function tell(error) {
    trouble.textContent = error.message;
    trouble.hidden = false;
  }
  /** @param {Board} board */
  function show(board) {
    const begun = performance.now();
    trouble.hidden = true;
    while (figures.length > board.figures.length) figures.pop()?.element.remove();
    while (figures.length < board.figures.length) {
      const part = figurePart(figures.length, doing);
      figures.push(part);
      drawn.append(part.element);
    }
    board.figures.forEach((figure, i) => {
      figures[i].show(figure, board);
    });
    controls.bound(board.bounds);
    source.show(board);
    notes.replaceChildren(...board.notes.map((note) => h("p", {}, note)));
    const had = moves.contains(document.activeElement);
    moves.replaceChildren(
      ...board.moves.map((move, i) => button(move.title, { id: `move-${i}`, onclick: () => make(move) })),
    );
    if (had) focusMoves();
    numbers.replaceChildren(...board.numbers.map(numberOf));
    tables.replaceChildren(...board.tables.map(tableOf));
    computed.textContent = `Computed in ${said(board.seconds)} s${board.model ? ` by ${board.model}` : ""}.`;
    stats.drawn++;
    stats.milliseconds = performance.now() - begun;
  }
  /** The lesson that the place names. */
  function open() {
    const here = lesson();
    if (!here) {
      const names = lessons.map((one) => one.name).join(", ");
      tell({ message: `There is no lesson “${place.lesson}”; choose one of ${names}.` });
      return;
    }
    const at = lessons.indexOf(here);
    title.textContent = `${at + 1}. ${here.title}`;
    prose.replaceChildren(...paragraphs(here.text));
    opened.mark(prose);
    code.replaceChildren(
      ...here.code.map(({ file, name }) => h("li", {}, h("code", {}, file), " ", h("code", {}, name))),
    );
    for (const old of [drawn, numbers, tables, notes, moves]) old.replaceChildren();
    figures = [];
    computed.textContent = "";
    trouble.hidden = true;
    element.scrollTo(0, 0);
    title.focus();
  }
  async function load() {
    try {
      const answer = await fetch("api/lab");
      const told = await answer.json();
      if (!answer.ok) tell(told.error);
      else {
        lessons = told.lessons;
        textbook.hold(lessons);
        for (const part of waiting) part.hidden = false;
      }
    } catch {
      tell(OFFLINE);
    }
  }
  return {
    element,
    leave: line.leave,
    /** In other colours. */
    redraw,
    /** @param {Place} to */
    async show(to) {
      if (!lessons.length) await load();
      if (!lessons.length) return;
      const other = to.lesson !== place.lesson;
      place = to;
      if (!to.lesson) {
        place = textbook.first();
        opened.go(place, true);
      }
      const contents = place.lesson === CONTENTS;
      article.hidden = contents;
      if (contents) line.leave();
      else if (other || !figures.length) open();
      textbook.at(place);
      const here = lesson();
      if (!here) return;
      controls.show(here.controls, settingsIn(here.controls, place.query));
      opened.mark(controls.element);
      source.point(place.query);
      ask(true);
    },
  };
}
