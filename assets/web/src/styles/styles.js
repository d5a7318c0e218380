// What the next rewrite is told: a style, or an instruction of one's own. Both stand in the bar beside the Rewrite
// button.
import { h } from "../web/dom/elements.js";
import { lengthOf, stylesFor, tooLong } from "./choices.js";
/** @import { Style } from "../shapes/boot.js" */
/** @import { Core, Documents, Told } from "../shapes/core.js" */

const NONE = "";

/**
 * @param {Core} core
 * @param {object} is
 * @param {Documents} is.documents
 * @param {() => void} is.start begins a run
 * @param {() => void} is.changed is told of every change
 * @returns {Told & {element: HTMLElement}}
 */
export function stylesPart(core, { documents, start, changed }) {
  const { boot } = core;
  const canTell = Boolean(boot.best.edit);
  const limit = boot.limits.instruction;
  const language = () => (documents.current() ? documents.language() : "prose");
  const offered = () => stylesFor(boot.styles, language());
  const chosen = () => offered().find((style) => style.name === select.value && style.available);

  const select = h("select", {
    id: "style",
    "aria-label": "Style",
    onchange: () => {
      draw();
      changed();
    },
  });
  const meaning = h("p", { id: "style-meaning", class: "pz-style-meaning", hidden: true });
  meaning.id = "pz-style-meaning";
  const instruction = instructionField(start, () => {
    mark();
    changed();
  });
  const count = h("span", { class: "pz-style-count", id: "instruction-count", role: "status" });
  const element = h("span", { class: "pz-style" }, select, instruction, count, meaning);

  function mark() {
    const wrong = tooLong(instruction.value, limit);
    instruction.setAttribute("aria-invalid", String(Boolean(wrong)));
    count.textContent = wrong ? `${lengthOf(instruction.value)} of ${limit} characters` : "";
  }
  /** Draw the list again: it depends on the language. */
  function fill() {
    const kept = select.value;
    const here = offered();
    select.replaceChildren(h("option", { value: NONE }, "No style"), ...here.map(optionOf));
    select.value = here.some((style) => style.name === kept && style.available) ? kept : NONE;
    draw();
  }
  function draw() {
    const style = chosen();
    instruction.hidden = !canTell || Boolean(style); // one or the other
    count.hidden = instruction.hidden;
    meaning.hidden = !style;
    meaning.textContent = style?.description ?? "";
    if (style) select.setAttribute("aria-describedby", meaning.id);
    else select.removeAttribute("aria-describedby");
  }
  core.on("opened", fill);
  core.on("language", fill);
  core.commands.add(
    ...boot.styles.map((style) => ({
      id: `style-${style.name}`,
      title: `Restyle what is selected: ${style.title}`,
      group: "Rewrite",
      when: () => style.available && style.languages.includes(language()),
      run: () => {
        select.value = style.name;
        draw();
        changed();
        start();
      },
    })),
  );
  tellProblems(core);
  fill();
  return {
    element,
    /** At most one of the two is not empty. */
    request: () =>
      chosen()
        ? { style: select.value, instruction: "" }
        : { style: "", instruction: canTell ? instruction.value.trim() : "" },
    /** Why a run cannot begin; "" when it can. */
    problem: () => (chosen() || !canTell ? "" : tooLong(instruction.value, limit)),
    /** What a mask can be restyled as. */
    styles: offered,
    /** Who does the chosen style; null where none is chosen. */
    way: () => chosen()?.way ?? null,
  };
}

/** @param {Style} style */
const optionOf = ({ name, title, description, available, why }) =>
  h(
    "option",
    { value: name, disabled: !available, title: available ? description : why },
    available ? title : `${title} (${why})`,
  );

/**
 * @param {() => void} start
 * @param {() => void} changed
 */
function instructionField(start, changed) {
  const element = h("input", {
    id: "instruction",
    type: "text",
    class: "instruction",
    "aria-label": "Your own instruction",
    placeholder: "Optional: say what to change or write",
    oninput: () => changed(),
    onkeydown: (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      start();
    },
  });
  return element;
}

/**
 * What is wrong with files of styles is told once.
 * @param {Core} core
 */
function tellProblems(core) {
  let said = !core.boot.style_problems.length;
  core.on("opened", () => {
    if (!said) core.notice(core.boot.style_problems.join(" "));
    said = true;
  });
}
