// Lessons of one's own: the list of them, and the one that is put together.
import { confirmation } from "../../web/dom/confirm.js";
import { button, h } from "../../web/dom/elements.js";
import { many } from "../../web/dom/words.js";
import { editing } from "./editing.js";
import { presenting } from "./presenting.js";
/** @import { Opened, Place } from "../../shapes/lab.js" */
/** @import { TaughtLesson } from "../../shapes/teaching.js" */

/** What the address says for this page instead of the name of a lesson. */
export const MINE = "mine";
const NONE =
  "You have none yet. A lesson is runs that you saved, with text between them: you can present it in full screen, " +
  "and export it as a page that needs no Palimpsest.";
const KEPT_MS = 60_000; // a browser may begin late with what it was handed

/** @param {Opened} opened */
export function teachingPage(opened) {
  const { ask } = opened;
  const trouble = h("p", { id: "teaching-trouble", class: "trouble", role: "alert", hidden: true });
  const said = h("p", { id: "teaching-said", class: "hint", role: "status" });
  const list = h("ol", { id: "own-lessons", class: "own-lessons", "aria-label": "Your lessons" });
  const bin = h("ol", { id: "lessons-bin", class: "own-lessons", "aria-label": "Lessons in the bin" });
  const inBin = h("details", { class: "lessons-bin", hidden: true }, h("summary", {}, "Bin"), bin);
  const file = h("input", {
    type: "file",
    id: "lesson-file",
    "aria-label": "Lesson to import",
    hidden: true,
    onchange: bring,
  });
  file.accept = ".html,text/html";
  const confirm = confirmation();
  const show = presenting();
  const edit = editing({ save, showable: async () => (await told(ask("showable")))?.runs ?? [], kept });
  const making = button("New lesson", { id: "new-lesson", onclick: () => make() });
  const tools = h(
    "div",
    { class: "row", hidden: true },
    button("Present", { id: "present", class: "primary", onclick: present }),
    button("Export as a web page", { id: "export-lesson", onclick: carry }),
    button("Delete", { id: "delete-lesson", onclick: remove }),
  );
  const element = h(
    "div",
    { class: "lab-page teaching", hidden: true },
    h(
      "header",
      { class: "lab-top" },
      button("← Back to the text", { id: "teaching-close", onclick: opened.close }),
      h("h1", {}, "Your lessons"),
      h("span", { class: "spacer" }),
      button("To the lab", { id: "to-lessons", onclick: () => opened.go({ lesson: "", query: {} }, false) }),
    ),
    h(
      "nav",
      { class: "contents", "aria-label": "Your lessons" },
      h("div", { class: "row" }, making, button("Import…", { id: "import-lesson", onclick: () => file.click() }), file),
      list,
      inBin,
    ),
    h("div", { class: "teaching-main" }, trouble, said, tools, edit.element),
    show.element,
    confirm.element,
  );

  /**
   * @template T
   * @param {Promise<(T & {error?: undefined}) | {error: {message: string}}>} answering
   * @returns {Promise<T | null>}
   */
  async function told(answering) {
    const answer = await answering;
    trouble.hidden = !answer.error;
    if (!answer.error) return answer;
    trouble.textContent = answer.error.message;
    return null;
  }
  /** @param {TaughtLesson | null} lesson */
  async function open(lesson) {
    if (lesson) said.textContent = "";
    edit.element.hidden = !lesson;
    tools.hidden = !lesson;
    if (!lesson) return edit.hide();
    opened.go({ lesson: MINE, query: { lesson: lesson.id } }, true);
    await edit.show(lesson);
    await refresh();
  }
  async function refresh() {
    const [here, gone] = await Promise.all([told(ask("lessons")), told(ask("lessons", { in_bin: true }))]);
    if (!here || !gone) return null;
    list.replaceChildren(
      ...here.lessons.map(({ id, title, parts }) =>
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", "aria-current": edit.lesson()?.id === id ? "true" : undefined, onclick: () => pick(id) },
            h("span", { dir: "auto" }, title),
            h("span", { class: "hint" }, many(parts, "part")),
          ),
        ),
      ),
    );
    if (!here.lessons.length) list.append(h("li", { class: "hint" }, NONE));
    inBin.hidden = !gone.lessons.length;
    bin.replaceChildren(
      ...gone.lessons.map(({ id, title }) =>
        h(
          "li",
          { class: "row" },
          h("span", { dir: "auto" }, title),
          button("Restore", { class: "small", onclick: () => bringBack(id) }),
          button("Delete for ever…", { class: "small", onclick: () => forEver(id, title) }),
        ),
      ),
    );
    return here.lessons;
  }
  /** @param {string} id */
  async function pick(id) {
    await edit.keep();
    const lesson = await told(ask("lesson", { lesson: id }));
    if (lesson) await open(lesson);
  }
  /**
   * @param {string} run
   * @param {string} [revision] the latest that has it, where none is named
   */
  async function kept(run, revision = "") {
    return (await told(ask("kept_candidate", { run, revision })))?.candidate ?? 0;
  }
  /**
   * @param {string} [run] to begin with
   * @param {string} [revision]
   */
  async function make(run, revision) {
    const parts = run ? [{ run, candidate: await kept(run, revision) }] : [];
    await open(await told(ask("save_lesson", { title: "New lesson", parts })));
    if (!run) edit.name();
  }
  /**
   * @param {TaughtLesson} lesson
   * @param {string} title
   * @param {import("../../shapes/teaching.js").Part[]} parts
   */
  async function save(lesson, title, parts) {
    if (title === lesson.title && JSON.stringify(parts) === JSON.stringify(lesson.parts)) return null;
    const saved = await told(ask("save_lesson", { lesson: lesson.id, seen: lesson.updated_at, title, parts }));
    if (!saved) return null;
    lesson.parts = saved.parts;
    said.textContent = saved.beside ? "It was changed in another tab; yours is kept beside that one." : "Saved";
    if (saved.beside) opened.go({ lesson: MINE, query: { lesson: saved.id } }, true);
    await refresh();
    return saved;
  }
  async function present() {
    await edit.keep();
    const lesson = edit.lesson();
    const fresh = lesson && (await told(ask("lesson", { lesson: lesson.id })));
    if (fresh) await show.show(fresh);
  }
  async function carry() {
    await edit.keep();
    const lesson = edit.lesson();
    if (!lesson) return;
    const answer = await sent(`api/lessons/${encodeURIComponent(lesson.id)}/export`);
    if (!answer) return;
    const link = h("a", { href: URL.createObjectURL(await answer.blob()), download: named(answer) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
    said.textContent = `Saved ${link.download}: it opens in any browser, without Palimpsest and without a network.`;
  }
  async function bring() {
    const chosen = file.files?.[0];
    file.value = "";
    if (!chosen) return;
    const answer = await sent("api/lessons", { method: "POST", body: chosen });
    if (!answer) return;
    const lesson = await answer.json();
    await open(lesson);
    said.textContent = `“${lesson.title}” is here, with its runs.`;
  }
  /**
   * @param {string} address
   * @param {RequestInit} [how]
   */
  async function sent(address, how) {
    try {
      const answer = await fetch(address, how);
      if (answer.ok) {
        trouble.hidden = true;
        return answer;
      }
      await told(answer.json());
    } catch {
      await told(Promise.resolve({ error: { message: "Palimpsest does not answer. Is it still running?" } }));
    }
    return null;
  }
  async function remove() {
    const lesson = edit.lesson();
    if (!lesson) return;
    await edit.keep();
    if (!(await told(ask("delete_lesson", { lesson: lesson.id })))) return;
    said.textContent = `“${lesson.title}” is in the bin.`;
    opened.go({ lesson: MINE, query: {} }, true);
    await open(null);
    await refresh();
    making.focus();
  }
  /** @param {string} id */
  async function bringBack(id) {
    if (!(await told(ask("restore_lesson", { lesson: id })))) return;
    await pick(id);
    edit.name();
  }
  /**
   * @param {string} id
   * @param {string} title
   */
  async function forEver(id, title) {
    const sure = await confirm.ask({
      question: `Delete “${title}” for ever?`,
      detail: "Its texts and their order are gone then; the runs that it shows stay. This cannot be undone.",
      yes: "Delete for ever",
    });
    if (sure && (await told(ask("delete_lesson_for_ever", { lesson: id })))) await refresh();
  }
  return {
    element,
    leave: () => edit.keep(),
    /** @param {Place} place */
    async show({ query }) {
      const lessons = await refresh();
      if (!lessons) return;
      if (query.lesson) {
        if (query.lesson !== edit.lesson()?.id) await pick(query.lesson);
      } else if (!query.run) await open(null);
      if (!query.run) return;
      const into = edit.lesson()?.id ?? lessons[0]?.id;
      if (!into) return make(query.run, query.revision);
      await pick(into);
      await edit.addRun(query.run, query.revision);
      opened.go({ lesson: MINE, query: { lesson: into } }, true);
    },
  };
}

/** The name that the server gave a file. @param {Response} answer */
const named = (answer) =>
  decodeURIComponent(answer.headers.get("Content-Disposition")?.split("''")[1] ?? "lesson.html");
