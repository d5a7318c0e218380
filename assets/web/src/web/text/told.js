// The document's text as Python has been told it: all of it once, and then what has changed. A question about it names its version, so
// what a question sends does not grow with the document.
import { newId } from "../dom/dom.js";
import { pointsOf } from "./offsets.js";

const low = (unit) => unit >= 0xdc00 && unit <= 0xdfff;

/** What turns one text into another, in UTF-16 units: {at, gone, put}. No character is cut in two. */
export function change(before, after) {
  const most = Math.min(before.length, after.length);
  let at = 0,
    same = 0;
  while (at < most && before.charCodeAt(at) === after.charCodeAt(at)) at++;
  if (at && (low(before.charCodeAt(at)) || low(after.charCodeAt(at)))) at--;
  while (same < most - at && before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same))
    same++;
  if (same && low(after.charCodeAt(after.length - same))) same--;
  return { at, gone: before.length - same - at, put: after.slice(at, after.length - same) };
}

/** `ask(name, payload)` asks Python and may answer {error}. */
export function toldText(ask) {
  const page = newId();
  let known = null; // {doc, text, version, points(unit)}
  let made = 0,
    telling = Promise.resolve(null);

  async function told(doc) {
    if (known?.doc === doc) return known;
    const before = known,
      text = doc.toString(),
      version = ++made;
    let answer = null;
    if (before) {
      const { at, gone, put } = change(before.text, text),
        start = before.points(at);
      answer = await ask("text", {
        page,
        version,
        base: before.version,
        at: start,
        gone: before.points(at + gone) - start,
        put,
      });
    }
    if (!answer || answer.error?.code === "unknown_text") answer = await ask("text", { page, version, text });
    if (answer.error) return null;
    known = { doc, text, version, points: pointsOf(text) };
    return known;
  }
  /** One after the other: each is told as what has changed since the one before. */
  const tell = (doc) => (telling = telling.then(() => told(doc)));

  /** Ask a question about a document's text: `question({text, points})` is what it says beside. Null when there is no answer. */
  return async function about(name, doc, question) {
    for (let tries = 0; tries < 2; tries++) {
      const now = await tell(doc);
      if (!now) return null;
      const answer = await ask(name, { ...question(now), page, version: now.version });
      if (answer.error?.code !== "unknown_text") return answer.error ? null : answer;
      known = null; // Python has begun anew, or has let go of it
    }
    return null;
  };
}
