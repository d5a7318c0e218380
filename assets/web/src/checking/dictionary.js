// The words that are left alone.

const CONTRACTED = /^(?:he|it|let|she|that|there|what|who)'s$/i;
const GENITIVE = /(?:'s|(?<=s)')$/;

/**
 * A word in one of the forms in which it can be written: composed, with straight apostrophes.
 * @param {string} word
 */
const spelt = (word) => word.normalize("NFC").replace(/’/g, "'").trim().replace(/\s+/g, " ");

/** @param {string} word */
const small = (word) => word.slice(0, 1).toLowerCase() + word.slice(1);

/**
 * Whether an entry covers a word: the genitive, either apostrophe, either form of an accent, and at the start of a
 * sentence a capital are the same word.
 * @param {string} entry
 * @param {string} word
 * @param {boolean} begins whether the word is the first of a sentence
 */
export function covers(entry, word, begins) {
  const plain = spelt(word);
  const bare = CONTRACTED.test(plain) ? plain : plain.replace(GENITIVE, ""); // "it's" is no genitive of "it"
  const written = begins ? [plain, bare, small(plain), small(bare)] : [plain, bare];
  return written.includes(spelt(entry));
}
