// The controls of a lesson, drawn from what Python says of them, as the settings of a system are.
import { fieldOf } from "../runs/settings/fields.js";
import { holds } from "../runs/settings/parameters.js";
import { h } from "../web/dom/elements.js";
import { pulled } from "./figures/drawing.js";
/** @import { Parameter, Value, Values } from "../shapes/boot.js" */
/** @import { Control, PointsControl, Setting, Settings } from "../shapes/lab.js" */

/**
 * A field for every point of a drawn curve: what the mouse does on the figure, for the keyboard.
 * @param {PointsControl} control
 * @param {() => number[]} now
 * @param {(points: number[]) => void} set
 */
function pointsField(control, now, set) {
  const fields = control.default.map((_, i) =>
    h("input", {
      type: "number",
      id: `${control.name}-${i}`,
      min: "0",
      max: "1",
      step: "0.05",
      "aria-label": `${control.title} at t = ${i / (control.default.length - 1)}`,
      disabled: i === 0 || i === control.default.length - 1,
      oninput: () => {
        if (Number.isFinite(fields[i].valueAsNumber)) set(pulled(now(), i, fields[i].valueAsNumber));
      },
    }),
  );
  function fill() {
    now().forEach((height, i) => {
      if (document.activeElement !== fields[i]) fields[i].value = String(height);
    });
  }
  fill();
  const legend = h("legend", {}, control.title);
  const group = h("fieldset", { class: "points" }, legend, h("div", { class: "row" }, ...fields));
  return { element: h("div", { class: "parameter" }, group, h("p", { class: "meaning" }, control.meaning)), fill };
}

/**
 * @param {object} on
 * @param {(settings: Settings) => void} on.changed
 */
export function controlsPart({ changed }) {
  /** @type {Settings} */
  let settings = {};
  /** @type {Control[]} */
  let all = [];
  /** @typedef {{control: Control, element: HTMLElement, fill: () => void}} Field */
  /** @type {Field[]} */
  let fields = [];
  /** A number that was taken away and not replaced is still what it was. */
  function onfocusout() {
    for (const field of fields) field.fill();
  }
  const element = h("div", { class: "controls", id: "lab-controls", onfocusout });

  /** @param {Control} control @returns {Field[]} none where buttons set it */
  function fieldsFor(control) {
    /** @param {Setting} value */
    const set = (value) => put(control.name, value);
    if (control.kind === "press" || control.kind === "answers") return [];
    if (control.kind === "points") {
      return [{ control, ...pointsField(control, () => /** @type {number[]} */ (settings[control.name]), set) }];
    }
    const field = fieldOf(/** @type {Parameter} */ (control), /** @type {Value} */ (settings[control.name]), set);
    const fill = () => field.fill(/** @type {Value} */ (settings[control.name]));
    return [{ control, element: field.element, fill }];
  }
  /**
   * @param {string} name
   * @param {Setting} value
   */
  function put(name, value) {
    if (typeof value === "number" && !Number.isFinite(value)) return; // a field that is being typed in
    // What was answered was about a run with the old settings.
    const answers = all.filter((control) => control.kind === "answers");
    settings = { ...settings, ...Object.fromEntries(answers.map((one) => [one.name, []])), [name]: value };
    seen();
    changed(settings);
  }
  /** Controls that mean nothing now are not shown. */
  function seen() {
    for (const { control, element: field } of fields) {
      field.hidden = !holds(/** @type {Parameter} */ (control), /** @type {Values} */ (settings));
    }
  }
  return {
    element,
    settings: () => settings,
    /** Set several from elsewhere: by a button. @param {Settings} several */
    setAll(several) {
      settings = { ...settings, ...several };
      for (const field of fields) field.fill();
      seen();
      changed(settings);
    },
    /** Set one from elsewhere: from a figure. */
    set(/** @type {string} */ name, /** @type {Setting} */ value) {
      if (!(name in settings)) return;
      put(name, value);
      fields.find((field) => field.control.name === name)?.fill();
    },
    /**
     * @param {Control[]} controls
     * @param {Settings} values
     */
    show(controls, values) {
      settings = values;
      const drawn = all === controls;
      all = controls;
      if (!drawn) {
        fields = controls.flatMap(fieldsFor);
        element.replaceChildren(...fields.map((field) => field.element));
      } else for (const field of fields) field.fill();
      seen();
    },
    /**
     * The ends of controls that depend on the text.
     * @param {Record<string, [low: number, high: number]>} bounds
     */
    bound(bounds) {
      for (const { control, element: field, fill } of fields) {
        const [low, high] = bounds[control.name] ?? [];
        if (low === undefined) continue;
        for (const input of field.querySelectorAll("input")) {
          input.min = String(low);
          input.max = String(high);
        }
        const range = field.querySelector(".range");
        if (range) range.textContent = `${low} to ${high}`;
        fill();
      }
    },
  };
}
