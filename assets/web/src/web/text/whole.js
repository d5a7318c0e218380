// Text as it comes in, by the keyboard, from the clipboard or with a file's name: half characters become U+FFFD, and
// every line ends in a line feed. NEL, U+2028 and U+2029 are letters like any other.
const HALF = /\p{Surrogate}/gu;
const HALF_OR_RETURN = /\p{Surrogate}|\r\n?/gu;

/** @param {string} text */
export const whole = (text) => text.replace(HALF, "\ufffd");

/**
 * What of a text is to be written otherwise.
 * @param {string} text
 * @param {boolean} [returns] false: its carriage returns stay
 */
export const mending = (text, returns = true) =>
  Array.from(text.matchAll(returns ? HALF_OR_RETURN : HALF), ({ 0: found, index }) => ({
    from: index,
    to: index + found.length,
    insert: found[0] === "\r" ? "\n" : "\ufffd",
  }));
