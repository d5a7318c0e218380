// Ahead of need: what is selected is prepared, which reads the text up to there too, while its settings are still being
// chosen.
import { debounce } from "../web/dom/timing.js";
import { seldomRight } from "../web/dom/words.js";
import { inPoints } from "../web/text/offsets.js";
/** @import { Core, Documents, Settings } from "../shapes/core.js" */

const WARM_MS = 1200;
const PREPARE_MS = 250;
const FAR = 2000;

/**
 * @param {Core} core
 * @param {object} is
 * @param {Documents} is.documents
 * @param {Settings} is.settings
 * @param {() => boolean} is.idle whether a run may be begun now
 */
export function aheadPart(core, { documents, settings, idle }) {
  const { about, status, surface } = core;
  const doc = () => surface.view.state.doc;
  let read = 0; // the text up to here has been asked to be read
  const warm = debounce(WARM_MS, () => {
    if (!idle() || surface.ranges().spans.length) return;
    read = surface.selection().head;
    about("warm", doc(), ({ points }) => ({ cursor: points(read) }));
  });
  const prepare = debounce(PREPARE_MS, async () => {
    const { spans } = surface.ranges();
    if (!idle() || !spans.length || settings.problem()) return;
    const asked = settings.request();
    if (asked.style) return; // a style draws nothing ahead
    read = surface.selection().head;
    const seed = settings.seedAhead();
    const opened = documents.current();
    const language = opened?.language;
    const answer = await about("prepare", doc(), ({ text, points }) => ({
      spans: inPoints(text, spans, points),
      seed,
      language,
      ...asked,
    }));
    if (answer?.other && idle() && documents.current() === opened) status(seldomRight(answer.other));
  });
  core.on("opened", () => {
    read = 0;
    about("warm", doc(), () => ({}));
  });
  core.on("typed", () => {
    warm();
    prepare();
  });
  core.on("masks", () => prepare());
  core.on("selected", () => {
    prepare();
    if (Math.abs(surface.selection().head - read) > FAR) warm();
  });
  return {
    prepare,
    cancel() {
      prepare.cancel();
      warm.cancel();
    },
  };
}
