// A first visit: a finished run to scrub, and three things to try. Nothing opens by itself but the card, and nothing
// waits for a model.
import { button, h } from "../dom/elements.js";
import { remembered } from "../dom/memory.js";
/** @import { Document, Replay } from "../../shapes/answers.js" */
/** @import { Core, Documents } from "../../shapes/core.js" */

/** @type {(key: "welcome" | "tour") => string} */
const noted = (key) => remembered.get(key, "");
const isClosed = () => noted("welcome") === "closed";

/**
 * The card. A finished run is shown by the event `replay`.
 * @param {Core} core
 * @param {object} is
 * @param {Documents} is.documents opens what the welcome made
 * @param {() => void} is.start takes the tour
 */
export function welcomeCard(core, { documents, start }) {
  const THINGS = [
    ["Rewrite", `Select a few words and press ${core.key("Mod-Enter")}.`],
    ["Go back in time", "Drag the timeline: every step of a run is kept."],
    ["Race", "Select words, press Race: systems side by side."],
  ];
  const startButton = button("", { id: "take-tour", class: "small", onclick: () => start() });
  const closeButton = button("×", {
    id: "welcome-close",
    class: "icon",
    "aria-label": "Close for good",
    title: "Close for good",
    onclick: () => {
      remembered.set("welcome", "closed");
      element.hidden = true;
      core.surface.view.focus();
    },
  });
  const element = h(
    "section",
    { id: "welcome", class: "welcome", "aria-label": "Three things to try", hidden: true },
    h("h2", {}, "Three things to try"),
    h("ol", {}, ...THINGS.map(([name, text]) => h("li", {}, h("strong", {}, name), " ", text))),
    h("div", { class: "row" }, startButton, closeButton),
  );
  function offer() {
    startButton.textContent = noted("tour") === "seen" ? "Tour again" : "Take the tour";
  }
  offer();

  /** @param {Replay} replay */
  function show(replay) {
    core.emit("replay", replay);
    element.hidden = isClosed();
  }
  core.on("state", (name) => element.classList.toggle("aside", name !== "idle")); // the room is needed for the proposal
  return {
    element,
    offer,
    open() {
      remembered.set("welcome", "open");
      element.hidden = false;
    },
    /** The first document of all: a sample with a run that was recorded on it. Null where that cannot be had. */
    async welcome() {
      const answer = await core.quietly("welcome");
      if (!answer) return null;
      const doc = await documents.openNew(Promise.resolve(answer.document));
      if (!doc) return null;
      remembered.set("replay", { document: doc.id, run: answer.replay.id });
      show(answer.replay);
      return doc;
    },
    /**
     * The page was loaded again: the card stays until it is closed, the run as long as its text is the document's.
     * @param {Document | null} doc
     */
    async again(doc) {
      const kept = remembered.get("replay", /** @type {{document: number, run: string} | null} */ (null));
      if (!kept || isClosed()) return;
      element.hidden = false;
      if (kept.document !== doc?.id) return;
      const answer = await core.quietly("trace", { run: kept.run });
      if (answer && answer.text === core.surface.text())
        show({ id: kept.run, frames: answer.frames, settings: answer.settings });
    },
  };
}
