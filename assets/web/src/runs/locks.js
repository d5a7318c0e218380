// Other tabs see by a lock that the proposal of a document is on this page already.
/** @import { Document } from "../shapes/answers.js" */

const TRIES = 3;
/** @param {number} ms */
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** @param {(doc: Document) => string} nameOf */
export function noteLock(nameOf) {
  /** @type {Document | null} whose note is this page's */
  let owned = null;
  /** @type {(() => void) | null} */
  let letGo = null;

  function disown() {
    letGo?.();
    letGo = null;
    owned = null;
  }
  /**
   * Held until it is let go of.
   * @param {Document} doc
   */
  const hold = (doc) =>
    new Promise((/** @type {(value?: undefined) => void} */ done) => {
      letGo = done;
      if (owned !== doc) done();
    });
  return {
    owned: () => owned,
    disown,
    /** @param {Document} doc */
    own(doc) {
      if (owned === doc) return;
      disown();
      owned = doc;
      navigator.locks?.request(nameOf(doc), () => hold(doc));
    },
    /**
     * Whether another page has it; a page that was just left lets go of it in a moment.
     * @param {Document} doc
     * @param {number} wait milliseconds
     */
    async isElsewhere(doc, wait) {
      for (let i = 0; i < TRIES; i++) {
        const locks = await navigator.locks?.query();
        if (!locks?.held?.some(({ name }) => name === nameOf(doc))) return false;
        await pause(wait);
      }
      return true;
    },
  };
}
