// Which system writes: a list to choose from, and what is set on the one that is chosen.
import { button, h } from "../../web/dom/elements.js";
import { fieldOf } from "./fields.js";
import { filled, holds, isMain } from "./parameters.js";
/** @import { Fitting, System, Values } from "../../shapes/boot.js" */
/** @import { Field } from "./fields.js" */

/**
 * The list of systems.
 * @param {System[]} systems
 * @param {string} current
 * @param {(name: string, byKey: boolean) => void} picked
 */
export function systemList(systems, current, picked) {
  let byKey = false;
  const radios = systems.map((s) =>
    h("input", {
      type: "radio",
      name: "pz-system",
      id: `system-${s.name}`,
      value: s.name,
      checked: s.name === current,
      "aria-label": s.title,
      "aria-description": s.summary,
      onchange: () => picked(s.name, byKey),
    }),
  );
  const rows = systems.map((s, i) => h("label", { class: "system" }, radios[i], h("span", { class: "name" }, s.title)));
  const chosen = () => radios.findIndex((radio) => radio.checked);
  const summary = h("p", { id: "system-summary", class: "hint summary" });
  /** Say what a system does: the one that is pointed at, else the one that is chosen. */
  const tell = (at = chosen()) => {
    summary.textContent = systems[at]?.summary ?? "";
  };
  for (const [at, row] of rows.entries()) row.addEventListener("pointerenter", () => tell(at));
  const list = h(
    "div",
    {
      id: "system",
      class: "systems",
      role: "radiogroup",
      "aria-label": "System",
      onkeydown: () => {
        byKey = true;
      },
      onpointerdown: () => {
        byKey = false;
      },
      onpointerleave: () => tell(),
      onchange: () => tell(),
    },
    ...rows,
  );
  tell();
  return {
    element: h("div", {}, list, summary),
    /** @param {string} name */
    check(name) {
      const at = systems.findIndex((s) => s.name === name);
      if (at >= 0) radios[at].checked = true;
      tell();
    },
  };
}

/**
 * What is set on a system: its main settings, and the others under "More".
 * @param {boolean} open whether those are shown
 * @param {object} on
 * @param {() => void} on.changed a value was changed
 * @param {() => void} on.toggled "More" was opened or closed
 */
export function systemFields(open, { changed, toggled }) {
  const heading = h("h2", {});
  const reset = button("Defaults", {
    id: "defaults",
    class: "small",
    title: "Set everything of this system as it was at first",
    onclick: () => {
      if (!system) return;
      Object.assign(values, filled(system.parameters));
      draw();
      changed();
    },
  });
  const fields = h("div", { class: "parameters" });
  const summary = h("summary", {}, "More");
  const more = h("details", { id: "more", class: "more", open, ontoggle: () => toggled() }, summary);
  /** @type {System | null} */
  let system = null;
  /** @type {Values} */
  let values = {};
  /** @type {Record<string, string>} */
  let inert = {};
  /** @type {Field[]} */
  let shown = [];
  const said = h("p", { class: "hint", id: "system-note", hidden: true });

  function draw() {
    if (!system) return;
    heading.textContent = system.title;
    shown = system.parameters.map((p) =>
      fieldOf(p, values[p.name], (value) => {
        values[p.name] = value;
        refresh();
        changed();
      }),
    );
    const main = shown.filter((f) => isMain(f.parameter)).map((f) => f.element);
    const rest = shown.filter((f) => !isMain(f.parameter)).map((f) => f.element);
    more.replaceChildren(summary, ...rest);
    fields.replaceChildren(...main, more);
    refresh();
  }
  function refresh() {
    for (const { element, parameter } of shown) element.hidden = parameter.name in inert || !holds(parameter, values);
    more.hidden = shown.every(({ element, parameter }) => isMain(parameter) || element.hidden);
    reset.disabled = Boolean(system?.parameters.every((p) => values[p.name] === p.default));
  }
  return {
    elements: [h("div", { class: "heading" }, heading, reset), said, fields],
    isOpen: () => more.open,
    /**
     * Draw the fields of a system; what is set goes into `own`.
     * @param {System} chosen
     * @param {Values} own
     */
    show(chosen, own) {
      system = chosen;
      values = own;
      draw();
    },
    /**
     * Leave out what changes nothing where it is written now, and say what should be known.
     * @param {Fitting} here
     */
    fit(here) {
      inert = here.inert;
      said.textContent = here.note;
      said.hidden = !here.note;
      refresh();
    },
  };
}
