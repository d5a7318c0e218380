// The line to Python: calls whose answer may fail to come, and runs whose frames may stop coming.
import { debounce } from "./dom/dom.js";

export const SILENT_MS = 3000;
const ENVELOPE = 1024; // bytes that Gradio puts around a call
const OFFLINE = {
  code: "offline",
  message: "Palimpsest does not answer. Is it still running? Your text is still here.",
};
/** Python turns away what is too large before it reads it, which looks as if it did not answer. */
const tooLarge = (bytes, limit) => ({
  code: "body_too_large",
  message: `What should be sent has ${(bytes / 2 ** 20).toFixed(1)} MB; the limit is ${limit / 2 ** 20} MB.`,
});
const GONE = { code: "gone", message: "The run stopped before it was done. Your text is as it was; run it again." };

/**
 * `bridge` carries calls and runs; `notice(message)` tells people what went wrong; `writing()` gives the id of the run under way, or null;
 * `frames(json)` takes a batch of its frames, the last of which may be {error}. `limit` is how many bytes a call may have.
 */
export function lineTo(bridge, { notice, writing, frames, limit = Infinity }) {
  let missed = 0;
  /** A call whose errors are the caller's: the answer may be {error: {code, message}}. */
  async function ask(name, payload = {}) {
    const answer = await bridge.call(name, payload).catch(() => null); // Gradio says that a call failed by giving nothing
    if (answer) return answer;
    const bytes = new TextEncoder().encode(JSON.stringify(payload)).length;
    return { error: bytes > limit - ENVELOPE ? tooLarge(bytes, limit) : OFFLINE };
  }
  async function call(name, payload) {
    const answer = await ask(name, payload);
    if (answer.error) {
      notice(answer.error.message);
      return null;
    }
    return answer;
  }
  /** A call whose answer nobody waits for: the page is none the worse without it. */
  async function quietly(name, payload) {
    const answer = await ask(name, payload);
    return answer.error ? null : answer;
  }
  /** When a run has been silent for a while: is it still under way? Frames may be on their way when it is over, so it is asked twice. */
  const silent = debounce(SILENT_MS, async () => {
    const run = writing();
    if (!run) return;
    const { error, running } = await ask("running", { run });
    if (silent.pending() || writing() !== run) return; // heard of meanwhile
    missed = running ? 0 : missed + 1;
    if (error || missed > 1) frames(JSON.stringify({ run, seq: 0, frames: [{ error: error ?? GONE }] }));
    else silent();
  });
  function heard() {
    missed = 0;
    silent();
  }
  return {
    ask,
    call,
    quietly,
    run(payload) {
      bridge.run(payload);
      heard();
    },
    cancel: (run) => bridge.cancel(run),
    onFrames(json) {
      heard();
      frames(json);
    },
  };
}
