// The line to Python: calls whose answer may fail to come, and runs whose frames may stop coming.
import { debounce } from "./dom/timing.js";
/** @import { Answer, Answers, Payload } from "../shapes/answers.js" */
/** @import { Bridge, Line } from "../shapes/core.js" */
/** @import { Trouble } from "../shapes/frames.js" */

export const SILENT_MS = 3000;
const ENVELOPE = 1024; // bytes that Gradio puts around a call
const MB = 2 ** 20;
/** @type {Trouble} */
const OFFLINE = {
  code: "offline",
  message: "Palimpsest does not answer. Is it still running? Your text is still here.",
};
/**
 * Python turns away what is too large before it reads it, which looks as if it did not answer.
 * @param {number} bytes
 * @param {number} limit
 * @returns {Trouble}
 */
const tooLarge = (bytes, limit) => ({
  code: "body_too_large",
  message: `What should be sent has ${(bytes / MB).toFixed(1)} MB; the limit is ${limit / MB} MB.`,
});
/** @type {Trouble} */
const GONE = { code: "gone", message: "The run stopped before it was done. Your text is as it was; run it again." };

/**
 * @param {Bridge} bridge
 * @param {object} page
 * @param {(message: string) => unknown} page.notice tells people what went wrong
 * @param {() => string | null} page.writing the id of the run under way
 * @param {(json: string) => unknown} page.frames takes a batch of its frames
 * @param {number} [page.limit] how many bytes a call may have
 * @returns {Line}
 */
export function lineTo(bridge, { notice, writing, frames, limit = Infinity }) {
  let missed = 0;
  let away = false; // nobody answered the last call
  /**
   * @template {keyof Answers} N
   * @param {N} name
   * @param {Payload} [payload]
   * @returns {Promise<Answer<N>>}
   */
  async function ask(name, payload = {}) {
    // Gradio says that a call failed by giving nothing.
    const answer = await bridge.call(name, payload).catch(() => null);
    away = !answer;
    if (answer) return /** @type {Answer<N>} */ (answer);
    const bytes = new TextEncoder().encode(JSON.stringify(payload)).length;
    return { error: bytes > limit - ENVELOPE ? tooLarge(bytes, limit) : OFFLINE };
  }
  /**
   * @template {keyof Answers} N
   * @param {N} name
   * @param {Payload} [payload]
   */
  async function call(name, payload) {
    const answer = await ask(name, payload);
    if (answer.error) {
      notice(answer.error.message);
      return null;
    }
    return answer;
  }
  /**
   * @template {keyof Answers} N
   * @param {N} name
   * @param {Payload} [payload]
   */
  async function quietly(name, payload) {
    const answer = await ask(name, payload);
    return answer.error ? null : answer;
  }
  // When a run has been silent for a while: is it still under way? Frames may be on their way when it is over, so it is
  // asked twice.
  const silent = debounce(SILENT_MS, async () => {
    const run = writing();
    if (!run) return;
    const answer = await ask("running", { run });
    if (silent.pending() || writing() !== run) return; // heard of meanwhile
    missed = !answer.error && answer.running ? 0 : missed + 1;
    if (answer.error || missed > 1) fail(run, answer.error ?? GONE);
    else silent();
  });
  /**
   * @param {string} run
   * @param {Trouble} error
   */
  const fail = (run, error) => frames(JSON.stringify({ run, seq: 0, frames: [{ error }] }));
  function heard() {
    missed = 0;
    silent();
  }
  return {
    ask,
    call,
    quietly,
    // A run that Gradio cannot ask for makes it load the whole page anew as soon as somebody answers, so where nobody
    // answered last that is asked first.
    async run(payload) {
      const { run } = payload;
      const { error } = away ? await ask("running", { run }) : {};
      if (writing() !== run) return; // cancelled meanwhile
      if (error) fail(run, error);
      else {
        bridge.run(payload);
        heard();
      }
    },
    cancel: (run) => bridge.cancel(run),
    onFrames(json) {
      heard();
      frames(json);
    },
  };
}
