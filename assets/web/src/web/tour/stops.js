// What the tour shows: an element by its test id or class, and what is said of it. Those in the panel need it to be
// open.

/**
 * @typedef {object} Stop
 * @property {string} at a selector
 * @property {string} title
 * @property {string} says
 * @property {string} [missing] said instead while it cannot be seen
 * @property {boolean} [panel]
 */

/**
 * @param {(name: string) => string} key a key as people read it
 * @returns {Stop[]}
 */
export const stops = (key) => [
  {
    at: "[data-testid=surface]",
    title: "Your text",
    says:
      "An editor like any other. What you type is saved by itself. Select a few words to begin; " +
      "the text around them is never touched.",
  },
  {
    at: "[data-testid=run]",
    title: "Rewrite",
    says:
      `Rewrite (${key("Mod-Enter")}) turns the selected words to masks and has them written again, step by step. ` +
      "Tab accepts, Esc puts your words back.",
  },
  {
    at: ".bar .player",
    title: "The timeline",
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
