// What Python tells the page when it begins.
import type { RunSettings } from "./frames.js";

export type Value = number | string | boolean;
export type Values = Record<string, Value>;

/** One setting of a system, as the engine describes it. */
export interface Parameter {
  name: string;
  title: string;
  meaning: string;
  kind: "whole" | "number" | "choice" | "switch";
  default: Value;
  low: number | null;
  high: number | null;
  choices: [value: string, title: string][];
  /** It has a meaning with some values of another setting only. */
  when: [name: string, values: string[]] | null;
  /** Choices that the panel does not have. */
  aside: string[];
  /** Whether the panel has it. */
  offered: boolean;
}

/** What a system is on one way of writing. */
export interface Fitting {
  /** The settings that change nothing there, each with the reason. */
  inert: Record<string, string>;
  /** What people should know; "" where its summary is all of it. */
  note: string;
  noise: string;
}

export interface System {
  name: string;
  title: string;
  summary: string;
  task: string;
  /** {way: what it is there}. */
  on: Record<string, Fitting>;
  parameters: Parameter[];
}

export interface Style {
  name: string;
  title: string;
  description: string;
  languages: string[];
  available: boolean;
  /** Why it cannot be had; "" where it can. */
  why: string;
  way: string | null;
}

export interface Limits {
  span_tokens: number;
  /** Of a call. */
  body_bytes: number;
  file_bytes: number;
  title: number;
  query: number;
  seed: number;
  instruction: number;
  candidates: number;
  pins: number;
}

/** A row of the glossary. */
export interface Term {
  name: string;
  /** Other forms and names of it. */
  also: string[];
  meaning: string;
  /** The lesson about it; "" where there is none. */
  lesson: string;
  /** The element where it acts, by its test id; "" where there is none. */
  place: string;
}

export interface Boot {
  version: string;
  systems: System[];
  /** Who may write: {name: title}. */
  ways: Record<string, string>;
  /** Who does a task best: {task: name}. */
  best: Record<string, string>;
  /** Who writes where systems are compared. */
  stepwise: string;
  weak_spots: boolean;
  defaults: RunSettings & { length: string };
  wishes: string[];
  limits: Limits;
  styles: Style[];
  style_problems: string[];
  languages: { name: string; title: string }[];
  glossary: Term[];
  /** Those of the lab, in their order. */
  lessons: { name: string; title: string }[];
  samples: { name: string; title: string; language: string }[];
  model: string;
  device: string;
}
