// What can be set on a system, as the engine describes it: {name, title, meaning, kind, default, low, high, choices, when}.
// `kind` is "whole", "number", "choice" or "switch".

const MAIN = /^(steps|temperature|strength)/;

/** Whether a setting stands in the first row of the panel. */
export const isMain = (parameter) => MAIN.test(parameter.name);

/** A setting has a meaning with some values of another only. */
export const holds = (parameter, values) =>
  !parameter.when || parameter.when[1].includes(String(values[parameter.when[0]]));

/** Every setting's value: the kept one where it is of the right kind, else the default. */
export function filled(parameters, kept = {}) {
  const fits = ({ kind, choices }, value) =>
    kind === "choice"
      ? choices.some(([name]) => name === value)
      : typeof value === (kind === "switch" ? "boolean" : "number");
  return Object.fromEntries(parameters.map((p) => [p.name, fits(p, kept[p.name]) ? kept[p.name] : p.default]));
}

export const isNumber = ({ kind }) => kind === "whole" || kind === "number";

/** How far one press of an arrow key goes: fine enough to land on the default. */
export function stride({ kind, low, high, default: usual }) {
  if (kind === "whole") return 1;
  const coarse = high - low > 1.5 ? 0.05 : 0.01;
  const steps = (usual - low) / coarse;
  return Math.abs(steps - Math.round(steps)) < 1e-6 ? coarse : coarse / 10;
}

export const rangeOf = ({ low, high }) => `${low} to ${high}`;

/** What is wrong with a number, as a sentence; "" when nothing is. */
export function problem(parameter, value) {
  if (!isNumber(parameter)) return "";
  const { title, kind, low, high } = parameter;
  const inside = Number.isFinite(value) && value >= low && value <= high;
  if (inside && (kind === "number" || Number.isInteger(value))) return "";
  const given = Number.isFinite(value) ? `not ${value}` : "and the field holds none";
  return `${title} must be a ${kind === "whole" ? "whole " : ""}number in ${rangeOf(parameter)}, ${given}.`;
}

/** The settings that a run is given. Those without a meaning now are left out; with `changed` also those at their default. */
export const sent = (parameters, values, changed = false) =>
  Object.fromEntries(
    parameters
      .filter((p) => holds(p, values) && (!changed || values[p.name] !== p.default))
      .map((p) => [p.name, values[p.name]]),
  );

/** [title, value in words] of every setting of a run that is not at its default. */
export const departures = (parameters, settings) =>
  parameters
    .filter((p) => settings[p.name] !== undefined && settings[p.name] !== p.default)
    .map((p) => {
      const value = settings[p.name];
      return [
        p.title.toLowerCase(),
        p.kind === "switch" ? (value ? "on" : "off") : (p.choices.find(([name]) => name === value)?.[1] ?? value),
      ];
    });
