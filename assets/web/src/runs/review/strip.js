// The strip of a proposal: its candidates, the attempts before it, how it is looked at, and what can be done with all
// of it.
import { choices } from "../../web/dom/choices.js";
import { button, h } from "../../web/dom/elements.js";
import { percent, sureness } from "../../web/dom/words.js";
import { measures } from "../frames/figures.js";
import { lastMoment, orderOf, twinsOf } from "./proposal.js";
/** @import { Choice } from "../../shapes/dom.js" */
/** @import { Run } from "../../shapes/runs.js" */
/** @import { View } from "./proposal.js" */

/** @type {{name: View, text: string, id: string, title: string}[]} */
export const VIEWS = [
  {
    name: "result",
    text: "Result",
    id: "view-result",
    title: "What was written, and how sure the model was of each word",
  },
  { name: "changes", text: "Changes", id: "diff", title: "What goes and what comes, change by change" },
  { name: "sides", text: "Side by side", id: "sides", title: "Before and after next to one another" },
];

/**
 * @param {(name: string) => string} key a key as people read it
 * @param {object} on
 * @param {(candidate: number) => void} on.pick
 * @param {(way: number) => void} on.step
 * @param {(attempt: number) => void} on.look
 * @param {(view: View) => void} on.see
 * @param {(yes: boolean) => void} on.decideAll
 * @param {() => void} on.branch
 * @param {() => void} on.again
 * @param {() => void} on.keep
 */
export function reviewStrip(key, on) {
  const candidates = choices("candidates-strip", "Candidates", on.pick);
  const attempts = choices("attempts", "Attempts", on.look);
  const views = choices("views", "How the proposal is shown", (i) => on.see(VIEWS[i].name));
  /** @type {(way: number, id: string, sign: string, name: string) => HTMLElement} */
  const step = (way, id, sign, name) =>
    button(sign, { id, class: "icon small", "aria-label": name, title: name, onclick: () => on.step(way) });
  const steppable = h(
    "span",
    { class: "steppable" },
    step(-1, "candidate-previous", "‹", `Previous candidate (${key("Alt-,")})`),
    candidates.element,
    step(1, "candidate-next", "›", `Next candidate (${key("Alt-.")})`),
  );
  const count = h("span", { id: "change-count", class: "hint", "aria-live": "polite" });
  /** @type {(id: string, text: string, title: string, act: () => void) => HTMLButtonElement} */
  const small = (id, text, title, act) => button(text, { id, class: "small", title, onclick: () => act() });
  const acceptAll = small("accept-all", "Accept all", "Accept all changes that are open", () => on.decideAll(true));
  const rejectAll = small("reject-all", "Reject all", "Reject all changes that are open", () => on.decideAll(false));
  const branch = small(
    "branch",
    "Branch from here",
    "Write on from the step that is shown, with the system, the settings and the seed that are set now",
    on.branch,
  );
  const again = small(
    "again",
    "Re-roll",
    "Write the same words again with another seed; this attempt is kept",
    on.again,
  );
  const keep = small("keep-all", "Keep all", "Keep every candidate as a branch in the history", on.keep);
  const element = h(
    "div",
    { class: "row review-strip", hidden: true },
    attempts.element,
    steppable,
    views.element,
    count,
    h("span", { class: "acts" }, acceptAll, rejectAll, branch, again, keep),
  );
  return {
    element,
    canBranch: () => !branch.hidden,
    /**
     * @param {Run} run
     * @param {View} view
     */
    draw(run, view) {
      element.hidden = false;
      const shown = candidatesOf(run);
      candidates.draw(shown);
      steppable.hidden = shown.length < 2;
      keep.hidden = shown.length < 2;
      attempts.draw(attemptsOf(run));
      attempts.element.hidden = run.attempts.length < 2;
      views.draw(VIEWS.map(({ name, text, id, title }, i) => ({ id, value: i, text, title, chosen: name === view })));
    },
    /**
     * How many changes there are.
     * @param {string} words
     * @param {boolean} open some can still be decided on
     * @param {boolean} branchable the step that is shown can be gone on from
     */
    tell(words, open, branchable) {
      count.textContent = words;
      acceptAll.hidden = !open;
      rejectAll.hidden = !open;
      branch.hidden = !branchable;
    },
  };
}

/**
 * @param {Run} run
 * @returns {Choice[]}
 */
function candidatesOf(run) {
  return orderOf(run).map((i, place) => {
    const { confidence } = measures(lastMoment(run, i));
    const sure = confidence === undefined ? "" : sureness(confidence);
    const figure = confidence === undefined ? "" : ` (${percent(confidence)} sure)`;
    const nll = run.nlls[i];
    const twins = twinsOf(run, i);
    const broken = run.info?.candidates[i].breaks;
    const told = [
      `Candidate ${place + 1}: ${sure}${figure}`,
      nll === undefined ? "" : `, NLL ${nll.toFixed(2)}`,
      twins ? `, written ${twins + 1} times` : "",
      broken ? ", and the code would not parse any more" : "",
    ];
    return {
      id: "candidate",
      value: i,
      text: `${broken ? "⚠ " : ""}${place + 1}`,
      extra: sure,
      title: told.join(""),
      chosen: i === run.candidate,
    };
  });
}

/**
 * @param {Run} run
 * @returns {Choice[]}
 */
function attemptsOf(run) {
  if (run.attempts.length < 2) return [];
  return run.attempts.map((other, i) => ({
    id: "attempt",
    value: i,
    text: other.title ?? "",
    title: other.meaning,
    chosen: other === run,
  }));
}
