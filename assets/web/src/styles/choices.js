// Which styles there are for a language, and how long an instruction may be.

/** What is wrong with an instruction, as a sentence; "" when nothing is. */
export function tooLong(instruction, limit) {
  const count = [...instruction.trim()].length;
  return count > limit ? `The instruction has ${count} characters; the limit is ${limit}. Shorten it.` : "";
}

/** The styles for a language, those that cannot be had now last. */
export function stylesFor(all, language) {
  const here = all.filter((style) => style.languages.includes(language));
  return [...here.filter((style) => style.available), ...here.filter((style) => !style.available)];
}
