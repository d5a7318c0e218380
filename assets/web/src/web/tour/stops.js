// What the tour shows: an element by its test id or class, and what is said of it. Those in the panel need it to be
// open.

/** @import { System, Term } from "../../shapes/boot.js" */

/**
 * @typedef {object} Stop
 * @property {string} at a selector
 * @property {string} title
 * @property {string} says
 * @property {string} [missing] said instead while it cannot be seen
 * @property {boolean} [panel]
 * @property {string} [lesson] the lesson that explains it
 */

/**
 * @param {(name: string) => string} key a key as people read it
 * @returns {Stop[]}
 */
export const stops = (key) => [
  {
    at: "[data-testid=surface]",
    title: "Your text",
    lesson: "guess",
    says:
      "An editor like any other. What you type is saved by itself. Select a few words to begin; " +
      "the text around them is never touched.",
  },
  {
    at: "[data-testid=run]",
    title: "Rewrite",
    lesson: "noise",
    says:
      `Rewrite (${key("Mod-Enter")}) turns the selected words to masks and has them written again, step by step. ` +
      "Tab accepts, Esc puts your words back.",
  },
  {
    at: ".bar .player",
    title: "The timeline",
    lesson: "denoise",
    says:
      "Every step of a run is kept. Drag the slider, or press the arrow keys on it, to see how sure the model was of " +
      "each word, and when.",
    missing:
      "When a run is finished, its timeline stands here: drag it to see every step, " +
      "and how sure the model was of each word.",
  },
  {
    at: ".systems",
    title: "Systems and settings",
    lesson: "eso-lm",
    panel: true,
    says:
      "Each system writes in another way: the surest words first, from noise, left to right. Pick one, set its steps " +
      "and temperature; what you set is remembered.",
  },
  {
    at: ".to-history",
    title: "History",
    panel: true,
    says:
      "Each rewrite that you accept is kept with all its steps. Look at the difference, replay it, export it, " +
      "or restore any earlier text.",
  },
  {
    at: "[data-testid=to-lab]",
    title: "The lab",
    lesson: "contents",
    says: "Short lessons on how all this works. Each is computed on your own text, by the model that writes here.",
    missing: "In the menu of the header is the lab: short lessons on how all this works, computed on your own text.",
  },
  {
    at: ".pz-app > .top",
    title: "Documents",
    says:
      `Open a file, begin a new document or take a sample here. ${key("Mod-k")} finds everything that can be done. ` +
      "All of it stays on your machine.",
  },
];

/**
 * The place where a term of the glossary acts. Where it cannot be seen now, what to do is said in its place.
 * @param {Term} term
 * @param {System[]} systems
 * @returns {Stop}
 */
export function stopAt({ name, meaning, place, lesson }, systems) {
  const at = `[data-testid="${place}"]`;
  const there = document.querySelector(at);
  const title = name[0].toUpperCase() + name.slice(1);
  const having = systems.filter((one) => one.parameters.some((p) => p.name === place)).map((one) => one.title);
  if (there || !having.length) {
    const missing = `${meaning} It is here, below the text, when words are selected, written or looked at.`;
    return { at, title, says: meaning, missing, lesson, panel: Boolean(there?.closest(".panel")) };
  }
  const says = `${meaning} It is a setting of ${having.join(", ")}: choose one of these here.`;
  return { at: ".systems", title, says, lesson, panel: true };
}
