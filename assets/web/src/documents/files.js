// Files: a text file becomes a document, and a document a file.
import { button, h } from "../web/dom/elements.js";
import { whole } from "../web/text/whole.js";
/** @import { Document, Saved } from "../shapes/answers.js" */
/** @import { Core, Documents } from "../shapes/core.js" */
/** @import { Trouble } from "../shapes/frames.js" */

const MB = 2 ** 20;

/** @param {string[]} missing characters that the file's encoding cannot hold */
function becomesUtf8(missing) {
  const all = missing.map((character) => `“${character}”`).join(", ");
  return `This file is Windows-1252, which has no ${all}. It will be downloaded as UTF-8.`;
}

/**
 * @param {Core} core
 * @param {object} is
 * @param {() => Document | null} is.current the open document
 * @param {Documents["openNew"]} is.openNew
 * @param {Documents["unsaved"]} is.unsaved
 * @param {Documents["flush"]} is.flush
 */
export function filesPart({ boot, notice }, { current, openNew, unsaved, flush }) {
  const file = h("input", {
    id: "open-file",
    type: "file",
    class: "visually-hidden",
    "aria-label": "Open a file",
    onchange: () => {
      const chosen = file.files?.[0];
      if (chosen) upload(chosen);
      file.value = "";
    },
  });
  const download = h(
    "a",
    {
      id: "download",
      class: "button",
      download: "",
      title: "Save the document as a file",
      onclick: (event) => {
        downloading(event);
      },
    },
    "Download",
  );

  /**
   * @param {File} chosen
   * @param {string} [encoding]
   */
  async function upload(chosen, encoding = "") {
    const most = boot.limits.file_bytes;
    if (chosen.size > most) {
      notice(`${chosen.name} has ${(chosen.size / MB).toFixed(1)} MB; the limit is ${most / MB} MB.`);
      return;
    }
    const answer = await sent(chosen, encoding);
    if (!("error" in answer)) await openNew(Promise.resolve(answer));
    else if (answer.error.code === "not_utf8")
      notice(answer.error.message, button("Open as Latin-1", { onclick: () => upload(chosen, "latin-1") }));
    else notice(answer.error.message);
  }
  /**
   * What was typed last is in the file, and what becomes of the file is said before.
   * @param {Event} event
   */
  async function downloading(event) {
    const missing = current()?.missing ?? [];
    if (!unsaved()) {
      if (missing.length) notice(becomesUtf8(missing));
      return;
    }
    event.preventDefault();
    await flush();
    if (unsaved()) notice("What you typed last is not saved yet, so the file would lack it. Try again when it is.");
    else download.click();
  }
  return {
    open: h("label", { class: "button", title: "Open a text file" }, "Open file", file),
    download,
    upload,
    choose: () => file.click(),
    /**
     * A document was opened: what is to be known of its file.
     * @param {Document} document
     */
    opened({ id, mended, missing }) {
      download.href = `api/documents/${id}/file`;
      if (mended) notice("This document held halves of characters, which no file can hold. Each of them is a � now.");
      else if (missing?.length) notice(becomesUtf8(missing));
    },
    /**
     * An answer says which characters the file's encoding cannot hold: said as soon as there is one more.
     * @param {Document} target
     * @param {Saved} answer
     */
    told(target, { missing = [] }) {
      const before = target.missing ?? [];
      target.missing = missing;
      const more = missing.some((character) => !before.includes(character));
      if (target === current() && more) notice(becomesUtf8(missing));
    },
  };
}

/**
 * @param {File} file
 * @param {string} encoding
 * @returns {Promise<Document | {error: Trouble}>}
 */
async function sent(file, encoding) {
  const query = `name=${encodeURIComponent(whole(file.name))}${encoding && `&encoding=${encoding}`}`;
  const headers = { "Content-Type": "application/octet-stream" };
  try {
    const answer = await fetch(`api/files?${query}`, { method: "POST", body: file, headers });
    return await answer.json();
  } catch {
    return { error: { message: `${file.name} could not be sent. Is Palimpsest still running?` } };
  }
}
