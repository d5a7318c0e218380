// The fields of the settings panel: one for each setting of a system.
import { h } from "../../web/dom/elements.js";
import { isNumber, problem, rangeOf, stride, wordsOf } from "./parameters.js";
/** @import { Parameter, Value } from "../../shapes/boot.js" */
/** @typedef {{parameter: Parameter, element: HTMLElement, fill: (value: Value) => void}} Field */
/** @typedef {{"aria-describedby": string}} Described */

let labels = 0;

/**
 * The field of a setting.
 * @param {Parameter} parameter
 * @param {Value} value
 * @param {(value: Value) => void} set is told of a change
 * @returns {Field}
 */
export function fieldOf(parameter, value, set) {
  const hint = hintOf(parameter);
  const described = { "aria-describedby": hint.id };
  const makers = { switch: switchField, choice: choiceField, whole: numberField, number: numberField };
  const made = makers[parameter.kind](parameter, value, set, described);
  const whole = h("div", { class: "parameter" }, made.element, hint);
  function mark() {
    whole.classList.toggle("wrong", made.wrong?.() ?? false);
  }
  whole.addEventListener("input", mark);
  mark();
  return {
    parameter,
    element: whole,
    fill(now) {
      made.fill(now);
      mark();
    },
  };
}

/** @param {Parameter} parameter */
function hintOf(parameter) {
  const usual = wordsOf(parameter, parameter.default);
  const range = isNumber(parameter) ? `${rangeOf(parameter)}, default ${usual}` : `Default: ${usual}`;
  const hint = h("p", { class: "meaning" }, parameter.meaning, " ", h("span", { class: "range" }, range));
  hint.id = `pz-hint-${++labels}`;
  return hint;
}

/**
 * @typedef {object} Made
 * @property {HTMLElement} element
 * @property {(value: Value) => void} fill puts a value in from elsewhere, but for a field that is being typed in
 * @property {() => boolean} [wrong] whether its value is none that it can have
 */

/** @type {(p: Parameter, value: Value, set: (value: Value) => void, described: Described) => Made} */
function switchField(p, value, set, described) {
  const box = h("input", {
    type: "checkbox",
    id: p.name,
    checked: Boolean(value),
    onchange: () => {
      set(box.checked);
    },
    ...described,
  });
  return {
    element: h("label", { class: "check" }, box, p.title),
    fill(now) {
      box.checked = now === true;
    },
  };
}

/** @type {(p: Parameter, value: Value, set: (value: Value) => void, described: Described) => Made} */
function choiceField(p, value, set, described) {
  const select = h(
    "select",
    {
      id: p.name,
      onchange: () => {
        set(select.value);
      },
      ...described,
    },
    ...p.choices.map(([one, text]) => h("option", { value: one, selected: one === value }, text)),
  );
  return {
    element: h("label", { class: "field" }, h("span", {}, p.title), select),
    fill(now) {
      select.value = String(now);
    },
  };
}

/**
 * A number, and a slider beside it.
 * @type {(p: Parameter, value: Value, set: (value: Value) => void, described: Described) => Made}
 */
function numberField(p, value, set, described) {
  // The value comes after the bounds: a slider rounds it to those it knows.
  const bounds = { min: String(p.low), max: String(p.high), step: String(stride(p)), value: String(value) };
  const input = h("input", {
    type: "number",
    id: p.name,
    ...bounds,
    ...described,
    oninput: () => {
      slider.value = input.value;
      set(input.valueAsNumber);
    },
  });
  const slider = h("input", {
    type: "range",
    id: `${p.name}-slider`,
    ...bounds,
    "aria-label": `${p.title}, slider`,
    ...described,
    oninput: () => {
      input.value = String(slider.valueAsNumber);
      set(slider.valueAsNumber);
    },
  });
  function wrong() {
    const is = problem(p, input.valueAsNumber) !== "";
    input.setAttribute("aria-invalid", String(is));
    return is;
  }
  return {
    element: h("div", { class: "number" }, h("label", {}, h("span", {}, p.title), input), slider),
    wrong,
    fill(now) {
      for (const one of [input, slider]) if (document.activeElement !== one) one.value = String(now);
    },
  };
}
