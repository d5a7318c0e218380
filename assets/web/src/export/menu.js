// A small menu that hands out a run as a file: a page that replays it, a moving picture, its data.
import "./export.css";
import { h } from "../web/dom/dom.js";
import { menuButton } from "../web/dom/menus.js";

const FORMATS = [
  ["html", "Web page", "Replays every step, offline"],
  ["gif", "GIF", "A moving picture, shown anywhere"],
  ["webp", "WebP", "A sharper moving picture"],
  ["json", "JSON", "Settings, text and frames"],
];

/** The name that the server gave a file. */
export const nameIn = (header) => {
  try {
    return decodeURIComponent(/filename\*=UTF-8''([^;]+)/i.exec(header ?? "")?.[1] ?? "run");
  } catch {
    return "run";
  }
};

/**
 * The menu button. `run()` gives the id of the run at hand, or null; `candidate()` which of its candidates is shown; `notice` and `status`
 * tell people what goes wrong and what is being done.
 */
export function exportMenu({ run, candidate = () => 0, notice = () => {}, status = () => {} }) {
  const { button, menu } = menuButton({
    id: "export",
    text: "Export",
    title: "Keep this run as a file",
    name: "Export this run as",
    ready: () => Boolean(run()) || notice("There is no finished run to export yet."),
    items: FORMATS.map(([format, name, meaning]) => ({
      id: `export-${format}`,
      content: [h("strong", {}, name), h("span", {}, meaning)],
      run: () => fetchFile(format, name),
    })),
  });
  const element = h("span", { class: "export" }, button, menu);

  async function fetchFile(format, name) {
    const id = run();
    if (!id) return;
    status(`Making the ${name}…`);
    button.disabled = true;
    try {
      const answer = await fetch(
        `api/runs/${encodeURIComponent(id)}/export?format=${format}${candidate() ? `&candidate=${candidate()}` : ""}`,
      );
      if (!answer.ok) throw new Error((await answer.json()).error.message);
      const link = h("a", {
        href: URL.createObjectURL(await answer.blob()),
        download: nameIn(answer.headers.get("Content-Disposition")),
      });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      status(`Saved ${link.download}`);
    } catch (error) {
      status("");
      notice(
        error instanceof TypeError
          ? "The run could not be exported. Is Palimpsest still running?"
          : `The run could not be exported: ${error.message}`,
      );
    } finally {
      button.disabled = false;
    }
  }
  return { element };
}
