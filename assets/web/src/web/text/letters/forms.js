// The forms in which the same letters may be written: composed and decomposed, either apostrophe, ß and ss.

const APOSTROPHES = "['’‘ʼ]";
const QUOTES = '["“”„]';
const SHARP_S = "(?:ß|ẞ|ss)";
const SIGNS = /[.*+?^${}()|[\]\\/-]/g;

/** @param {string} text */
const escaped = (text) => text.replace(SIGNS, "\\$&");

/** @param {string} letter as people see it */
function formsOf(letter) {
  if (/^['’‘ʼ]$/.test(letter)) return APOSTROPHES;
  if (/^["“”„]$/.test(letter)) return QUOTES;
  const forms = [...new Set([letter, letter.normalize("NFC"), letter.normalize("NFD")])].map(escaped);
  return forms.length === 1 ? forms[0] : `(?:${forms.join("|")})`;
}

/**
 * A regular expression for words in all forms; null where they have but one.
 * @param {string} query
 */
export function inAllForms(query) {
  if (!/[^\x20-\x7e]|['"]|ss/i.test(query)) return null;
  return query
    .split(/(ss|ß|ẞ)/i)
    .map((part, i) => (i % 2 ? SHARP_S : [...lettersOf(part)].map(formsOf).join("")))
    .join("");
}

/** @param {string} text */
function* lettersOf(text) {
  const Segmenter = globalThis.Intl?.Segmenter;
  if (!Segmenter) yield* text;
  else for (const { segment } of new Segmenter(undefined, { granularity: "grapheme" }).segment(text)) yield segment;
}
