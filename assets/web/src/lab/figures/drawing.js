// A curve that is drawn with the mouse: its points are pulled, and stay a schedule.

/**
 * The points with one of them pulled to a height. Both ends stay; the others give way, so that the curve never rises.
 * @param {number[]} points
 * @param {number} at
 * @param {number} height
 */
export function pulled(points, at, height) {
  if (at <= 0 || at >= points.length - 1) return points;
  const to = Math.round(Math.min(1, Math.max(0, height)) * 100) / 100;
  return points.map((one, i) => {
    if (i === at) return to;
    if (i === 0 || i === points.length - 1) return one;
    return i < at ? Math.max(one, to) : Math.min(one, to);
  });
}

/** @typedef {{invert?: (value: number) => number}} Scale */

/**
 * @param {HTMLElement} stage where the figure is drawn, again and again
 * @param {() => {drawing: SVGElement, points: number[], set: (points: number[]) => void} | null} current
 */
export function drawable(stage, current) {
  /** @param {PointerEvent} event */
  function pull(event) {
    const now = current();
    if (!now) return;
    const { drawing, points, set } = now;
    const { left, top } = drawing.getBoundingClientRect();
    const scaled = /** @type {SVGElement & {scale(name: string): Scale | undefined}} */ (drawing);
    const x = scaled.scale("x")?.invert?.(event.clientX - left) ?? 0;
    const y = scaled.scale("y")?.invert?.(event.clientY - top) ?? 0;
    const at = Math.min(points.length - 2, Math.max(1, Math.round(x * (points.length - 1))));
    set(pulled(points, at, y));
  }
  stage.addEventListener("pointerdown", (event) => {
    if (!current() || event.button !== 0) return;
    event.preventDefault();
    stage.setPointerCapture(event.pointerId);
    pull(event);
  });
  stage.addEventListener("pointermove", (event) => {
    if (stage.hasPointerCapture(event.pointerId)) pull(event);
  });
}
