// The timeline: scrub, play and pause a run.
import { h } from "../../web/dom/elements.js";

const SPEEDS = [0.5, 1, 2, 4];
const MOMENT_MS = 250;

/**
 * A player of moments of any kind.
 * @template T
 * @param {object} is
 * @param {(i: number) => void} is.show is called whenever another moment is to be drawn
 * @param {(moment: T) => string} is.describe puts one in words
 * @param {string} [is.prefix] of its test ids
 * @param {string} [is.named] the slider's name
 */
export function player({ show, describe, prefix = "", named = "Step of the run" }) {
  /** @type {T[]} */
  let all = [];
  let timer = 0;
  const slider = h("input", {
    type: "range",
    id: `${prefix}timeline`,
    min: "0",
    max: "0",
    value: "0",
    step: "1",
    "aria-label": named,
    oninput: () => {
      stop();
      go(slider.valueAsNumber);
    },
  });
  const play = h(
    "button",
    { type: "button", id: `${prefix}play`, class: "icon", "aria-label": "Play", onclick: () => toggle() },
    "▶",
  );
  const speed = h(
    "select",
    { id: `${prefix}speed`, "aria-label": "Speed" },
    ...SPEEDS.map((s) => h("option", { value: String(s), selected: s === 1 }, `${s}×`)),
  );
  const text = h("output", { class: "step-label" });
  const element = h("div", { class: "player", hidden: true }, play, slider, speed, text);
  const atEnd = () => slider.valueAsNumber >= all.length - 1;
  /** @type {(sign: string, name: string) => void} */
  const say = (sign, name) => {
    play.textContent = sign;
    play.setAttribute("aria-label", name);
  };

  /** @param {number} i */
  function go(i) {
    slider.value = String(i);
    text.textContent = i in all ? describe(all[i]) : "";
    slider.setAttribute("aria-valuetext", text.textContent);
    if (i in all) show(i);
  }
  function toggle() {
    if (timer) stop();
    else start();
  }
  function stop() {
    clearTimeout(timer);
    timer = 0;
    say("▶", "Play");
  }
  function start() {
    if (!all.length) return;
    if (atEnd()) go(0);
    say("❚❚", "Pause");
    later();
  }
  function later() {
    timer = setTimeout(next, MOMENT_MS / Number(speed.value));
  }
  function next() {
    if (atEnd()) {
      stop();
      return;
    }
    go(slider.valueAsNumber + 1);
    later();
  }
  return {
    element,
    slider,
    stop,
    start,
    toggle,
    /**
     * Hand over the moments; the slider stands on the last. Does not draw.
     * @param {T[]} moments
     */
    load(moments) {
      stop();
      all = moments;
      element.hidden = !all.length;
      slider.max = String(Math.max(0, all.length - 1));
      slider.value = slider.max;
      const said = all.map(describe);
      // As wide as its widest, or the slider would change under the hand that drags it.
      text.dataset.widest = said.reduce((widest, one) => (one.length > widest.length ? one : widest), "");
      text.textContent = said.at(-1) ?? "";
      slider.setAttribute("aria-valuetext", text.textContent);
    },
    go,
    /** @param {number} i */
    at: (i) => all[i],
    all: () => all,
  };
}
