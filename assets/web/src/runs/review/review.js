// A proposal under review: its candidates, its changes one by one, the attempts before it, and how it is looked at.
import "./review.css";
import { decisions, same, sideBySide } from "./changes.js";
import { choices, h, percent } from "../../web/dom/dom.js";
import { candidatesOf, measures, moments } from "../frames/moments.js";
import { pointsOf } from "../../web/text/offsets.js";

const VIEWS = [
  ["result", "Result", "view-result", "What was written, and how sure the model was of each word"],
  ["changes", "Changes", "diff", "What goes and what comes, change by change"],
  ["sides", "Side by side", "sides", "Before and after next to one another"],
];
const sure = (share) => (share === undefined ? "" : percent(share));

/**
 * `timeline` is the player; `figures(run)` shows the figures of the run's candidate; `branch()` goes on from the step that is shown;
 * `again()` writes once more with another seed; `look(run)` puts another attempt under review; `keep()` keeps all candidates;
 * `changed()` is told that something else is shown or decided.
 */
export function reviewPart(core, { timeline, figures, branch, again, look, keep, changed }) {
  const { surface } = core;
  let run = null,
    view = "result",
    active = null,
    at = 0; // `at` is the moment that is shown

  const candidates = choices("candidates-strip", "Candidates", (i) => pick(i));
  const attempts = choices("attempts", "Attempts", (i) => look(i));
  const views = choices("views", "How the proposal is shown", (i) => see(VIEWS[i][0]));
  const step = (way, id, sign, name) =>
    h(
      "button",
      { type: "button", id, class: "icon small", "aria-label": name, title: name, onclick: () => stepCandidate(way) },
      sign,
    );
  const previous = step(-1, "candidate-previous", "‹", `Previous candidate (${core.key("Alt-,")})`),
    next = step(1, "candidate-next", "›", `Next candidate (${core.key("Alt-.")})`);
  const count = h("span", { id: "change-count", class: "hint", "aria-live": "polite" });
  const branchButton = h(
    "button",
    {
      type: "button",
      id: "branch",
      class: "small",
      title: "Write on from the step that is shown, with the system, the settings and the seed that are set now",
      onclick: () => branch(),
    },
    "Branch from here",
  );
  const againButton = h(
    "button",
    {
      type: "button",
      id: "again",
      class: "small",
      title: "Write the same words again with another seed; this attempt is kept",
      onclick: () => again(),
    },
    "Re-roll",
  );
  const keepButton = h(
    "button",
    {
      type: "button",
      id: "keep-all",
      class: "small",
      title: "Keep every candidate as a branch in the history",
      onclick: () => keep(),
    },
    "Keep all",
  );
  const allButton = (id, text, yes) =>
    h(
      "button",
      { type: "button", id, class: "small", title: `${text} changes that are open`, onclick: () => decideAll(yes) },
      text,
    );
  const acceptAll = allButton("accept-all", "Accept all", true),
    rejectAll = allButton("reject-all", "Reject all", false);
  const strip = h(
    "div",
    { class: "row review-strip", hidden: true },
    attempts.element,
    h("span", { class: "steppable" }, previous, candidates.element, next),
    views.element,
    count,
    acceptAll,
    rejectAll,
    branchButton,
    againButton,
    keepButton,
  );
  const sides = h("div", {
    id: "side-by-side",
    class: "sides",
    tabIndex: 0,
    role: "region",
    "aria-label": "Side by side",
    hidden: true,
  });

  const candidate = () => run.candidate;
  const old = (span) => surface.overlay().spans[span].old;
  const all = () => run.moments[candidate()];
  const seen = () =>
    run.made
      ? all()
          .at(-1)
          .map((_, span) => run.made.seen(candidate(), span))
      : [];

  // ---- what is shown -------------------------------------------------------------------------------------------
  function draw() {
    if (!run || !surface.overlay()) return;
    const last = at === all().length - 1,
      changes = seen(),
      flat = changes.flat();
    if (view === "changes" && last && run.made) {
      if (!flat.some((change) => same(change, active)))
        active = flat.find((change) => change.accepted === undefined) ?? flat[0] ?? null;
      surface.drawChanges(changes, active);
    } else surface.draw(all()[at].map((f) => f.toks));
    sides.hidden = view !== "sides" || !run.made;
    if (!sides.hidden)
      sides.replaceChildren(...sideBySide(changes.map((list, span) => ({ old: old(span), changes: list }))));
    const open = flat.filter((change) => change.accepted === undefined).length;
    count.textContent =
      view === "changes" && run.made
        ? flat.length
          ? `${flat.length} change${flat.length === 1 ? "" : "s"}${open < flat.length ? `, ${open} open` : ""}`
          : "No change"
        : "";
    acceptAll.hidden = rejectAll.hidden = view !== "changes" || !open;
    branchButton.hidden = !run.branchable || last;
    changed();
  }
  function drawStrips() {
    strip.hidden = false;
    const order = run.order ?? run.moments.map((_, i) => i);
    const best = likeliest(order),
      twins = (i) => run.info?.candidates.filter((c) => c.same === i).length ?? 0;
    candidates.draw(
      order.map((i, place) => {
        const { confidence } = measures(run.moments[i].at(-1)),
          nll = run.nlls[i],
          broken = run.info?.candidates[i].breaks;
        const like = nll === undefined ? "" : `, NLL ${nll.toFixed(2)}`;
        const words = `Candidate ${place + 1}: ${sure(confidence)} sure${like}${twins(i) ? `, written ${twins(i) + 1} times` : ""}${broken ? ", and the code would not parse any more" : ""}`;
        return {
          id: "candidate",
          value: i,
          text: `${broken ? "⚠ " : ""}${place + 1}${best === i ? " ★" : ""}`,
          extra: sure(confidence),
          title: words,
          chosen: i === candidate(),
        };
      }),
    );
    const several = order.length > 1;
    candidates.element.parentElement.hidden = !several;
    keepButton.hidden = !several;
    attempts.draw(
      run.attempts.length > 1
        ? run.attempts.map((other, i) => ({
            id: "attempt",
            value: i,
            text: other.title,
            title: other.meaning,
            chosen: other === run,
          }))
        : [],
    );
    attempts.element.hidden = run.attempts.length < 2;
    views.draw(VIEWS.map(([name, text, id, title], i) => ({ id, value: i, text, title, chosen: name === view })));
  }

  // ---- candidates ----------------------------------------------------------------------------------------------
  function pick(i) {
    run.candidate = i;
    timeline.load(all());
    at = all().length - 1;
    active = null;
    draw();
    drawStrips();
    figures(run);
  }
  function stepCandidate(way) {
    const order = run.order ?? run.moments.map((_, i) => i);
    pick(order[(order.indexOf(candidate()) + way + order.length) % order.length]);
  }
  /** The candidate that the model finds likeliest, once it is known of all that may be first. */
  function likeliest(order) {
    const first = order.filter((i) => !rank(i));
    return order.length > 1 && first.every((i) => run.nlls[i] !== undefined)
      ? first.reduce((a, b) => (run.nlls[b] < run.nlls[a] ? b : a), first[0])
      : undefined;
  }
  const rank = (i) => (run.mustParse && run.info?.candidates[i].breaks ? 1 : 0);
  /** What Python knows of the candidates. */
  async function learn() {
    const mine = run,
      answer = await core.call("review", { run: run.id });
    if (!answer || !run || run.id !== mine.id) return;
    run.info = answer;
    run.made = decisions(answer.candidates);
    if (answer.unchecked)
      core.status("Tab accepts, Esc discards. This code is too long, or nested too deeply, to be checked.");
    run.made.again(run.decided ?? []);
    const distinct = answer.candidates.map((_, i) => i).filter((i) => answer.candidates[i].same === null);
    run.order = distinct.sort((a, b) => rank(a) - rank(b) || a - b);
    if (!run.touched && run.order[0] !== candidate() && rank(candidate())) pick(run.order[0]);
    draw();
    drawStrips();
    weigh(mine);
  }
  /** How likely the model finds each candidate, one after the other; what is not known when another attempt is looked at is asked for
   * when this one is looked at again. */
  async function weigh(mine) {
    const i = mine.order.find((c) => mine.nlls[c] === undefined);
    if (i === undefined || mine.weighing) return;
    mine.weighing = true;
    const found = await core.quietly("nll", {
      text: mine.text,
      spans: mine.points,
      fills: mine.info.candidates[i].texts,
    });
    mine.weighing = false;
    if (!found) return;
    mine.nlls[i] = found.nll;
    if (run !== mine) return figures(mine);
    drawStrips();
    if (i === candidate()) figures(run);
    weigh(mine);
  }

  // ---- changes -------------------------------------------------------------------------------------------------
  function see(name) {
    view = name;
    if (name !== "result" && at !== all().length - 1) timeline.go(all().length - 1);
    draw();
    drawStrips();
  }
  function decide(change, yes) {
    run.made.decide(change, yes);
    run.touched = true;
    active = yes === undefined ? change : (nextOf(change, (other) => other.accepted === undefined) ?? change);
    draw();
  }
  /** Decide on every change that is open; they stay under review until Tab. */
  function decideAll(yes) {
    for (const change of seen().flat()) if (change.accepted === undefined) run.made.decide(change, yes);
    run.touched = true;
    draw();
    surface.view.focus();
  }
  function nextOf(change, fits = () => true, way = 1) {
    const flat = seen().flat(),
      here = flat.findIndex((other) => same(other, change));
    for (let i = 1; i <= flat.length; i++) {
      const other = flat[(here + way * i + flat.length * 2) % flat.length];
      if (fits(other)) return other;
    }
    return null;
  }
  function walk(way) {
    if (view !== "changes") return see("changes");
    active = nextOf(active, undefined, way);
    draw();
    document.querySelector(".pz-hunk.pz-active")?.scrollIntoView({ block: "nearest" });
  }
  /** Decide on the change that the keys act on, or on all of its line. */
  function act(yes, line = false) {
    if (view !== "changes") return see("changes");
    if (!active) return;
    if (!line) return decide(active, yes);
    const doc = surface.view.state.doc,
      spans = surface.overlay().spans;
    const lineOf = ({ span, hunk }) =>
      doc.lineAt(spans[span].from + Array.from(spans[span].old).slice(0, hunk.start).join("").length).number;
    const here = lineOf(active);
    for (const change of seen().flat()) if (lineOf(change) === here) run.made.decide(change, yes);
    run.touched = true;
    active = nextOf(active, (other) => other.accepted === undefined) ?? active;
    draw();
  }
  surface.view.dom.addEventListener("click", (event) => {
    const button = event.target.closest?.(".pz-decide");
    if (!button || !run) return;
    event.preventDefault();
    const [c, span, index] = button.dataset.change.split(":").map(Number);
    const change = seen()
      .flat()
      .find((other) => same(other, { candidate: c, span, index }));
    if (change) decide(change, { "hunk-accept": true, "hunk-reject": false }[button.dataset.testid]);
    surface.view.focus();
  });

  const reviewing = () => Boolean(run);
  core.commands.add(
    {
      id: "next-change",
      title: "Next change",
      group: "Review",
      key: "Alt-ArrowDown",
      when: reviewing,
      run: () => walk(1),
    },
    {
      id: "previous-change",
      title: "Previous change",
      group: "Review",
      key: "Alt-ArrowUp",
      when: reviewing,
      run: () => walk(-1),
    },
    {
      id: "accept-change",
      title: "Accept this change",
      group: "Review",
      key: "Alt-Enter",
      when: reviewing,
      run: () => act(true),
    },
    {
      id: "reject-change",
      title: "Reject this change",
      group: "Review",
      key: "Alt-Backspace",
      when: reviewing,
      run: () => act(false),
    },
    {
      id: "accept-line",
      title: "Accept the changes of this line",
      group: "Review",
      key: "Shift-Alt-Enter",
      when: reviewing,
      run: () => act(true, true),
    },
    {
      id: "reject-line",
      title: "Reject the changes of this line",
      group: "Review",
      key: "Shift-Alt-Backspace",
      when: reviewing,
      run: () => act(false, true),
    },
    {
      id: "accept-all",
      title: "Accept all open changes",
      group: "Review",
      when: reviewing,
      run: () => {
        see("changes");
        decideAll(true);
      },
    },
    {
      id: "reject-all",
      title: "Reject all open changes",
      group: "Review",
      when: reviewing,
      run: () => {
        see("changes");
        decideAll(false);
      },
    },
    {
      id: "next-candidate",
      title: "Next candidate",
      group: "Review",
      key: "Alt-.",
      when: () => reviewing() && run.moments.length > 1,
      run: () => stepCandidate(1),
    },
    {
      id: "previous-candidate",
      title: "Previous candidate",
      group: "Review",
      key: "Alt-,",
      when: () => reviewing() && run.moments.length > 1,
      run: () => stepCandidate(-1),
    },
    {
      id: "again",
      title: "Re-roll: another attempt at the same words",
      group: "Review",
      when: reviewing,
      run: () => {
        again();
      },
    },
    {
      id: "branch",
      title: "Branch from the step that is shown",
      group: "Review",
      when: () => reviewing() && !branchButton.hidden,
      run: () => {
        branch();
      },
    },
    ...VIEWS.map(([name, text]) => ({
      id: `view-${name}`,
      title: `Show the proposal as: ${text.toLowerCase()}`,
      group: "Review",
      when: reviewing,
      run: () => see(name),
    })),
  );

  return {
    strip,
    sides,
    see,
    view: () => view,
    /** Put a finished run under review. */
    open(finished) {
      run = finished;
      run.moments ??= Array.from({ length: candidatesOf(run.frames) }, (_, c) =>
        moments(run.frames, c).filter((m) => Array.from(m, Boolean).every(Boolean) && m.length === run.points.length),
      );
      run.nlls ??= [];
      run.candidate ??= 0;
      at = all().length - 1;
      active = null;
      timeline.load(all());
      draw();
      drawStrips();
      figures(run);
      if (run.info) weigh(run);
      else learn();
    },
    close() {
      run = null;
      strip.hidden = sides.hidden = true;
    },
    /** Another moment is shown. */
    show(i) {
      if (run) {
        at = i;
        draw();
      }
    },
    moment: () => all()[at],
    moments: () => all(),
    /** The text of every span as it would be accepted now. */
    texts: () =>
      run.made?.made()
        ? all()
            .at(-1)
            .map((_, span) => run.made.text(candidate(), span, old(span)))
        : all()
            .at(-1)
            .map((f) => f.text),
    /** The same for Python: a candidate as it is, or picked changes. */
    chosen: () => (run.made?.made() ? { picks: run.made.picks(candidate()) } : { candidate: candidate() }),
  };
}
export const points = (text, ranges, before = pointsOf(text)) =>
  ranges.map((r) => [
    before(r.from),
    before(r.to),
    ...(r.strength == null && r.length == null && r.style == null
      ? []
      : [{ strength: r.strength ?? null, length: r.length ?? null, style: r.style ?? null }]),
  ]);
