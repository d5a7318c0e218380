// Who wrote what: a bar beside the text in the colour of who did it, and on hover the revision, the run and the step.
import { StateField } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, gutter, hoverTooltip } from "@codemirror/view";
import { h } from "../web/dom/elements.js";
import { when } from "../web/dom/words.js";
import { toPoints, toUnits } from "../web/text/offsets.js";
/** @import { Line, Named } from "../shapes/core.js" */
/** @import { Revision } from "../shapes/answers.js" */
/** @import { RunSettings } from "../shapes/frames.js" */
/** @typedef {{from: number, to: number, revision: string}} Part */

/** @param {Revision | undefined} revision */
const kindOf = (revision) => (["run", "created"].includes(revision?.kind ?? "") ? String(revision?.kind) : "typed");

class Mark extends GutterMarker {
  /** @param {string} kind */
  constructor(kind) {
    super();
    this.kind = kind;
    this.elementClass = `pz-blame-${kind}`;
  }
  /** @param {Mark} other */
  eq(other) {
    return other.kind === this.kind;
  }
}
/** @type {Record<string, Mark>} */
const MARKS = { run: new Mark("run"), typed: new Mark("typed"), created: new Mark("created") };

/**
 * The parts of a text in UTF-16 units.
 * @param {string} text
 * @param {[number, string][]} stretches in code points
 * @returns {Part[]}
 */
export function partsOf(text, stretches) {
  let from = 0;
  return stretches.map(([length, revision]) => {
    const to = from + toUnits(text.slice(from, from + 2 * length), length);
    const part = { from, to, revision };
    from = to;
    return part;
  });
}

/**
 * Extensions of an editor that show who wrote what in it.
 * @param {string} text
 * @param {[number, string][]} stretches
 * @param {Map<string, Revision>} revisions
 * @param {{ask: Line["ask"], named: (settings: RunSettings) => Named, open: (revision: string) => unknown}} around
 */
export function blameOf(text, stretches, revisions, around) {
  const parts = partsOf(text, stretches);
  /** @param {number} at */
  const partAt = (at) => parts.find((part) => part.from <= at && at < part.to);
  const marks = Decoration.set(
    parts
      .filter((part) => part.from < part.to && kindOf(revisions.get(part.revision)) !== "created")
      .map(({ from, to, revision }) =>
        Decoration.mark({
          class: `pz-by-${kindOf(revisions.get(revision))}`,
          attributes: { "data-revision": revision },
        }).range(from, to),
      ),
  );
  const field = StateField.define({
    create: () => marks,
    update: (now) => now,
    provide: (of) => EditorView.decorations.from(of),
  });
  const bar = gutter({
    class: "pz-blame",
    lineMarker(_view, line) {
      const there = parts.filter((part) => part.from < Math.max(line.to, line.from + 1) && line.from < part.to);
      /** @type {Set<string>} */
      const kinds = new Set(there.map((part) => kindOf(revisions.get(part.revision))));
      return MARKS[["run", "typed", "created"].find((kind) => kinds.has(kind)) ?? "created"];
    },
  });
  const hover = hoverTooltip((_view, at) => {
    const part = partAt(at);
    if (!part) return null;
    return {
      pos: part.from,
      end: part.to,
      above: false, // the banner lies there
      create: () => ({ dom: tipOf(text, at, part, revisions, around) }),
    };
  });
  return [field, bar, hover];
}

/**
 * @param {string} text
 * @param {number} at
 * @param {Part} part
 * @param {Map<string, Revision>} revisions
 * @param {{ask: Line["ask"], named: (settings: RunSettings) => Named, open: (revision: string) => unknown}} around
 */
function tipOf(text, at, part, revisions, { ask, named, open }) {
  const revision = revisions.get(part.revision);
  const how = howOf(revision, named);
  const step = h("p", { class: "hint" });
  const dom = h(
    "div",
    { id: "blame-tip", class: "pz-blame-tip" },
    h("strong", {}, revision?.name ?? how),
    revision ? h("time", { datetime: revision.created_at }, when(revision.created_at)) : null,
    step,
    h("button", { type: "button", class: "small", onclick: () => open(part.revision) }, "Open that revision"),
  );
  if (revision?.run) {
    const words = text.slice(part.from, part.to);
    tellStep({ revision: part.revision, words, into: toPoints(words, at - part.from) }, ask, step);
  }
  return dom;
}

/**
 * The words may have moved since: they are looked for in the revision that brought them in.
 * @param {{revision: string, words: string, into: number}} place
 * @param {Line["ask"]} ask
 * @param {HTMLElement} step
 */
async function tellStep({ revision, words, into }, ask, step) {
  const told = await ask("wrote", { revision, words, at: into });
  if (!told.error && told.written) step.textContent = `Written in step ${told.written.step} of ${told.written.steps}`;
}

/**
 * @param {Revision | undefined} revision
 * @param {(settings: RunSettings) => Named} named
 */
function howOf(revision, named) {
  if (revision?.kind !== "run") return "Typed";
  return revision.settings ? `Denoised by ${named(revision.settings).system}` : "Denoised";
}
