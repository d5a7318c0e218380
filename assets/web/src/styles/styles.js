// What the next rewrite is told: a style, or an instruction of one's own. Both stand in the bar beside the Rewrite button.
import { stylesFor, tooLong } from "./choices.js";
import { h } from "../web/dom/dom.js";
import "./styles.css";

const NONE = "";

/** `start()` begins a run; `changed()` is told of every change. Returns {element, request, problem, styles, way}. */
export function stylesPart(core, { documents, start, changed }) {
  const { boot } = core;
  const canTell = Boolean(boot.best.edit),
    limit = boot.limits.instruction;
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
  const reason = canTell ? "" : "Needs an instruct model: start with --model NAME";
  const instruction = h("input", {
    id: "instruction",
    type: "text",
    class: "instruction",
    "aria-label": "Your own instruction",
    disabled: !canTell,
    title: reason,
    placeholder: canTell
      ? "Optional: say how to change what is selected"
      : "Own instruction: needs an instruct --model",
    oninput: () => {
      mark();
      changed();
    },
    onkeydown: (event) => {
      if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        start();
      }
    },
  });
  instruction.classList.toggle("unavailable", !canTell);
  const count = h("span", { class: "pz-style-count", id: "instruction-count", role: "status" });
  const element = h("span", { class: "pz-style" }, select, instruction, count, meaning);

  function mark() {
    const wrong = tooLong(instruction.value, limit);
    instruction.setAttribute("aria-invalid", String(Boolean(wrong)));
    count.textContent = wrong ? `${[...instruction.value.trim()].length} of ${limit} characters` : "";
  }
  /** Draw the list again: it depends on the language. */
  function fill() {
    const kept = select.value,
      here = offered();
    const option = (style) =>
      h(
        "option",
        { value: style.name, disabled: !style.available, title: style.available ? style.description : style.why },
        style.available ? style.title : `${style.title} (${style.why})`,
      );
    select.replaceChildren(h("option", { value: NONE }, "No style"), ...here.map(option));
    select.value = here.some((style) => style.name === kept && style.available) ? kept : NONE;
    draw();
  }
  function draw() {
    const style = chosen();
    instruction.hidden = Boolean(style); // one or the other
    count.hidden = Boolean(style);
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
  let said = !boot.style_problems.length;
  core.on("opened", () => {
    if (!said) core.notice(boot.style_problems.join(" "));
    said = true;
  });
  fill();
  return {
    element,
    /** What a run is told: {style, instruction}, at most one of them not empty. */
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
