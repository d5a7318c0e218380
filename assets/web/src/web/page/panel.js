// The side panel: shown or put away; over the text on a narrow screen. Subtle mode: nothing is drawn until it is asked for.
import { h, remembered } from "../dom/dom.js";

const NARROW = "(max-width: 900px)"; // as in palimpsest.css

export function panelPart(core) {
  const narrow = matchMedia(NARROW);
  let app = null,
    shown = remembered.get("panel", true),
    subtle = remembered.get("subtle", false);
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
  const isShown = () => (narrow.matches ? over : subtle ? asked : shown);

  function show(on) {
    if (narrow.matches) over = on;
    else if (subtle) asked = on;
    else remembered.set("panel", (shown = on));
    apply();
  }
  function apply() {
    app.classList.toggle("panel-open", narrow.matches && over);
    app.classList.toggle("panel-closed", !isShown());
    app.toggleAttribute("data-subtle", subtle);
    toggle.setAttribute("aria-expanded", String(isShown()));
  }
  function setSubtle(on) {
    remembered.set("subtle", (subtle = on));
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
    /** Show the panel, or uncover the text that it lies over; on a wide screen it covers nothing and stays. */
    show: (on) => {
      if (on || narrow.matches) show(on);
    },
    attach(element) {
      app = element;
      narrow.addEventListener("change", apply);
      apply();
    },
  };
}
