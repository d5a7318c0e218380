// The tree of revisions as lanes: the line of the document first, attempts beside it. Children stand above their
// parents.

/** @typedef {{id: string, parent: string | null, on_head_line: boolean}} Knot */
/**
 * What is drawn beside a row: its own lane; lanes that run through; whether its line goes on above and below;
 * lanes that end in it.
 * @typedef {object} Strand
 * @property {number} lane
 * @property {number[]} through
 * @property {boolean} above
 * @property {boolean} below
 * @property {number[]} joins
 */

export const LANES = 6;

/**
 * @param {Knot[]} knots in the order of the list
 * @returns {Strand[]}
 */
export function strands(knots) {
  /** @type {(string | null)[]} what each lane waits for */
  const waiting = [];
  return knots.map(({ id, parent, on_head_line }) => {
    const mine = waiting.flatMap((wanted, lane) => (wanted === id ? [lane] : []));
    const free = waiting.findIndex((wanted, lane) => wanted === null && lane > 0);
    const lane = on_head_line ? 0 : (mine.find((l) => l > 0) ?? (free > 0 ? free : Math.max(1, waiting.length)));
    const joins = mine.filter((l) => l !== lane);
    for (const l of mine) waiting[l] = null;
    while (waiting.length <= lane) waiting.push(null);
    const through = waiting.flatMap((wanted, l) => (wanted !== null && l !== lane ? [l] : []));
    waiting[lane] = parent;
    return { lane, through, above: mine.includes(lane), below: parent !== null, joins };
  });
}

const STEP = 12;
const NS = "http://www.w3.org/2000/svg";

/** @param {number} lane */
const x = (lane) => 7 + STEP * Math.min(lane, LANES - 1);

/**
 * The picture of a strand. It is as high as its row: lines are drawn by percent, the knot stands at the row's title.
 * @param {Strand} strand
 * @param {number} widest lane of all
 * @param {string} kind
 */
export function picture({ lane, through, above, below, joins }, widest, kind) {
  const svg = document.createElementNS(NS, "svg");
  svg.setAttribute("class", "strand");
  svg.setAttribute("width", String(x(widest) + 7));
  svg.setAttribute("aria-hidden", "true");
  const middle = 18;
  /** @type {(from: number, to: string | number, at: number, name?: string) => void} */
  const line = (from, to, at, name = "") =>
    draw(svg, "line", { x1: x(at), x2: x(at), y1: from, y2: to, class: `lane-${Math.min(at, LANES - 1)} ${name}` });
  for (const l of through) line(0, "100%", l);
  if (above) line(0, middle, lane);
  if (below) line(middle, "100%", lane);
  for (const l of joins)
    draw(svg, "path", {
      d: `M${x(l)} 0 V${middle - 8} Q${x(l)} ${middle} ${x(lane)} ${middle}`,
      class: `lane-${Math.min(l, LANES - 1)}`,
    });
  draw(svg, "circle", {
    cx: x(lane),
    cy: middle,
    r: kind === "run" ? 4.5 : 3.5,
    class: `knot ${kind} lane-${Math.min(lane, LANES - 1)}`,
  });
  return svg;
}

/**
 * @param {Element} into
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
function draw(into, tag, attributes) {
  const made = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  into.append(made);
}
