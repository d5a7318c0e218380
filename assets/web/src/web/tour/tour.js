// A first visit: a finished run to scrub, three things to try, and a short tour of what is where. Nothing opens by itself but the
// card, and nothing waits for a model.
import "./tour.css";
import { h, remembered } from "../dom/dom.js";

const GAP = 12,
  EDGE = 6;

/** What the tour shows: an element by its test id or class, and what is said of it. Those in the panel need it to be open. */
const stops = (key) => [
  {
    at: "[data-testid=surface]",
    title: "Your text",
    says: "An editor like any other. What you type is saved by itself. Select a few words to begin; the text around them is never touched.",
  },
  {
    at: "[data-testid=run]",
    title: "Rewrite",
    says: `Rewrite (${key("Mod-Enter")}) turns the selected words to masks and has them written again, step by step. Tab accepts, Esc puts your words back.`,
  },
  {
    at: ".bar .player",
    title: "The timeline",
    says: "Every step of a run is kept. Drag the slider, or press the arrow keys on it, to see how sure the model was of each word, and when.",
    missing:
      "When a run is finished, its timeline stands here: drag it to see every step, and how sure the model was of each word.",
  },
  {
    at: ".systems",
    title: "Systems and settings",
    panel: true,
    says: "Each system writes in another way: the surest words first, from noise, left to right. Pick one, set its steps and temperature; what you set is remembered.",
  },
  {
    at: ".to-history",
    title: "History",
    panel: true,
    says: "Each rewrite that you accept is kept with all its steps. Look at the difference, replay it, export it, or restore any earlier text.",
  },
  {
    at: ".pz-app > .top",
    title: "Documents",
    says: `Open a file, begin a new document or take a sample here. ${key("Mod-k")} finds everything that can be done. All of it stays on your machine.`,
  },
];

/** `documents` opens what the welcome made. A finished run is shown by the event `replay` {id, frames, settings}: offsets of its frames
 * are code points of the text on the page. */
export function tourPart(core, { documents }) {
  const all = stops(core.key);
  let at = 0,
    back = null,
    panelWasOpen = false;

  // ---- three things to try -------------------------------------------------------------------------------------
  const THINGS = [
    ["Rewrite", `Select a few words and press ${core.key("Mod-Enter")}.`],
    ["Go back in time", "Drag the timeline: every step of a run is kept."],
    ["Race", "Select words, press Race: systems side by side."],
  ];
  const startButton = h("button", { type: "button", id: "take-tour", class: "small", onclick: () => start() });
  const offer = () => {
    startButton.textContent = remembered.get("tour", "") === "seen" ? "Tour again" : "Take the tour";
  };
  offer();
  const card = h(
    "section",
    { id: "welcome", class: "welcome", "aria-label": "Three things to try", hidden: true },
    h("h2", {}, "Three things to try"),
    h("ol", {}, ...THINGS.map(([name, text]) => h("li", {}, h("strong", {}, name), " ", text))),
    h(
      "div",
      { class: "row" },
      startButton,
      h(
        "button",
        {
          type: "button",
          id: "welcome-close",
          class: "icon",
          "aria-label": "Close for good",
          title: "Close for good",
          onclick: () => {
            remembered.set("welcome", "closed");
            card.hidden = true;
            core.surface.view.focus();
          },
        },
        "×",
      ),
    ),
  );

  /** The first document of all: a sample with a run that was recorded on it. Null where that cannot be had. */
  async function welcome() {
    const answer = await core.quietly("welcome");
    if (!answer) return null;
    const doc = await documents.openNew(Promise.resolve(answer.document));
    remembered.set("replay", { document: doc.id, run: answer.replay.id });
    show(answer.replay);
    return doc;
  }
  /** The page was loaded again: the card stays until it is closed, the run as long as its text is the document's. */
  async function again(doc) {
    const kept = remembered.get("replay", null);
    if (!kept || remembered.get("welcome", "") === "closed") return;
    card.hidden = false;
    if (kept.document !== doc.id) return;
    const answer = await core.quietly("trace", { run: kept.run });
    if (answer && answer.text === core.surface.text())
      show({ id: kept.run, frames: answer.frames, settings: answer.settings });
  }
  function show(replay) {
    core.emit("replay", replay);
    card.hidden = remembered.get("welcome", "") === "closed";
  }

  // ---- the tour ------------------------------------------------------------------------------------------------
  const title = h("h2", {}),
    says = h("p", { class: "says" }),
    count = h("span", { class: "count" });
  const light = h("div", { class: "tour-light", "aria-hidden": "true" });
  const nextButton = h(
    "button",
    { type: "button", id: "tour-next", class: "primary", onclick: () => go(at + 1) },
    "Next",
  );
  const backButton = h("button", { type: "button", id: "tour-back", onclick: () => go(at - 1) }, "Back");
  const skipButton = h("button", { type: "button", id: "tour-skip", onclick: () => dialog.close() }, "Skip");
  const words = h("div", { "aria-live": "polite" }, title, says);
  const dialog = h(
    "dialog",
    { id: "tour", class: "tour", "aria-label": "Tour", onclose: leave, onkeydown: keys },
    light,
    h("div", { class: "tour-card" }, words, h("div", { class: "row" }, count, skipButton, backButton, nextButton)),
  );

  const target = () => {
    const there = document.querySelector(all[at].at);
    return there?.checkVisibility() ? there : document.querySelector(".bar");
  };
  function start() {
    back = document.activeElement;
    panelWasOpen = Boolean(document.querySelector(".pz-app.panel-open"));
    dialog.showModal();
    go(0);
    addEventListener("resize", place);
  }
  function go(i) {
    if (i >= all.length) return dialog.close();
    at = Math.max(0, i);
    const stop = all[at];
    core.showPanel(Boolean(stop.panel)); // on a narrow screen the panel lies over the text
    const there = document.querySelector(stop.at);
    title.textContent = stop.title;
    says.textContent = stop.missing && !there?.checkVisibility() ? stop.missing : stop.says;
    count.textContent = `${at + 1} of ${all.length}`;
    backButton.hidden = !at;
    skipButton.hidden = at === all.length - 1;
    nextButton.textContent = at === all.length - 1 ? "Done" : "Next";
    target().scrollIntoView({ block: "nearest" });
    place();
    nextButton.focus();
  }
  /** Put the light on what is spoken of, and the card beside it, wherever there is room. */
  function place() {
    const box = target().getBoundingClientRect(),
      own = dialog.querySelector(".tour-card").getBoundingClientRect();
    const top = Math.max(0, box.top - EDGE),
      bottom = Math.min(innerHeight, box.bottom + EDGE),
      left = Math.max(0, box.left - EDGE),
      right = Math.min(innerWidth, box.right + EDGE);
    Object.assign(light.style, {
      top: `${top}px`,
      left: `${left}px`,
      width: `${right - left}px`,
      height: `${bottom - top}px`,
    });
    const within = (value, size, room) => Math.max(GAP, Math.min(value, room - size - GAP));
    const beside = left - own.width - 2 * GAP > 0;
    const y =
      bottom + GAP + own.height < innerHeight
        ? bottom + GAP
        : top - GAP - own.height > 0
          ? top - GAP - own.height
          : beside
            ? top
            : bottom - own.height - GAP;
    const x = y === top && beside ? left - own.width - GAP : left;
    Object.assign(dialog.style, {
      top: `${within(y, own.height, innerHeight)}px`,
      left: `${within(x, own.width, innerWidth)}px`,
    });
  }
  function keys(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || (step < 0 && !at)) return;
    event.preventDefault();
    go(at + step);
  }
  function leave() {
    removeEventListener("resize", place);
    remembered.set("tour", "seen");
    offer();
    core.showPanel(panelWasOpen);
    (back?.isConnected && back.checkVisibility() ? back : core.surface.view).focus();
  }

  core.on("state", (name) => card.classList.toggle("aside", name !== "idle")); // the room is needed for the proposal
  core.commands.add(
    { id: "tour", title: "Take the tour", group: "Help", run: start },
    {
      id: "welcome",
      title: "Show three things to try",
      group: "Help",
      run: () => {
        remembered.set("welcome", "open");
        card.hidden = false;
      },
    },
  );
  return { card, dialogs: [dialog], welcome, again };
}
