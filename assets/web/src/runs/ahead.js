// Ahead of need: what is selected is prepared, which reads the text up to there too, while its settings are still being chosen.
import { debounce } from "../web/dom/dom.js";
import { points } from "./review/review.js";

const WARM_MS = 1200,
  PREPARE_MS = 250,
  FAR = 2000;

/** `idle()` says whether a run may be begun now. */
export function aheadPart(core, { settings, idle }) {
  const { surface } = core;
  let read = 0; // the text up to here has been asked to be read
  const warm = debounce(WARM_MS, () => {
    if (!idle() || surface.ranges().spans.length) return;
    read = surface.selection().head;
    core.about("warm", surface.view.state.doc, ({ points: before }) => ({ cursor: before(read) }));
  });
  const prepare = debounce(PREPARE_MS, () => {
    const { spans } = surface.ranges();
    if (!idle() || !spans.length || settings.problem() || settings.request().style) return; // a style draws nothing ahead
    read = surface.selection().head;
    const asked = { seed: settings.seedAhead(), ...settings.request() };
    core.about("prepare", surface.view.state.doc, (told) => ({
      spans: points(told.text, spans, told.points),
      ...asked,
    }));
  });
  core.on("opened", () => {
    read = 0;
    core.about("warm", surface.view.state.doc, () => ({}));
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
    cancel: () => {
      prepare.cancel();
      warm.cancel();
    },
  };
}
