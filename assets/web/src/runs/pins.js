// Words that the next run must contain, anywhere or at a place.
import { h } from "../web/dom/dom.js";

const PLACES = [
  ["anywhere", "Anywhere"],
  ["start", "At the start"],
  ["end", "At the end"],
  ["at", "Behind so many tokens…"],
];

/** `masks()` gives how many masks there are. */
export function pinsPart(core, { masks }) {
  let pins = [];
  const words = h("input", {
    id: "pin-words",
    type: "text",
    maxLength: 200,
    placeholder: "such as: lighthouse",
    "aria-label": "Words that must be there",
    onkeydown: (event) => {
      if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        add();
      }
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
    min: "0",
    max: String(core.boot.limits.span_tokens),
    value: "2",
    step: "1",
    "aria-label": "Tokens before it",
    hidden: true,
  });
  const which = h("select", { id: "pin-mask", "aria-label": "In which mask", hidden: true });
  const form = h(
    "dialog",
    {
      id: "pin-form",
      class: "pin-form",
      "aria-label": "Must contain",
      onkeydown: (event) => {
        if (event.key === "Escape") {
          event.preventDefault();
          event.stopPropagation();
          close();
        }
      },
    },
    h("label", { class: "field" }, h("span", {}, "Must contain"), words),
    h("label", { class: "field" }, h("span", {}, "Where"), where),
    tokens,
    which,
    h(
      "div",
      { class: "row" },
      h("button", { type: "button", id: "pin-add", class: "primary", onclick: () => add() }, "Add"),
      h("button", { type: "button", id: "pin-close", onclick: () => close() }, "Close"),
    ),
  );
  const button = h(
    "button",
    {
      type: "button",
      id: "must-contain",
      class: "small",
      "aria-expanded": "false",
      title: "Words that the next rewrite must contain",
      onclick: () => (form.open ? close() : open()),
    },
    "Must contain…",
  );
  const list = h("span", { class: "pins" });
  const element = h("span", { class: "pins" }, button, list, form);

  function open() {
    const count = masks();
    which.replaceChildren(
      ...Array.from({ length: Math.max(1, count) }, (_, i) => h("option", { value: String(i) }, `In mask ${i + 1}`)),
    );
    which.hidden = count < 2;
    form.show();
    button.setAttribute("aria-expanded", "true");
    words.focus();
  }
  function close() {
    form.close();
    button.setAttribute("aria-expanded", "false");
    button.focus();
  }
  function add() {
    const text = words.value.trim();
    if (!text) return core.notice("Write the words that must be there first.");
    if (pins.length >= core.boot.limits.pins)
      return core.notice(`${core.boot.limits.pins} words are pinned, which is the limit. Remove some first.`);
    pins = [
      ...pins,
      { text, at: where.value === "at" ? tokens.valueAsNumber : where.value, span: Number(which.value || 0) },
    ];
    words.value = "";
    draw();
    close();
  }
  function draw() {
    const place = ({ at }) =>
      typeof at === "number" ? `behind ${at} tokens` : { anywhere: "", start: "at the start", end: "at the end" }[at];
    list.replaceChildren(
      ...pins.map((pin, i) =>
        h(
          "span",
          { id: "pinned", class: "pinned", title: `Must contain “${pin.text}” ${place(pin)}` },
          `⚑ ${pin.text}`,
          h(
            "button",
            {
              type: "button",
              id: "unpin",
              "aria-label": `Remove ${pin.text}`,
              title: "Remove",
              onclick: () => {
                pins = pins.filter((_, j) => j !== i);
                draw();
                button.focus();
              },
            },
            "×",
          ),
        ),
      ),
    );
  }
  core.commands.add({ id: "must-contain", title: "Pin words that must be there", group: "Rewrite", run: open });
  return {
    element,
    all: () => pins,
    clear: () => {
      pins = [];
      draw();
    },
  };
}
