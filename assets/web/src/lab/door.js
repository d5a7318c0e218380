// The way into the lab: a button, a command, and the address. What is behind it is loaded when somebody goes in.
import { beside, bundle } from "../web/dom/bundles.js";
import { button, h } from "../web/dom/elements.js";
import { pointsOf } from "../web/text/offsets.js";
import { hashOf, placeOf } from "./address.js";
/** @import { Core, Documents } from "../shapes/core.js" */
/** @import { Bundle, Opened, Place } from "../shapes/lab.js" */
/** @typedef {ReturnType<Bundle["mount"]>} Mounted */

/**
 * @param {Core} core
 * @param {{documents: Documents}} parts
 */
export function labPart(core, { documents }) {
  const { version } = core.boot;
  /** @type {Promise<Mounted> | null} */
  let loading = null;
  /** @type {HTMLElement | null} */
  let app = null;
  const element = h("section", { id: "lab", class: "pz-lab", "aria-label": "The lab", hidden: true });

  /** @type {Opened} */
  const opened = {
    version,
    async document() {
      await documents.flush();
      const doc = documents.current();
      if (!doc) return null;
      const { from, to } = core.surface.selection();
      const points = pointsOf(core.surface.text());
      return { document: doc.id, from: points(from), to: points(to) };
    },
    go(place, quietly) {
      if (quietly) history.replaceState(null, "", hashOf(place));
      else location.hash = hashOf(place);
    },
    close,
    mark: core.mark,
    ask: core.ask,
  };
  function close() {
    location.hash = `#${documents.current()?.id ?? ""}`;
  }
  /** The lab's own bundle, once. */
  function mounted() {
    loading ??= loaded().then((lab) => lab.mount(element, opened));
    loading.catch(() => {
      loading = null;
    });
    return loading;
  }
  async function follow() {
    const place = placeOf(location.hash);
    inside(place !== null);
    if (!place) {
      if (loading) (await loading).leave();
      return;
    }
    try {
      const lab = await mounted();
      const now = placeOf(location.hash);
      if (now) lab.show(now);
    } catch {
      const again = button("Try again", { onclick: follow });
      const back = button("Back to the text", { id: "lab-close", onclick: close });
      element.replaceChildren(
        h("p", { role: "alert" }, "The lab could not be loaded. Is Palimpsest still running? ", again, back),
      );
    }
  }
  /** @param {boolean} on */
  function inside(on) {
    element.hidden = !on;
    if (!app) return;
    app.classList.toggle("in-lab", on);
    for (const child of app.children) {
      // What lies behind the lab takes no key, no click, and no place in the order of the focus.
      if (child !== element && child instanceof HTMLElement && child.tagName !== "DIALOG") child.inert = on;
    }
    if (!on && element.contains(document.activeElement)) core.surface.view.focus();
  }
  const go = (/** @type {Place} */ place) => opened.go(place, false);
  core.commands.add({ id: "lab", title: "Open the lab", group: "Help", run: () => go({ lesson: "", query: {} }) });
  core.commands.add({
    id: "own-lessons",
    title: "Your lessons: collect runs, present, export",
    group: "Help",
    run: () => go({ lesson: "mine", query: {} }),
  });
  addEventListener("hashchange", follow);
  return {
    element,
    /** Do something in the editor: behind the lab where that is open. @param {() => void} then */
    outside(then) {
      if (element.hidden) then();
      else {
        addEventListener("hashchange", () => then(), { once: true });
        close();
      }
    },
    button: button("Lab", {
      id: "to-lab",
      title: "Lessons on how this works, computed on your text",
      onclick: () => core.commands.run("lab"),
    }),
    /** @param {HTMLElement} page */
    attach(page) {
      app = page;
      follow();
    },
  };
}

/** @returns {Promise<Bundle>} */
async function loaded() {
  const sheet = h("link", {});
  sheet.rel = "stylesheet";
  sheet.href = beside("lab.css");
  return /** @type {Bundle} */ (await bundle("lab.js", "PalimpsestLab", sheet));
}
