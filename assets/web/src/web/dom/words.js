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
 * "1 word", "1,200 words".
 * @param {number} n
 * @param {string} one
 */
export const many = (n, one) => `${n.toLocaleString()} ${one}${n === 1 ? "" : "s"}`;

/** @param {string} iso */
export const when = (iso) => new Date(iso).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
