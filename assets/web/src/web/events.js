// What happens on the page is told to whoever listens.
/** @import { Core } from "../shapes/core.js" */

/** @returns {Pick<Core, "on" | "emit">} */
export function eventsOf() {
  /** @type {Map<string, ((value: never) => unknown)[]>} */
  const listeners = new Map();
  return {
    on(event, listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
    },
    emit(event, ...value) {
      for (const listener of listeners.get(event) ?? []) listener(/** @type {never} */ (value[0]));
    },
  };
}
