// The lab: its own bundle, loaded when somebody opens it. It draws any lesson from what Python says of it.
import "./lab.css";
import { lessonPage } from "./page.js";
export { stats } from "./page.js";
/** @import { Opened, Bundle } from "../shapes/lab.js" */

/** @type {Bundle["mount"]} */
export function mount(host, opened) {
  const page = lessonPage(/** @type {Opened} */ (opened));
  host.replaceChildren(page.element);
  const app = host.closest("[data-theme]");
  if (app) new MutationObserver(page.redraw).observe(app, { attributeFilter: ["data-theme"] });
  return { show: page.show, leave: page.leave };
}
