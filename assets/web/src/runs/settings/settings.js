// The settings panel, drawn from what the engine says can be set on each system.
import { h, remembered } from "../../web/dom/dom.js";
import { departures, filled, holds, isMain, isNumber, problem, rangeOf, sent, stride } from "./parameters.js";

const LENGTHS = { auto: "About as long", shorter: "Shorter", same: "The same length", longer: "Longer" };
const EXACT = "exact";
const CANDIDATES = 3;
const KEY = "settings";
const random = () => Math.floor(Math.random() * 2 ** 31);
let labels = 0;

/**
 * `told` is what stands beside the Rewrite button: a style or an instruction (styles.js). `changed()` is told of every change; `chosen()` when another
 * system was picked with the pointer.
 */
export function settingsPanel({ boot, told, changed, chosen }) {
  const kept = remembered.get(KEY, {});
  const systems = new Map(boot.systems.map((s) => [s.name, s]));
  const values = Object.fromEntries(boot.systems.map((s) => [s.name, filled(s.parameters, kept.values?.[s.name])]));
  let current = systems.has(kept.system) ? kept.system : boot.defaults.system;
  if (!systems.has(current)) current = boot.systems[0].name;
  let ahead = random(); // the seed of the next run, known before it begins so that it can be prepared

  // ---- which system --------------------------------------------------------------------------------------------
  let byKey = false;
  const radios = boot.systems.map((s) =>
    h("input", {
      type: "radio",
      name: "pz-system",
      id: `system-${s.name}`,
      value: s.name,
      checked: s.name === current,
      "aria-label": s.title,
      onchange: () => pick(s.name),
    }),
  );
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
    },
    ...boot.systems.map((s, i) =>
      h(
        "label",
        { class: "system", title: s.summary },
        radios[i],
        h("span", { class: "name" }, s.title),
        h("span", { class: "summary" }, s.summary),
      ),
    ),
  );
  const again = h(
    "p",
    { class: "hint again", id: "again-hint", hidden: true },
    "Choose another to see it on the same words and seed.",
  );
  function select(name) {
    current = name;
    draw();
    tell();
  }
  function pick(name) {
    select(name);
    if (!byKey) chosen();
  }

  // ---- what is set on it ---------------------------------------------------------------------------------------
  const heading = h("h2", {});
  const reset = h(
    "button",
    {
      type: "button",
      id: "defaults",
      class: "small",
      title: "Set everything of this system as it was at first",
      onclick: () => {
        values[current] = filled(systems.get(current).parameters);
        draw();
        tell();
      },
    },
    "Defaults",
  );
  const fields = h("div", { class: "parameters" });
  let shownFields = [];
  const more = h(
    "details",
    { id: "more", class: "more", open: kept.more ?? false, ontoggle: () => store() },
    h("summary", {}, "More"),
  );
  function draw() {
    const { title, parameters } = systems.get(current);
    heading.textContent = title;
    shownFields = parameters.map((p) => field(p));
    const rest = shownFields.filter((f) => !isMain(f.parameter));
    more.hidden = !rest.length;
    more.replaceChildren(more.firstChild, ...rest.map((f) => f.element));
    fields.replaceChildren(...shownFields.filter((f) => isMain(f.parameter)).map((f) => f.element), more);
    refresh();
  }
  function refresh() {
    const { parameters } = systems.get(current);
    for (const { element, parameter } of shownFields) element.hidden = !holds(parameter, values[current]);
    reset.disabled = parameters.every((p) => values[current][p.name] === p.default);
  }
  function field(p) {
    const set = (value) => {
      values[current][p.name] = value;
      refresh();
      tell();
    };
    const hint = h("p", { class: "meaning" }, p.meaning);
    hint.id = `pz-hint-${++labels}`;
    const describedBy = { "aria-describedby": hint.id };
    const usual =
      p.kind === "switch"
        ? p.default
          ? "on"
          : "off"
        : (p.choices.find(([value]) => value === p.default)?.[1] ?? p.default);
    hint.append(
      " ",
      h("span", { class: "range" }, isNumber(p) ? `${rangeOf(p)}, default ${usual}` : `Default: ${usual}`),
    );
    if (p.kind === "switch") {
      const box = h("input", {
        type: "checkbox",
        id: p.name,
        checked: values[current][p.name],
        onchange: () => set(box.checked),
        ...describedBy,
      });
      return {
        parameter: p,
        element: h("div", { class: "parameter" }, h("label", { class: "check" }, box, p.title), hint),
      };
    }
    if (p.kind === "choice") {
      const select = h(
        "select",
        { id: p.name, onchange: () => set(select.value), ...describedBy },
        ...p.choices.map(([value, text]) => h("option", { value, selected: value === values[current][p.name] }, text)),
      );
      return {
        parameter: p,
        element: h("div", { class: "parameter" }, h("label", { class: "field" }, h("span", {}, p.title), select), hint),
      };
    }
    const bounds = { min: String(p.low), max: String(p.high), step: String(stride(p)) };
    const value = String(values[current][p.name]);
    // The value comes after the bounds: a slider rounds it to those it knows.
    const input = h("input", {
      type: "number",
      id: p.name,
      ...bounds,
      value,
      ...describedBy,
      oninput: () => {
        slider.value = input.value;
        mark();
        set(input.valueAsNumber);
      },
    });
    const slider = h("input", {
      type: "range",
      id: `${p.name}-slider`,
      ...bounds,
      value,
      "aria-label": `${p.title}, slider`,
      ...describedBy,
      oninput: () => {
        input.value = String(slider.valueAsNumber);
        mark();
        set(slider.valueAsNumber);
      },
    });
    const mark = () => {
      const wrong = problem(p, input.valueAsNumber);
      input.setAttribute("aria-invalid", String(Boolean(wrong)));
      element.classList.toggle("wrong", Boolean(wrong));
    };
    const element = h(
      "div",
      { class: "parameter" },
      h("div", { class: "number" }, h("label", {}, h("span", {}, p.title), input), slider),
      hint,
    );
    mark();
    return { parameter: p, element };
  }

  // ---- what every run has --------------------------------------------------------------------------------------
  const seed = h("input", {
    id: "seed",
    type: "number",
    value: String(kept.seed ?? boot.defaults.seed),
    min: "0",
    max: String(boot.limits.seed),
    step: "1",
    oninput: tell,
  });
  const reroll = h("input", { id: "reroll", type: "checkbox", checked: kept.reroll ?? true, onchange: tell });
  const wished = kept.length ?? boot.defaults.length;
  const length = h(
    "select",
    {
      id: "length",
      onchange: () => {
        exact.hidden = length.value !== EXACT;
        tell();
      },
    },
    ...boot.wishes.map((w) => h("option", { value: w, selected: w === wished }, LENGTHS[w] ?? w)),
    h("option", { value: EXACT, selected: wished === EXACT }, "Exactly…"),
  );
  const tokens = h("input", {
    id: "length-tokens",
    type: "number",
    value: String(kept.tokens ?? 8),
    min: "1",
    max: String(boot.limits.span_tokens),
    step: "1",
    oninput: tell,
  });
  const exact = h("label", { class: "field", hidden: wished !== EXACT }, h("span", {}, "Tokens"), tokens);
  const ways = h(
    "select",
    { id: "way", onchange: tell },
    h("option", { value: "auto" }, "Best for the task"),
    ...Object.entries(boot.ways).map(([name, text]) => h("option", { value: name, selected: name === kept.way }, text)),
  );
  const inUse = h("span", { id: "way-in-use" });
  const count = h("input", {
    id: "candidates",
    type: "number",
    value: String(kept.candidates ?? CANDIDATES),
    min: "1",
    max: String(boot.limits.candidates),
    step: "1",
    oninput: tell,
  });
  const parse = h("input", { id: "must-parse", type: "checkbox", checked: kept.parse ?? true, onchange: tell });
  const whole = (title, input) => ({ title, kind: "whole", low: Number(input.min), high: Number(input.max) });

  const element = h(
    "section",
    { class: "settings" },
    h("h2", {}, "System"),
    list,
    again,
    h("div", { class: "heading" }, heading, reset),
    fields,
    h("h2", {}, "Every run"),
    h("label", { class: "field" }, h("span", {}, "Length"), length),
    exact,
    h("label", { class: "field", title: "Written side by side, to choose from" }, h("span", {}, "Candidates"), count),
    h(
      "label",
      { class: "check", title: "In code: candidates that would make a file that parses stop parsing come last" },
      parse,
      "Code must parse",
    ),
    h("label", { class: "field" }, h("span", {}, "Seed"), seed),
    h(
      "label",
      { class: "check", title: "Kept while you try another system on the same words" },
      reroll,
      "New seed each time",
    ),
    Object.keys(boot.ways).length > 1 ? h("label", { class: "field" }, h("span", {}, "Written by"), ways) : null,
    h("p", { class: "hint" }, `Model: ${boot.model}, on ${boot.device}. In use: `, inUse, "."),
  );

  function store() {
    const now = {
      system: current,
      values,
      way: ways.value,
      seed: seed.valueAsNumber,
      reroll: reroll.checked,
      length: length.value,
      tokens: tokens.valueAsNumber,
      candidates: count.valueAsNumber,
      parse: parse.checked,
      more: more.open,
    };
    remembered.set(KEY, now);
  }
  function tell() {
    store();
    changed();
  }

  const way = (name) => {
    const task =
      boot.best.edit && told.request().instruction
        ? "edit"
        : values[name].strength === 0
          ? "revise"
          : "strength" in values[name]
            ? "infill"
            : systems.get(name).task;
    return ways.value === "auto" ? (told.way() ?? boot.best[task] ?? boot.best.infill) : ways.value;
  };
  const panel = {
    element,
    system: () => current,
    /** Whether the system starts from random tokens. */
    uniform: () => systems.get(current).noise === "uniform",
    /** The strength that is set; what the system always does where it cannot be set. */
    strength: () => values[current].strength ?? 1,
    select(name) {
      radios[boot.systems.findIndex((s) => s.name === name)].checked = true;
      select(name);
    },
    /** Why a run cannot begin, in words; "" when it can. */
    problem(name = current) {
      const { parameters, title } = systems.get(name);
      const wrong = parameters
        .filter((p) => holds(p, values[name]))
        .map((p) => problem(p, values[name][p.name]))
        .find(Boolean);
      if (wrong) return name === current ? wrong : `${title}: ${wrong}`;
      return (
        (!reroll.checked && problem(whole("Seed", seed), seed.valueAsNumber)) ||
        problem(whole("Candidates", count), count.valueAsNumber) ||
        told.problem() ||
        (length.value === EXACT && problem(whole("Length in tokens", tokens), tokens.valueAsNumber)) ||
        ""
      );
    },
    /** What a run of a system is asked for with, but for its text and its seed. */
    request(name = current) {
      const asked = told.request(); // a style and an edit as told have usual settings of their own: only what was changed is sent
      return {
        system: name,
        way: ways.value,
        ...asked,
        length: length.value === EXACT ? String(tokens.valueAsNumber) : length.value,
        candidates: count.valueAsNumber,
        settings: sent(systems.get(name).parameters, values[name], Boolean(asked.style || asked.instruction)),
      };
    },
    mustParse: () => parse.checked,
    /** The seed of the next run. */
    seedAhead: () => (reroll.checked ? ahead : seed.valueAsNumber),
    /** The seed of a run that begins now; with `same` that of the one before. */
    takeSeed(same = false) {
      if (reroll.checked && !same) {
        seed.value = String(ahead);
        ahead = random();
      }
      store();
      return seed.valueAsNumber;
    },
    /** The name of the way that a run of a system goes. */
    way,
    /** A run's settings with titles in place of names, and what was not at its default. */
    named(settings) {
      const system = systems.get(settings.system);
      const style = boot.styles.find((one) => one.name === settings.style)?.title ?? settings.style;
      return {
        ...settings,
        style,
        system: system?.title ?? settings.system,
        way: boot.ways[settings.way] ?? settings.way,
        changed: system ? departures(system.parameters, settings) : [],
      };
    },
    refresh(reviewing) {
      again.hidden = !reviewing;
      inUse.textContent = boot.ways[way(current)];
    },
  };
  draw();
  return panel;
}
