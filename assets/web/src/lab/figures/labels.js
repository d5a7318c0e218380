// Where what is said of a point stands: beside it, off the lines and off the other labels.

/** @typedef {{x: number, y: number, width: number}} Place a label's point, and how wide its words are */
/** @typedef {{dx: number, dy: number, anchor: "start" | "end" | "middle"}} Put */
/** @typedef {{left: number, right: number, top: number, bottom: number}} Box */

const HEIGHT = 15;
const BESIDE = 9;
/** middles of labels, from the nearest to the point on */
const HEIGHTS = [-12, 13, -28, -44, -60];
/** @type {Put["anchor"][]} */
const ANCHORS = ["start", "end", "middle"];

/**
 * @param {Place} place
 * @param {Put} put
 * @returns {Box}
 */
export function boxOf({ x, y, width }, { dx, dy, anchor }) {
  const left = x + dx - { start: 0, middle: width / 2, end: width }[anchor];
  return { left, right: left + width, top: y + dy - HEIGHT / 2, bottom: y + dy + HEIGHT / 2 };
}

/** @param {Box} a @param {Box} b */
export const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/**
 * A place for every label, each where it covers the least; of those that cover the same, the nearest.
 * @param {Place[]} places
 * @param {[x: number, y: number][][]} lines in the same pixels
 * @param {Box} frame no label leaves it while there is room
 * @returns {Put[]}
 */
export function putLabels(places, lines, frame) {
  const spots = lines.flatMap(dense);
  /** @type {Box[]} */
  const taken = places.map(({ x, y }) => ({ left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 }));
  return places.map((place) => {
    const all = HEIGHTS.flatMap((dy) =>
      ANCHORS.map((anchor) => ({ dx: { start: BESIDE, middle: 0, end: -BESIDE }[anchor], dy, anchor })),
    );
    const costs = all.map((put) => cost(boxOf(place, put), spots, taken, frame));
    const best = all[costs.indexOf(Math.min(...costs))];
    taken.push(boxOf(place, best));
    return best;
  });
}

/**
 * @param {Box} box
 * @param {[number, number][]} spots
 * @param {Box[]} taken
 * @param {Box} frame
 */
function cost(box, spots, taken, frame) {
  const outside = [frame.left - box.left, box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom];
  const covered = spots.filter(([x, y]) => x > box.left && x < box.right && y > box.top && y < box.bottom).length;
  return (
    covered +
    1000 * taken.filter((other) => meet(box, other)).length +
    10_000 * outside.filter((over) => over > 0).length
  );
}

/** A line as points that lie no further apart than two pixels. @param {[number, number][]} line */
function dense(line) {
  return line.slice(1).flatMap(([x, y], i) => {
    const [fromX, fromY] = line[i];
    const steps = Math.min(400, Math.ceil(Math.hypot(x - fromX, y - fromY) / 2)) || 1;
    return Array.from({ length: steps }, (_, k) => {
      const share = (k + 1) / steps;
      return /** @type {[number, number]} */ ([fromX + share * (x - fromX), fromY + share * (y - fromY)]);
    });
  });
}
