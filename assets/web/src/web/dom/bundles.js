// Other bundles of the page, which come when they are first needed.
import { h } from "./elements.js";

const own = /** @type {HTMLScriptElement | null | undefined} */ (globalThis.document?.currentScript);
/** of the page's bundle, with its version */
const address = own?.src ?? "";

/** @param {string} file @returns the address of another file that belongs to this version of the page */
export const beside = (file) => address.replace(/[^/]+\.js(?=\?|$)/, file);

/** @type {Map<string, Promise<unknown>>} */
const asked = new Map();

/**
 * What a bundle exports. It is fetched once, and again where it did not come.
 * @param {string} file
 * @param {string} name of the global that holds it
 * @param {...HTMLLinkElement} sheets what has to come with it
 * @returns {Promise<unknown>}
 */
export function bundle(file, name, ...sheets) {
  const found = asked.get(file) ?? fetched(file, sheets).then(() => Reflect.get(window, name));
  asked.set(file, found);
  found.catch(() => asked.delete(file));
  return found;
}

/** @type {(file: string, sheets: HTMLLinkElement[]) => Promise<void>} */
function fetched(file, sheets) {
  return new Promise((done, failed) => {
    const script = h("script", {});
    script.src = beside(file);
    script.onload = () => done();
    script.onerror = () => failed(new Error(`${file} did not come`));
    for (const sheet of sheets) sheet.onerror = script.onerror;
    document.head.append(...sheets, script);
  });
}
