// Dark, light, or as the system has it.
import { h, remembered } from "../dom/dom.js";

const SIGNS = { system: "◐", light: "☀\ufe0e", dark: "☾\ufe0e" };

export function themePart(core) {
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const ofSystem = () => (prefersDark.matches ? "dark" : "light");
  const kept = remembered.get("theme", "system");
  let choice = kept in SIGNS ? kept : "system",
    app = null;
  const button = h("button", { type: "button", id: "theme", class: "icon", onclick: () => choose(next()) });

  /** The first click changes what is seen, the second brings it back to stay, the third follows the system again. */
  function next() {
    const other = ofSystem() === "dark" ? "light" : "dark";
    return { system: other, [other]: ofSystem(), [ofSystem()]: "system" }[choice];
  }
  function choose(name) {
    choice = name;
    remembered.set("theme", name);
    apply();
  }
  function apply() {
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
    ...Object.entries({ dark: "Dark theme", light: "Light theme", system: "Theme as the system has it" }).map(
      ([name, title]) => ({
        id: `theme-${name}`,
        title,
        group: "View",
        when: () => choice !== name,
        run: () => choose(name),
      }),
    ),
  );
  return {
    button,
    attach(element) {
      app = element;
      prefersDark.addEventListener("change", apply);
      apply();
    },
  };
}
