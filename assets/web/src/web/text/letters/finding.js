// Find in the text: what is typed is found in whatever form it stands there.
import { SearchQuery } from "@codemirror/search";
import { inAllForms } from "./forms.js";

/**
 * What goes through the text for a query; the library makes one with `create` of the query, which its types do not
 * name.
 * @typedef {object} Going
 * @property {SearchQuery} spec
 * @property {(...given: unknown[]) => unknown} nextMatch
 * @property {(...given: unknown[]) => unknown} prevMatch
 * @property {(...given: unknown[]) => unknown} matchAll
 * @property {(...given: unknown[]) => unknown} highlight
 * @property {(found: unknown) => string} getReplacement
 */
/** @typedef {SearchQuery & {create(): Going, unquote(text: string): string}} Query */

let ready = false;

/** From now on a query finds its words in all their forms; the panel shows them as they were typed. */
export function findAllForms() {
  if (ready) return;
  ready = true;
  const made = /** @type {Query} */ (SearchQuery.prototype);
  const plain = made.create;
  made.create = function create() {
    const forms = this.regexp ? null : inAllForms(this.unquote(this.search));
    if (!forms) return plain.call(this);
    const { caseSensitive, wholeWord } = this;
    const query = new SearchQuery({ search: forms, regexp: true, literal: true, caseSensitive, wholeWord });
    const going = plain.call(/** @type {Query} */ (query));
    return {
      spec: this,
      nextMatch: (...given) => going.nextMatch(...given),
      prevMatch: (...given) => going.prevMatch(...given),
      matchAll: (...given) => going.matchAll(...given),
      highlight: (...given) => going.highlight(...given),
      getReplacement: () => this.unquote(this.replace),
    };
  };
}
