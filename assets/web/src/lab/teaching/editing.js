// One lesson: its title, and its parts in their order. What is changed is saved at once.
import { button, h } from "../../web/dom/elements.js";
import { debounce } from "../../web/dom/timing.js";
import { when } from "../../web/dom/words.js";
/** @import { Part, Showable, Slide, TaughtLesson } from "../../shapes/teaching.js" */

const SAVE_MS = 500;

/**
 * @param {object} is
 * @param {(lesson: TaughtLesson, title: string, parts: Part[]) => Promise<TaughtLesson | null>} is.save
 * @param {() => Promise<Showable[]>} is.showable
 * @param {(run: string, revision?: string) => Promise<number>} is.kept its candidate that stands in the text
 */
export function editing({ save, showable, kept }) {
  /** @type {TaughtLesson | null} */
  let lesson = null;
  /** @type {Slide[]} */
  let slides = [];
  /** @type {Promise<unknown>} */
  let saving = Promise.resolve();
  const later = debounce(SAVE_MS, () => keep());

  const title = h("input", {
    id: "lesson-title",
    "aria-label": "Title of the lesson",
    placeholder: "Lesson",
    maxLength: 200,
    oninput: () => later(),
  });
  const list = h("ol", { id: "lesson-parts", class: "parts", "aria-label": "Parts of the lesson" });
  const choice = h("select", { id: "lesson-run", "aria-label": "A saved run", onchange: pick });
  const element = h(
    "div",
    { class: "lesson-editing" },
    title,
    list,
    h("div", { class: "row" }, button("Add text", { id: "add-text", onclick: addText }), choice),
  );

  /** @returns {Part[]} */
  const parts = () =>
    slides.map((slide) => ("text" in slide ? { text: slide.text } : { run: slide.run, candidate: slide.candidate }));

  /** Whatever was changed is saved; the lesson as it is then. */
  function keep() {
    later.cancel();
    const of = lesson;
    if (!of) return saving;
    const [words, now] = [title.value, parts()];
    saving = saving.then(async () => {
      const saved = await save(of, words, now);
      if (!saved) return;
      of.updated_at = saved.updated_at;
      of.id = saved.id;
      if (lesson === of && JSON.stringify(parts()) === JSON.stringify(saved.parts)) {
        const fresh = saved.slides.some((slide, i) => !("text" in slide) && !("scene" in slides[i]));
        slides = slides.map((slide, i) => ("text" in slide ? slide : saved.slides[i])); // a field writes into its own
        if (fresh) draw();
      }
      of.title = saved.title;
    });
    return saving;
  }
  function addText() {
    slides = [...slides, { text: "" }];
    draw();
    const fields = list.querySelectorAll("textarea");
    fields[fields.length - 1].focus();
    keep();
  }
  function pick() {
    if (choice.value) addRun(choice.value);
    choice.value = "";
  }
  /**
   * @param {string} run
   * @param {string} [revision] that has it
   */
  async function addRun(run, revision) {
    const to = lesson;
    const candidate = await kept(run, revision);
    if (lesson !== to) return;
    slides = [...slides, { run, candidate, gone: "…" }];
    draw();
    return keep();
  }
  /**
   * @param {number} i
   * @param {number} to
   */
  function move(i, to) {
    const [slide] = slides.splice(i, 1);
    slides.splice(to, 0, slide);
    draw();
    const moved = list.children[to]?.querySelector(`[data-to="${to > i ? "down" : "up"}"]`);
    if (moved instanceof HTMLButtonElement && !moved.disabled) moved.focus();
    keep();
  }
  /** @param {number} i */
  function remove(i) {
    slides.splice(i, 1);
    draw();
    keep();
  }
  function draw() {
    list.replaceChildren(
      ...slides.map((slide, i) =>
        h(
          "li",
          { class: "part" },
          "text" in slide ? words(slide) : told(slide, i),
          h(
            "div",
            { class: "row" },
            turn("↑", "up", i, i - 1),
            turn("↓", "down", i, i + 1),
            button("×", { class: "icon", "aria-label": `Take part ${i + 1} out`, onclick: () => remove(i) }),
          ),
        ),
      ),
    );
    if (!slides.length)
      list.append(h("li", { class: "empty" }, "Nothing is in it yet. Add a text, or a run that you saved."));
  }
  /** @type {(sign: string, way: "up" | "down", from: number, to: number) => HTMLButtonElement} */
  const turn = (sign, way, from, to) =>
    button(sign, {
      class: "icon",
      "data-to": way,
      "aria-label": `Move part ${from + 1} ${way}`,
      disabled: to < 0 || to >= slides.length,
      onclick: () => move(from, to),
    });
  /** @param {{text: string}} slide */
  function words(slide) {
    const field = h("textarea", {
      "aria-label": "Text",
      placeholder: "Text. An empty line parts paragraphs, # begins a heading, - a list.",
      dir: "auto",
      maxLength: 20_000,
      oninput: () => {
        slide.text = field.value;
        later();
      },
    });
    field.value = slide.text;
    return field;
  }
  /**
   * @param {Exclude<Slide, {text: string}>} slide
   * @param {number} i
   */
  function told(slide, i) {
    if ("gone" in slide) return h("p", { class: "gone" }, slide.gone);
    const { title: of, frames, facts } = slide.scene;
    const fill = frames.filter((frame) => frame.done).map((frame) => frame.text ?? "");
    return h(
      "p",
      { class: "run" },
      h("strong", { dir: "auto" }, fill.join(" … ")),
      h("span", { class: "hint" }, ` ${facts.system}, in “${of}”`),
      slide.wrote.length > 1 ? which(slide, i) : null,
    );
  }
  /**
   * Which candidate of a run is shown.
   * @param {{run: string, candidate: number, wrote: string[]}} slide
   * @param {number} i
   */
  function which({ run, candidate, wrote }, i) {
    const field = h(
      "select",
      {
        "aria-label": `Candidate that part ${i + 1} shows`,
        onchange: () => {
          slides[i] = { run, candidate: Number(field.value), gone: "…" };
          keep();
        },
      },
      ...wrote.map((one, n) =>
        h(
          "option",
          { value: String(n), selected: n === candidate },
          `${n + 1}: ${one.trim().slice(0, 60) || "nothing"}`,
        ),
      ),
    );
    return field;
  }
  return {
    element,
    keep,
    addRun,
    lesson: () => lesson,
    /** To the title, all of it selected: it is written over. */
    name() {
      title.select();
    },
    /** @param {TaughtLesson} to */
    async show(to) {
      await keep();
      lesson = to;
      slides = to.slides;
      title.value = to.title;
      draw();
      const runs = await showable();
      choice.replaceChildren(
        h("option", { value: "" }, runs.length ? "Add a saved run…" : "No run is saved yet"),
        ...runs.map((run) => h("option", { value: run.id }, nameOf(run))),
      );
    },
    hide() {
      lesson = null;
      slides = [];
    },
  };
}

/** @param {Showable} run */
const nameOf = ({ document: of, excerpt, settings, created_at }) =>
  `${of}: ${excerpt.trim().slice(0, 60) || "nothing"} (${settings.system}, ${when(created_at)})`;
