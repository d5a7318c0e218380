// A run as the page keeps it, and how it lies over the text.
import type { SelectionRange } from "@codemirror/state";
import type { Answers, Document, Hunk } from "./answers.js";
import type { Asked, Beginning, Frame, Moment, RunSettings, Tok, Trouble } from "./frames.js";
import type { Colour, Points, Range, Target } from "./text.js";

/** A change of a proposal. `accepted` is undefined until it is decided on. */
export interface Change {
  candidate: number;
  span: number;
  index: number;
  hunk: Hunk;
  accepted: boolean | undefined;
}

export type Decision = [candidate: number, span: number, index: number, accepted: boolean | undefined];

/** What was decided of the changes of a run (runs/review/changes.js). */
export interface Decisions {
  seen(candidate: number, span: number): Change[];
  made(): boolean;
  decide(change: Change, yes: boolean | undefined): void;
  /** Every decision, to be made again. */
  all(): Decision[];
  again(list: Decision[]): void;
  picks(candidate: number): [candidate: number, span: number, index: number][];
  text(candidate: number, span: number, old: string): string;
}

/** How a finished span is drawn: the colours of its new and of its old text, and which tokens say what stood there. */
export interface Look {
  now: Colour[];
  was: Colour[];
  stayed?: boolean[];
}

export type Phase = "run" | "review" | "replay";

/** A span that is covered. `old` is the text below it. */
export type Covered = Covering & {
  old: string;
  changes?: Change[];
  active?: Change | null;
  look?: Look;
};

/** A span that is to be covered, and what is drawn in it. */
export type Covering = Target & { toks: Tok[] };

export interface Overlay {
  run: string;
  phase: Phase;
  spans: Covered[];
}

/** A run that is under way or under review. */
export interface Run {
  id: string;
  document: Document;
  state: "run" | "review";
  settings: RunSettings;
  asked: Asked;
  text: string;
  points: Points[];
  frames: Frame[];
  /** Where the caret was, the masks that there were, and where the caret stood when the text was covered. */
  caret: Pick<SelectionRange, "anchor" | "head">;
  saved: object;
  stood?: SelectionRange;
  /** The proposal that it began at, and what its attempt is called. */
  before: Run | null;
  named: string;
  mustParse: boolean;
  branchable: boolean;
  error?: Trouble;
  title?: string;
  meaning?: string;
  attempts: Run[];
  candidate: number;
  /** Of each candidate, once it is under review. */
  moments?: Moment[][];
  nlls: (number | undefined)[];
  info?: Answers["review"];
  made?: Decisions;
  order?: number[];
  touched?: boolean;
  /** What was decided of it before the page was loaded again. */
  decided?: Decision[];
  weighing?: boolean;
  /** It draws proposals before its steps. */
  drafted?: boolean;
}

/** What a run is begun with; all of it may be left out. */
export interface Start {
  sameSeed?: boolean;
  begin?: Beginning | null;
  named?: string;
  spans?: Target[] | null;
  system?: string;
}

/** What is shown of a run: of one on screen, or of one that was accepted. */
export interface Shown {
  id: string;
  frames: Frame[];
  settings: RunSettings;
  candidate?: number;
  nlls?: (number | undefined)[];
}

/** A run that was accepted, or replayed with `over`: the text is still what it was. */
export interface Settled extends Shown {
  placed: Range[];
  over?: boolean;
}

/** What a run is made of; the page adds the rest. */
export type RunFacts = Pick<Run, "id" | "settings" | "text" | "points"> & Partial<Run>;

/**
 * What goes on: the run on screen, the finished runs on the same words, oldest first (the one on screen is among them),
 * and the run that was accepted, to scrub in place.
 */
export interface Stage {
  run: Run | null;
  attempts: Run[];
  settled: Settled | null;
}
