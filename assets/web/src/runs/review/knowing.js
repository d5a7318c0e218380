// What Python knows of the candidates of a proposal: their changes, and how likely the model finds each.
import { decisions } from "./changes.js";
import { sorted } from "./proposal.js";
/** @import { Answers } from "../../shapes/answers.js" */
/** @import { Core } from "../../shapes/core.js" */
/** @import { Run } from "../../shapes/runs.js" */

/**
 * @param {Run} run
 * @param {Answers["review"]} answer
 */
export function learn(run, answer) {
  const { candidates } = answer;
  run.info = answer;
  run.made = decisions(candidates);
  run.made.again(run.decided ?? []);
  const distinct = candidates.map((_, i) => i).filter((i) => candidates[i].same === null);
  run.order = sorted(run, distinct);
}

/**
 * How likely the model finds each candidate, one after the other; what is not known when another attempt is looked at
 * is asked for when this one is looked at again.
 * @param {Core} core
 * @param {Run} run
 * @param {(candidate: number) => boolean} told is told of one more that is known, and says whether to go on
 */
export async function weigh(core, run, told) {
  const { info } = run;
  const i = run.order?.find((candidate) => run.nlls[candidate] === undefined);
  if (i === undefined || !info || run.weighing) return;
  run.weighing = true;
  const fills = info.candidates[i].texts;
  const found = await core.quietly("nll", { text: run.text, spans: run.points, fills });
  run.weighing = false;
  if (!found) return;
  run.nlls[i] = found.nll;
  if (told(i)) weigh(core, run, told);
}
