// The lab: its own bundle, loaded when somebody opens it. It draws any lesson from what Python says of it,
// and keeps lessons that people put together.
import "./lab.css";
import "./figures/figures.css";
import "./teaching/teaching.css";
import { lessonPage } from "./page.js";
import { MINE, teachingPage } from "./teaching/teaching.js";

export { stats } from "./page.js";
/** @import { Opened, Bundle } from "../shapes/lab.js" */

/** @type {Bundle["mount"]} */
export function mount(host, opened) {
  const page = lessonPage(/** @type {Opened} */ (opened));
  const mine = teachingPage(opened);
  host.replaceChildren(page.element, mine.element);
  const app = host.closest("[data-theme]");
  if (app) new MutationObserver(page.redraw).observe(app, { attributeFilter: ["data-theme"] });
  const leave = () => {
    page.leave();
    mine.leave();
  };
  return {
    leave,
    show(place) {
      const own = place.lesson === MINE;
      if (own) page.leave();
      else mine.leave();
      page.element.hidden = own;
      mine.element.hidden = !own;
      if (own) mine.show(place);
      else page.show(place);
    },
  };
}
