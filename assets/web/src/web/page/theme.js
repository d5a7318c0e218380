// Dark, light, or as the system has it.
import { h } from "../dom/elements.js";
import { remembered } from "../dom/memory.js";
/** @import { Core } from "../../shapes/core.js" */

/** @type {Record<string, string>} */
const SIGNS = { system: "◐", light: "☀\ufe0e", dark: "☾\ufe0e" };
const TITLES = { dark: "Dark theme", light: "Light theme", system: "Theme as the system has it" };

/** @param {Core} core */
export function themePart(core) {
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const ofSystem = () => (prefersDark.matches ? "dark" : "light");
  const kept = remembered.get("theme", "system");
  let choice = kept in SIGNS ? kept : "system";
  /** @type {HTMLElement | null} */
  let app = null;
  const button = h("button", { type: "button", id: "theme", class: "icon", onclick: () => choose(next()) });

  /** The first click changes what is seen, the second brings it back to stay, the third follows the system again. */
  function next() {
    const other = ofSystem() === "dark" ? "light" : "dark";
    return { system: other, [other]: ofSystem(), [ofSystem()]: "system" }[choice];
  }
  /** @param {string} name */
  function choose(name) {
    choice = name;
    remembered.set("theme", name);
    apply();
  }
  function apply() {
    if (!app) return;
    const theme = choice === "system" ? ofSystem() : choice;
    app.dataset.theme = theme;
    const name = choice === "system" ? `Theme: system (${theme})` : `Theme: ${choice}`;
    button.replaceChildren(
      h("span", { class: "sign", "aria-hidden": "true" }, SIGNS[choice]),
      h("span", { class: "label" }, name),
    );
    button.setAttribute("aria-label", name);
    button.title = name;
    core.surface.setDark(theme === "dark");
  }
  core.commands.add(
    ...Object.entries(TITLES).map(([name, title]) => ({
      id: `theme-${name}`,
      title,
      group: "View",
      when: () => choice !== name,
      run: () => choose(name),
    })),
  );
  return {
    button,
    /** @param {HTMLElement} element the page's */
    attach(element) {
      app = element;
      prefersDark.addEventListener("change", apply);
      apply();
    },
  };
}
