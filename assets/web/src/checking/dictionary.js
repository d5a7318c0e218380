// The words that are left alone.

/**
 * A word as an entry of the dictionary: its genitive, either apostrophe and either form of an accent are the same word.
 * @param {string} word
 */
export const entry = (word) => word.normalize("NFC").replace(/’/g, "'").replace(/'s?$/, "");
