// The smallest element builder, and what is asked of elements again and again.
/** @import { Attributes, Child } from "../../shapes/dom.js" */
/** @import { Figure } from "../../shapes/frames.js" */

/**
 * An element. Strings become text nodes, never markup; `id` is its test id, `on...` a listener.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  element.append(...children.filter((child) => child != null));
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {string} name
 * @param {unknown} value
 */
function set(element, name, value) {
  if (value === false || value == null) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
  else if (name === "id") element.dataset.testid = String(value);
  else if (name in element && typeof value !== "string") Object.assign(element, { [name]: value });
  else element.setAttribute(name, value === true ? "" : String(value));
}

/**
 * A button.
 * @param {string} text
 * @param {Attributes} attributes
 */
export const button = (text, attributes) => h("button", { type: "button", ...attributes }, text);

/**
 * Terms of a description list.
 * @param {Figure[]} list
 */
export const terms = (list) =>
  list.map(([name, value, meaning]) => h("div", { title: meaning }, h("dt", {}, name), h("dd", {}, String(value))));

/**
 * The element of an event, or the one around it, that fits a selector.
 * @param {Event} event
 * @param {string} selector
 */
export const closest = (event, selector) =>
  event.target instanceof Element ? /** @type {HTMLElement | null} */ (event.target.closest(selector)) : null;

/**
 * The place of the element that has the focus; -1 when none of them has.
 * @param {Element[]} elements
 */
export const focusedAt = (elements) => elements.indexOf(/** @type {Element} */ (document.activeElement));

/**
 * The children of an element, as elements that can have the focus.
 * @param {Element} element
 */
export const childrenOf = (element) => /** @type {HTMLElement[]} */ ([...element.children]);

/**
 * The event goes no further, and does nothing of its own.
 * @param {Event} event
 */
export function taken(event) {
  event.preventDefault();
  event.stopPropagation();
}
