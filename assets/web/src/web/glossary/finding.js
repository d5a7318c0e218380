// Where the terms of the glossary stand in a text.
/** @import { Term } from "../../shapes/boot.js" */
/** @typedef {{from: number, to: number, term: Term}} Found */

/** @param {string} text */
const plain = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * A function from a text to the terms in it that were not `seen` before, each once; it notes what it finds there.
 * @param {Term[]} terms
 */
export function finder(terms) {
  const forms = new Map(terms.flatMap((term) => [term.name, ...term.also].map((form) => [form.toLowerCase(), term])));
  const longest = [...forms.keys()].sort((a, b) => b.length - a.length);
  const words = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${longest.map(plain).join("|")})(?![\\p{L}\\p{N}_(])`, "giu");
  /**
   * @param {string} text
   * @param {Set<string>} seen
   * @returns {Found[]}
   */
  return (text, seen) => {
    if (!forms.size) return [];
    /** @type {Found[]} */
    const found = [];
    for (const match of text.matchAll(words)) {
      const term = forms.get(match[0].toLowerCase());
      if (!term || seen.has(term.name)) continue;
      seen.add(term.name);
      found.push({ from: match.index, to: match.index + match[0].length, term });
    }
    return found;
  };
}
