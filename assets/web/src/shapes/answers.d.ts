// What Python answers, by the name of the call.
import type { Frame, RunSettings, Trouble } from "./frames.js";
import type { TeachingAnswers } from "./teaching.js";

/** The open document. What the page notes on it besides: `branched`, `inBin`, and how its last save failed. */
export interface Document {
  id: number;
  title: string;
  language: string;
  text: string;
  /** The revision that the next save is made on. */
  base: string;
  /** The revision that the page's text stands on. */
  head: string;
  dictionary?: string[];
  branched?: boolean;
  inBin?: boolean;
  failing?: "" | "offline" | "refused" | "unfit";
  /** It held halves of characters, which were mended. */
  mended?: boolean;
  /** Its runs are not stored. */
  private?: boolean;
  /** Characters that the encoding of its file cannot hold. */
  missing?: string[];
}

/** A document in a list. */
export interface Listed {
  id: number;
  title: string;
  language: string;
  words: number;
  updated_at: string;
  deleted_at: string | null;
  hits: number;
  excerpt: [before: string, hit: string, after: string] | null;
}

export interface Saved {
  revision: string;
  base: string;
  branched: boolean;
  in_bin?: boolean;
  missing?: string[];
  text: string;
}

export interface Revision {
  id: string;
  kind: string;
  created_at: string;
  excerpt: string;
  added: number;
  removed: number;
  is_head: boolean;
  on_head_line: boolean;
  run: string | null;
  has_trace: boolean;
  settings: RunSettings | null;
  parent: string | null;
  /** Of a waypoint. */
  name: string | null;
  note: string | null;
  tags: string[];
}

/** A revision with its text. */
export interface WholeRevision extends Pick<Revision, "id" | "parent" | "kind" | "created_at" | "name" | "run"> {
  document_id: number;
  text: string;
  parent_text: string;
  settings: RunSettings | null;
}

export interface FoundRevision {
  revision: string;
  document_id: number;
  title: string;
  kind: string;
  created_at: string;
  start: number;
  end: number;
  excerpt: [before: string, hit: string, after: string];
}

export interface FoundRun {
  run: string;
  document_id: number;
  title: string;
  created_at: string;
  excerpt: [before: string, hit: string, after: string];
}

/** The rule by which the steps of runs are thinned. */
export interface Thinning {
  days: number | null;
  accepted: boolean;
}

export interface Space {
  file: number;
  free: number;
  texts: number;
  steps: number;
  documents: { document_id: number; title: string; texts: number; steps: number }[];
  thinning: Thinning;
}

export interface Trace {
  run: string;
  frames: Frame[];
  text: string;
  settings: RunSettings;
}

/** A change of a candidate: code points of the old text of its span. */
export interface Hunk {
  start: number;
  end: number;
  old: string;
  new: string;
}

export interface Candidate {
  texts: string[];
  /** Of each span. */
  hunks: Hunk[][];
  /** The earlier candidate that is the same. */
  same: number | null;
  /** Code that parsed would not parse any more. */
  breaks: boolean;
}

export interface Attempt {
  id: string;
  step: number | null;
  result: string[];
  settings: RunSettings;
}

export interface Spot {
  from: number;
  to: number;
  old: string;
  new: string;
  probability: number;
  better: number;
  /** Kind of the rule that the old words break; "" where only the models say so. */
  rule: string;
  /** Whether a sentence begins with them. */
  begins: boolean;
}

/** A finished run to be shown over the text that it began with. */
export interface Replay {
  id: string;
  frames: Frame[];
  settings: RunSettings;
}

/** A word that is too long to be read: code points. */
export type Skipped = [from: number, to: number];

export interface Answers extends TeachingAnswers {
  accept: Saved;
  blame: { revision: string; stretches: [length: number, revision: string][] };
  branches: { runs: Attempt[] };
  cancel: object;
  /** `other`: languages in it that are not checked, in words. */
  check: { spots: Spot[]; stale: boolean; skipped: Skipped[]; unchecked: boolean; other: string };
  create: Document;
  delete: object;
  delete_for_ever: object;
  delete_revisions: { revisions: number; runs: number; bytes: number };
  describe: Partial<Pick<Revision, "name" | "note" | "tags">>;
  diff: { hunks: [op: number, text: string][] };
  discard: object;
  documents: { documents: Listed[] };
  duplicate: Document;
  empty_bin: { deleted: number };
  find: { documents: Listed[]; revisions: FoundRevision[]; runs: FoundRun[] };
  heat: { words: [from: number, to: number, p: number][]; stale: boolean; skipped: Skipped[] };
  history: { revisions: Revision[] };
  ignore: { dictionary: string[] };
  keep: { revisions: string[] };
  kept_candidate: { candidate: number };
  language: object;
  level: object;
  nll: { nll: number };
  older: { count: number; revisions: number; runs: number; bytes: number };
  open: Document;
  /** `other`: languages there that the model seldom gets right, in words. */
  prepare: { other: string };
  private: { private: boolean; stored: number };
  rename: { title: string };
  rerun: { same: boolean; was: string[]; now: string[]; reasons: string[] };
  restore: Saved;
  restore_document: object;
  restores: { added: number; removed: number };
  revision: WholeRevision;
  review: { candidates: Candidate[]; unchecked: boolean; other: string };
  running: { running: boolean };
  sample: Document;
  save: Saved;
  search: { documents: Listed[] };
  space: Space;
  text: { version: number };
  thinning: Thinning & { thinned: number };
  tokens: { tokens: number };
  trace: Trace;
  vacuum: { freed: number };
  warm: object;
  wrote: { run: string | null; written: { candidate: number; span: number; step: number; steps: number } | null };
  welcome: { document: Document; replay: Replay };
}

export type Payload = Record<string, unknown>;
/** An answer, or what went wrong. */
export type Answer<N extends keyof Answers> = (Answers[N] & { error?: undefined }) | { error: Trouble };
