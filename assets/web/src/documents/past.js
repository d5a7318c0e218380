// What was found in the histories: revisions that brought the words in, runs that wrote them. A hit opens in place.
import { spelled } from "../web/address.js";
import { h } from "../web/dom/elements.js";
import { when } from "../web/dom/words.js";
/** @import { Answers } from "../shapes/answers.js" */

/**
 * @param {Answers["find"]} found
 * @param {() => void} leaving is called before a hit opens
 */
export function pastHits({ revisions, runs }, leaving) {
  const hits = [
    ...revisions.map((r) => ({
      ...r,
      what: "revision",
      to: spelled({ document: r.document_id, rev: r.revision, mark: [r.start, r.end] }),
    })),
    ...runs.map((r) => ({
      ...r,
      what: "run that was not accepted",
      to: spelled({ document: r.document_id, run: r.run }),
    })),
  ];
  return hits.map(({ title, created_at, what, excerpt, to }) => {
    const open = () => {
      leaving();
      location.hash = to;
    };
    const [before, hit, after] = excerpt;
    return h(
      "li",
      { id: "past-hit" },
      h(
        "button",
        { type: "button", class: "entry", onclick: open },
        h("span", { class: "name" }, title),
        h("span", { class: "meta" }, `${what} · `, h("time", { datetime: created_at }, when(created_at))),
        h("span", { class: "excerpt" }, before, h("mark", {}, hit), after),
      ),
    );
  });
}
