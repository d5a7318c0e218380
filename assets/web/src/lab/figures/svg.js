// Elements of a drawing.
const XML = "http://www.w3.org/XML/1998/namespace";

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 */
export function svg(tag, attributes, ...children) {
  const element = /** @type {SVGElement} */ (document.createElementNS("http://www.w3.org/2000/svg", tag));
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("xml:")) element.setAttributeNS(XML, name, String(value));
    else element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}
