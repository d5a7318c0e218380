// The colours and letters of a drawing: those of the page now, written into the drawing so that it can be kept.
/** @import { Look } from "../../shapes/lab.js" */

// Of Okabe and Ito, which people with any kind of colour vision tell apart, darkened or lightened for the ground.
const LIGHT = ["#0b5d93", "#a8480a", "#087a58", "#9c3f78", "#6d5a00", "#4a4a4a"];
const DARK = ["#6db9ee", "#f0924c", "#3fc79a", "#e29ac5", "#e3c84b", "#c9c9c9"];

/**
 * @param {Element} host
 * @returns {Look}
 */
export function lookOf(host) {
  const style = getComputedStyle(host);
  /** @param {string} name */
  const value = (name) => style.getPropertyValue(name).trim();
  return {
    ink: value("--ink"),
    soft: value("--soft"),
    edge: value("--edge"),
    paper: value("--paper"),
    mask: value("--mask"),
    hatch: value("--hatch"),
    accent: value("--accent"),
    font: style.fontFamily,
    series: host.closest('[data-theme="dark"]') ? DARK : LIGHT,
  };
}
