// The timeline: scrub, play and pause a run.
import { h } from "../../web/dom/dom.js";
import { label } from "./moments.js";

const SPEEDS = [0.5, 1, 2, 4];
const MOMENT_MS = 250;

/** `show(i)` is called whenever another moment is to be drawn; `describe` puts one in words; `named` is the slider's name. Test ids get `prefix`. */
export function player(show, prefix = "", describe = label, named = "Step of the run") {
  let all = [],
    timer = 0;
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
    {
      type: "button",
      id: `${prefix}play`,
      class: "icon",
      "aria-label": "Play",
      onclick: () => (timer ? stop() : start()),
    },
    "▶",
  );
  const speed = h(
    "select",
    { id: `${prefix}speed`, "aria-label": "Speed" },
    ...SPEEDS.map((s) => h("option", { value: String(s), selected: s === 1 }, `${s}×`)),
  );
  const text = h("output", { class: "step-label" });
  const element = h("div", { class: "player", hidden: true }, play, slider, speed, text);

  function go(i) {
    slider.value = String(i);
    text.textContent = i in all ? describe(all[i]) : "";
    slider.setAttribute("aria-valuetext", text.textContent);
    if (i in all) show(i);
  }
  function stop() {
    clearTimeout(timer);
    timer = 0;
    play.textContent = "▶";
    play.setAttribute("aria-label", "Play");
  }
  function start() {
    if (!all.length) return;
    if (slider.valueAsNumber >= all.length - 1) go(0);
    play.textContent = "❚❚";
    play.setAttribute("aria-label", "Pause");
    const next = () => {
      if (slider.valueAsNumber >= all.length - 1) return stop();
      go(slider.valueAsNumber + 1);
      timer = setTimeout(next, MOMENT_MS / Number(speed.value));
    };
    timer = setTimeout(next, MOMENT_MS / Number(speed.value));
  }
  return {
    element,
    stop,
    start,
    /** Hand over the moments; the slider stands on the last. Does not draw. */
    load(moments) {
      stop();
      all = moments;
      element.hidden = !all.length;
      slider.max = String(Math.max(0, all.length - 1));
      slider.value = slider.max;
      text.textContent = all.length ? describe(all.at(-1)) : "";
    },
    go,
  };
}
