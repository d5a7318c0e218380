// The settings panel, drawn from what the engine says can be set on each system.
import { h } from "../../web/dom/elements.js";
import { remembered } from "../../web/dom/memory.js";
import { everyRun } from "./every.js";
import { departures, filled, holds, problem, sent } from "./parameters.js";
import { systemFields, systemList } from "./systems.js";
/** @import { Boot, Fitting, Parameter, System, Values } from "../../shapes/boot.js" */
/** @import { Settings, Told } from "../../shapes/core.js" */
/** @import { Kept } from "./every.js" */
/** @typedef {Kept & {system: string, values: Record<string, Values>, more: boolean}} KeptSettings */

const KEY = "settings";
/** @param {Parameter} p */
const onPanel = (p) => ({ ...p, choices: p.choices.filter(([one]) => !p.aside.includes(one)) });
/** @type {Fitting} */
const NOTHING_KNOWN = { inert: {}, note: "", noise: "masks" };

/**
 * @param {object} is
 * @param {Boot} is.boot
 * @param {(root: Element) => void} is.mark makes terms explain themselves
 * @param {Told} is.told what stands beside the Rewrite button
 * @param {() => void} is.changed is told of every change
 * @param {() => void} is.chosen another system was picked with the pointer
 * @returns {Settings}
 */
export function settingsPanel({ boot: whole, mark, told, changed, chosen }) {
  const offered = whole.systems.map((s) => ({ ...s, parameters: s.parameters.filter((p) => p.offered).map(onPanel) }));
  const boot = { ...whole, systems: offered };
  const kept = remembered.get(KEY, /** @type {Partial<KeptSettings>} */ ({}));
  /** @type {Record<string, Values>} */
  const values = Object.fromEntries(boot.systems.map((s) => [s.name, filled(s.parameters, kept.values?.[s.name])]));
  const known = (/** @type {string | undefined} */ name) => boot.systems.find((s) => s.name === name);
  let current = known(kept.system) ?? known(boot.defaults.system) ?? boot.systems[0];
  /** @param {string} name */
  const systemOf = (name) => known(name) ?? current;

  const list = systemList(boot.systems, current.name, (name, byKey) => {
    choose(name);
    if (!byKey) chosen();
  });
  const again = h("p", { class: "hint again idle", id: "again-hint" }, "Another is tried on the same words and seed.");
  const fields = systemFields(kept.more ?? false, { changed: tell, toggled: store });
  const every = everyRun(boot, kept, tell);
  const inUse = h("span", { id: "way-in-use" });
  const element = h(
    "section",
    { class: "settings" },
    h("h2", {}, "System"),
    list.element,
    again,
    ...fields.elements,
    h("h2", {}, "Every run"),
    ...every.elements,
    h("p", { class: "hint" }, `Model: ${boot.model}, on ${boot.device}. In use: `, inUse, "."),
  );

  /** @param {string} name */
  function choose(name) {
    current = systemOf(name);
    fields.show(current, values[current.name]);
    mark(element);
    tell();
  }
  /** What a system is where it would be written now. */
  const here = (name = current.name, by = every.way()) => systemOf(name).on[way(name, by)] ?? NOTHING_KNOWN;
  function store() {
    remembered.set(KEY, { system: current.name, values, ...every.kept(), more: fields.isOpen() });
  }
  function tell() {
    store();
    fields.fit(here());
    changed();
  }
  /**
   * What a run of a system is, for who may write it.
   * @param {System} system
   */
  function taskOf({ name, task }) {
    if (boot.best.edit && told.request().instruction) return "edit";
    if (values[name].strength === 0) return "revise";
    return "strength" in values[name] ? "infill" : task;
  }
  /**
   * What is wrong with a system's own settings; "" when nothing is.
   * @param {System} system
   * @param {string} by
   */
  function wrongIn({ name, title, parameters }, by) {
    const { inert } = here(name, by);
    const wrong = parameters
      .filter((p) => !(p.name in inert) && holds(p, values[name]))
      .map((p) => problem(p, values[name][p.name]))
      .find(Boolean);
    if (!wrong) return "";
    return name === current.name ? wrong : `${title}: ${wrong}`;
  }
  /** @param {string} name */
  function way(name, by = every.way()) {
    if (by !== "auto") return by;
    return told.way() ?? boot.best[taskOf(systemOf(name))] ?? boot.best.infill;
  }

  fields.show(current, values[current.name]);
  fields.fit(here());
  mark(element);
  return {
    element,
    system: () => current.name,
    /** Whether the system starts from random tokens. */
    uniform: (name = current.name, by = every.way()) => here(name, by).noise === "uniform",
    /** What people should know of a system where it would be written now. */
    note: (name, by = every.way()) => here(name, by).note,
    /** The strength that is set; what the system always does where it cannot be set. */
    strength: () => Number(values[current.name].strength ?? 1),
    select(name) {
      list.check(name);
      choose(name);
    },
    /** Why a run cannot begin, in words; "" when it can. */
    problem: (name = current.name, by = every.way()) =>
      wrongIn(systemOf(name), by) || every.problem() || told.problem() || every.lengthProblem(),
    request(name = current.name, by = every.way()) {
      // A style and an edit as told have usual settings of their own: only what was changed is sent.
      const asked = told.request();
      const onlyChanged = Boolean(asked.style || asked.instruction);
      return {
        system: name,
        way: by,
        ...asked,
        ...every.request(),
        settings: sent(systemOf(name).parameters, values[name], onlyChanged, here(name, by).inert),
      };
    },
    mustParse: every.mustParse,
    seedAhead: every.seedAhead,
    takeSeed(same = false) {
      const seed = every.takeSeed(same);
      store();
      return seed;
    },
    way,
    named(settings) {
      const system = known(settings.system);
      return {
        ...settings,
        style: boot.styles.find((one) => one.name === settings.style)?.title ?? settings.style,
        system: system?.title ?? settings.system,
        way: boot.ways[settings.way ?? ""] ?? settings.way,
        changed: system ? departures(system.parameters, settings) : [],
      };
    },
    refresh(reviewing) {
      again.classList.toggle("idle", !reviewing);
      fields.fit(here());
      inUse.textContent = boot.ways[way(current.name)];
    },
  };
}
