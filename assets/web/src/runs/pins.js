// Words that the next run must contain, anywhere or at a place.
import { button, h, taken } from "../web/dom/elements.js";
import { remembered } from "../web/dom/memory.js";
import { problem } from "./settings/parameters.js";
/** @import { Document } from "../shapes/answers.js" */
/** @import { Core } from "../shapes/core.js" */
/** @typedef {{text: string, at: string | number, span: number}} Pin */

/** @type {[value: string, text: string, told: string][]} */
const PLACES = [
  ["anywhere", "Anywhere", ""],
  ["start", "At the start", "at the start"],
  ["end", "At the end", "at the end"],
  ["at", "Behind so many tokens…", ""],
];
/** @param {Pin} pin */
const placeOf = ({ at }) =>
  typeof at === "number" ? `behind ${at} tokens` : PLACES.find(([value]) => value === at)?.[2];

/**
 * @param {Core} core
 * @param {{spans: () => string[]}} is `spans` gives how each place that would be written anew begins
 */
export function pinsPart(core, { spans }) {
  /** @type {Pin[]} */
  let pins = [];
  /** @type {Document | null} the open one; its pins are there again when it is */
  let doc = null;
  const form = pinForm(core, { add, closed: () => told(false), opener: () => opener });
  const opener = button("Must contain…", {
    id: "must-contain",
    "aria-expanded": "false",
    title: "Words that the next rewrite must contain",
    onclick: () => {
      if (form.element.open) form.close();
      else open();
    },
  });
  const list = h("span", { class: "pins" });
  const element = h("span", { class: "pins" }, opener, list, form.element);

  /** @param {boolean} on */
  function told(on) {
    opener.setAttribute("aria-expanded", String(on));
    if (!on) opener.focus();
  }
  function open() {
    form.open(spans());
    told(true);
    form.focus();
  }
  /**
   * Whether a pin could be added.
   * @param {Pin} pin
   */
  function add(pin) {
    const most = core.boot.limits.pins;
    if (!pin.text) core.notice("Write the words that must be there first.");
    else if (pins.length >= most) core.notice(`${most} words are pinned, which is the limit. Remove some first.`);
    else {
      set([...pins, pin]);
      return true;
    }
    return false;
  }
  /** @param {Pin[]} all */
  function set(all) {
    pins = all;
    if (doc) {
      if (all.length) remembered.set(`pins.${doc.id}`, all);
      else remembered.drop(`pins.${doc.id}`);
    }
    list.replaceChildren(...pins.map(pinned));
  }
  /** @param {Pin} pin */
  function pinned(pin) {
    const remove = button("×", {
      id: "unpin",
      "aria-label": `Remove ${pin.text}`,
      title: "Remove",
      onclick: () => {
        set(pins.filter((other) => other !== pin));
        opener.focus();
      },
    });
    const title = `Must contain “${pin.text}” ${placeOf(pin)}`;
    return h("span", { id: "pinned", class: "pinned", title }, `⚑ ${pin.text}`, remove);
  }
  core.on("opened", (opened) => {
    doc = opened;
    set(remembered.get(`pins.${opened.id}`, /** @type {Pin[]} */ ([])));
  });
  core.commands.add({ id: "must-contain", title: "Pin words that must be there", group: "Rewrite", run: open });
  return { element, all: () => pins, clear: () => set([]) };
}

/**
 * Where a pin is written.
 * @param {Core} core
 * @param {object} on
 * @param {(pin: Pin) => boolean} on.add
 * @param {() => void} on.closed
 * @param {() => HTMLElement} on.opener the button that it opens above
 */
function pinForm(core, { opener, ...on }) {
  /** @type {import("./settings/parameters.js").Numeric} */
  const BEFORE = { title: "Tokens before it", kind: "whole", low: 0, high: core.boot.limits.span_tokens };
  const words = h("input", {
    id: "pin-words",
    type: "text",
    maxLength: 200,
    placeholder: "such as: lighthouse",
    "aria-label": "Words that must be there",
    onkeydown: (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      add();
    },
  });
  const where = h(
    "select",
    {
      id: "pin-at",
      "aria-label": "Where",
      onchange: () => {
        tokens.hidden = where.value !== "at";
      },
    },
    ...PLACES.map(([value, text]) => h("option", { value }, text)),
  );
  const tokens = h("input", {
    id: "pin-tokens",
    type: "number",
    min: String(BEFORE.low),
    max: String(BEFORE.high),
    value: "2",
    step: "1",
    "aria-label": BEFORE.title,
    hidden: true,
  });
  const which = h("select", { id: "pin-mask", "aria-label": "In place of which words" });
  const place = h("label", { class: "field", hidden: true }, h("span", {}, "In place of"), which);
  const element = h(
    "dialog",
    {
      id: "pin-form",
      class: "pin-form",
      "aria-label": "Must contain",
      onkeydown: (event) => {
        if (event.key !== "Escape") return;
        taken(event);
        close();
      },
    },
    h("label", { class: "field" }, h("span", {}, "Must contain"), words),
    h("label", { class: "field" }, h("span", {}, "Where"), where),
    tokens,
    place,
    h(
      "div",
      { class: "row" },
      button("Add", { id: "pin-add", class: "primary", onclick: () => add() }),
      button("Close", { id: "pin-close", onclick: () => close() }),
    ),
  );
  function close() {
    element.close();
    on.closed();
  }
  function add() {
    const counted = where.value === "at";
    const wrong = counted && problem(BEFORE, tokens.valueAsNumber);
    if (wrong) {
      core.notice(wrong);
      return;
    }
    const at = counted ? tokens.valueAsNumber : where.value;
    if (!on.add({ text: words.value.trim(), at, span: Number(which.value || 0) })) return;
    words.value = "";
    close();
  }
  return {
    element,
    close,
    focus: () => words.focus(),
    /** @param {string[]} spans how each begins: a mask with locked words is several */
    open(spans) {
      const { left, top } = opener().getBoundingClientRect();
      element.style.left = `${Math.max(6, Math.min(left, innerWidth - 340))}px`;
      element.style.bottom = `${innerHeight - top + 6}px`;
      which.replaceChildren(...spans.map((words, i) => h("option", { value: String(i) }, `“${words}”`)));
      place.hidden = spans.length < 2;
      element.show();
    },
  };
}
