// What can be set on a system, as the engine describes it.
/** @import { Parameter, Value, Values } from "../../shapes/boot.js" */

const MAIN = /^(steps|temperature|strength)/;

/**
 * Whether a setting stands in the first row of the panel.
 * @param {Parameter} parameter
 */
export const isMain = (parameter) => MAIN.test(parameter.name);

/**
 * A setting has a meaning with some values of another only.
 * @param {Parameter} parameter
 * @param {Values} values
 */
export const holds = (parameter, values) =>
  !parameter.when || parameter.when[1].includes(String(values[parameter.when[0]]));

/**
 * Whether a value is of the kind of a setting.
 * @param {Parameter} parameter
 * @param {unknown} value
 */
function fits({ kind, choices }, value) {
  if (kind === "choice") return choices.some(([name]) => name === value);
  return typeof value === (kind === "switch" ? "boolean" : "number");
}

/**
 * Every setting's value: the kept one where it is of the right kind, else the default.
 * @param {Parameter[]} parameters
 * @param {Values} [kept]
 * @returns {Values}
 */
export const filled = (parameters, kept = {}) =>
  Object.fromEntries(parameters.map((p) => [p.name, fits(p, kept[p.name]) ? kept[p.name] : p.default]));

/** @param {Pick<Parameter, "kind">} parameter */
export const isNumber = ({ kind }) => kind === "whole" || kind === "number";

/** @typedef {Pick<Parameter, "title" | "kind" | "low" | "high">} Numeric */

/**
 * How far one press of an arrow key goes: fine enough to land on the default.
 * @param {Pick<Parameter, "kind" | "low" | "high" | "default">} parameter
 */
export function stride({ kind, low, high, default: usual }) {
  if (kind === "whole") return 1;
  const coarse = Number(high) - Number(low) > 1.5 ? 0.05 : 0.01;
  const steps = (Number(usual) - Number(low)) / coarse;
  return Math.abs(steps - Math.round(steps)) < 1e-6 ? coarse : coarse / 10;
}

/** @param {Pick<Parameter, "low" | "high">} parameter */
export const rangeOf = ({ low, high }) => `${low} to ${high}`;

/**
 * What is wrong with a number, as a sentence; "" when nothing is.
 * @param {Numeric} parameter
 * @param {unknown} value
 */
export function problem(parameter, value) {
  if (!isNumber(parameter)) return "";
  const { title, kind, low, high } = parameter;
  const n = typeof value === "number" ? value : NaN;
  const inside = Number.isFinite(n) && n >= Number(low) && n <= Number(high);
  if (inside && (kind === "number" || Number.isInteger(n))) return "";
  const given = Number.isFinite(n) ? `not ${n}` : "and the field holds none";
  return `${title} must be a ${kind === "whole" ? "whole " : ""}number in ${rangeOf(parameter)}, ${given}.`;
}

/**
 * The settings that a run is given. Those without a meaning now are left out; with `changed` also those at their
 * default.
 * @param {Parameter[]} parameters
 * @param {Values} values
 * @param {boolean} [changed]
 * @param {Record<string, string>} [inert] those that change nothing on the model at hand
 */
export const sent = (parameters, values, changed = false, inert = {}) =>
  Object.fromEntries(
    parameters
      .filter((p) => !(p.name in inert) && holds(p, values) && (!changed || values[p.name] !== p.default))
      .map((p) => [p.name, values[p.name]]),
  );

/**
 * A value as people read it.
 * @param {Parameter} parameter
 * @param {unknown} value
 */
export function wordsOf({ kind, choices }, value) {
  if (kind === "switch") return value ? "on" : "off";
  return choices.find(([name]) => name === value)?.[1] ?? value;
}

/**
 * Every setting of a run that is not at its default, in words.
 * @param {Parameter[]} parameters
 * @param {Record<string, unknown>} settings
 * @returns {[title: string, value: unknown][]}
 */
export const departures = (parameters, settings) =>
  parameters
    .filter((p) => settings[p.name] !== undefined && settings[p.name] !== p.default)
    .map((p) => [p.title.toLowerCase(), wordsOf(p, settings[p.name])]);
