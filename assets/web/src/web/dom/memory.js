// What the browser remembers for the page, and ids that nothing has had.

export const remembered = {
  /**
   * @template T
   * @param {string} key
   * @param {T} fallback
   * @returns {T}
   */
  get(key, fallback) {
    try {
      return JSON.parse(localStorage.getItem(`palimpsest.${key}`) ?? "null") ?? fallback;
    } catch {
      return fallback;
    }
  },
  /**
   * Whether it is: in private mode nothing is remembered, and there is only so much room.
   * @param {string} key
   * @param {unknown} value
   */
  set(key, value) {
    try {
      localStorage.setItem(`palimpsest.${key}`, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  },
  /** @param {string} key */
  drop(key) {
    try {
      localStorage.removeItem(`palimpsest.${key}`);
    } catch {}
  },
};

/** An id that no run and no page has had; without a secure context there is no randomUUID. */
export const newId = () => crypto.randomUUID?.() ?? String(Math.random()).slice(2);
