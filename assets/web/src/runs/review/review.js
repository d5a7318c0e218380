// A proposal under review: its candidates, its changes one by one, the attempts before it, and how it is looked at.
import { EditorView } from "@codemirror/view";
import { h } from "../../web/dom/elements.js";
import { many, seldomRight } from "../../web/dom/words.js";
import { toksOf } from "../frames/moments.js";
import { same } from "./changes.js";
import { deciding } from "./deciding.js";
import { learn, weigh } from "./knowing.js";
import { looking, settled } from "./looking.js";
import { aloud, changesOf, chosenOf, isOpen, momentsOf, orderOf, shownMoments, textsOf } from "./proposal.js";
import { sideBySide } from "./sides.js";
import { reviewStrip, VIEWS } from "./strip.js";
/** @import { Command, Core } from "../../shapes/core.js" */
/** @import { Moment } from "../../shapes/frames.js" */
/** @import { Change, Run } from "../../shapes/runs.js" */
/** @import { Now, View } from "./proposal.js" */

const KEYS = "Tab accepts, Esc discards.";
const UNCHECKED = "Tab accepts, Esc discards. This code is too long, or nested too deeply, to be checked.";
const NOTHING = "Nothing was found to change"; // a style may add why

/** @typedef {{load(moments: Moment[]): void, go(i: number): void}} Timeline */

/**
 * @param {Core} core
 * @param {object} on
 * @param {Timeline} on.timeline the player
 * @param {(run: Run) => void} on.figures shows the figures of the run's candidate
 * @param {() => void} on.branch goes on from the step that is shown
 * @param {() => void} on.again writes once more with another seed
 * @param {(attempt: number) => void} on.look puts another attempt under review
 * @param {() => void} on.keep keeps all candidates
 * @param {() => void} on.changed is told that something else is shown or decided
 * @param {() => void} on.inSight keeps what the proposal is about on the screen
 */
export function reviewPart(core, { timeline, figures, branch, again, look, keep, changed, inSight }) {
  const { surface } = core;
  /** @type {Now} */
  const now = { run: null, view: "result", active: null, at: 0 };
  const changes = deciding(core, now, { draw, see: () => see("changes") });
  const { decideAll, walk, act } = changes;
  const strip = reviewStrip(core.key, { pick, step, look, see, decideAll, branch, again, keep });
  const sides = h("div", {
    id: "side-by-side",
    class: "sides",
    tabIndex: 0,
    role: "region",
    "aria-label": "Side by side",
    hidden: true,
  });
  const old = (/** @type {number} */ span) => surface.overlay()?.spans[span].old ?? "";
  const shown = () => (now.run ? shownMoments(now.run) : []);
  const lookAt = looking();
  const atLast = () => now.at === shown().length - 1;

  // ---- what is shown -------------------------------------------------------------------------------------------
  function draw() {
    const { run, view } = now;
    if (!run || !surface.overlay()) return;
    const all = changesOf(run);
    const flat = all.flat();
    const open = flat.filter(isOpen);
    if (view === "changes" && run.made && atLast()) {
      if (!flat.some((change) => same(change, now.active))) now.active = open[0] ?? flat[0] ?? null;
      surface.drawChanges(all, now.active, looks());
    } else if (atLast()) surface.draw(settled(shown()[now.at]), run.made ? looks() : []);
    else surface.draw(toksOf(shown()[now.at]));
    sides.hidden = view !== "sides" || !run.made;
    if (!sides.hidden) sides.replaceChildren(...sideBySide(all.map((list, i) => ({ old: old(i), changes: list }))));
    const inChanges = view === "changes";
    strip.tell(
      inChanges && run.made ? counted(flat, open.length) : "",
      inChanges && open.length > 0,
      run.branchable && !atLast(),
    );
    changed();
  }
  /** What of the proposal is new, and its colours. */
  function looks() {
    const { run } = now;
    const hunks = run?.info?.candidates[run.candidate].hunks;
    const spans = surface.overlay()?.spans ?? [];
    return run && hunks ? lookAt(surface.view.state, spans, shown()[now.at], { texts: textsOf(run, old), hunks }) : [];
  }
  core.extensions.push(
    EditorView.updateListener.of(({ startState, state }) => {
      // Words of a proposal have their colours from when they were drawn.
      if (startState.facet(EditorView.darkTheme) !== state.facet(EditorView.darkTheme)) draw();
    }),
  );
  function drawStrip() {
    if (now.run) strip.draw(now.run, now.view);
  }
  /** @param {View} name */
  function see(name) {
    now.view = name;
    if (name !== "result" && !atLast()) timeline.go(shown().length - 1);
    draw();
    drawStrip();
    inSight();
    if (name === "sides") sides.scrollIntoView({ block: "nearest" }); // the bar scrolls where the window is low
  }

  // ---- candidates ----------------------------------------------------------------------------------------------
  /** Show the last moment of the candidate. */
  function begin() {
    timeline.load(shown());
    now.at = shown().length - 1;
    now.active = null;
    draw();
    drawStrip();
    if (now.run) figures(now.run);
  }
  /** @param {number} candidate */
  function put(candidate) {
    if (now.run) now.run.candidate = candidate;
    begin();
    say();
  }
  /** @param {number} candidate */
  function pick(candidate) {
    if (now.run) now.run.touched = true;
    put(candidate);
  }
  /** What keys do here: of a candidate that says what stood there, there is nothing to accept. */
  function say() {
    if (!now.run) return;
    const text = surface.text();
    const made = textsOf(now.run, old);
    const same = (surface.overlay()?.spans ?? []).every((s, i) => made[i] === text.slice(s.from, s.to));
    const why = now.run.frames.at(-1)?.length?.why ?? "";
    const said = why.startsWith(NOTHING.toLowerCase()) ? NOTHING + why.slice(NOTHING.length) : NOTHING;
    if (same) core.status(`${said}. Esc puts the proposal away.`);
    else core.status(KEYS, `${aloud(now.run, made)} ${KEYS}`);
  }
  /** @param {number} way */
  function step(way) {
    if (!now.run) return;
    const order = orderOf(now.run);
    pick(order[(order.indexOf(now.run.candidate) + way + order.length) % order.length]);
  }
  /** @param {Run} mine */
  async function ask(mine) {
    const answer = await core.call("review", { run: mine.id });
    const { run } = now;
    if (!answer || run?.id !== mine.id) return;
    learn(run, answer);
    const first = orderOf(run)[0];
    if (!run.touched && atLast() && first !== run.candidate) put(first);
    if (answer.unchecked) core.status(UNCHECKED);
    if (answer.other) core.status(`Tab accepts, Esc discards. ${seldomRight(answer.other)}`);
    draw();
    drawStrip();
    if (!run.touched && atLast()) inSight();
    weigh(core, mine, (candidate) => weighed(mine, candidate));
  }
  /**
   * @param {Run} mine
   * @param {number} candidate
   */
  function weighed(mine, candidate) {
    const here = now.run === mine;
    if (here) drawStrip();
    if (!here || candidate === mine.candidate) figures(mine);
    return here;
  }

  core.commands.add(
    ...commandsOf(() => now.run, { walk, act, see, decideAll, step, again, branch, canBranch: strip.canBranch }),
  );
  return {
    strip: strip.element,
    sides,
    see,
    view: () => now.view,
    /**
     * Put a finished run under review.
     * @param {Run} run
     */
    open(run) {
      now.run = run;
      begin();
      if (run.info) weigh(core, run, (candidate) => weighed(run, candidate));
      else ask(run);
    },
    close() {
      now.run = null;
      strip.element.hidden = true;
      sides.hidden = true;
    },
    /**
     * Another moment is shown.
     * @param {number} i
     */
    show(i) {
      if (!now.run) return;
      now.at = i;
      draw();
    },
    moment: () => shown()[now.at],
    moments: shown,
    texts: () => (now.run ? textsOf(now.run, old) : []),
    say,
    chosen: () => (now.run ? chosenOf(now.run) : {}),
  };
}

/**
 * @param {Change[]} all
 * @param {number} open
 */
function counted(all, open) {
  if (!all.length) return "No change";
  return `${many(all.length, "change")}${open < all.length ? `, ${open} open` : ""}`;
}

/**
 * @param {() => Run | null} run
 * @param {object} on
 * @param {(way: number) => void} on.walk
 * @param {(yes: boolean, line?: boolean) => void} on.act
 * @param {(view: View) => void} on.see
 * @param {(yes: boolean) => void} on.decideAll
 * @param {(way: number) => void} on.step
 * @param {() => void} on.again
 * @param {() => void} on.branch
 * @param {() => boolean} on.canBranch
 * @returns {Command[]}
 */
function commandsOf(run, on) {
  const when = () => run() !== null;
  const several = () => {
    const now = run();
    return now !== null && momentsOf(now).length > 1;
  };
  const group = "Review";
  /** @param {boolean} yes */
  const all = (yes) => {
    on.see("changes");
    on.decideAll(yes);
  };
  return [
    { id: "next-change", title: "Next change", group, key: "Alt-ArrowDown", when, run: () => on.walk(1) },
    { id: "previous-change", title: "Previous change", group, key: "Alt-ArrowUp", when, run: () => on.walk(-1) },
    { id: "accept-change", title: "Accept this change", group, key: "Alt-Enter", when, run: () => on.act(true) },
    { id: "reject-change", title: "Reject this change", group, key: "Alt-Backspace", when, run: () => on.act(false) },
    {
      id: "accept-line",
      title: "Accept the changes of this line",
      group,
      key: "Shift-Alt-Enter",
      when,
      run: () => on.act(true, true),
    },
    {
      id: "reject-line",
      title: "Reject the changes of this line",
      group,
      key: "Shift-Alt-Backspace",
      when,
      run: () => on.act(false, true),
    },
    { id: "accept-all", title: "Accept all open changes", group, when, run: () => all(true) },
    { id: "reject-all", title: "Reject all open changes", group, when, run: () => all(false) },
    { id: "next-candidate", title: "Next candidate", group, key: "Alt-.", when: several, run: () => on.step(1) },
    {
      id: "previous-candidate",
      title: "Previous candidate",
      group,
      key: "Alt-,",
      when: several,
      run: () => on.step(-1),
    },
    { id: "again", title: "Re-roll: another attempt at the same words", group, when, run: () => on.again() },
    {
      id: "branch",
      title: "Branch from the step that is shown",
      group,
      when: () => when() && on.canBranch(),
      run: () => on.branch(),
    },
    ...VIEWS.map(({ name, text }) => ({
      id: `view-${name}`,
      title: `Show the proposal as: ${text.toLowerCase()}`,
      group,
      when,
      run: () => on.see(name),
    })),
  ];
}
