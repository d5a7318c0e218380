// The heat map: every word of the document coloured by how likely it is where it stands; and masks for the weakest.
import { EditorView } from "@codemirror/view";
import { button, h } from "../web/dom/elements.js";
import { remembered } from "../web/dom/memory.js";
import { debounce } from "../web/dom/timing.js";
import { many, percent } from "../web/dom/words.js";
import { HEAT_KEYS } from "../web/keys.js";
import { askAbout, distance, leftOut, stretchField } from "./asking.js";
import { cleared, heatMap, known, learned, redraw, STEPS } from "./heatmap.js";
import { weakest } from "./heatscale.js";
import { stretches } from "./stretches.js";
/** @import { Text } from "@codemirror/state" */
/** @import { Core, Documents } from "../shapes/core.js" */
/** @import { Range } from "../shapes/text.js" */
/** @import { Word } from "./heatscale.js" */
/** @typedef {Range & {count: number}} Wanted words to mask as soon as they are known */

const AGAIN_MS = 700;
const USUAL = 5;
const MOST = 50;
const NAMED = 3;
const { field: asking, set: asked } = stretchField();

/**
 * @param {Core} core
 * @param {{documents: Documents}} parts
 */
export function heatPart(core, { documents }) {
  if (!core.boot.weak_spots) return { bar: [], below: [] };
  const view = () => core.surface.view;
  let on = false;
  let busy = false;
  /** @type {Wanted | null} */
  let wanted = null;

  const toggle = button("Heat map", {
    id: "heat",
    "aria-pressed": "false",
    title: `Colour every word by how likely it is where it stands (${core.key(HEAT_KEYS.map)})`,
    onclick: () => set(!on),
  });
  const number = countField();
  const mask = button("Mask weakest", {
    id: "remask",
    title: `Mask the weakest words of the selection, or of the document (${core.key(HEAT_KEYS.mask)})`,
    onclick: () => remask(),
  });
  const legend = heatLegend(() => stop());
  core.extensions.push(
    known,
    asking,
    heatMap(() => on),
    EditorView.updateListener.of((u) => {
      if (u.docChanged && on) again();
    }),
  );
  const again = debounce(AGAIN_MS, () => next());

  // ---- asking --------------------------------------------------------------------------------------------------
  const cut = cutOnce();
  const knownNow = () => view().state.field(known);
  /** The stretches that are looked at, and those of them that are not known. */
  function stretchesNow() {
    const { doc } = view().state;
    const { from, to } = on || !wanted ? { from: 0, to: doc.length } : wanted;
    const every = cut(doc, from, to);
    const ends = new Map(knownNow().map((k) => [k.from, k.to]));
    return { every, left: every.filter((r) => ends.get(r.from) !== r.to) };
  }
  /** Ask about one stretch after another, those on the screen first. */
  async function next() {
    if (busy || !(on || wanted)) return;
    const { from, to } = view().viewport;
    const { every, left } = stretchesNow();
    const stretch = nearest(left, from, to);
    legend.draw({ done: every.length - left.length, total: every.length, on, shown: on || wanted !== null });
    if (stretch) await weigh(stretch);
    else finish();
  }
  /** @param {Range} stretch */
  async function weigh(stretch) {
    const target = documents.current();
    busy = true;
    view().dispatch({ effects: asked.of(stretch) });
    const { answer, unit } = await askAbout(core, "heat", stretch);
    busy = false;
    const now = view().state.field(asking);
    const here = target === documents.current();
    if (here && !answer) {
      stop("The words could not be weighed.");
      return;
    }
    if (here && now && answer && !answer.stale) {
      const words = answer.words.map(([a, b, p]) => ({ from: unit(now, a), to: unit(now, b), p }));
      view().dispatch({ effects: [asked.of(null), learned.of({ ...now, words, skipped: answer.skipped })] });
    }
    next();
  }
  function finish() {
    const words = knownNow().flatMap((r) => r.words);
    const left = leftOut(knownNow().flatMap((r) => r.skipped));
    if (on) legend.say(`${weakestOf(words, left)} ${left}`.trim());
    if (wanted) maskWeakest(words, wanted, left);
    wanted = null;
    legend.rest(on);
  }
  /** @type {(from: number, to: number) => string} */
  const slice = (from, to) => view().state.doc.sliceString(from, to);
  /**
   * @param {Word[]} words
   * @param {string} left what was left out
   */
  function weakestOf(words, left) {
    if (!words.length) return left ? "" : "There are no words yet.";
    const named = weakest(words, NAMED, slice).map((w) => `“${slice(w.from, w.to)}” ${percent(w.p)}`);
    return `Weakest: ${named.join(", ")}`;
  }
  /**
   * @param {Word[]} words
   * @param {Wanted} wish
   * @param {string} left what was left out
   */
  function maskWeakest(words, { from, to, count }, left) {
    const inside = words.filter((w) => w.from >= from && w.to <= to);
    const chosen = weakest(inside, count, slice).map((w) => ({ from: w.from, to: w.to }));
    wanted = null;
    core.surface.setMasks(chosen.sort((a, b) => a.from - b.from));
    const { main } = view().state.selection;
    if (main.from !== main.to) view().dispatch({ selection: { anchor: main.to } });
    const key = core.key("Mod-Enter");
    core.status(
      chosen.length
        ? `${many(chosen.length, "weak word")} masked; ${key} rewrites ${chosen.length === 1 ? "it" : "them"}`
        : `There is no word to mask. ${left}`.trim(),
    );
    core.emit("selected");
  }
  /** @param {string} [message] */
  function stop(message) {
    wanted = null;
    set(false);
    if (message) core.notice(message);
  }

  // ---- what people do ------------------------------------------------------------------------------------------
  /** @param {boolean} now */
  function set(now) {
    on = now;
    toggle.setAttribute("aria-pressed", String(on));
    again.cancel();
    legend.hide(!on && !wanted);
    view().dispatch({ effects: on ? redraw.of(null) : [redraw.of(null), cleared.of(null)] });
    if (on) next();
  }
  function remask() {
    const { from, to } = view().state.selection.main;
    const range = from === to ? { from: 0, to: view().state.doc.length } : { from, to };
    wanted = { ...range, count: number.take() };
    next();
    view().focus();
  }
  core.on("opened", () => {
    wanted = null;
    again.cancel();
    if (on) next();
    else legend.hide(true);
  });
  core.on("typed", () => {
    if (!wanted) return;
    wanted = null;
    legend.hide(!on);
    core.status("The text was changed; nothing is masked.");
  });
  const group = "Proofread";
  core.commands.add(
    { id: "heat", title: "Heat map of weak words on or off", group, key: HEAT_KEYS.map, run: () => set(!on) },
    { id: "remask", title: "Mask the weakest words", group, key: HEAT_KEYS.mask, run: () => remask() },
  );
  return {
    bar: [h("span", { class: "spacer" }), toggle, h("span", { class: "remask" }, mask, number.element)],
    below: [legend.element],
  };
}

/**
 * The stretch that is nearest to what is on the screen; of several the first.
 * @param {Range[]} all
 * @param {number} from
 * @param {number} to
 */
function nearest(all, from, to) {
  if (!all.length) return null;
  return all.reduce((best, r) => (distance(best, from, to) <= distance(r, from, to) ? best : r));
}

/** The stretches of a text that does not change are looked for once. */
function cutOnce() {
  /** @type {{doc: Text, from: number, to: number, every: Range[]} | null} */
  let cut = null;
  /** @type {(doc: Text, from: number, to: number) => Range[]} */
  return (doc, from, to) => {
    if (cut?.doc !== doc || cut.from !== from || cut.to !== to)
      cut = { doc, from, to, every: stretches(doc, from, to) };
    return cut.every;
  };
}

/** How many words are masked; remembered. */
function countField() {
  const element = h("input", {
    type: "number",
    id: "weakest-n",
    class: "count",
    min: "1",
    max: String(MOST),
    value: String(remembered.get("weakest", USUAL)),
    "aria-label": "How many of the weakest words to mask",
    onchange: () => {
      remembered.set("weakest", count());
    },
  });
  function count() {
    const given = element.valueAsNumber;
    return Number.isNaN(given) ? USUAL : Math.min(MOST, Math.max(1, Math.round(given)));
  }
  return {
    element,
    /** The number as it counts, which the field then says too. */
    take() {
      const n = count();
      element.value = String(n);
      return n;
    },
  };
}

/**
 * The scale, how far it is, and what was found.
 * @param {() => void} stop
 */
function heatLegend(stop) {
  const bar = h("progress", { max: "1", value: "0", "aria-label": "Words weighed" });
  const said = h("span", { class: "hint", role: "status", "aria-live": "polite" });
  const cancel = button("Cancel", { id: "heat-cancel", class: "small", onclick: () => stop() });
  const work = h("span", { class: "heat-work", hidden: true }, bar, cancel);
  const scale = h(
    "span",
    {
      class: "heat-scale",
      role: "img",
      "aria-label": "Ten colours, from unlikely, which is underlined with dots, to likely",
    },
    "unlikely",
    ...Array.from({ length: STEPS }, (_, i) => h("span", { class: `pz-heat pz-h${i}` }, "\u00a0a\u00a0")),
    "likely",
  );
  const element = h("div", { id: "heat-legend", class: "row heat-legend", hidden: true }, scale, work, said);
  return {
    element,
    /** @param {{done: number, total: number, on: boolean, shown: boolean}} now */
    draw({ done, total, on, shown }) {
      work.hidden = done >= total;
      bar.max = Math.max(1, total);
      bar.value = done;
      element.hidden = !shown;
      scale.hidden = !on;
      if (done < total) said.textContent = `${done} of ${total} paragraphs`;
    },
    /** @param {string} words */
    say(words) {
      said.textContent = words;
    },
    /**
     * All is known.
     * @param {boolean} on
     */
    rest(on) {
      work.hidden = true;
      element.hidden = !on;
    },
    /** @param {boolean} on */
    hide(on) {
      element.hidden = on;
    },
  };
}
