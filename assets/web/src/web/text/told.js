// The document's text as Python has been told it: all of it once, and then what has changed. A question about it names
// its version, so what a question sends does not grow with the document.
import { newId } from "../dom/memory.js";
import { pointsOf } from "./offsets.js";
/** @import { Text } from "@codemirror/state" */
/** @import { Answer, Payload } from "../../shapes/answers.js" */
/** @import { About, Line, ToldText } from "../../shapes/core.js" */
/** @typedef {ToldText & {doc: Text, version: number}} Known */

const UNKNOWN = "unknown_text";
/** @param {number} unit */
const low = (unit) => unit >= 0xdc00 && unit <= 0xdfff;

/**
 * What turns one text into another, in UTF-16 units. No character is cut in two.
 * @param {string} before
 * @param {string} after
 */
export function change(before, after) {
  const most = Math.min(before.length, after.length);
  /** @type {(text: string, fromEnd: number) => number} */
  const last = (text, fromEnd) => text.charCodeAt(text.length - 1 - fromEnd);
  let at = 0;
  let same = 0;
  while (at < most && before.charCodeAt(at) === after.charCodeAt(at)) at++;
  if (at && (low(before.charCodeAt(at)) || low(after.charCodeAt(at)))) at--;
  while (same < most - at && last(before, same) === last(after, same)) same++;
  if (same && low(after.charCodeAt(after.length - same))) same--;
  return { at, gone: before.length - same - at, put: after.slice(at, after.length - same) };
}

/**
 * @param {Line["ask"]} ask
 * @returns {About}
 */
export function toldText(ask) {
  const page = newId();
  /** @type {Known | null} */
  let known = null;
  let made = 0;
  /** @type {Promise<Known | null>} */
  let telling = Promise.resolve(null);

  /**
   * What has changed since a text that Python knows.
   * @param {Known} before
   * @param {string} text
   * @returns {Payload}
   */
  function changed(before, text) {
    const { at, gone, put } = change(before.text, text);
    const start = before.points(at);
    return { base: before.version, at: start, gone: before.points(at + gone) - start, put };
  }
  /**
   * @param {Text} doc
   * @returns {Promise<Known | null>}
   */
  async function told(doc) {
    if (known?.doc === doc) return known;
    const text = doc.toString();
    const version = ++made;
    let answer = known && (await ask("text", { page, version, ...changed(known, text) }));
    if (!answer || answer.error?.code === UNKNOWN) answer = await ask("text", { page, version, text });
    if (answer.error) return null;
    known = { doc, text, version, points: pointsOf(text) };
    return known;
  }
  /**
   * One after the other: each is told as what has changed since the one before.
   * @param {Text} doc
   */
  function tell(doc) {
    telling = telling.then(() => told(doc));
    return telling;
  }
  return async function about(name, doc, question) {
    for (let tries = 0; tries < 2; tries++) {
      const now = await tell(doc);
      if (!now) return null;
      const answer = await ask(name, { ...question(now), page, version: now.version });
      if (!answer.error) return answer;
      if (answer.error.code !== UNKNOWN) return null;
      known = null; // Python has begun anew, or has let go of it
    }
    return null;
  };
}
