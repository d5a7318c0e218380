// A button and the menu it opens.
import { focusedAt, h } from "./elements.js";
/** @import { MenuItem } from "../../shapes/dom.js" */

const GAP = 6;

/**
 * A button and its menu.
 * @param {object} is
 * @param {string} is.id of the button
 * @param {string} is.text on it
 * @param {string} is.title its hint
 * @param {string} is.name of the menu
 * @param {MenuItem[]} is.items
 * @param {() => boolean} [is.ready] whether the menu may open
 */
export function menuButton({ id, text, title, name, items, ready = () => true }) {
  const rows = items.map((item) =>
    h(
      "button",
      {
        type: "button",
        role: "menuitem",
        tabindex: "-1",
        id: item.id,
        title: item.title,
        onclick: () => {
          menu.hidePopover();
          item.run();
        },
      },
      ...item.content,
    ),
  );
  const menu = h(
    "div",
    {
      id: `${id}-menu`,
      class: "pz-menu",
      popover: "auto",
      role: "menu",
      "aria-label": name,
      onkeydown: walk,
      onbeforetoggle: tell,
    },
    ...rows,
  );
  const button = h(
    "button",
    { type: "button", id, title, "aria-haspopup": "menu", "aria-expanded": "false", onclick: toggle },
    text,
  );
  button.popoverTargetElement = menu; // so that a second press closes it, and Escape brings the focus back

  /** @param {Event} event */
  function toggle(event) {
    event.preventDefault();
    if (!ready()) return;
    menu.togglePopover({ source: button });
    if (!menu.matches(":popover-open")) return;
    place();
    rows[0].focus();
  }
  /** @param {ToggleEvent} event */
  function tell(event) {
    button.setAttribute("aria-expanded", String(event.newState === "open"));
  }
  function place() {
    const at = button.getBoundingClientRect();
    const is = menu.getBoundingClientRect();
    const below = at.bottom + GAP + is.height < innerHeight;
    menu.style.top = `${Math.max(GAP, below ? at.bottom + GAP : at.top - GAP - is.height)}px`;
    menu.style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - is.width - GAP))}px`;
  }
  /** @param {KeyboardEvent} event */
  function walk(event) {
    if (event.key === "Tab") {
      menu.hidePopover();
      button.focus();
    }
    const at = focusedAt(rows);
    const last = rows.length - 1;
    /** @type {Record<string, number>} */
    const places = { ArrowDown: (at + 1) % rows.length, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last };
    const to = places[event.key];
    if (to === undefined) return;
    event.preventDefault();
    rows[to].focus();
  }
  return { button, menu };
}
