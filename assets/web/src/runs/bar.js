// What is done with a run from the bar and by the keyboard.
import { button, h } from "../web/dom/elements.js";
/** @import { Command, Core, State } from "../shapes/core.js" */
/** @import { Stage, Start } from "../shapes/runs.js" */

/**
 * @typedef {object} On
 * @property {(how?: Start) => void} start
 * @property {() => void} addMask
 * @property {() => void} openRace
 * @property {() => Promise<void>} accept
 * @property {() => void} dismiss
 */

/**
 * The buttons of the bar.
 * @param {Core} core
 * @param {On} on
 */
export function barOf({ key }, on) {
  const run = button("Rewrite", {
    id: "run",
    class: "primary",
    onclick: () => on.start(),
  });
  const addMask = button("Add mask", {
    id: "add-mask",
    title: `Keep this selection as a mask and select more (${key("Mod-m")})`,
    onclick: on.addMask,
  });
  const race = button("Race", {
    id: "race",
    title: "See several systems on what is selected, side by side",
    onclick: on.openRace,
  });
  const cancel = button("Cancel", { id: "cancel", hidden: true, title: "Stop writing (Esc)", onclick: on.dismiss });
  const accept = button("Accept", {
    id: "accept",
    class: "primary",
    hidden: true, // until there is a proposal
    title: "Keep the new text (Tab)",
    onclick: () => on.accept(),
  });
  const discard = button("Discard", {
    id: "discard",
    hidden: true,
    title: "Put the old text back (Esc)",
    onclick: on.dismiss,
  });
  const meter = h("progress", {
    id: "run-progress",
    max: "1",
    value: "0",
    "aria-label": "Written so far",
    hidden: true,
  });
  return {
    begin: [run, addMask, race],
    end: [cancel, meter, accept, discard],
    /**
     * A run takes long: how much of it is done is shown.
     * @param {number} share
     */
    far(share) {
      meter.value = Math.max(meter.value, share);
      meter.hidden = false;
    },
    /**
     * @param {State} state
     * @param {boolean} here nothing is selected: what is written is put in at the caret
     */
    refresh(state, here) {
      run.textContent = here ? "Write here" : "Rewrite";
      run.title = `${here ? "Write at the caret" : "Rewrite what is selected"} (${key("Mod-Enter")})`;
      for (const one of [run, addMask, race]) one.hidden = state !== "idle";
      for (const one of [accept, discard]) one.hidden = state !== "review";
      cancel.hidden = state !== "run";
      if (state === "run") return;
      meter.hidden = true;
      meter.value = 0;
    },
  };
}

/**
 * @param {Stage} now
 * @param {On & {anything: () => boolean}} on
 * @returns {Command[]}
 */
export const commandsOf = (now, on) => [
  {
    id: "run",
    title: "Rewrite what is selected, or write at the caret",
    group: "Rewrite",
    key: "Mod-Enter",
    always: true,
    run: () => on.start(),
  },
  {
    id: "add-mask",
    title: "Keep the selection as a mask",
    group: "Rewrite",
    key: "Mod-m",
    always: true,
    run: on.addMask,
  },
  {
    id: "race",
    title: "Race several systems on what is selected",
    group: "Rewrite",
    when: () => now.run === null,
    run: on.openRace,
  },
  {
    id: "accept",
    title: "Accept the proposal",
    group: "Review",
    key: "Tab",
    when: () => now.run?.state === "review",
    run: () => {
      on.accept();
    },
  },
  {
    id: "dismiss",
    title: "Discard the proposal, or cancel the run",
    group: "Review",
    key: "Escape",
    when: on.anything,
    run: on.dismiss,
  },
];
