// What an address names: "#7" a document, "#/doc/7/rev/ab12" one of its revisions ("/at/3-9": a place in it), and
// "#/doc/7/run/cd34/step/5" a step of a run.

/**
 * @typedef {object} Address
 * @property {number} document
 * @property {string} [rev] how the revision's id begins
 * @property {[number, number]} [mark] code points of its text
 * @property {string} [run] how the run's id begins
 * @property {number} [step]
 */

const PLAIN = /^#(?:\/doc\/)?(\d{1,15})\/?$/;
const REVISION = /^#\/doc\/(\d{1,15})\/rev\/([\w-]{1,64})(?:\/at\/(\d{1,8})-(\d{1,8}))?\/?$/;
const RUN = /^#\/doc\/(\d{1,15})\/run\/([\w-]{1,64})(?:\/step\/(\d{1,6}))?\/?$/;

/**
 * @param {string} hash
 * @returns {Address | null}
 */
export function parsed(hash) {
  const plain = PLAIN.exec(hash);
  if (plain) return { document: Number(plain[1]) };
  const revision = REVISION.exec(hash);
  if (revision) {
    const [, document, rev, from, to] = revision;
    return { document: Number(document), rev, ...(from ? { mark: [Number(from), Number(to)] } : {}) };
  }
  const run = RUN.exec(hash);
  if (!run) return null;
  return { document: Number(run[1]), run: run[2], ...(run[3] ? { step: Number(run[3]) } : {}) };
}

/** @param {Address} address */
export function spelled({ document, rev, mark, run, step }) {
  if (rev) return `#/doc/${document}/rev/${rev.slice(0, 12)}${mark ? `/at/${mark.join("-")}` : ""}`;
  if (run) return `#/doc/${document}/run/${run}${step === undefined ? "" : `/step/${step}`}`;
  return `#${document}`;
}
