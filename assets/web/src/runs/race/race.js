// The race: several systems on the same words and the same seed, one after another, side by side.
import { h, newId, remembered } from "../../web/dom/dom.js";
import { COLUMNS, atShare, best, measures, moments, progress, shown } from "../frames/moments.js";
import { toPoints } from "../../web/text/offsets.js";
import { player } from "../frames/player.js";
import { bare, drawTokens, excerpt } from "../frames/tokens.js";

const USUAL = ["llada", "mercury", "gemini", "eso-b", "autoregressive"];
const AROUND = 32,
  PLAY = 41,
  RETRIES = 20,
  RETRY_MS = 150;
const STATES = {
  ready: "",
  waiting: "waiting",
  running: "writing…",
  done: "done",
  stopped: "stopped",
  failed: "failed",
};

/**
 * `settings` is the settings panel; `runs` starts and cancels runs; `call(name, payload)` asks Python;
 * `use(result)` puts a finished lane's result into review; `closed()` is told when the panel is gone.
 */
export function racePanel({ boot, settings, runs, call, use, closed }) {
  const chosen = new Set(remembered.get("race", USUAL));
  let at = null; // what is raced on: {document, text, spans, points, key, code}
  let lanes = [];
  let running = null; // the lane that is being written
  let stopping = false,
    queued = 0;

  const boxes = boot.systems.map((s) =>
    h("input", {
      type: "checkbox",
      id: `race-choose-${s.name}`,
      checked: chosen.has(s.name),
      onchange: () => {
        chosen.clear();
        for (const [i, box] of boxes.entries()) if (box.checked) chosen.add(boot.systems[i].name);
        remembered.set("race", [...chosen]);
        refresh();
      },
    }),
  );
  const startButton = h("button", { type: "button", id: "race-start", class: "primary", onclick: start }, "Start race");
  const stopButton = h("button", { type: "button", id: "race-stop", hidden: true, onclick: stop }, "Stop");
  const closeButton = h(
    "button",
    {
      type: "button",
      id: "race-close",
      class: "icon",
      "aria-label": "Close the race",
      title: "Close (Esc)",
      onclick: () => dialog.close(),
    },
    "×",
  );
  const status = h("p", { id: "race-status", class: "status", role: "status", "aria-live": "polite" });
  const facts = h("p", { class: "hint" });
  const list = h("ol", { id: "race-lanes", class: "lanes", "aria-label": "Lanes" });
  const scrub = player(
    (i) => showShare(i / (PLAY - 1)),
    "race-",
    (i) => `${Math.round((100 * i) / (PLAY - 1))} % of the steps`,
    "Share of the steps of every lane",
  );
  const title = h("h2", {}, "Race");
  const dialog = h(
    "dialog",
    { id: "race-panel", class: "race", "aria-label": "Race of systems", onclose: leave },
    h("header", {}, title, h("p", { class: "words" }), closeButton),
    h(
      "fieldset",
      { class: "choose" },
      h("legend", {}, "Systems"),
      ...boot.systems.map((s, i) => h("label", { class: "check", title: s.summary }, boxes[i], s.title)),
    ),
    h("div", { class: "row" }, startButton, stopButton, status),
    facts,
    list,
    scrub.element,
  );

  function open(place) {
    if (place.key !== at?.key) {
      drop();
      at = place;
    }
    dialog.querySelector(".words").textContent = at.spans
      .map((s) => `“${at.text.slice(s.from, s.to).replace(/\s+/g, " ")}”`)
      .join(", ");
    facts.textContent =
      "The engine does one run at a time, so the lanes follow one another and their seconds are honest. Words, seed and length are the same for all.";
    refresh();
    dialog.showModal();
    startButton.focus();
  }

  // ---- lanes ---------------------------------------------------------------------------------------------------
  function laneOf({ name, title: heading, noise }) {
    const { element: stage, spans } = excerpt(at.text, at.spans, AROUND, at.code);
    const figures = Object.fromEntries(COLUMNS.map((c) => [c.key, h("dd", {}, "–")]));
    const state = h("span", { class: "lane-state" });
    const useButton = h(
      "button",
      {
        type: "button",
        id: `race-use-${name}`,
        disabled: true,
        "aria-label": `Use the result of ${heading}`,
        onclick: () => take(lane),
      },
      "Use this",
    );
    const lane = {
      name,
      heading,
      spans,
      figures,
      state,
      useButton,
      stage,
      at: "waiting",
      frames: [],
      all: [],
      drawn: -1,
      element: h(
        "li",
        { id: `race-lane-${name}`, class: "lane", "aria-label": heading },
        h("div", { class: "lane-head" }, h("h3", {}, heading), state),
        useButton,
        h(
          "dl",
          {},
          ...COLUMNS.map((c) =>
            h("div", { "data-column": c.key, title: c.meaning }, h("dt", {}, c.name), figures[c.key]),
          ),
        ),
        stage,
      ),
    };
    spans.forEach((span, i) =>
      drawTokens(span, bare(at.text.slice(at.spans[i].from, at.spans[i].to), noise === "uniform")),
    );
    return lane;
  }
  function put(lane, how, words) {
    lane.at = how;
    lane.element.dataset.state = how;
    lane.element.setAttribute("aria-busy", String(how === "running"));
    lane.state.textContent = words ?? STATES[how];
  }
  function draw(lane, moment) {
    moment.forEach((frame, i) => {
      if (lane.spans[i]) drawTokens(lane.spans[i], frame.toks);
    });
    for (const [i, frame] of moment.entries()) lane.spans[i]?.setAttribute("data-step", frame.step);
  }
  function showShare(share) {
    for (const lane of lanes) if (lane.at === "done") draw(lane, lane.all[atShare(lane.all.length, share)]);
  }
  function tally() {
    const rows = lanes.map((lane) => (lane.at === "done" ? lane.is : undefined));
    const winners = best(rows);
    lanes.forEach((lane, i) => {
      for (const column of COLUMNS) {
        const cell = lane.figures[column.key],
          first = winners[column.key].includes(i);
        cell.replaceChildren(
          ...(first ? [h("span", { class: "star", "aria-hidden": "true" }, "★ ")] : []),
          shown(column, lane.is?.[column.key]),
          ...(first ? [h("span", { class: "visually-hidden" }, ", the best")] : []),
        );
        cell.classList.toggle("best", first);
      }
    });
  }

  // ---- one run after another -----------------------------------------------------------------------------------
  async function start() {
    const names = boot.systems.filter((s) => chosen.has(s.name));
    const wrong = names.map((s) => settings.problem(s.name)).find(Boolean);
    if (wrong) {
      status.textContent = wrong;
      return;
    }
    drop();
    stopping = false;
    const seed = settings.takeSeed();
    lanes = names.map(laneOf);
    list.replaceChildren(...lanes.map((lane) => lane.element));
    for (const lane of lanes) put(lane, "waiting");
    scrub.load([]);
    tally();
    const mine = lanes;
    refresh(true);
    for (const [i, lane] of mine.entries()) {
      if (stopping || lanes !== mine) break;
      status.textContent = `${lane.heading} is writing, ${i + 1} of ${mine.length}. Seed ${seed}.`;
      await runLane(lane, seed);
      if (lanes !== mine) return refresh();
      tally();
    }
    for (const lane of mine) if (lane.at === "waiting") put(lane, "stopped");
    const done = mine.filter((lane) => lane.at === "done");
    status.textContent =
      done.length === mine.length
        ? `All ${done.length} are done. Seed ${seed}. ★ is the best of a column.`
        : `${done.length} of ${mine.length} are done. Seed ${seed}.`;
    scrub.load(done.length ? [...Array(PLAY).keys()] : []);
    refresh();
    dialog.scrollTop = 0;
    if (dialog.open) mine.find((lane) => lane.at === "done")?.useButton.focus({ preventScroll: true });
  }
  async function runLane(lane, seed) {
    const request = { ...settings.request(lane.name), candidates: 1, seed };
    lane.settings = { ...request, ...request.settings, way: settings.way(lane.name) };
    delete lane.settings.settings;
    running = lane;
    put(lane, "running");
    lane.element.scrollIntoView({ block: "nearest" });
    lane.state.textContent = "reading the text";
    await call("level", { text: at.text, spans: at.points, ...request }); // nothing that was prepared gives a lane a start
    if (stopping) {
      running = null;
      return put(lane, "stopped");
    }
    put(lane, "running");
    for (let tries = 0; ; tries++) {
      lane.id = newId();
      lane.frames = [];
      const ended = new Promise((resolve) => {
        lane.end = resolve;
      });
      runs.run({ run: lane.id, document: at.document.id, text: at.text, spans: at.points, ...request });
      const error = await ended;
      if (error?.code !== "busy" || tries >= RETRIES || stopping) {
        finish(lane, error);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS)); // the run before is not quite over
    }
    running = null;
    if (lane.at !== "done") return;
    if (!Array.from(lane.frames, Boolean).every(Boolean)) {
      // an update was merged away on its way: the server has every frame
      const answer = await call("trace", { run: lane.id });
      if (answer) lane.frames = answer.frames;
    }
    lane.frames = lane.frames.filter(Boolean);
    lane.all = moments(lane.frames).filter(
      (m) => Array.from(m, Boolean).every(Boolean) && m.length === at.spans.length,
    );
    const answer = await call("nll", { text: at.text, spans: at.points, fills: lane.texts });
    if (answer) lane.is.nll = answer.nll;
  }
  function finish(lane, error) {
    const last = moments(lane.frames.filter(Boolean)).at(-1);
    if (error) return put(lane, "failed", error.message);
    if (!last?.every((frame) => frame.done)) return put(lane, "stopped");
    lane.texts = last.map((frame) => frame.text);
    lane.is = measures(last);
    put(lane, "done", `${last[0].step} steps, ${lane.is.tokens} tokens`);
    lane.useButton.disabled = false;
    draw(lane, last);
  }
  /** Frames of a batch; true when they belong to the race. */
  function onFrames(id, seq, frames) {
    const lane = running;
    if (!lane || lane.id !== id) return lanes.some((other) => other.id === id);
    const error = frames.find((frame) => frame.error)?.error;
    if (error) {
      lane.end(error);
      return true;
    }
    frames.forEach((frame, i) => {
      lane.frames[seq + i] = frame;
    });
    if (frames.at(-1)?.done && frames.at(-1).span === at.spans.length - 1) lane.end();
    else if (!queued) queued = requestAnimationFrame(paint);
    return true;
  }
  function paint() {
    queued = 0;
    const lane = running,
      moment = lane && moments(lane.frames.filter(Boolean)).findLast((m) => m.length === at.spans.length);
    if (!moment || lane.at !== "running") return;
    draw(lane, moment);
    lane.is = measures(moment);
    lane.state.textContent = progress(moment);
    for (const key of ["nfe", "seconds", "perPass", "confidence"])
      lane.figures[key].textContent = shown(
        COLUMNS.find((c) => c.key === key),
        lane.is[key],
      );
  }
  function stop() {
    stopping = true;
    if (!running) return;
    if (running.id) runs.cancel(running.id);
    running.end?.();
  }

  // ---- in and out ----------------------------------------------------------------------------------------------
  function refresh(on = running !== null) {
    for (const box of boxes) box.disabled = on;
    startButton.hidden = on;
    startButton.disabled = !chosen.size;
    startButton.textContent = lanes.length ? "Race again" : "Start race";
    stopButton.hidden = !on;
    if (on) stopButton.focus();
    else if (!lanes.length) {
      // what would race
      status.textContent = chosen.size ? "" : "Choose at least one system.";
      const ready = boot.systems.filter((s) => chosen.has(s.name)).map(laneOf);
      for (const lane of ready) put(lane, "ready");
      list.replaceChildren(...ready.map((lane) => lane.element));
    }
  }
  function take(lane) {
    lane.used = true;
    const result = {
      id: lane.id,
      settings: lane.settings,
      frames: lane.frames,
      texts: lane.texts,
      nll: lane.is.nll,
      ...at,
    };
    dialog.close();
    use(result);
  }
  function leave() {
    stop();
    scrub.stop();
    closed();
  }
  /** Let go of what was raced. */
  function drop() {
    scrub.load([]);
    for (const lane of lanes) if (lane.at === "done" && !lane.used) call("discard", { run: lane.id });
    lanes = [];
    list.replaceChildren();
  }
  return { element: dialog, open, onFrames, isOpen: () => dialog.open, writing: () => running?.id ?? null };
}

/** The place of a race: what it is about, in UTF-16 and in code points. */
export function placeOf(document_, text, spans, code) {
  const points = spans.map((s) => [toPoints(text, s.from), toPoints(text, s.to)]);
  return { document: document_, text, spans, points, code, key: JSON.stringify([document_.id, text, points]) };
}
