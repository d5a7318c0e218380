// A figure or its data as a file.
import { h } from "../../web/dom/elements.js";

const KEPT_MS = 60_000; // a browser may begin late with what it was handed
const SHARP = 2; // pixels of a picture for one of the page

/**
 * @param {Blob} blob
 * @param {string} name
 */
export function hand(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}

/** @param {SVGElement} drawing */
export function svgText(drawing) {
  const copy = /** @type {SVGElement} */ (drawing.cloneNode(true));
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return new XMLSerializer().serializeToString(copy);
}

/**
 * The drawing as a PNG.
 * @param {SVGElement} drawing
 * @returns {Promise<Blob>}
 */
export async function png(drawing) {
  const { width, height } = drawing.getBoundingClientRect();
  const picture = new Image(width, height);
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(drawing))}`;
  await picture.decode();
  const canvas = h("canvas", {});
  canvas.width = Math.round(width * SHARP);
  canvas.height = Math.round(height * SHARP);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done, failed) => {
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture was made"))), "image/png");
  });
}
