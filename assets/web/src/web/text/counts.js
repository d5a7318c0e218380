// Words, characters and tokens of the text, or of what is selected in it.
import { debounce, h } from "../dom/dom.js";

const COUNT_MS = 150,
  TOKENS_MS = 500;

/** Words are what white space parts; a character outside the basic plane counts once. */
export const count = (text) => ({
  words: text.match(/\S+/g)?.length ?? 0,
  characters: text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0),
});

export function countsPart(core) {
  const element = h("p", { id: "counts", class: "counts" });
  let known = null; // {doc, key, tokens} of what was asked about last
  let asked = 0;

  /** What is counted: the ranges that are selected, or all of the text. */
  function counted() {
    const { doc, selection } = core.surface.view.state,
      ranges = selection.ranges.filter((r) => !r.empty);
    return { doc, ranges, key: JSON.stringify(ranges.map((r) => [r.from, r.to])) };
  }
  const isKnown = ({ doc, key }) => known?.doc === doc && known.key === key;
  function draw() {
    const now = counted(),
      text = now.ranges.length
        ? now.ranges.map((r) => now.doc.sliceString(r.from, r.to)).join("\n")
        : now.doc.toString();
    const { words, characters } = count(text);
    const parts = [
      [words, "word"],
      [characters, "character"],
      [isKnown(now) ? known.tokens : "…", "token"],
    ];
    element.textContent = `${now.ranges.length ? "Selected: " : ""}${parts.map(([n, name]) => `${n.toLocaleString()} ${name}${n === 1 ? "" : "s"}`).join(" · ")}`;
  }
  const drawSoon = debounce(COUNT_MS, draw);
  const tokens = debounce(TOKENS_MS, async () => {
    const now = counted(),
      mine = ++asked;
    if (!isKnown(now)) {
      const answer = await core.about("tokens", now.doc, ({ points }) =>
        now.ranges.length ? { ranges: now.ranges.map((r) => [points(r.from), points(r.to)]) } : {},
      );
      if (mine !== asked) return;
      known = { doc: now.doc, key: now.key, tokens: answer?.tokens ?? "–" }; // too much text to count
    }
    if (mine === asked) draw();
  });
  const changed = () => {
    drawSoon();
    tokens();
  };
  core.on("selected", changed);
  core.on("opened", changed);
  return { element };
}
