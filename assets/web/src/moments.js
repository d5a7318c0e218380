// A run as moments: each moment holds one frame per span.

/** Group frames (in order) into moments. */
export function moments(frames) {
  const all = [];
  for (const frame of frames) {
    if (frame.span === 0 || !all.length) all.push([]);
    all.at(-1)[frame.span] = frame;
  }
  return all;
}

const PHASES = { read: "reading the text before", draft: "drawing proposals" };

/** What a moment is, in words. */
export function label(moment) {
  const frame = moment[0];
  if (frame.done) return `done after ${frame.step} steps`;
  if (PHASES[frame.phase]) return PHASES[frame.phase];
  return frame.step === 0 ? "scraped" : `step ${frame.step} of at most ${frame.steps}`;
}

/** The figures of a finished run. */
export function figures(frames, settings) {
  const last = frames.at(-1);
  if (!last) return [];
  const written = frames.filter((f) => f.done).reduce((n, f) => n + f.toks.filter((t) => t[1] !== "x").length, 0);
  const known = [
    ["system", settings.system],
    ["written by", settings.way],
    ["steps", `${last.step} of ${last.steps}`],
    ["temperature", settings.temperature],
    ["seed", settings.seed],
    ["NFE", last.nfe],
    ["seconds", last.seconds.toFixed(2)],
    ["tokens/s", last.seconds > 0 ? (written / last.seconds).toFixed(1) : "–"],
  ];
  return known.filter(([, value]) => value !== undefined);
}
