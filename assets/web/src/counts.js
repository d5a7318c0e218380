// Words, characters and tokens of the text, or of what is selected in it.
import { debounce, h } from "./dom.js";

const COUNT_MS = 150, TOKENS_MS = 500;

/** Words are what white space parts; a character outside the basic plane counts once. */
export const count = (text) => ({
  words: text.match(/\S+/g)?.length ?? 0,
  characters: text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0),
});

export function countsPart(core) {
  const element = h("p", { id: "counts", class: "counts" });
  const known = new Map(); // tokens of the texts asked about last
  let asked = 0;

  /** The selected text, or all of it. */
  function counted() {
    const { state } = core.surface.view, selected = state.selection.ranges.filter((r) => !r.empty);
    return { selection: selected.length > 0, text: selected.length ? selected.map((r) => state.sliceDoc(r.from, r.to)).join("\n") : core.surface.text() };
  }
  function draw() {
    const { selection, text } = counted(), { words, characters } = count(text);
    const parts = [[words, "word"], [characters, "character"], [known.get(text) ?? "…", "token"]];
    element.textContent = `${selection ? "Selected: " : ""}${parts.map(([n, name]) => `${n.toLocaleString()} ${name}${n === 1 ? "" : "s"}`).join(" · ")}`;
  }
  const drawSoon = debounce(COUNT_MS, draw);
  const tokens = debounce(TOKENS_MS, async () => {
    const { text } = counted(), mine = ++asked;
    if (!known.has(text)) {
      const answer = await core.quietly("tokens", { text });
      if (known.size > 8) known.clear();
      known.set(text, answer?.tokens ?? "–"); // too much text to count
    }
    if (mine === asked) draw();
  });
  const changed = () => { drawSoon(); tokens(); };
  core.on("selected", changed);
  core.on("opened", changed);
  return { element };
}
