// Numbers and times as people read them.

/** @param {number} share */
export const percent = (share) => `${Math.round(share * 100)} %`;

/**
 * "1 word", "1,200 words".
 * @param {number} n
 * @param {string} one
 */
export const many = (n, one) => `${n.toLocaleString()} ${one}${n === 1 ? "" : "s"}`;

/** @param {string} iso */
export const when = (iso) => new Date(iso).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
