// Lessons that people put together from saved runs and text.
import type { Parameter } from "./boot.js";
import type { Facts, Frame, RunSettings, Tok } from "./frames.js";

/** A run as a page carries it. `toks` of frames are numbers of `tokens`; a piece is a text or the number of a span. */
export interface Kept {
  title: string;
  version: string;
  code: boolean;
  tokens: Tok[];
  frames: (Omit<Frame, "toks"> & { toks: number[] })[];
  pieces: (string | number)[];
  facts: Facts & { parameters: Parameter[]; instruction?: string; model?: string };
}
export interface Words {
  text: string;
}
export interface Shown {
  run: string;
  candidate: number;
}
export type Part = Words | Shown;
/** What is to be seen of a part, and what each candidate of its run wrote; of a run that was deleted, that it was. */
export type Slide = Words | (Shown & { scene: Kept; wrote: string[] }) | (Shown & { gone: string });

export interface TaughtLesson {
  id: string;
  title: string;
  parts: Part[];
  slides: Slide[];
  updated_at: string;
  /** It was changed elsewhere, so this one is kept beside the other. */
  beside?: boolean;
}
export interface ListedLesson {
  id: string;
  title: string;
  parts: number;
  updated_at: string;
}
export interface Showable {
  id: string;
  document: string;
  settings: RunSettings;
  /** What it brought into its document, or would have. */
  excerpt: string;
  created_at: string;
}
export interface TeachingAnswers {
  lessons: { lessons: ListedLesson[] };
  lesson: TaughtLesson;
  save_lesson: TaughtLesson;
  delete_lesson: object;
  restore_lesson: object;
  delete_lesson_for_ever: object;
  showable: { runs: Showable[] };
}
