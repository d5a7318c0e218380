// Numbers and times as people read them.

/** @param {number} share */
export const percent = (share) => `${Math.round(share * 100)} %`;

/**
 * How sure the model is, as people say it: the figure is for those who ask.
 * @param {number} share
 */
export function sureness(share) {
  if (share >= 0.7) return "likely";
  return share >= 0.35 ? "possible" : "unsure";
}

/**
 * What is to be expected of a model that was taught little but English.
 * @param {string} other languages, in words
 */
export const seldomRight = (other) => `The model writes English: what it writes in ${other} is seldom right.`;

/**
 * "1 word", "1,200 words".
 * @param {number} n
 * @param {string} one
 */
export const many = (n, one) => `${n.toLocaleString()} ${one}${n === 1 ? "" : "s"}`;

/** @param {string} iso */
export const when = (iso) => new Date(iso).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

/** @param {string} iso */
export const clock = (iso) => new Date(iso).toLocaleTimeString(undefined, { timeStyle: "short" });

/** @param {string} iso */
export const day = (iso) => new Date(iso).toLocaleDateString(undefined, { dateStyle: "full" });

/**
 * "812 bytes", "1.4 MB".
 * @param {number} n
 */
export function size(n) {
  if (n < 1000) return `${n} bytes`;
  return n < 1e6 ? `${Math.round(n / 1000)} KB` : `${(n / 1e6).toFixed(1)} MB`;
}
