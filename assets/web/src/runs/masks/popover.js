// The popover at a mask: its own strength, length and style, and the words in it that stay.
import { button, h, taken } from "../../web/dom/elements.js";
import { MASK_KEYS as KEYS } from "../../web/keys.js";
import { lengthField, locksField, strengthField, styleField } from "./fields.js";
import { onlyField } from "./only.js";
import { excerptOf } from "./wishes.js";
/** @import { Style } from "../../shapes/boot.js" */
/** @import { Core } from "../../shapes/core.js" */
/** @import { Mask, Range } from "../../shapes/text.js" */

/**
 * @param {Core} core
 * @param {object} is
 * @param {() => Mask | undefined} is.mask the one that is open
 * @param {() => void} is.close
 * @param {() => number} is.usual the strength of the settings panel
 * @param {() => Style[]} is.styles what a mask can be restyled as
 */
export function maskPopover(core, { mask, close, usual, styles }) {
  const masks = () => core.surface.masks();
  /** @param {Range} range */
  const excerpt = (range) => excerptOf(range, (from, to) => core.surface.view.state.sliceDoc(from, to));
  /** @param {Partial<Mask>} wishes */
  const own = (wishes) => {
    const id = mask()?.id;
    if (id) core.surface.setMasks(masks().map((one) => (one.id === id ? { ...one, ...wishes } : one)));
  };
  const heading = h("h3", {});
  const strength = strengthField((value) => own({ strength: value }));
  const length = lengthField((value) => own({ length: value }), core.boot.limits.span_tokens);
  const style = styleField((value) => own({ style: value }));
  const only = onlyField((value) => own({ only: value }));
  const locks = locksField(() => {
    own({ locks: [] });
    if (!locks.isHidden()) length.focus();
  });
  const element = h(
    "dialog",
    {
      id: "mask-popover",
      "aria-label": "Mask",
      open: true,
      onkeydown: (event) => {
        if (event.key !== "Escape") return;
        taken(event);
        close();
      },
    },
    h(
      "header",
      {},
      heading,
      button("×", { id: "mask-close", class: "icon", "aria-label": "Close", title: "Close (Esc)", onclick: close }),
    ),
    ...strength.elements,
    length.element,
    only.element,
    style.element,
    locks.element,
    h("footer", {}, button("Remove mask", { id: "mask-remove", class: "small", onclick: remove })),
  );

  function remove() {
    const id = mask()?.id;
    close();
    if (id) core.surface.setMasks(masks().filter((one) => one.id !== id));
  }
  // What is drawn, so that typing elsewhere draws nothing.
  /** @type {Mask | null} */
  let shown = null;
  let shownUsual = NaN;
  function draw() {
    const now = mask();
    if (!now || (now === shown && usual() === shownUsual)) return;
    const other = shown?.id !== now.id;
    shown = now;
    shownUsual = usual();
    heading.textContent = `Mask ${masks().indexOf(now) + 1}: “${excerpt(now)}”`;
    element.setAttribute("aria-label", heading.textContent);
    strength.draw(now, usual());
    length.draw(now, other);
    only.draw(now, other);
    style.draw(now, styles());
    locks.draw(now.locks.map(excerpt), `To keep some of its words, select them and press ${core.key(KEYS.lock)}.`);
  }
  return { element, draw, focus: strength.focus };
}
