// The state of the lab in the page's address: #/lab/LESSON?control=value&...
/** @import { Control, Place, Setting, Settings } from "../shapes/lab.js" */

/** What a lesson is asked about; the rest of an address are its controls. */
export const SOURCE = ["text", "document", "from", "to", "model"];
const ROOT = "#/lab";

/**
 * The place that an address means; null where it is none of the lab's.
 * @param {string} hash
 * @returns {Place | null}
 */
export function placeOf(hash) {
  if (hash !== ROOT && !hash.startsWith(`${ROOT}/`) && !hash.startsWith(`${ROOT}?`)) return null;
  const [path, query = ""] = hash.slice(ROOT.length).split(/\?(.*)/s);
  return { lesson: decoded(path.replaceAll("/", "")), query: Object.fromEntries(new URLSearchParams(query)) };
}

/** @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** @param {Place} place */
export function hashOf({ lesson, query }) {
  const said = new URLSearchParams(query).toString();
  return `${ROOT}/${encodeURIComponent(lesson)}${said ? `?${said}` : ""}`;
}

/** @param {Setting} value */
export const written = (value) => (Array.isArray(value) ? value.join(",") : String(value));

/**
 * A control's value from an address; what is not of its kind is left to Python to refuse.
 * @param {Control} control
 * @param {string} given
 * @returns {Setting}
 */
function read(control, given) {
  if (control.kind === "answers") return given ? given.split(",").map(Number) : [];
  if (control.kind === "press") return given;
  if (control.kind === "points") return given.split(",").map(Number);
  if (control.kind === "switch") return given === "true";
  return control.kind === "choice" || given.trim() === "" || Number.isNaN(Number(given)) ? given : Number(given);
}

/**
 * Every control's value: that of the address, else the default.
 * @param {Control[]} controls
 * @param {Record<string, string>} query
 * @returns {Settings}
 */
export const settingsIn = (controls, query) =>
  Object.fromEntries(
    controls.map((control) => [
      control.name,
      query[control.name] === undefined ? control.default : read(control, query[control.name]),
    ]),
  );

/**
 * What an address says of a lesson: where its text is from, and every control that is not at its default.
 * @param {Control[]} controls
 * @param {Settings} settings
 * @param {Record<string, string>} before
 */
export function queryOf(controls, settings, before) {
  const source = Object.entries(before).filter(([name]) => SOURCE.includes(name));
  const set = controls
    .filter((control) => written(settings[control.name]) !== written(control.default))
    .map((control) => [control.name, written(settings[control.name])]);
  return Object.fromEntries([...source, ...set]);
}
