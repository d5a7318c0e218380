// Deciding on the changes of a proposal: one by one, by line, or all of them.
import { closest } from "../../web/dom/elements.js";
import { same } from "./changes.js";
import { changesOf, isOpen } from "./proposal.js";
/** @import { Core } from "../../shapes/core.js" */
/** @import { Change } from "../../shapes/runs.js" */
/** @import { Now } from "./proposal.js" */

/** @type {Record<string, boolean | undefined>} what the buttons of a change say */
const SAID = { "hunk-accept": true, "hunk-reject": false };

/**
 * @param {Core} core
 * @param {Now} now what is under review
 * @param {object} on
 * @param {() => void} on.draw
 * @param {() => void} on.see shows the proposal as changes
 */
export function deciding({ surface }, now, { draw, see }) {
  const all = () => (now.run ? changesOf(now.run).flat() : []);

  /**
   * @param {Change[]} changes
   * @param {boolean | undefined} yes undefined opens them again
   */
  function settle(changes, yes) {
    for (const change of changes) now.run?.made?.decide(change, yes);
    if (now.run) now.run.touched = true;
  }
  /**
   * The next change that fits, from one on, all around.
   * @param {Change | null} change
   * @param {(change: Change) => boolean} fits
   */
  function nextOf(change, fits = () => true, way = 1) {
    const flat = all();
    const here = flat.findIndex((other) => same(other, change));
    for (let i = 1; i <= flat.length; i++) {
      const other = flat[(here + way * i + flat.length * 2) % flat.length];
      if (fits(other)) return other;
    }
    return null;
  }
  /**
   * @param {Change} change
   * @param {boolean | undefined} yes
   */
  function decide(change, yes) {
    settle([change], yes);
    now.active = yes === undefined ? change : (nextOf(change, isOpen) ?? change);
    draw();
  }
  /**
   * The number of the line that a change stands on.
   * @param {Change} change
   */
  function lineOf({ span, hunk }) {
    const { from, old } = surface.overlay()?.spans[span] ?? { from: 0, old: "" };
    const before = Array.from(old).slice(0, hunk.start).join("");
    return surface.view.state.doc.lineAt(from + before.length).number;
  }
  surface.view.dom.addEventListener("click", (event) => {
    const button = closest(event, ".pz-decide");
    if (!button || !now.run) return;
    event.preventDefault();
    const [candidate, span, index] = (button.dataset.change ?? "").split(":").map(Number);
    const change = all().find((other) => same(other, { candidate, span, index }));
    if (change) decide(change, SAID[button.dataset.testid ?? ""]);
    surface.view.focus();
  });
  return {
    /**
     * Decide on every change that is open; they stay under review until Tab.
     * @param {boolean} yes
     */
    decideAll(yes) {
      settle(all().filter(isOpen), yes);
      draw();
      surface.view.focus();
    },
    /**
     * Go to the next change, or the one before.
     * @param {number} way
     */
    walk(way) {
      if (now.view !== "changes") {
        see();
        return;
      }
      now.active = nextOf(now.active, undefined, way);
      draw();
      document.querySelector(".pz-hunk.pz-active")?.scrollIntoView({ block: "nearest" });
    },
    /**
     * Decide on the change that the keys act on, or on all of its line.
     * @param {boolean} yes
     */
    act(yes, line = false) {
      const { active } = now;
      if (now.view !== "changes") see();
      else if (active && line) {
        const here = lineOf(active);
        settle(
          all().filter((change) => lineOf(change) === here),
          yes,
        );
        now.active = nextOf(active, isOpen) ?? active;
        draw();
      } else if (active) decide(active, yes);
    },
  };
}
