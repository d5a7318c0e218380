// The steps of a run as Python tells them. Places in frames are code points.
import type { Points } from "./text.js";

export type Alternative = [text: string, probability: number, id?: number];

/** m masked, u a random token that is noise, n written now, s settled, r scraped again, p pinned, x nothing here. */
export type SlotState = "m" | "u" | "n" | "s" | "r" | "p" | "x";

export type Tok = [
  text: string,
  state: SlotState,
  confidence: number,
  alternatives?: Alternative[] | null,
  id?: number | null,
];

export interface Trouble {
  code?: string;
  message: string;
}

/** One span of one candidate in one step. */
export interface Frame {
  span: number;
  spans: number;
  candidate?: number;
  step: number;
  steps: number;
  phase: string;
  progress?: [done: number, total: number];
  /** Which part of a long selection is written, of how many. */
  parts?: [number: number, of: number];
  nfe: number;
  seconds: number;
  divergence?: number;
  from: number;
  to: number;
  toks: Tok[];
  done: boolean;
  /** Of the last frames only. */
  text: string;
  length?: { tokens: number; why: string };
  error?: Trouble;
}

/** One frame a span. */
export type Moment = Frame[];

/** Some frames of a run on their way to the page; the last may be {error}. */
export interface Batch {
  run: string;
  seq: number;
  frames: Frame[];
}

/** What a run was asked for; the settings of its system stand among them by their names. */
export interface RunSettings {
  system: string;
  seed: number;
  way?: string;
  style?: string;
  instruction?: string;
  length?: string;
  candidates?: number;
  begin?: Beginning;
  spans?: Points[];
  [parameter: string]: unknown;
}

/** The step of another run that a run goes on from. */
export interface Beginning {
  run: string;
  step: number;
  candidate: number;
  pin?: [span: number, slot: number, token: number | undefined];
}

/** What is said of a run besides its frames. */
export interface Facts {
  system?: string;
  style?: string;
  way?: string;
  seed?: number;
  changed?: [title: string, value: unknown][];
  nll?: number | null;
  /** where the candidate stands among the others, from 0 */
  place?: number;
  /** how many of them say something else than those before */
  distinct?: number;
}

/** [name, value, meaning] */
export type Figure = [name: string, value: unknown, meaning?: string];

/** What a run of a system is asked for with, but for its text and its seed. */
export interface Asked {
  system: string;
  way: string;
  style: string;
  instruction: string;
  length: string;
  candidates: number;
  settings: Record<string, unknown>;
}
