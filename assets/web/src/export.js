// A small menu that hands out a run as a file: a page that replays it, a moving picture, its data.
import "./export.css";
import { h } from "./dom.js";

const FORMATS = [
  ["html", "Web page", "Replays every step, offline"],
  ["gif", "GIF", "A moving picture, shown anywhere"],
  ["webp", "WebP", "A sharper moving picture"],
  ["json", "JSON", "Settings, text and frames"],
];
const GAP = 6;

/** The name that the server gave a file. */
export const nameIn = (header) => {
  try { return decodeURIComponent(/filename\*=UTF-8''([^;]+)/i.exec(header ?? "")?.[1] ?? "run"); } catch { return "run"; }
};

/**
 * The menu button. `run()` gives the id of the run at hand, or null; `candidate()` which of its candidates is shown; `notice` and `status`
 * tell people what goes wrong and what is being done.
 */
export function exportMenu({ run, candidate = () => 0, notice = () => {}, status = () => {} }) {
  const items = FORMATS.map(([format, name, meaning]) =>
    h("button", { type: "button", id: `export-${format}`, onclick: () => { panel.hidePopover(); fetchFile(format, name); } }, h("strong", {}, name), h("span", {}, meaning)));
  const panel = h("div", { id: "export-menu", class: "export-menu", popover: "auto", role: "group", "aria-label": "Export this run as", onkeydown: move }, ...items);
  const button = h("button", { type: "button", id: "export", "aria-haspopup": "true", "aria-expanded": "false", title: "Keep this run as a file", onclick: open }, "Export");
  button.popoverTargetElement = panel; // so that a second press closes it, and Escape brings the focus back
  panel.addEventListener("beforetoggle", (event) => button.setAttribute("aria-expanded", String(event.newState === "open")));
  const element = h("span", { class: "export" }, button, panel);

  function open(event) {
    event.preventDefault();
    if (!run()) return notice("There is no finished run to export yet.");
    panel.togglePopover({ source: button });
    if (!panel.matches(":popover-open")) return;
    place();
    items[0].focus();
  }
  function place() {
    const at = button.getBoundingClientRect(), is = panel.getBoundingClientRect();
    const below = at.bottom + GAP + is.height < innerHeight;
    panel.style.top = `${Math.max(GAP, below ? at.bottom + GAP : at.top - GAP - is.height)}px`;
    panel.style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - is.width - GAP))}px`;
  }
  function move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
  }
  async function fetchFile(format, name) {
    const id = run();
    if (!id) return;
    status(`Making the ${name}…`);
    button.disabled = true;
    try {
      const answer = await fetch(`api/runs/${encodeURIComponent(id)}/export?format=${format}${candidate() ? `&candidate=${candidate()}` : ""}`);
      if (!answer.ok) throw new Error((await answer.json()).error.message);
      const link = h("a", { href: URL.createObjectURL(await answer.blob()), download: nameIn(answer.headers.get("Content-Disposition")) });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      status(`Saved ${link.download}`);
    } catch (error) {
      status("");
      notice(error instanceof TypeError ? "The run could not be exported. Is Palimpsest still running?" : `The run could not be exported: ${error.message}`);
    } finally { button.disabled = false; }
  }
  return { element };
}
