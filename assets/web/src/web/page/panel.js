// The side panel: shown or put away; over the text on a narrow screen. Subtle mode: nothing is drawn until it is asked
// for.
import { h } from "../dom/elements.js";
import { remembered } from "../dom/memory.js";
/** @import { Core } from "../../shapes/core.js" */

const NARROW = "(max-width: 900px)"; // as in narrow.css

/** @param {Core} core */
export function panelPart(core) {
  const narrow = matchMedia(NARROW);
  /** @type {HTMLElement | null} */
  let app = null;
  let shown = remembered.get("panel", true);
  let subtle = remembered.get("subtle", false);
  let asked = false; // in subtle mode the panel is shown for now
  let over = false; // on a narrow screen it lies over the text
  const toggle = h(
    "button",
    {
      type: "button",
      id: "panel-toggle",
      class: "icon panel-toggle",
      "aria-label": "Settings and history",
      title: "Settings and history",
      onclick: () => show(!isShown()),
    },
    "☰",
  );
  function isShown() {
    if (narrow.matches) return over;
    return subtle ? asked : shown;
  }

  /** @param {boolean} on */
  function show(on) {
    if (narrow.matches) over = on;
    else if (subtle) asked = on;
    else keepShown(on);
    apply();
  }
  /** @param {boolean} on */
  function keepShown(on) {
    shown = on;
    remembered.set("panel", on);
  }
  function apply() {
    app?.classList.toggle("panel-open", narrow.matches && over);
    app?.classList.toggle("panel-closed", !isShown());
    app?.toggleAttribute("data-subtle", subtle);
    toggle.setAttribute("aria-expanded", String(isShown()));
  }
  /** @param {boolean} on */
  function setSubtle(on) {
    subtle = on;
    remembered.set("subtle", on);
    asked = false;
    apply();
  }
  core.commands.add(
    { id: "panel", title: "Show or hide settings and history", group: "View", run: () => show(!isShown()) },
    {
      id: "subtle",
      title: "Subtle mode on: nothing beside the text until asked",
      group: "View",
      when: () => !subtle,
      run: () => setSubtle(true),
    },
    { id: "subtle-off", title: "Subtle mode off", group: "View", when: () => subtle, run: () => setSubtle(false) },
  );
  return {
    toggle,
    /**
     * Show the panel, or uncover the text that it lies over; on a wide screen it covers nothing and stays.
     * @param {boolean} on
     */
    show: (on) => {
      if (on || narrow.matches) show(on);
    },
    /** @param {HTMLElement} element the page's */
    attach(element) {
      app = element;
      narrow.addEventListener("change", apply);
      apply();
    },
  };
}
