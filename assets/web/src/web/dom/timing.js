// Waiting for a pause, though not for ever.
/** @import { Debounced } from "../../shapes/dom.js" */

/**
 * @template {unknown[]} A
 * @param {number} wait milliseconds without another call
 * @param {(...args: A) => unknown} action
 * @param {number} [longest] milliseconds after the first call, whatever others come
 * @returns {Debounced<A>}
 */
export function debounce(wait, action, longest = Number.POSITIVE_INFINITY) {
  let timer = 0;
  let first = 0;
  /** @type {Debounced<A>} */
  const late = (...args) => {
    const now = performance.now();
    if (!timer) first = now;
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        timer = 0;
        action(...args);
      },
      Math.max(0, Math.min(wait, first + longest - now)),
    );
  };
  late.cancel = () => {
    clearTimeout(timer);
    timer = 0;
  };
  late.pending = () => timer !== 0;
  return late;
}
