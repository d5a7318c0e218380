// The masks on the page: their chips in the bar, and a popover at a mask with its own wishes.
import { StateEffect, StateField } from "@codemirror/state";
import { EditorView, showTooltip, tooltips } from "@codemirror/view";
import { h } from "../../web/dom/dom.js";
import { MASK_KEYS as KEYS } from "../../web/keys.js";
import { inverted, lockedIn, maskField, strengthWords, wishWords } from "./masks.js";
import "./masks.css";
import { paragraphsOf } from "../../web/text/units.js";

const LENGTHS = [
  ["", "As in settings"],
  ["auto", "About as long"],
  ["shorter", "Shorter"],
  ["same", "The same length"],
  ["longer", "Longer"],
  ["exact", "Exactly…"],
];
const EXCERPT = 24;

/**
 * `usual()` is the strength of the settings panel; `styles()` what a mask can be restyled as: [{name, title, available}].
 * Returns {elements}, a row for the bar.
 */
export function masksPart(core, { usual = () => 1, styles = () => [] }) {
  const view = () => core.surface.view;
  const masks = () => core.surface.masks();
  const slice = (from, to) => view().state.sliceDoc(from, to);
  const excerpt = ({ from, to }) => {
    const text = slice(from, Math.min(to, from + 4 * EXCERPT))
      .trim()
      .replace(/\s+/g, " ");
    return text.length > EXCERPT || to - from > 4 * EXCERPT ? `${text.slice(0, EXCERPT).trimEnd()}…` : text;
  };
  const titleOf = (name) => styles().find((style) => style.name === name)?.title ?? name;
  const change = (id, wishes) =>
    core.surface.setMasks(masks().map((mask) => (mask.id === id ? { ...mask, ...wishes } : mask)));

  // ---- which mask is open --------------------------------------------------------------------------------------
  const setOpen = StateEffect.define();
  const opened = StateField.define({
    create: () => null,
    update(value, tr) {
      for (const effect of tr.effects) if (effect.is(setOpen)) value = effect.value;
      return value !== null && tr.state.field(maskField).some((mask) => mask.id === value) ? value : null;
    },
    provide: (field) =>
      showTooltip.compute([field, maskField], (state) => {
        const mask = state.field(maskField).find((other) => other.id === state.field(field));
        return mask ? { pos: mask.from, end: mask.to, create } : null;
      }),
  });
  const openMask = () => masks().find((mask) => mask.id === view().state.field(opened));
  function show(id) {
    if (view().state.field(opened) !== id) view().dispatch({ effects: setOpen.of(id) });
  }
  function close() {
    const inside = popover.contains(document.activeElement);
    show(null);
    if (inside) view().focus();
  }
  /** Below the last line of the mask that can be seen, at the start of its words there. */
  function place() {
    const mask = openMask(),
      box = view().scrollDOM.getBoundingClientRect();
    const at = (pos, side) => view().coordsAtPos(pos, side);
    const first = mask && at(mask.from, 1);
    if (!first) return box;
    const last = at(mask.to, -1),
      line = last && last.bottom < box.bottom ? last : first;
    const left = line.top > first.top ? view().contentDOM.getBoundingClientRect().left + 10 : first.left;
    return { left, right: left, top: first.top, bottom: line.bottom };
  }
  function create() {
    draw();
    return {
      dom: h("div", { class: "pz-maskpop" }, popover),
      getCoords: place,
      update: draw,
      resize: false,
      offset: { x: 0, y: 6 },
    };
  }

  // ---- the popover ---------------------------------------------------------------------------------------------
  const heading = h("h3", {});
  const own = (name, value) => {
    const mask = openMask();
    if (mask) change(mask.id, { [name]: value });
  };
  const strength = h("input", {
    id: "strength",
    type: "range",
    min: "0",
    max: "1",
    step: "0.05",
    "aria-label": "Strength of this mask",
    oninput: () => own("strength", strength.valueAsNumber),
  });
  const meaning = h("span", { id: "strength-words", class: "words" });
  const asPanel = h(
    "button",
    {
      type: "button",
      id: "strength-reset",
      class: "small",
      title: "Use the strength of the settings panel",
      onclick: () => {
        own("strength", null);
        strength.focus();
      },
    },
    "As in settings",
  );
  const wish = h(
    "select",
    {
      id: "wish",
      onchange: () => own("length", { "": null, exact: tokens.valueAsNumber }[wish.value] ?? (wish.value || null)),
    },
    ...LENGTHS.map(([value, text]) => h("option", { value }, text)),
  );
  const tokens = h("input", {
    id: "wish-tokens",
    type: "number",
    min: "1",
    max: String(core.boot.limits.span_tokens),
    step: "1",
    value: "8",
    "aria-label": "Tokens of this mask",
    oninput: () => {
      const n = tokens.valueAsNumber,
        fits = n >= 1 && n <= Number(tokens.max) && Number.isInteger(n);
      tokens.setAttribute("aria-invalid", String(!fits));
      if (fits) own("length", n);
    },
  });
  const style = h("select", { id: "mask-style", onchange: () => own("style", style.value || null) });
  const styleField = h("label", { class: "field" }, h("span", {}, "Style"), style);
  const kept = h("span", { id: "locks" });
  const unlock = h(
    "button",
    {
      type: "button",
      id: "unlock-all",
      class: "small",
      onclick: () => {
        own("locks", []);
        unlock.hidden || wish.focus();
      },
    },
    "Unlock",
  );
  const popover = h(
    "dialog",
    {
      id: "mask-popover",
      "aria-label": "Mask",
      open: true,
      onkeydown: (event) => {
        if (event.key === "Escape") {
          event.preventDefault();
          event.stopPropagation();
          close();
        }
      },
    },
    h(
      "header",
      {},
      heading,
      h(
        "button",
        {
          type: "button",
          id: "mask-close",
          class: "icon",
          "aria-label": "Close",
          title: "Close (Esc)",
          onclick: close,
        },
        "×",
      ),
    ),
    h("div", { class: "line" }, h("span", {}, "Strength"), asPanel),
    strength,
    h("div", { class: "ends", "aria-hidden": "true" }, h("span", {}, "touch up"), h("span", {}, "rewrite")),
    meaning,
    h("div", { class: "field" }, h("label", {}, h("span", {}, "Length"), wish), tokens),
    styleField,
    h("div", { class: "line kept" }, kept, unlock),
    h(
      "footer",
      {},
      h(
        "button",
        {
          type: "button",
          id: "mask-remove",
          class: "small",
          onclick: () => {
            const mask = openMask();
            close();
            if (mask) remove(mask.id);
          },
        },
        "Remove mask",
      ),
    ),
  );
  let shown = null,
    shownUsual; // what is drawn, so that typing elsewhere draws nothing
  function draw() {
    const mask = openMask();
    if (!mask || (mask === shown && usual() === shownUsual)) return;
    const other = shown?.id !== mask.id;
    shown = mask;
    shownUsual = usual();
    const place_ = masks().indexOf(mask) + 1;
    heading.textContent = `Mask ${place_}: “${excerpt(mask)}”`;
    popover.setAttribute("aria-label", heading.textContent);
    const share = mask.strength ?? usual(),
      [name, is] = strengthWords(share);
    strength.value = String(share);
    strength.classList.toggle("as-panel", mask.strength === null);
    meaning.textContent =
      mask.strength === null ? `As in settings: ${name}, ${is}` : `${share.toFixed(2)}: ${name}, ${is}`;
    strength.setAttribute("aria-valuetext", meaning.textContent);
    asPanel.hidden = mask.strength === null;
    const exact = typeof mask.length === "number";
    wish.value = exact ? "exact" : (mask.length ?? "");
    tokens.hidden = !exact;
    if (exact && (other || document.activeElement !== tokens)) {
      tokens.value = String(mask.length);
      tokens.setAttribute("aria-invalid", "false");
    }
    const offered = styles();
    styleField.hidden = !offered.length;
    style.replaceChildren(
      h("option", { value: "" }, "As in settings"),
      ...offered.map((s) =>
        h(
          "option",
          { value: s.name, disabled: !s.available },
          s.available ? s.title : `${s.title} (not with this model)`,
        ),
      ),
    );
    style.value = mask.style ?? "";
    const { locks } = mask;
    kept.textContent = locks.length
      ? `Kept: ${locks.map((l) => `“${excerpt(l)}”`).join(", ")}`
      : `To keep some of its words, select them and press ${core.key(KEYS.lock)}.`;
    unlock.hidden = !locks.length;
  }

  // ---- what can be done ----------------------------------------------------------------------------------------
  function remove(id) {
    core.surface.setMasks(masks().filter((mask) => mask.id !== id));
  }
  function clear() {
    close();
    core.surface.setMasks([]);
    view().focus();
  }
  /** The words that are selected, or the word at the caret when it stands in a mask. */
  function picked() {
    const some = core.surface.picked(),
      { head } = view().state.selection.main;
    if (some.length || !masks().some((m) => m.from <= head && head <= m.to)) return some;
    const word = view().state.wordAt(head);
    return word ? [{ from: word.from, to: word.to }] : [];
  }
  function lock() {
    const result = lockedIn(masks(), picked(), slice);
    if (result.error) return core.notice(result.error);
    core.clearNotices();
    core.surface.setMasks(result.masks);
    core.status(result.locked ? "Locked: these words stay." : "Unlocked");
    view().focus();
  }
  function invert(everywhere) {
    const now = inverted(masks(), core.surface.picked(), [...paragraphsOf(core.surface.text())], slice, everywhere);
    if (!now)
      return core.notice("Nothing is masked or selected, so there is nothing to invert. Select some words first.");
    core.clearNotices();
    show(null);
    view().dispatch({ selection: { anchor: view().state.selection.main.head } }); // a selection would be rewritten, too
    core.surface.setMasks(now);
    core.status(now.length ? "Inverted" : "All of it was masked; nothing is now.");
    view().focus();
  }
  function edit() {
    const { head } = view().state.selection.main,
      all = masks();
    const mask = all.find((m) => m.from <= head && head <= m.to) ?? openMask();
    if (!mask)
      return core.notice(
        all.length
          ? "The caret is in no mask. Put it in one, or choose one in the bar."
          : "There is no mask yet. Select some words and keep them as one first.",
      );
    visit(mask, false);
  }
  /** Open a mask's popover and go into it. */
  function visit(mask, move = true) {
    view().dispatch({
      selection: move ? { anchor: mask.from } : undefined,
      effects: [setOpen.of(mask.id), EditorView.scrollIntoView(mask.from, { y: "nearest", yMargin: 60 })],
    });
    strength.focus({ preventScroll: true });
  }
  function step(by) {
    const all = masks(),
      { head } = view().state.selection.main;
    if (!all.length) return core.notice("There is no mask yet. Select some words and keep them as one first.");
    const mask =
      by > 0 ? (all.find((m) => m.from > head) ?? all[0]) : (all.findLast((m) => m.from < head) ?? all.at(-1));
    view().dispatch({
      selection: { anchor: mask.from },
      effects: [setOpen.of(mask.id), EditorView.scrollIntoView(mask.from, { y: "nearest", yMargin: 60 })],
    });
    view().focus();
  }
  core.commands.add(
    {
      id: "close-mask",
      title: "Close the mask's settings",
      hidden: true,
      key: "Escape",
      when: () => Boolean(openMask()),
      run: close,
    },
    {
      id: "mask-settings",
      title: "Strength and length of the mask at the caret",
      group: "Masks",
      key: KEYS.edit,
      always: true,
      run: edit,
    },
    {
      id: "lock",
      title: "Lock or unlock the selected words of a mask",
      group: "Masks",
      key: KEYS.lock,
      always: true,
      run: lock,
    },
    {
      id: "invert",
      title: "Invert what is masked in its paragraphs",
      group: "Masks",
      key: KEYS.invert,
      always: true,
      run: () => invert(false),
    },
    { id: "invert-all", title: "Invert what is masked in the whole document", group: "Masks", run: () => invert(true) },
    { id: "next-mask", title: "Go to the next mask", group: "Masks", key: KEYS.next, always: true, run: () => step(1) },
    {
      id: "previous-mask",
      title: "Go to the previous mask",
      group: "Masks",
      key: KEYS.previous,
      always: true,
      run: () => step(-1),
    },
    { id: "remove-masks", title: "Remove all masks", group: "Masks", when: () => masks().length > 0, run: clear },
  );
  core.extensions.push(
    opened,
    tooltips({ tooltipSpace: () => core.surface.view.dom.getBoundingClientRect() }),
    EditorView.domEventHandlers({
      click(event, here) {
        const id = event.target.closest?.("[data-mask]")?.dataset.mask ?? null;
        if (event.button === 0 && here.state.selection.main.empty) show(id);
      },
    }),
    EditorView.updateListener.of((update) => {
      const changed = update.startState.field(maskField) !== update.state.field(maskField);
      if (update.docChanged || changed) chips();
      if (changed) core.emit("masks");
    }),
  );
  core.on("masked", (id) => show(id));
  core.on("opened", chips);
  core.on("state", draw);

  // ---- chips ---------------------------------------------------------------------------------------------------
  const list = h("div", { id: "masks", class: "pz-chips", role: "toolbar", "aria-label": "Masks", onkeydown: walk });
  const clearButton = h(
    "button",
    { type: "button", id: "masks-clear", class: "small", title: "Remove all masks", onclick: clear },
    "Clear",
  );
  let drawn = "";
  function chips() {
    const all = masks(),
      words = all.map((mask) => [`${excerpt(mask)}`, ...wishWords(mask, titleOf)]),
      key = JSON.stringify([all.map((m) => m.id), words]);
    if (key === drawn) return;
    drawn = key;
    const had = [...list.children].indexOf(document.activeElement);
    list.replaceChildren(
      ...all.map((mask, i) =>
        h(
          "button",
          {
            type: "button",
            id: "mask",
            class: "pz-chip",
            tabindex: i === Math.max(0, Math.min(had, all.length - 1)) ? "0" : "-1",
            title: words[i].join(", "),
            "aria-label": `Mask ${i + 1} of ${all.length}: “${words[i][0]}”${words[i]
              .slice(1)
              .map((w) => `, ${w}`)
              .join("")}`,
            onclick: () => visit(masks().find((m) => m.id === mask.id)),
          },
          h("b", {}, String(i + 1)),
          h("span", { class: "is" }, words[i].slice(1).join(" · ") || words[i][0]),
        ),
      ),
    );
    if (had >= 0 && all.length) list.children[Math.min(had, all.length - 1)].focus();
    list.hidden = clearButton.hidden = !all.length;
  }
  function walk(event) {
    const all = [...list.children],
      at = all.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || !all[to]) return;
    event.preventDefault();
    for (const [i, chip] of all.entries()) chip.tabIndex = i === to ? 0 : -1;
    all[to].focus();
  }
  list.hidden = clearButton.hidden = true;
  const lockButton = h(
    "button",
    {
      type: "button",
      id: "lock",
      title: `Keep the selected words of a mask as they are (${core.key(KEYS.lock)})`,
      onclick: () => lock(),
    },
    "Lock",
  );
  const invertButton = h(
    "button",
    {
      type: "button",
      id: "invert",
      title: `Mask the rest of the paragraph instead (${core.key(KEYS.invert)})`,
      onclick: () => invert(false),
    },
    "Invert",
  );
  return { elements: [lockButton, invertButton, list, clearButton] };
}
