// The header. What does not fit a narrow screen is in a menu there.
import "./header.css";
import { h } from "../dom/dom.js";

/** `first` is always there; `rest` goes into the menu on a narrow screen; `last` ends the row. */
export function pageHeader({ first, rest, last }) {
  const menu = h("div", { class: "menu", popover: "auto" }, ...rest);
  menu.id = "pz-menu";
  const more = h(
    "button",
    {
      type: "button",
      id: "menu",
      class: "icon menu-toggle",
      "aria-label": "More",
      title: "More",
      popovertarget: "pz-menu",
    },
    "⋯",
  );
  // A choice closes the menu, so that what it opens is seen; the theme is seen anyway.
  const chosen = (event) => {
    if (menu.matches(":popover-open") && !event.target.closest("label, select, [data-testid=theme]"))
      menu.hidePopover();
  };
  menu.addEventListener("click", chosen);
  menu.addEventListener("change", () => {
    if (menu.matches(":popover-open")) menu.hidePopover();
  });
  return h(
    "header",
    { class: "top" },
    h("h1", {}, "Palimpsest"),
    ...first,
    h("span", { class: "spacer" }),
    menu,
    more,
    ...last,
  );
}
