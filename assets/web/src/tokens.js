// Drawing one span of one frame. A token is [text, state, confidence, alternatives]; states: m masked, n written now,
// s settled, r scraped again, x nothing here.
const NAMES = { m: "masked", n: "written in this step", s: "written earlier", r: "scraped again" };
const percent = (p) => `${Math.round(p * 100)} %`;

function describe([text, state, confidence, alternatives]) {
  const lines = [NAMES[state] + (text ? `, ${percent(confidence)} sure` : "")];
  for (const [other, p] of alternatives ?? []) lines.push(`${other === "" ? "nothing" : JSON.stringify(other)}  ${percent(p)}`);
  return lines.join("\n");
}

/** Fill `host` with the tokens of a span. */
export function drawTokens(host, toks) {
  const cells = [];
  for (const tok of toks) {
    const [text, state, confidence, alternatives] = tok;
    if (state === "x") continue;
    const cell = document.createElement("span");
    const written = state === "n" || state === "s";
    cell.className = `pz-tok pz-${state}` + (written ? ` pz-c${Math.min(9, Math.floor(confidence * 10))}` : "");
    const guess = alternatives?.[0]?.[0];
    cell.textContent = written ? text : guess?.trim() ? guess.replaceAll("\n", "⏎") : "\u00a0\u00a0\u00a0";
    if (!written && guess?.trim()) cell.classList.add("pz-ghost");
    cell.title = describe(tok);
    cells.push(cell);
  }
  host.replaceChildren(...cells);
}

/** The text that the tokens say so far, for people who cannot see them. */
export const spoken = (toks) => toks.map(([text, state]) => (state === "m" || state === "r" ? "…" : text)).join("");
