// Asking Python for a lesson: progress as it comes, then the lesson. Of all that is asked only the last counts.
/** @import { Board, Told } from "../shapes/lab.js" */
/** @import { Trouble } from "../shapes/frames.js" */

/** @type {Trouble} */
export const OFFLINE = { code: "offline", message: "Palimpsest does not answer. Is it still running?" };

/**
 * What is told of a lesson, as it comes: progress, then the lesson or what went wrong. Nothing more where it was given
 * up.
 * @param {string} address
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<Told>}
 */
async function* told(address, signal) {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/event-stream" }, signal });
    if (answer.ok && answer.body) yield* parts(answer.body);
    else yield { error: (await answer.json()).error };
  } catch {
    if (!signal.aborted) yield { error: OFFLINE };
  }
}

/**
 * The parts of a stream of server-sent events.
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<Told>}
 */
async function* parts(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let held = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    held += decoder.decode(value, { stream: true });
    const whole = held.split("\n\n");
    held = whole.pop() ?? "";
    for (const part of whole) yield JSON.parse(part.replace(/^data: /, ""));
  }
}

/**
 * @param {object} on
 * @param {(done: number, total: number) => void} on.progress
 * @param {(board: Board) => void} on.board
 * @param {(error: Trouble) => void} on.trouble
 * @param {(busy: boolean) => void} on.busy
 */
export function asking(on) {
  /** @type {AbortController | null} */
  let current = null;
  /** @type {(() => void) | null} what is asked when the answer under way is there */
  let next = null;

  /**
   * @param {string} address
   * @param {boolean} hurry give up what is under way; without it that is drawn first, and then the last question asked
   */
  function ask(address, hurry) {
    if (current && !hurry) {
      next = () => ask(address, hurry);
      return;
    }
    current?.abort();
    next = null;
    const own = new AbortController();
    current = own;
    on.busy(true);
    answered(address, own).finally(() => {
      if (current !== own) return;
      current = null;
      if (next) next();
      else on.busy(false);
    });
  }
  /**
   * @param {string} address
   * @param {AbortController} own
   */
  async function answered(address, own) {
    for await (const part of told(address, own.signal)) {
      if (current !== own) return;
      if (part.error) on.trouble(part.error);
      else if ("progress" in part) on.progress(...part.progress);
      else on.board(part);
    }
  }
  return {
    ask,
    /** Nobody waits any more: the forward passes stop. */
    leave() {
      next = null;
      current?.abort();
      current = null;
      on.busy(false);
    },
  };
}
