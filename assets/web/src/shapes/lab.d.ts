// What the lab's lessons are, and what they show.
import type { Parameter, Value } from "./boot.js";
import type { Line } from "./core.js";
import type { Trouble } from "./frames.js";

/** A curve that is drawn: heights in 0..1, evenly spread, from 1 down to 0. */
export interface PointsControl {
  name: string;
  title: string;
  meaning: string;
  kind: "points";
  default: number[];
  when: [name: string, values: string[]] | null;
}

/** What is set by a button of the lesson and has no field: what begins something, answers that were given. */
export interface MovesControl {
  name: string;
  title: string;
  meaning: string;
  kind: "press" | "answers";
  default: boolean | number[];
}

export type Control = Parameter | PointsControl | MovesControl;
export type Setting = Value | number[];
export type Settings = Record<string, Setting>;

export interface Lesson {
  name: string;
  title: string;
  summary: string;
  /** Paragraphs with an empty line between them, formulas between dollars. */
  text: string;
  example: string;
  controls: Control[];
  code: { file: string; name: string }[];
  /** Whether it asks the model. */
  passes: boolean;
}

export interface Axis {
  label: string;
  unit: string;
  log: boolean;
  low: number | null;
  high: number | null;
}
interface Titled {
  title: string;
}
export interface Lines extends Titled {
  kind: "lines";
  x: Axis;
  y: Axis;
  series: { name: string; x: number[]; y: (number | null)[]; strong: boolean }[];
  marks: { x: number; y: number; label: string }[];
  rules: number[];
  /** The control of points that is drawn on it with the mouse. */
  draws: string;
}
export interface Bars extends Titled {
  kind: "bars";
  value: Axis;
  names: string[];
  groups: [name: string, values: (number | null)[]][];
  what: string;
}
export interface Matrix extends Titled {
  kind: "matrix";
  rows: string[];
  columns: string[];
  values: (number | null)[][];
  value: Axis;
  across: string;
  down: string;
  binary: boolean;
}
export interface TokenShown {
  text: string;
  state: "clean" | "mask" | "noise" | "picked";
  value: number | null;
  note: string;
  /** The button that a click on it presses. */
  move: number | null;
}
export interface Tokens extends Titled {
  kind: "tokens";
  tokens: TokenShown[];
  value: Axis | null;
  /** The control that a click on a token sets to its place. */
  picks: string;
  picked: number | null;
}
export type Figure = Lines | Bars | Matrix | Tokens;

export type Cell = string | number | boolean | null;
export interface Table extends Titled {
  columns: string[];
  rows: Cell[][];
  note: string;
}

/** Where the text of a lesson is from. */
export interface Source {
  document?: number;
  title?: string;
  example?: boolean;
  from: number;
  to: number;
}

/** A lesson as it was computed. */
export interface Board {
  lesson: string;
  title: string;
  values: Settings;
  source: Source;
  text: string;
  model: string | null;
  seconds: number;
  figures: Figure[];
  numbers: { name: string; value: number | string | null; unit: string; meaning: string }[];
  tables: Table[];
  notes: string[];
  /** Buttons: what each sets; `once` is asked for this time only and is no part of the address. */
  moves: { title: string; sets: Settings; once: boolean }[];
  /** Models that were trained here, beside the one that writes. */
  models: { name: string; title: string }[];
  bounds: Record<string, [low: number, high: number]>;
  error?: undefined;
}
export type Told = Board | { error: Trouble } | { progress: [done: number, total: number]; error?: undefined };

/** What the address says of the lab: the lesson, and what it is asked with. */
export interface Place {
  lesson: string;
  query: Record<string, string>;
}

/** Colours and letters of a drawing, as they are now. */
export interface Look {
  ink: string;
  soft: string;
  edge: string;
  paper: string;
  mask: string;
  hatch: string;
  accent: string;
  font: string;
  series: string[];
}

/** What the page gives the lab. */
export interface Opened {
  version: string;
  /** The document that is open, saved: its number, and what is selected in it in code points. */
  document(): Promise<{ document: number; from: number; to: number } | null>;
  /** Go to another place of the lab. A new lesson is a step in the browser's history; a new setting is not. */
  go(place: Place, quietly: boolean): void;
  close(): void;
  /** Make the terms of the glossary in an element explain themselves. */
  mark(root: Element): void;
  ask: Line["ask"];
}
/** The lab's own bundle. */
export interface Bundle {
  mount(
    host: HTMLElement,
    opened: Opened,
  ): {
    show(place: Place): void;
    /** Stop what is computed. */
    leave(): void;
  };
}
