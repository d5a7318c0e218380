// The heat map: every word of the document coloured by how likely it is where it stands; and masks for the weakest.
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin } from "@codemirror/view";
import { leftOut, stretchField, stretchOf } from "./asking.js";
import { debounce, h, remembered } from "../web/dom/dom.js";
import { level, weakest } from "./heatscale.js";
import { HEAT_KEYS } from "../web/keys.js";
import { stretches } from "./stretches.js";
import "./weak.css";

const AGAIN_MS = 700,
  STEPS = 10,
  USUAL = 5,
  MOST = 50;

const learned = StateEffect.define(); // {from, to, words: [{from, to, p}], skipped}
const cleared = StateEffect.define();
/** Stretches [{from, to, words, skipped}] whose words are known, in order; one whose text changes is dropped. */
const known = StateField.define({
  create: () => [],
  update(all, tr) {
    if (tr.docChanged)
      all = all
        .filter((r) => !tr.changes.touchesRange(r.from, r.to))
        .map((r) => {
          const by = tr.changes.mapPos(r.from, 1) - r.from;
          return by
            ? {
                ...r,
                from: r.from + by,
                to: r.to + by,
                words: r.words.map((w) => ({ ...w, from: w.from + by, to: w.to + by })),
              }
            : r;
        });
    for (const effect of tr.effects) {
      if (effect.is(cleared)) all = [];
      if (effect.is(learned))
        all = [...all.filter((r) => r.to <= effect.value.from || r.from >= effect.value.to), effect.value].sort(
          (a, b) => a.from - b.from,
        );
    }
    return all;
  },
});
const { field: asking, set: asked } = stretchField();

export function heatPart(core, { documents }) {
  if (!core.boot.weak_spots) return { bar: [], below: [] };
  const view = () => core.surface.view;
  let on = false,
    busy = false,
    wanted = null; // wanted: {from, to, count} of words to mask as soon as they are known

  const toggle = h(
    "button",
    {
      type: "button",
      id: "heat",
      "aria-pressed": "false",
      title: `Colour every word by how likely it is where it stands (${core.key(HEAT_KEYS.map)})`,
      onclick: () => set(!on),
    },
    "Heat map",
  );
  const number = h("input", {
    type: "number",
    id: "weakest-n",
    class: "count",
    min: "1",
    max: String(MOST),
    value: String(remembered.get("weakest", USUAL)),
    "aria-label": "How many of the weakest words to mask",
    onchange: () => remembered.set("weakest", count()),
  });
  const mask = h(
    "button",
    {
      type: "button",
      id: "remask",
      title: `Mask the weakest words of the selection, or of the document (${core.key(HEAT_KEYS.mask)})`,
      onclick: () => remask(),
    },
    "Mask weakest",
  );
  const bar = h("progress", { max: "1", value: "0", "aria-label": "Words weighed" });
  const said = h("span", { class: "hint", role: "status", "aria-live": "polite" });
  const cancel = h("button", { type: "button", id: "heat-cancel", class: "small", onclick: () => stop() }, "Cancel");
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
  const legend = h("div", { id: "heat-legend", class: "row heat-legend", hidden: true }, scale, work, said);

  const marks = Array.from({ length: STEPS }, (_, i) => Decoration.mark({ class: `pz-heat pz-h${i}` }));
  const draw = ({ state, visibleRanges }) => {
    if (!on) return Decoration.none;
    const seen = visibleRanges.flatMap(({ from, to }) =>
      state
        .field(known)
        .filter((r) => r.from < to && r.to > from)
        .flatMap((r) => r.words.filter((w) => w.from < to && w.to > from)),
    );
    return Decoration.set(
      [...new Set(seen)].map((w) => marks[level(w.p)].range(w.from, w.to)),
      true,
    );
  };
  const redraw = StateEffect.define();
  core.extensions.push(
    known,
    asking,
    ViewPlugin.fromClass(
      class {
        constructor(v) {
          this.decorations = draw(v);
        }
        update(u) {
          if (
            u.docChanged ||
            u.viewportChanged ||
            u.startState.field(known) !== u.state.field(known) ||
            u.transactions.some((tr) => tr.effects.some((e) => e.is(redraw)))
          )
            this.decorations = draw(u.view);
        }
      },
      { decorations: (plugin) => plugin.decorations },
    ),
    EditorView.updateListener.of((u) => {
      if (u.docChanged && on) again();
    }),
  );
  const again = debounce(AGAIN_MS, () => next());

  // ---- asking --------------------------------------------------------------------------------------------------
  let cut = null; // {doc, from, to, every}: the stretches of a text that does not change are looked for once
  const missing = () => {
    const { doc } = view().state,
      found = view().state.field(known),
      limits = on || !wanted ? { from: 0, to: doc.length } : wanted;
    if (cut?.doc !== doc || cut.from !== limits.from || cut.to !== limits.to)
      cut = { doc, ...limits, every: stretches(doc, limits.from, limits.to) };
    const ends = new Map(found.map((k) => [k.from, k.to]));
    return { every: cut.every, left: cut.every.filter((r) => ends.get(r.from) !== r.to) };
  };
  /** Ask about one stretch after another, those on the screen first. */
  async function next() {
    if (busy || !(on || wanted)) return;
    const target = documents.current(),
      { from, to } = view().viewport,
      { every, left } = missing();
    const far = (r) => Math.max(r.from - to, from - r.to, 0);
    const stretch = left.reduce((best, r) => (best && far(best) <= far(r) ? best : r), null);
    progress(every.length - left.length, every.length);
    if (!stretch) return finish();
    let unit = null;
    busy = true;
    view().dispatch({ effects: asked.of(stretch) });
    const answer = await core.about("heat", view().state.doc, (told) => {
      const question = stretchOf(told, stretch);
      unit = question.unit;
      return question.asked;
    });
    busy = false;
    if (target !== documents.current()) return next();
    const now = view().state.field(asking);
    if (!answer) return stop("The words could not be weighed.");
    if (now && !answer.stale) {
      view().dispatch({
        effects: [
          asked.of(null),
          learned.of({
            ...now,
            words: answer.words.map(([a, b, p]) => ({ from: unit(now, a), to: unit(now, b), p })),
            skipped: answer.skipped,
          }),
        ],
      });
    }
    next();
  }
  function progress(done, total) {
    work.hidden = done >= total;
    bar.max = Math.max(1, total);
    bar.value = done;
    legend.hidden = !(on || wanted);
    scale.hidden = !on;
    if (done < total) said.textContent = `${done} of ${total} paragraphs`;
  }
  function finish() {
    work.hidden = true;
    const { doc } = view().state;
    const words = view()
      .state.field(known)
      .flatMap((r) => r.words);
    const left = leftOut(
      view()
        .state.field(known)
        .flatMap((r) => r.skipped),
    );
    if (on)
      said.textContent = words.length
        ? `Weakest: ${weakest(words, 3, doc.sliceString.bind(doc))
            .map((w) => `“${doc.sliceString(w.from, w.to)}” ${Math.round(w.p * 100)} %`)
            .join(", ")}`
        : left
          ? ""
          : "There are no words yet.";
    if (on && left) said.textContent = `${said.textContent} ${left}`.trim();
    if (wanted) {
      const { from, to, count: n } = wanted;
      wanted = null;
      const chosen = weakest(
        words.filter((w) => w.from >= from && w.to <= to),
        n,
        doc.sliceString.bind(doc),
      );
      core.surface.setMasks(chosen.map(({ from: a, to: b }) => ({ from: a, to: b })).sort((a, b) => a.from - b.from));
      if (view().state.selection.main.from !== view().state.selection.main.to)
        view().dispatch({ selection: { anchor: view().state.selection.main.to } });
      core.status(
        chosen.length
          ? `${chosen.length} weak word${chosen.length === 1 ? "" : "s"} masked; ${core.key("Mod-Enter")} rewrites them`
          : `There is no word to mask. ${left}`.trim(),
      );
      core.emit("selected");
    }
    legend.hidden = !on;
  }
  function stop(message) {
    wanted = null;
    set(false);
    if (message) core.notice(message);
  }

  // ---- what people do ------------------------------------------------------------------------------------------
  function set(now) {
    on = now;
    toggle.setAttribute("aria-pressed", String(on));
    again.cancel();
    legend.hidden = !on && !wanted;
    view().dispatch({ effects: on ? redraw.of(null) : [redraw.of(null), cleared.of(null)] });
    if (on) next();
  }
  const count = () => Math.min(MOST, Math.max(1, Math.round(number.valueAsNumber) || USUAL));
  function remask() {
    const { from, to } = view().state.selection.main;
    wanted = { ...(from === to ? { from: 0, to: view().state.doc.length } : { from, to }), count: count() };
    number.value = String(wanted.count);
    next();
    view().focus();
  }
  core.on("opened", () => {
    wanted = null;
    again.cancel();
    if (on) next();
    else legend.hidden = true;
  });
  core.on("typed", () => {
    if (wanted) {
      wanted = null;
      legend.hidden = !on;
      core.status("The text was changed; nothing is masked.");
    }
  });
  core.commands.add(
    {
      id: "heat",
      title: "Heat map of weak words on or off",
      group: "Proofread",
      key: HEAT_KEYS.map,
      run: () => set(!on),
    },
    { id: "remask", title: "Mask the weakest words", group: "Proofread", key: HEAT_KEYS.mask, run: () => remask() },
  );
  return {
    bar: [h("span", { class: "spacer" }), toggle, h("span", { class: "remask" }, mask, number)],
    below: [legend],
  };
}
