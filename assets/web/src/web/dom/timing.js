// Waiting for a pause.
/** @import { Debounced } from "../../shapes/dom.js" */

/**
 * @template {unknown[]} A
 * @param {number} wait milliseconds without another call
 * @param {(...args: A) => unknown} action
 * @returns {Debounced<A>}
 */
export function debounce(wait, action) {
  let timer = 0;
  /** @type {Debounced<A>} */
  const late = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = 0;
      action(...args);
    }, wait);
  };
  late.cancel = () => {
    clearTimeout(timer);
    timer = 0;
  };
  late.pending = () => timer !== 0;
  return late;
}
