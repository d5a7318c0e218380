// One revision in the History panel: what it changed, its steps again, other attempts at its words, and a way back.
import { button, h } from "../web/dom/elements.js";
import { clock, when } from "../web/dom/words.js";
import { play } from "./replaying.js";
import { moreMenu, notesOf, openButton, recipeOf } from "./told.js";
/** @import { Around } from "./told.js" */
/** @import { Answers, Attempt, Revision, Saved } from "../shapes/answers.js" */
/** @import { Line, Named } from "../shapes/core.js" */
/** @import { RunSettings } from "../shapes/frames.js" */

/** @type {Record<string, string>} */
export const KINDS = {
  created: "Created",
  typed: "Typed",
  saved: "Saved",
  run: "Rewritten",
  restored: "Restored",
  imported: "Imported",
};
const SHOWN = 60; // characters at each end of a stretch that did not change

/**
 * @param {number} document
 * @param {Revision} revision
 * @param {Around} around
 * @param {boolean} byDay its day stands above it
 * @param {() => void} turned opens the row, or closes it
 */
export function revisionRow(document, revision, around, byDay, turned) {
  const { call, code } = around;
  const detail = h("div", { class: "detail", hidden: true });
  const fresh = () => headOf(revision, around.named, byDay, turned);
  let head = fresh();
  const element = h(
    "li",
    { id: "history-item", "data-kind": revision.kind, "data-revision": revision.id },
    head,
    detail,
  );

  function named() {
    const now = fresh();
    now.setAttribute("aria-expanded", String(!detail.hidden));
    head.replaceWith(now);
    head = now;
  }
  async function fill() {
    const answer = await call("diff", { revision: revision.id });
    if (!answer) return;
    const diff = h("p", { id: "diff", class: code() ? "diff code" : "diff" }, ...shorten(answer.hunks));
    const actions = h("div", { class: "row" });
    const stage = h("div", {});
    if (revision.has_trace)
      actions.append(
        button("Replay steps", { id: "replay", onclick: () => replay(stage) }),
        around.exportMenu(() => revision.run, kept),
      );
    if (!revision.is_head) actions.append(button("Restore this text", { id: "restore", onclick: restore }));
    actions.prepend(openButton(() => around.look(revision.id)));
    actions.append(...moreMenu(document, revision, around, stage));
    detail.append(diff, actions, stage, notesOf(revision, around, named));
    const recipe = recipeOf(revision);
    if (recipe) detail.append(recipe);
    if (revision.run) await attempts(revision.run);
  }
  /**
   * What else was written on these words: branches, other seeds and systems. Each can be looked at again.
   * @param {string} run
   */
  async function attempts(run) {
    const answer = await call("branches", { run });
    const others = answer?.runs.filter((other) => other.id !== run) ?? [];
    if (others.length) detail.append(attemptsOf(others, around));
  }
  /** The candidate of the run that this revision has. */
  async function kept() {
    const told = await call("kept_candidate", { run: revision.run, revision: revision.id });
    return told?.candidate ?? 0;
  }
  /** @param {HTMLElement} stage */
  async function replay(stage) {
    const answer = await call("trace", { revision: revision.id });
    if (!answer) return;
    const candidate = await kept();
    around.playing();
    play(stage, answer, { ...around, candidate }).start();
    stage.scrollIntoView({ block: "nearest" });
  }
  async function restore() {
    await around.flush(); // what was typed last becomes a revision before it is replaced
    const answer = await call("restore", { document, revision: revision.id });
    if (answer) around.restored(answer);
  }
  return {
    element,
    /**
     * What it changed is asked for the first time that it is shown.
     * @param {boolean} on
     */
    async show(on) {
      detail.hidden = !on;
      head.setAttribute("aria-expanded", String(on));
      if (on && !detail.childElementCount) await fill();
      if (on) element.scrollIntoView({ block: "nearest" }); // what can be done with it is on the screen
    },
    isOpen: () => !detail.hidden,
  };
}

/**
 * @param {Revision} revision
 * @param {Around["named"]} named
 * @param {boolean} byDay
 * @param {() => void} turned
 */
function headOf(revision, named, byDay, turned) {
  const { kind, name, tags, is_head, on_head_line, created_at, added, removed } = revision;
  return h(
    "button",
    {
      type: "button",
      class: "revision",
      "aria-expanded": "false",
      "data-revision": revision.id,
      onclick: () => turned(),
    },
    h(
      "span",
      { class: "kind" },
      name ?? KINDS[kind] ?? kind,
      name ? h("em", { class: "name" }, KINDS[kind] ?? kind) : null,
      is_head ? h("em", {}, "current") : null,
      on_head_line ? null : h("em", { class: "branch" }, "branch"),
    ),
    h("time", { datetime: created_at, title: when(created_at) }, byDay ? clock(created_at) : when(created_at)),
    h("span", { class: "what" }, ...tags.map((tag) => h("b", { class: "tag" }, tag)), whatOf(revision, named)),
    h("span", { class: "count" }, h("ins", {}, `+${added}`), " ", h("del", {}, `−${removed}`)),
  );
}

/**
 * @param {Revision} revision
 * @param {Around["named"]} named
 */
function whatOf({ settings, excerpt: words }, named) {
  if (!settings) return words;
  const { style, system } = named(settings);
  return `${settings.instruction || style || system}, seed ${settings.seed}`;
}

/**
 * @param {Attempt[]} others
 * @param {Around} around
 */
function attemptsOf(others, { named, again }) {
  const rows = others.map((run) => {
    const { system, seed } = named(run.settings);
    const from = run.step === null ? "" : `, from step ${run.step}`;
    const look = button(run.result.join(" … ") || "nothing", {
      id: "other-attempt",
      class: "small",
      title: "Look at this attempt again",
      onclick: () => again(run.id),
    });
    return h("li", {}, look, h("span", { class: "hint" }, ` ${system}, seed ${seed}${from}`));
  });
  const name = `${others.length} other attempt${others.length === 1 ? "" : "s"} at these words`;
  return h("details", { id: "other-attempts", class: "attempts" }, h("summary", {}, name), h("ol", {}, ...rows));
}

/**
 * Word-level hunks as elements; long unchanged stretches are cut in the middle.
 * @param {Answers["diff"]["hunks"]} hunks
 */
function shorten(hunks) {
  if (!hunks.some(([op]) => op)) return [h("span", { class: "empty" }, "No change of text.")];
  return hunks.map(([op, text], i) => {
    if (op < 0) return h("del", {}, text);
    if (op > 0) return h("ins", {}, text);
    if (text.length <= 2 * SHOWN) return text;
    const head = i ? text.slice(0, SHOWN).replace(/\s+\S{0,24}$/u, " ") : "";
    const tail = i < hunks.length - 1 ? text.slice(-SHOWN).replace(/^\S{0,24}\s+/u, " ") : "";
    return `${head}…${tail}`;
  });
}
