// A button and the menu it opens.
import { h } from "./dom.js";
import "./menus.css";

const GAP = 6;

/**
 * `id` of the button, `text` on it, `title` as its hint, `name` of the menu. `items`: [{id, title, content, run}], `content` a list of
 * elements. `ready()` says whether the menu may open. Gives {button, menu}.
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

  function toggle(event) {
    event.preventDefault();
    if (!ready()) return;
    menu.togglePopover({ source: button });
    if (!menu.matches(":popover-open")) return;
    place();
    rows[0].focus();
  }
  function tell(event) {
    button.setAttribute("aria-expanded", String(event.newState === "open"));
  }
  function place() {
    const at = button.getBoundingClientRect(),
      is = menu.getBoundingClientRect();
    const below = at.bottom + GAP + is.height < innerHeight;
    menu.style.top = `${Math.max(GAP, below ? at.bottom + GAP : at.top - GAP - is.height)}px`;
    menu.style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - is.width - GAP))}px`;
  }
  function walk(event) {
    if (event.key === "Tab") {
      menu.hidePopover();
      button.focus();
    }
    const at = rows.indexOf(document.activeElement);
    const to = {
      ArrowDown: (at + 1) % rows.length,
      ArrowUp: at <= 0 ? rows.length - 1 : at - 1,
      Home: 0,
      End: rows.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    rows[to].focus();
  }
  return { button, menu };
}
