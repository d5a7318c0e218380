// The header. What does not fit a narrow screen is in a menu there.
import { closest, h } from "../dom/elements.js";

/**
 * @param {object} parts
 * @param {Node[]} parts.first always there
 * @param {Node[]} parts.rest in the menu on a narrow screen
 * @param {Node[]} parts.last at the end of the row
 */
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
  const close = () => {
    if (menu.matches(":popover-open")) menu.hidePopover();
  };
  // A choice closes the menu, so that what it opens is seen; the theme is seen anyway.
  menu.addEventListener("click", (event) => {
    if (!closest(event, "label, select, [data-testid=theme]")) close();
  });
  menu.addEventListener("change", close);
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
