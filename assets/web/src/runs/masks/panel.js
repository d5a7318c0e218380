// The masks on the page: what can be done with them, their chips in the bar, and the popover at the one that is open.
import { EditorView, tooltips } from "@codemirror/view";
import { button, closest } from "../../web/dom/elements.js";
import { MASK_KEYS as KEYS } from "../../web/keys.js";
import { paragraphsOf } from "../../web/text/units.js";
import { maskChips } from "./chips.js";
import { inverted, lockedIn } from "./masks.js";
import { openMask } from "./opening.js";
import { maskPopover } from "./popover.js";
import { maskField } from "./state.js";
/** @import { Style } from "../../shapes/boot.js" */
/** @import { Command, Core } from "../../shapes/core.js" */
/** @import { Mask, Range } from "../../shapes/text.js" */
/** @typedef {ReturnType<typeof openMask>} Open */
/** @typedef {ReturnType<typeof actionsOf>} Actions */

const NONE = "There is no mask yet. Select some words and keep them as one first.";

/**
 * A row for the bar.
 * @param {Core} core
 * @param {object} is
 * @param {() => number} is.usual the strength of the settings panel
 * @param {() => Style[]} is.styles what a mask can be restyled as
 */
export function masksPart(core, { usual, styles }) {
  const popover = maskPopover(core, { mask: () => open.mask(), close: () => open.close(), usual, styles });
  /** @type {Open} */
  const open = openMask(core, popover);
  const actions = actionsOf(core, open, popover.focus);
  /** @param {string} name */
  const titleOf = (name) => styles().find((style) => style.name === name)?.title ?? name;
  const chips = maskChips(core, { visit: actions.visit, clear: actions.clear, titleOf });

  core.commands.add(...commandsOf(core, open, actions));
  core.extensions.push(
    open.extension,
    tooltips({ tooltipSpace: () => core.surface.view.dom.getBoundingClientRect() }),
    EditorView.domEventHandlers({
      click(event, view) {
        const id = closest(event, "[data-mask]")?.dataset.mask ?? null;
        if (event.button === 0 && view.state.selection.main.empty) open.show(id);
      },
    }),
    EditorView.updateListener.of((update) => {
      const changed = update.startState.field(maskField) !== update.state.field(maskField);
      if (update.docChanged || changed) chips.draw();
      if (changed) core.emit("masks");
    }),
  );
  core.on("masked", (id) => open.show(id ?? null));
  core.on("opened", chips.draw);
  core.on("state", popover.draw);
  const lockButton = button("Lock", {
    id: "lock",
    title: `Keep the selected words of a mask as they are (${core.key(KEYS.lock)})`,
    onclick: () => actions.lock(),
  });
  const invertButton = button("Invert", {
    id: "invert",
    title: `Mask the rest of the paragraph instead (${core.key(KEYS.invert)})`,
    onclick: () => actions.invert(false),
  });
  return { elements: [lockButton, invertButton], chips: chips.element };
}

/**
 * What can be done with the masks.
 * @param {Core} core
 * @param {Open} open
 * @param {() => void} enter goes into the popover
 */
function actionsOf(core, open, enter) {
  const view = () => core.surface.view;
  const masks = () => core.surface.masks();
  const head = () => view().state.selection.main.head;
  /** @type {(from: number, to: number) => string} */
  const slice = (from, to) => view().state.sliceDoc(from, to);
  const atHead = () => masks().find((m) => m.from <= head() && head() <= m.to);

  /**
   * The words that are selected, or the word at the caret when it stands in a mask.
   * @returns {Range[]}
   */
  function picked() {
    const some = core.surface.picked();
    if (some.length || !atHead()) return some;
    const word = view().state.wordAt(head());
    return word ? [{ from: word.from, to: word.to }] : [];
  }
  /** @param {Mask} mask */
  const opening = (mask) => [open.effect(mask.id), EditorView.scrollIntoView(mask.from, { y: "nearest", yMargin: 60 })];
  /**
   * Open a mask's popover and go into it.
   * @param {Mask} mask
   */
  function visit(mask, move = true) {
    view().dispatch({ selection: move ? { anchor: mask.from } : undefined, effects: opening(mask) });
    enter();
  }
  return {
    visit,
    clear() {
      open.close();
      core.surface.setMasks([]);
      view().focus();
    },
    lock() {
      const result = lockedIn(masks(), picked(), slice);
      if (result.error !== undefined) {
        core.notice(result.error);
        return;
      }
      core.clearNotices();
      core.surface.setMasks(result.masks);
      core.status(result.locked ? "Locked: these words stay." : "Unlocked");
      view().focus();
    },
    /** @param {boolean} everywhere */
    invert(everywhere) {
      const paragraphs = [...paragraphsOf(core.surface.text())];
      const now = inverted(masks(), core.surface.picked(), paragraphs, slice, everywhere);
      if (!now) {
        core.notice("Nothing is masked or selected, so there is nothing to invert. Select some words first.");
        return;
      }
      core.clearNotices();
      open.show(null);
      view().dispatch({ selection: { anchor: head() } }); // a selection would be rewritten, too
      core.surface.setMasks(now);
      core.status(now.length ? "Inverted" : "All of it was masked; nothing is now.");
      view().focus();
    },
    edit() {
      const mask = atHead() ?? open.mask();
      if (mask) visit(mask, false);
      else core.notice(masks().length ? "The caret is in no mask. Put it in one, or choose one in the bar." : NONE);
    },
    /** @param {number} by */
    step(by) {
      const all = masks();
      const after = all.find((m) => m.from > head()) ?? all.at(0);
      const before = all.findLast((m) => m.from < head()) ?? all.at(-1);
      const mask = by > 0 ? after : before;
      if (!mask) {
        core.notice(NONE);
        return;
      }
      view().dispatch({ selection: { anchor: mask.from }, effects: opening(mask) });
      view().focus();
    },
  };
}

/**
 * @param {Core} core
 * @param {Open} open
 * @param {Actions} actions
 * @returns {Command[]}
 */
function commandsOf(core, open, { clear, edit, invert, lock, step }) {
  const keyed = { group: "Masks", always: true };
  return [
    {
      id: "close-mask",
      title: "Close the mask's settings",
      hidden: true,
      key: "Escape",
      when: () => Boolean(open.mask()),
      run: open.close,
    },
    {
      id: "mask-settings",
      title: "Strength and length of the mask at the caret",
      key: KEYS.edit,
      run: edit,
      ...keyed,
    },
    { id: "lock", title: "Lock or unlock the selected words of a mask", key: KEYS.lock, run: lock, ...keyed },
    {
      id: "invert",
      title: "Invert what is masked in its paragraphs",
      key: KEYS.invert,
      run: () => invert(false),
      ...keyed,
    },
    { id: "invert-all", title: "Invert what is masked in the whole document", group: "Masks", run: () => invert(true) },
    { id: "next-mask", title: "Go to the next mask", key: KEYS.next, run: () => step(1), ...keyed },
    { id: "previous-mask", title: "Go to the previous mask", key: KEYS.previous, run: () => step(-1), ...keyed },
    {
      id: "remove-masks",
      title: "Remove all masks",
      group: "Masks",
      when: () => core.surface.masks().length > 0,
      run: clear,
    },
  ];
}
