// The textbook: the lessons in their order, what is read of them, and where one was. All of it is kept in the browser.
import { button, h } from "../web/dom/elements.js";
import { remembered } from "../web/dom/memory.js";
import { many } from "../web/dom/words.js";
import { hashOf } from "./address.js";
/** @import { Lesson, Opened, Place } from "../shapes/lab.js" */

const READ = "lab.read";
const LAST = "lab.last";
/** The name of the page of contents, in place of a lesson's. */
export const CONTENTS = "contents";

/** @returns {string[]} */
const read = () => remembered.get(READ, []);

/**
 * @param {object} is
 * @param {() => Record<string, string>} is.kept what the address of another lesson keeps: where the text is from
 * @param {(place: Place) => void} is.go
 * @param {Opened["ask"]} is.ask
 */
export function textbookPart({ kept, go, ask }) {
  /** @type {Lesson[]} */
  let lessons = [];
  /** @type {Lesson | undefined} */
  let here;
  /** What the links were drawn for. */
  let drawn = "";
  const list = h("ol", { class: "lessons" });
  const told = h("p", { class: "hint", id: "lab-read-count" });
  const home = h("a", {}, "Contents");
  const nav = h("nav", { class: "contents", "aria-label": "Lessons" }, h("h2", {}, "Lessons"), home, list, told);

  const bar = h("progress", { id: "lab-read-bar", "aria-label": "Lessons read" });
  const count = h("span", {});
  const chapters = h("ol", { class: "chapters" });
  /** Lessons that people put together themselves. */
  const own = h("ol", { class: "chapters", id: "contents-own", "aria-label": "Your lessons" });
  const onButton = button("", { id: "lab-go-on", class: "primary", onclick: () => go(next()) });
  const forget = button("Forget what I read", {
    id: "lab-forget",
    onclick: () => {
      remembered.drop(READ);
      remembered.drop(LAST);
      draw();
      onButton.focus();
    },
  });
  const title = h("h2", { class: "lesson-title", tabindex: "-1" }, "Diffusion language models, on your own text");
  const page = h(
    "article",
    { class: "lab-contents", hidden: true },
    title,
    h(
      "p",
      {},
      "A textbook that computes: every figure is made now, by the engine that writes in the editor, on a text that " +
        "you choose. The lessons stand in an order in which each needs only those before it, but you may open any.",
    ),
    h("div", { class: "row" }, bar, count),
    h("div", { class: "row" }, onButton, forget),
    chapters,
    h("h3", {}, "Your lessons"),
    own,
  );

  const done = h("input", {
    type: "checkbox",
    id: "lab-done",
    onchange: () => {
      if (here) note(here.name, done.checked);
    },
  });
  const before = button("", { id: "lab-before", onclick: () => step(-1) });
  const behind = button("", {
    id: "lab-next",
    class: "primary",
    onclick: () => {
      if (here) note(here.name, true);
      step(1);
    },
  });
  const turns = h(
    "nav",
    { class: "row turns", "aria-label": "Other lessons" },
    before,
    h("span", { class: "spacer" }),
    h("label", { class: "check" }, done, "I have read this"),
    behind,
  );

  /**
   * @param {string} name
   * @param {boolean} on
   */
  function note(name, on) {
    remembered.set(READ, on ? [...new Set([...read(), name])] : read().filter((one) => one !== name));
    draw();
  }
  /** @param {number} by */
  function step(by) {
    const to = here && lessons[lessons.indexOf(here) + by];
    go({ lesson: to?.name ?? CONTENTS, query: kept() });
  }
  /** Where one goes on: where one was, else the first that is not read. */
  function next() {
    const last = lastPlace();
    const open = lessons.find((one) => !read().includes(one.name)) ?? lessons[0];
    return last && !read().includes(last.lesson) ? last : { lesson: open.name, query: kept() };
  }
  /** @returns {Place | null} */
  function lastPlace() {
    const last = remembered.get(LAST, /** @type {Place | null} */ (null));
    return last && lessons.some((one) => one.name === last.lesson) ? last : null;
  }
  /** @param {Lesson} lesson */
  function linkTo(lesson) {
    const at = lesson === here ? "page" : undefined;
    const href = hashOf({ lesson: lesson.name, query: kept() });
    const mark = read().includes(lesson.name)
      ? h(
          "span",
          { class: "read" },
          h("span", { "aria-hidden": "true" }, " ✓"),
          h("span", { class: "visually-hidden" }, " read"),
        )
      : null;
    return [h("a", { href, title: lesson.summary, "aria-current": at }, lesson.title), mark];
  }
  function draw() {
    const known = lessons.filter((one) => read().includes(one.name)).length;
    list.replaceChildren(...lessons.map((one) => h("li", {}, ...linkTo(one))));
    chapters.replaceChildren(...lessons.map((one) => h("li", {}, ...linkTo(one), h("p", {}, one.summary))));
    told.textContent = `${known} of ${lessons.length} read`;
    count.textContent = `${told.textContent}. It is kept in this browser only.`;
    home.setAttribute("href", hashOf({ lesson: CONTENTS, query: kept() }));
    home.toggleAttribute("aria-current", !page.hidden);
    bar.max = Math.max(1, lessons.length);
    bar.value = known;
    forget.disabled = !known && !lastPlace();
    const { lesson } = next();
    const number = lessons.findIndex((one) => one.name === lesson);
    const begun = known > 0 || lastPlace() !== null;
    onButton.textContent = `${begun ? "Go on" : "Begin"} with ${number + 1}. ${lessons[number].title}`;
    if (!here) return;
    const at = lessons.indexOf(here);
    done.checked = read().includes(here.name);
    before.textContent = at ? `← ${lessons[at - 1].title}` : "← Contents";
    behind.textContent = lessons[at + 1] ? `${lessons[at + 1].title} →` : "Contents →";
  }
  async function drawOwn() {
    const answer = await ask("lessons");
    const found = answer.error ? [] : answer.lessons;
    const said = answer.error?.message ?? "Runs that you saved, with text between; you can present and export them.";
    own.replaceChildren(
      ...found.map(({ id, title: called, parts }) =>
        h(
          "li",
          {},
          h("a", { href: hashOf({ lesson: "mine", query: { lesson: id } }), dir: "auto" }, called),
          h("p", {}, many(parts, "part")),
        ),
      ),
      h(
        "li",
        { class: "unnumbered" },
        h("a", { href: hashOf({ lesson: "mine", query: {} }) }, "Put one together"),
        h("p", {}, said),
      ),
    );
  }
  return {
    nav,
    page,
    turns,
    /** @param {Lesson[]} all */
    hold(all) {
      lessons = all;
    },
    /** Where the lab opens when no lesson is named. */
    first: () => lastPlace() ?? { lesson: lessons[0].name, query: {} },
    /**
     * What is shown: a lesson, or the contents.
     * @param {Place} place
     */
    at(place) {
      here = lessons.find((one) => one.name === place.lesson);
      if (here) remembered.set(LAST, place);
      const seen = JSON.stringify([place.lesson, kept()]);
      if (seen === drawn) return; // a slider moves
      drawn = seen;
      const came = page.hidden;
      page.hidden = place.lesson !== CONTENTS;
      draw();
      if (!page.hidden) drawOwn();
      if (came && !page.hidden) title.focus();
    },
  };
}
