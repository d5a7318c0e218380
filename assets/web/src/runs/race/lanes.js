// The lanes of a race: one a system, with its figures and a stage on which its words are drawn.
import { button, h } from "../../web/dom/elements.js";
import { excerpt } from "../frames/excerpt.js";
import { best, COLUMNS, measures, shown } from "../frames/figures.js";
import { bare, drawTokens } from "../frames/tokens.js";
/** @import { Document } from "../../shapes/answers.js" */
/** @import { System } from "../../shapes/boot.js" */
/** @import { Frame, Moment, RunSettings, Trouble } from "../../shapes/frames.js" */
/** @import { Points, Range } from "../../shapes/text.js" */
/** @import { Column, ColumnKey, Row } from "../frames/figures.js" */
/** @typedef {"ready" | "waiting" | "running" | "done" | "stopped" | "failed"} LaneState */

/**
 * What is raced on.
 * @typedef {object} Ground
 * @property {Document} document
 * @property {string} text
 * @property {Range[]} spans
 * @property {Points[]} points
 * @property {boolean} code
 * @property {string} key tells whether two are the same
 */

/**
 * @typedef {object} Lane
 * @property {string} name of its system
 * @property {string} heading
 * @property {LaneState} at
 * @property {HTMLElement} element
 * @property {HTMLElement[]} spans
 * @property {Record<ColumnKey, HTMLElement>} figures
 * @property {HTMLElement} state
 * @property {HTMLButtonElement} useButton
 * @property {string} id of its run
 * @property {Frame[]} frames
 * @property {Moment[]} all
 * @property {string[]} texts
 * @property {Row & {tokens?: number}} is
 * @property {RunSettings | null} settings
 * @property {boolean} used
 * @property {(error?: Trouble) => void} end
 */

const AROUND = 32;
/** @type {Record<LaneState, string>} */
const STATES = {
  ready: "",
  waiting: "waiting",
  running: "writing…",
  done: "done",
  stopped: "stopped",
  failed: "failed",
};
/** @type {ColumnKey[]} known while a lane is written */
const RUNNING = ["nfe", "seconds", "perPass", "confidence"];

/**
 * @param {System} system
 * @param {Ground} ground
 * @param {object} on
 * @param {boolean} on.uniform whether it starts from random words
 * @param {string} on.note what should be known of it; "" for nothing
 * @param {(lane: Lane) => void} on.use its result is to be put into review
 * @returns {Lane}
 */
export function laneOf({ name, title: heading }, ground, { uniform, note, use }) {
  const { element: stage, spans } = excerpt(ground.text, ground.spans, { around: AROUND, code: ground.code });
  const cells = COLUMNS.map(({ key }) => /** @type {const} */ ([key, h("dd", {}, "–")]));
  const figures = /** @type {Record<ColumnKey, HTMLElement>} */ (Object.fromEntries(cells));
  const state = h("span", { class: "lane-state" });
  const useButton = button("Use this", {
    id: `race-use-${name}`,
    disabled: true,
    "aria-label": `Use the result of ${heading}`,
    onclick: () => {
      use(lane);
    },
  });
  /** @param {Column} column */
  const cell = ({ key, meaning, name: title }) =>
    h("div", { "data-column": key, title: meaning }, h("dt", {}, title), figures[key]);
  const element = h(
    "li",
    { id: `race-lane-${name}`, class: "lane", "aria-label": heading },
    h("div", { class: "lane-head" }, h("h3", {}, heading), state),
    useButton,
    note ? h("p", { class: "hint lane-note" }, note) : null,
    h("dl", {}, ...COLUMNS.map(cell)),
    stage,
  );
  /** @type {Lane} */
  const lane = {
    name,
    heading,
    at: "waiting",
    element,
    spans,
    figures,
    state,
    useButton,
    id: "",
    frames: [],
    all: [],
    texts: [],
    is: {},
    settings: null,
    used: false,
    end: () => {},
  };
  for (const [i, span] of spans.entries()) {
    const { from, to } = ground.spans[i];
    drawTokens(span, bare(ground.text.slice(from, to), uniform));
  }
  return lane;
}

/**
 * A lane is in another state now.
 * @param {Lane} lane
 * @param {LaneState} how
 * @param {string} [words]
 */
export function put(lane, how, words = STATES[how]) {
  lane.at = how;
  lane.element.dataset.state = how;
  lane.element.setAttribute("aria-busy", String(how === "running"));
  lane.state.textContent = words;
}

/**
 * Draw a moment on the stage of a lane.
 * @param {Lane} lane
 * @param {Moment} moment
 */
export function draw(lane, moment) {
  for (const [i, frame] of moment.entries()) {
    const span = lane.spans[i];
    if (!span) continue;
    drawTokens(span, frame.toks);
    span.setAttribute("data-step", String(frame.step));
  }
}

/**
 * The moment that a lane which is written is at.
 * @param {Lane} lane
 * @param {Moment} moment
 * @param {string} words
 */
export function drawRunning(lane, moment, words) {
  draw(lane, moment);
  lane.is = measures(moment);
  lane.state.textContent = words;
  for (const column of COLUMNS)
    if (RUNNING.includes(column.key)) lane.figures[column.key].textContent = shown(column, lane.is[column.key]);
}

/**
 * The figures of all lanes, with a star on the best of each column.
 * @param {Lane[]} lanes
 */
export function tally(lanes) {
  const winners = best(lanes.map((lane) => (lane.at === "done" ? lane.is : undefined)));
  for (const [i, lane] of lanes.entries())
    for (const column of COLUMNS) {
      const cell = lane.figures[column.key];
      const first = winners[column.key].includes(i);
      const star = h("span", { class: "star", "aria-hidden": "true" }, "★ ");
      const said = h("span", { class: "visually-hidden" }, ", the best");
      const figure = shown(column, lane.is[column.key]);
      cell.replaceChildren(...(first ? [star, figure, said] : [figure]));
      cell.classList.toggle("best", first);
    }
}
