// Which styles there are for a language, and how long an instruction may be.
/** @import { Style } from "../shapes/boot.js" */

/**
 * The characters of an instruction, as people count them.
 * @param {string} instruction
 */
export const lengthOf = (instruction) => [...instruction.trim()].length;

/**
 * What is wrong with an instruction, as a sentence; "" when nothing is.
 * @param {string} instruction
 * @param {number} limit
 */
export function tooLong(instruction, limit) {
  const count = lengthOf(instruction);
  return count > limit ? `The instruction has ${count} characters; the limit is ${limit}. Shorten it.` : "";
}

/**
 * The styles for a language, those that cannot be had now last.
 * @template {Pick<Style, "languages" | "available">} S
 * @param {S[]} all
 * @param {string} language
 */
export function stylesFor(all, language) {
  const here = all.filter((style) => style.languages.includes(language));
  return [...here.filter((style) => style.available), ...here.filter((style) => !style.available)];
}
