// One lane of a race is written: from the request to its figures.
import { newId } from "../../web/dom/memory.js";
import { measures } from "../frames/figures.js";
import { moments, progress, whole, wholeMoments } from "../frames/moments.js";
import { draw, drawRunning, put } from "./lanes.js";
/** @import { Line, Settings } from "../../shapes/core.js" */
/** @import { Frame, Trouble } from "../../shapes/frames.js" */
/** @import { Ground, Lane } from "./lanes.js" */

const RETRIES = 20;
const RETRY_MS = 150;

/**
 * @param {object} is
 * @param {Settings} is.settings
 * @param {Line} is.line
 */
export function laneRunner({ settings, line }) {
  /** @type {{lane: Lane, ground: Ground} | null} what is written now */
  let running = null;
  let stopping = false;
  let queued = 0;

  /**
   * Write a lane to its end.
   * @param {Lane} lane
   * @param {Ground} ground
   * @param {number} seed
   * @param {string} by who writes
   */
  async function run(lane, ground, seed, by) {
    const asked = { ...settings.request(lane.name, by), candidates: 1, seed };
    const { settings: own, ...common } = asked;
    lane.settings = { ...common, ...own, way: settings.way(lane.name, by) };
    running = { lane, ground };
    put(lane, "running");
    lane.element.scrollIntoView({ block: "nearest" });
    lane.state.textContent = "reading the text";
    const { text, points: spans } = ground;
    const { language } = ground.document;
    await line.quietly("level", { text, spans, language, ...asked }); // nothing that was prepared gives a lane a start
    if (stopping) {
      running = null;
      put(lane, "stopped");
      return;
    }
    put(lane, "running");
    const error = await written(lane, { document: ground.document.id, text, spans, ...asked });
    finish(lane, error);
    running = null;
    if (lane.at === "done") await judge(lane, ground);
  }
  /**
   * Begin the run of a lane until it is not refused, and wait for its end.
   * @param {Lane} lane
   * @param {object} request
   */
  async function written(lane, request) {
    for (let tries = 0; ; tries++) {
      lane.id = newId();
      lane.frames = [];
      const ended = new Promise((/** @type {(error?: Trouble) => void} */ resolve) => {
        lane.end = resolve;
      });
      line.run({ run: lane.id, ...request });
      const error = await ended;
      if (error?.code !== "busy" || tries >= RETRIES || stopping) return error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS)); // the run before is not quite over
    }
  }
  /**
   * @param {Lane} lane
   * @param {Trouble | undefined} error
   */
  function finish(lane, error) {
    const last = moments(lane.frames.filter(Boolean)).at(-1);
    if (error) put(lane, "failed", error.message);
    else if (!last?.every((frame) => frame.done)) put(lane, "stopped");
    else {
      lane.texts = last.map((frame) => frame.text);
      lane.is = measures(last);
      const steps = last[0].phase === "reveal" ? "drawn at once, revealed in" : "";
      put(lane, "done", `${steps} ${last[0].step} steps, ${lane.is.tokens} tokens`.trim());
      lane.useButton.disabled = false;
      draw(lane, last);
    }
  }
  /**
   * What is learnt of a lane when it is done.
   * @param {Lane} lane
   * @param {Ground} ground
   */
  async function judge(lane, { text, points: spans }) {
    if (!whole(lane.frames)) {
      // an update was merged away on its way: the server has every frame
      const answer = await line.quietly("trace", { run: lane.id });
      if (answer) lane.frames = answer.frames;
    }
    lane.frames = lane.frames.filter(Boolean);
    lane.all = wholeMoments(lane.frames, spans.length);
    const answer = await line.quietly("nll", { text, spans, fills: lane.texts });
    if (answer) lane.is.nll = answer.nll;
  }

  // ---- while it goes on ----------------------------------------------------------------------------------------
  /**
   * Frames of a batch; true when they belong to the lane that is written.
   * @param {string} id
   * @param {number} seq
   * @param {Frame[]} frames
   */
  function onFrames(id, seq, frames) {
    if (!running || running.lane.id !== id) return false;
    const { lane, ground } = running;
    const error = frames.find((frame) => frame.error)?.error;
    if (error) {
      lane.end(error);
      return true;
    }
    for (const [i, frame] of frames.entries()) lane.frames[seq + i] = frame;
    const last = frames.at(-1);
    if (last?.done && last.span === ground.spans.length - 1) lane.end();
    else if (!queued) queued = requestAnimationFrame(paint);
    return true;
  }
  function paint() {
    queued = 0;
    if (running?.lane.at !== "running") return;
    const { lane, ground } = running;
    const all = moments(lane.frames.filter(Boolean));
    const moment = all.findLast((m) => m.length === ground.spans.length);
    if (moment) drawRunning(lane, moment, progress(moment));
  }
  return {
    run,
    onFrames,
    /** The id of the run that is written now, or null. */
    writing: () => running?.lane.id || null,
    isRunning: () => running !== null,
    isStopping: () => stopping,
    begin() {
      stopping = false;
    },
    stop() {
      stopping = true;
      if (!running) return;
      if (running.lane.id) line.cancel(running.lane.id);
      running.lane.end();
    },
  };
}
