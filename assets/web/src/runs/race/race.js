// The race: several systems on the same words and the same seed, one after another, side by side.
import { button, h } from "../../web/dom/elements.js";
import { remembered } from "../../web/dom/memory.js";
import { inPoints } from "../../web/text/offsets.js";
import { player } from "../frames/player.js";
import { draw, laneOf, put, tally } from "./lanes.js";
import { laneRunner } from "./running.js";
/** @import { Document } from "../../shapes/answers.js" */
/** @import { Boot } from "../../shapes/boot.js" */
/** @import { Line, Settings } from "../../shapes/core.js" */
/** @import { Frame } from "../../shapes/frames.js" */
/** @import { Range } from "../../shapes/text.js" */
/** @import { Ground, Lane } from "./lanes.js" */

const USUAL = ["llada", "mercury", "gemini", "eso-b", "autoregressive"];
const PLAY = 41;
const BY = "race-by";
const STEPWISE =
  "Written so, the rule decides the words, and systems differ most. " +
  "What fills in by default reads better and differs less.";
const HONEST =
  "The engine does one run at a time, so the lanes follow one another and their seconds are honest. " +
  "All are given the same words, seed and wish for a length.";

/**
 * @param {object} is
 * @param {Boot} is.boot
 * @param {Settings} is.settings
 * @param {Line} is.line
 * @param {(lane: Lane, ground: Ground) => void} is.use puts a finished lane's result into review
 * @param {() => void} is.closed is told when the panel is gone
 */
export function racePanel({ boot, settings, line, use, closed }) {
  /** @type {Ground | null} */
  let ground = null;
  /** @type {Lane[]} */
  let lanes = [];
  const runner = laneRunner({ settings, line });
  const choice = systemChoice(boot, () => refresh());
  const by = writerChoice(boot, () => refresh());

  const startButton = button("Start race", { id: "race-start", class: "primary", onclick: () => start() });
  const stopButton = button("Stop", { id: "race-stop", hidden: true, onclick: runner.stop });
  const closeButton = button("×", {
    id: "race-close",
    class: "icon",
    "aria-label": "Close the race",
    title: "Close (Esc)",
    onclick: () => {
      dialog.close();
    },
  });
  const status = h("p", { id: "race-status", class: "status", role: "status", "aria-live": "polite" });
  const words = h("p", { class: "words" });
  const facts = h("p", { class: "hint" });
  const list = h("ol", { id: "race-lanes", class: "lanes", "aria-label": "Lanes" });
  const scrub = player({
    show: (i) => showShare(i / (PLAY - 1)),
    describe: (/** @type {number} */ i) => `${Math.round((100 * i) / (PLAY - 1))} % of the steps`,
    prefix: "race-",
    named: "Share of the steps of every lane",
  });
  const dialog = h(
    "dialog",
    { id: "race-panel", class: "race", "aria-label": "Race of systems", onclose: leave },
    h("header", {}, h("h2", {}, "Race"), words, closeButton),
    choice.element,
    by.element,
    h("div", { class: "row" }, startButton, stopButton, status),
    facts,
    list,
    scrub.element,
  );

  /** @param {Ground} place */
  function open(place) {
    if (place.key !== ground?.key) {
      drop();
      ground = place;
    }
    const { text, spans } = ground;
    words.textContent = spans.map((s) => `“${text.slice(s.from, s.to).replace(/\s+/g, " ")}”`).join(", ");
    refresh();
    dialog.showModal();
    startButton.focus();
  }
  /** @param {number} share */
  function showShare(share) {
    for (const lane of lanes) if (lane.at === "done") draw(lane, lane.all[atShare(lane.all.length, share)]);
  }
  /** What is to be known of every system that was chosen alike; "" where they differ. */
  function sharedNote() {
    const notes = new Set(choice.chosen().map(({ name }) => settings.note(name, by.name())));
    return notes.size === 1 ? [...notes][0] : "";
  }
  /** A lane for every system that was chosen. */
  function lay() {
    const place = ground;
    if (!place) return [];
    const shared = sharedNote();
    return choice.chosen().map((system) => {
      const { name } = system;
      const note = shared ? "" : settings.note(name, by.name());
      return laneOf(system, place, { uniform: settings.uniform(name, by.name()), note, use: take });
    });
  }

  // ---- one run after another -----------------------------------------------------------------------------------
  async function start() {
    const wrong = choice
      .chosen()
      .map((s) => settings.problem(s.name, by.name()))
      .find(Boolean);
    if (wrong) {
      status.textContent = wrong;
      return;
    }
    drop();
    runner.begin();
    const seed = settings.takeSeed();
    const mine = lay();
    lanes = mine;
    list.replaceChildren(...mine.map((lane) => lane.element));
    for (const lane of mine) put(lane, "waiting");
    scrub.load([]);
    tellFacts();
    tally(mine);
    refresh(true);
    if (await runAll(mine, seed)) sum(mine, seed);
    else refresh();
  }
  /**
   * False when another race was begun meanwhile.
   * @param {Lane[]} mine
   * @param {number} seed
   */
  async function runAll(mine, seed) {
    for (const [i, lane] of mine.entries()) {
      if (runner.isStopping() || lanes !== mine || !ground) break;
      status.textContent = `${lane.heading} is writing, ${i + 1} of ${mine.length}. Seed ${seed}.`;
      await runner.run(lane, ground, seed, by.name());
      if (lanes !== mine) return false;
      tally(mine);
    }
    return true;
  }
  /**
   * @param {Lane[]} mine
   * @param {number} seed
   */
  function sum(mine, seed) {
    for (const lane of mine) if (lane.at === "waiting") put(lane, "stopped");
    const done = mine.filter((lane) => lane.at === "done");
    status.textContent =
      done.length === mine.length
        ? `All ${done.length} are done. Seed ${seed}. ★ is the best of a column.`
        : `${done.length} of ${mine.length} are done. Seed ${seed}.`;
    scrub.load(done.length ? [...Array(PLAY).keys()] : []);
    refresh();
    dialog.scrollTop = 0;
    if (dialog.open) done[0]?.useButton.focus({ preventScroll: true });
  }
  /**
   * Frames of a batch; true when they belong to the race.
   * @param {string} id
   * @param {number} seq
   * @param {Frame[]} frames
   */
  const onFrames = (id, seq, frames) => runner.onFrames(id, seq, frames) || lanes.some((lane) => lane.id === id);

  // ---- in and out ----------------------------------------------------------------------------------------------
  function refresh(on = runner.isRunning()) {
    choice.disable(on);
    by.disable(on);
    startButton.hidden = on;
    startButton.disabled = choice.isEmpty();
    startButton.textContent = lanes.length ? "Race again" : "Start race";
    stopButton.hidden = !on;
    if (on) stopButton.focus();
    else if (!lanes.length) preview();
  }
  function tellFacts() {
    facts.textContent = [HONEST, by.note(), sharedNote()].filter(Boolean).join(" ");
  }
  /** What would race. */
  function preview() {
    status.textContent = choice.isEmpty() ? "Choose at least one system." : "";
    tellFacts();
    const ready = lay();
    for (const lane of ready) put(lane, "ready");
    list.replaceChildren(...ready.map((lane) => lane.element));
  }
  /** @param {Lane} lane */
  function take(lane) {
    if (!ground) return;
    lane.used = true;
    dialog.close();
    use(lane, ground);
  }
  function leave() {
    runner.stop();
    scrub.stop();
    closed();
  }
  /** Let go of what was raced. */
  function drop() {
    scrub.load([]);
    for (const lane of lanes) if (lane.at === "done" && !lane.used) line.quietly("discard", { run: lane.id });
    lanes = [];
    list.replaceChildren();
  }
  return { element: dialog, open, onFrames, isOpen: () => dialog.open, writing: runner.writing };
}

/**
 * Which systems race; remembered.
 * @param {Boot} boot
 * @param {() => void} changed
 */
function systemChoice(boot, changed) {
  const kept = remembered.get("race", USUAL);
  const boxes = boot.systems.map((s) =>
    h("input", { type: "checkbox", id: `race-choose-${s.name}`, checked: kept.includes(s.name), onchange: choose }),
  );
  const chosen = () => boot.systems.filter((_, i) => boxes[i].checked);
  function choose() {
    remembered.set(
      "race",
      chosen().map((s) => s.name),
    );
    changed();
  }
  const labels = boot.systems.map((s, i) => h("label", { class: "check", title: s.summary }, boxes[i], s.title));
  return {
    element: h("fieldset", { class: "choose" }, h("legend", {}, "Systems"), ...labels),
    chosen,
    isEmpty: () => chosen().length === 0,
    /** @param {boolean} on */
    disable(on) {
      for (const box of boxes) box.disabled = on;
    },
  };
}

/**
 * Who writes all lanes; remembered.
 * @param {Boot} boot
 * @param {() => void} changed
 */
function writerChoice({ ways, best, stepwise }, changed) {
  const differs = stepwise !== best.infill;
  const kept = remembered.get(BY, differs ? stepwise : "auto");
  const select = h(
    "select",
    {
      id: BY,
      onchange: () => {
        remembered.set(BY, select.value);
        changed();
      },
    },
    ...Object.entries({ auto: "Best for the task", ...ways }).map(([name, title]) =>
      h("option", { value: name, selected: name === kept }, title),
    ),
  );
  const several = Object.keys(ways).length > 1;
  return {
    element: h("label", { class: "row by", hidden: !several }, h("span", {}, "Written by"), select),
    name: () => select.value,
    note: () => (differs && select.value === stepwise ? STEPWISE : ""),
    /** @param {boolean} on */
    disable(on) {
      select.disabled = on;
    },
  };
}

/**
 * Where lanes of different lengths stand at the same share of their moments.
 * @param {number} count
 * @param {number} share
 */
export const atShare = (count, share) => Math.round((count - 1) * Math.min(1, Math.max(0, share)));

/**
 * What a race is about.
 * @param {Document} document
 * @param {string} text
 * @param {Range[]} spans
 * @param {boolean} code
 * @returns {Ground}
 */
export function groundOf(document, text, spans, code) {
  const points = inPoints(
    text,
    spans.map(({ from, to }) => ({ from, to })),
  );
  return { document, text, spans, points, code, key: JSON.stringify([document.id, text, points]) };
}
