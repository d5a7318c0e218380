// The alternatives of a written token: what else the model might have put there, and how likely. Choosing one pins it.
import { h } from "../../web/dom/dom.js";
import { WRITTEN } from "../frames/moments.js";

const HOVER_MS = 220,
  LEAVE_MS = 250,
  GAP = 6;
const percent = (p) => (p >= 0.995 ? "99 %" : p < 0.005 ? "< 1 %" : `${Math.round(p * 100)} %`);
const visible = (text) => {
  const said = text.replaceAll("\n", "⏎").replaceAll("\t", "⇥");
  return said.trim() ? said : said.replaceAll(" ", "␣");
};
const shown = (text) =>
  text === "" ? h("span", { class: "nothing" }, "nothing") : h("span", { class: "word" }, visible(text));

/** `moment()` gives the frames that are shown, or null; `pin(span, slot, [text, probability, id])` is told of a choice. */
export function alternativesPart(core, { moment, pin }) {
  const { surface } = core;
  const heading = h("h3", {}),
    says = h("p", {}),
    list = h("ol", {});
  const box = h(
    "div",
    {
      id: "alternatives",
      class: "alternatives",
      popover: "manual",
      role: "group",
      "aria-label": "Alternatives",
      onkeydown: keys,
      onpointerenter: () => clearTimeout(timer),
      onpointerleave: () => later(close, LEAVE_MS),
    },
    heading,
    says,
    list,
  );
  let timer = 0,
    at = null; // {cell, span, slot}

  const later = (action, wait) => {
    clearTimeout(timer);
    timer = setTimeout(action, wait);
  };
  const cells = () =>
    [...surface.view.dom.querySelectorAll(".pz-review .pz-tok")].filter((cell) =>
      WRITTEN.some((state) => cell.classList.contains(`pz-${state}`)),
    );
  const token = (cell) => {
    const span = Number(cell.closest(".pz-span").dataset.span),
      slot = Number(cell.dataset.slot),
      tok = moment()?.[span]?.toks[slot];
    return tok && { cell, span, slot, tok };
  };

  function show(cell, focus = false) {
    const found = token(cell);
    if (!found) return;
    clearTimeout(timer);
    at?.cell.classList.remove("pz-looked");
    at = found;
    cell.classList.add("pz-looked");
    const [text, state, confidence, others] = found.tok;
    heading.replaceChildren(shown(text));
    says.textContent =
      state === "p"
        ? "Pinned: it stays whatever is written around it."
        : `${percent(confidence)} sure. Choose another word to pin it; the rest is written again around it.`;
    list.replaceChildren(
      ...(others ?? [])
        .filter(([, p, id]) => p > 0 && id !== undefined)
        .map((other) =>
          h(
            "li",
            {},
            h(
              "button",
              {
                type: "button",
                id: "pin",
                class: "alternative",
                style: `--share: ${Math.round(other[1] * 100)}%`,
                "aria-label": `Pin ${other[0] || "nothing"}, ${percent(other[1])}`,
                onclick: () => choose(other),
              },
              shown(other[0]),
              percent(other[1]),
            ),
          ),
        ),
    );
    if (!list.children.length) says.textContent = "No alternatives are known of this word.";
    if (!box.matches(":popover-open")) box.showPopover();
    place(cell);
    if (focus) (list.querySelector("button") ?? box).focus();
  }
  function place(cell) {
    const there = cell.getBoundingClientRect(),
      own = box.getBoundingClientRect();
    const below = there.bottom + GAP + own.height < innerHeight;
    box.style.left = `${Math.max(GAP, Math.min(there.left, innerWidth - own.width - GAP))}px`;
    box.style.top = `${below ? there.bottom + GAP : Math.max(GAP, there.top - GAP - own.height)}px`;
  }
  function choose(other) {
    const { span, slot } = at;
    close();
    pin(span, slot, other);
  }
  function close() {
    clearTimeout(timer);
    if (box.matches(":popover-open")) box.hidePopover();
    at?.cell.classList.remove("pz-looked");
    at = null;
  }
  function keys(event) {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key],
      all = [...list.querySelectorAll("button")];
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
      surface.view.focus();
    }
    if (way && all.length) {
      event.preventDefault();
      all[(all.indexOf(document.activeElement) + way + all.length) % all.length].focus();
    }
    if (event.altKey && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      event.preventDefault();
      event.stopPropagation();
      walk(event.key === "ArrowRight" ? 1 : -1);
    }
  }
  /** The next word of the proposal, by the keyboard. */
  function walk(way) {
    const all = cells(),
      here = at ? all.indexOf(at.cell) : way > 0 ? -1 : 0;
    if (!all.length) return false;
    show(all[(here + way + all.length) % all.length], true);
  }

  surface.view.dom.addEventListener("pointerover", (event) => {
    const cell = event.target.closest?.(".pz-review .pz-tok");
    if (cell && moment() && cell !== at?.cell && event.pointerType !== "touch")
      later(() => cell.isConnected && show(cell), HOVER_MS);
  });
  surface.view.dom.addEventListener("pointerout", (event) => {
    if (event.target.closest?.(".pz-tok")) later(close, LEAVE_MS);
  });
  surface.view.dom.addEventListener("click", (event) => {
    const cell = event.target.closest?.(".pz-review .pz-tok");
    if (cell && moment()) show(cell);
  });
  core.on("state", close);
  core.commands.add(
    {
      id: "next-word",
      title: "Alternatives of the next word",
      group: "Review",
      key: "Alt-ArrowRight",
      when: () => Boolean(moment()),
      run: () => walk(1),
    },
    {
      id: "previous-word",
      title: "Alternatives of the word before",
      group: "Review",
      key: "Alt-ArrowLeft",
      when: () => Boolean(moment()),
      run: () => walk(-1),
    },
  );
  return { element: box, close };
}
