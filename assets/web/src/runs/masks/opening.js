// Which mask is open: its popover stands at it, and goes when the mask does.
import { StateEffect, StateField } from "@codemirror/state";
import { showTooltip } from "@codemirror/view";
import { h } from "../../web/dom/elements.js";
import { maskField } from "./state.js";
/** @import { Rect } from "@codemirror/view" */
/** @import { Core } from "../../shapes/core.js" */

const GAP = 6;
const INDENT = 10; // as the padding of a line

/**
 * @param {Core} core
 * @param {{element: HTMLElement, draw: () => void}} popover
 */
export function openMask(core, popover) {
  const view = () => core.surface.view;
  /** @type {import("@codemirror/state").StateEffectType<string | null>} */
  const setOpen = StateEffect.define();
  /** @type {StateField<string | null>} */
  const opened = StateField.define({
    create: () => /** @type {string | null} */ (null),
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
  const mask = () => core.surface.masks().find((one) => one.id === view().state.field(opened));

  /**
   * Below the last line of the mask that can be seen, at the start of its words there.
   * @returns {Rect}
   */
  function place() {
    const now = mask();
    const box = view().scrollDOM.getBoundingClientRect();
    const first = now && view().coordsAtPos(now.from, 1);
    if (!first) return box;
    const last = view().coordsAtPos(now.to, -1);
    const line = last && last.bottom < box.bottom ? last : first;
    const left = line.top > first.top ? view().contentDOM.getBoundingClientRect().left + INDENT : first.left;
    return { left, right: left, top: first.top, bottom: line.bottom };
  }
  function create() {
    popover.draw();
    return {
      dom: h("div", { class: "pz-maskpop" }, popover.element),
      getCoords: place,
      update: popover.draw,
      resize: false,
      offset: { x: 0, y: GAP },
    };
  }
  /** @param {string | null} id */
  function show(id) {
    if (view().state.field(opened) !== id) view().dispatch({ effects: setOpen.of(id) });
  }
  return {
    extension: opened,
    mask,
    show,
    /** @param {string} id */
    effect: (id) => setOpen.of(id),
    close() {
      const inside = popover.element.contains(document.activeElement);
      show(null);
      if (inside) view().focus();
    },
  };
}
