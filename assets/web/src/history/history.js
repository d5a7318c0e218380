// The History panel: the revisions of the document as a tree, by day; one of them can be open.
// Long lists are drawn as one scrolls.
import { h } from "../web/dom/elements.js";
import { day } from "../web/dom/words.js";
import { revisionRow } from "./revision.js";
import { picture, strands } from "./tree.js";
/** @import { Revision } from "../shapes/answers.js" */
/** @import { Around } from "./told.js" */
/** @typedef {ReturnType<typeof revisionRow>} Row */

const EMPTY = "Each rewrite that you accept is kept here, with its steps. Nothing is ever lost.";
const LOT = 100; // rows that are drawn at once
/** @type {[value: string, title: string, fits: (r: Revision) => boolean][]} */
const FILTERS = [
  ["all", "Everything", () => true],
  ["line", "The document's line", (r) => r.on_head_line],
  ["beside", "Attempts beside it", (r) => !r.on_head_line],
  ["run", "Rewritten", (r) => r.kind === "run"],
  ["hand", "Typed and saved", (r) => ["typed", "saved", "created", "imported"].includes(r.kind)],
  ["named", "Named", (r) => r.name !== null],
];

/**
 * @param {Around & {counted: (n: number) => void}} around `counted` is told how many revisions there are
 */
export function historyPanel(around) {
  const list = h("ol", { id: "history", class: "history", "aria-label": "Revisions, newest first", onkeydown: move });
  const filter = h(
    "select",
    { id: "history-filter", "aria-label": "Which revisions", onchange: () => draw() },
    ...FILTERS.map(([value, title]) => h("option", { value }, title)),
  );
  const told = h("p", { class: "hint", role: "status" });
  const element = h("div", { class: "history-panel" }, h("div", { class: "row" }, filter, ...around.tools), told, list);
  /** @type {Row | null} */
  let open = null;
  /** @type {Revision[]} */
  let all = [];
  let number = 0;
  /** @type {() => void} draws the next lot */
  let further = () => {};
  const watch = new IntersectionObserver((seen) => seen.some((s) => s.isIntersecting) && further());

  /** @param {number} document */
  async function refresh(document) {
    const answer = await around.call("history", { document });
    if (!answer) return;
    number = document;
    all = answer.revisions;
    around.counted(all.length);
    draw();
  }
  function draw() {
    const fits = FILTERS.find(([value]) => value === filter.value)?.[2] ?? (() => true);
    const shown = all.filter(fits);
    const lanes = shown.length === all.length ? strands(all) : null;
    const widest = Math.max(0, ...(lanes ?? []).map((s) => s.lane));
    filter.hidden = all.length < 3;
    told.textContent = shown.length === all.length ? "" : `${shown.length} of ${all.length}`;
    open = null;
    list.replaceChildren();
    watch.disconnect();
    let at = 0;
    let last = "";
    const byDay = shown.length > 2;
    further = () => {
      watch.disconnect();
      for (const end = Math.min(shown.length, at + LOT); at < end; at++) {
        const revision = shown[at];
        const of = day(revision.created_at);
        if (of !== last && byDay) list.append(h("li", { class: "day", "aria-hidden": "true" }, of));
        last = of;
        const row = revisionRow(number, revision, around, byDay, () => turn(row));
        if (lanes && widest) {
          const strand = picture(lanes[at], widest, revision.kind);
          row.element.style.paddingLeft = `${strand.getAttribute("width")}px`;
          row.element.prepend(strand);
        }
        list.append(row.element);
      }
      if (at < shown.length && list.lastElementChild) watch.observe(list.lastElementChild);
    };
    further();
    if (all.length < 2) list.append(h("li", { class: "empty" }, EMPTY));
  }
  /** @param {Row} row */
  async function turn(row) {
    const show = !row.isOpen();
    if (open && open !== row) open.show(false);
    open = show ? row : null;
    await row.show(show);
  }
  /** @param {KeyboardEvent} event */
  function move(event) {
    const target = event.target instanceof HTMLElement ? event.target : null;
    if (!target?.classList.contains("revision")) return;
    const heads = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(".revision")]);
    const at = heads.indexOf(target);
    /** @type {Record<string, number>} */
    const places = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: heads.length - 1 };
    if (event.key in places) {
      event.preventDefault();
      if (places[event.key] >= heads.length) further();
      const next = [...list.querySelectorAll(".revision")][places[event.key]];
      if (next instanceof HTMLElement) next.focus();
    }
    if (event.key === "o" && !event.ctrlKey && !event.metaKey) around.look(target.dataset.revision ?? "");
  }
  return { element, list, refresh };
}
