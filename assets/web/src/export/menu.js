// A small menu that hands out a run as a file: a page that replays it, a moving picture, its data.
import { h } from "../web/dom/elements.js";
import { menuButton } from "../web/dom/menus.js";

/** @type {[format: string, name: string, meaning: string][]} */
const FORMATS = [
  ["html", "Web page", "Replays every step, offline"],
  ["gif", "GIF", "A moving picture, shown anywhere"],
  ["webp", "WebP", "A sharper moving picture"],
  ["json", "JSON", "Settings, text and frames"],
];
const KEPT_MS = 60_000; // a browser may begin late with what it was handed
const NOT_SENT = "The run could not be exported. Is Palimpsest still running?";

/**
 * The name that the server gave a file.
 * @param {string | null | undefined} header
 */
export function nameIn(header) {
  try {
    return decodeURIComponent(/filename\*=UTF-8''([^;]+)/i.exec(header ?? "")?.[1] ?? "run");
  } catch {
    return "run";
  }
}

/**
 * @param {object} is
 * @param {() => string | null} is.run gives the id of the run at hand
 * @param {() => number | Promise<number>} [is.candidate] which of its candidates is shown
 * @param {(message: string) => void} is.notice tells people what goes wrong
 * @param {(text: string) => void} is.status tells people what is being done
 */
export function exportMenu({ run, candidate = () => 0, notice, status }) {
  const { button, menu } = menuButton({
    id: "export",
    text: "Export",
    title: "Keep this run as a file",
    name: "Export this run as",
    ready() {
      if (!run()) notice("There is no finished run to export yet.");
      return Boolean(run());
    },
    items: FORMATS.map(([format, name, meaning]) => ({
      id: `export-${format}`,
      content: [h("strong", {}, name), h("span", {}, meaning)],
      run: () => hand(format, name),
    })),
  });

  /**
   * @param {string} format
   * @param {string} name
   */
  async function hand(format, name) {
    const id = run();
    if (!id) return;
    status(`Making the ${name}…`);
    button.disabled = true;
    try {
      status(`Saved ${await saved(id, format, await candidate())}`);
    } catch (error) {
      status("");
      notice(wordsOf(error));
    } finally {
      button.disabled = false;
    }
  }
  return h("span", { class: "export" }, button, menu);
}

/** @param {unknown} error */
function wordsOf(error) {
  if (error instanceof TypeError) return NOT_SENT;
  return `The run could not be exported: ${error instanceof Error ? error.message : error}`;
}

/**
 * Ask for a file and hand it to the browser. Gives its name; throws what went wrong.
 * @param {string} run
 * @param {string} format
 * @param {number} candidate
 */
async function saved(run, format, candidate) {
  const which = candidate ? `&candidate=${candidate}` : "";
  const answer = await fetch(`api/runs/${encodeURIComponent(run)}/export?format=${format}${which}`);
  if (!answer.ok) throw new Error((await answer.json()).error.message);
  const link = h("a", {
    href: URL.createObjectURL(await answer.blob()),
    download: nameIn(answer.headers.get("Content-Disposition")),
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
  return link.download;
}
