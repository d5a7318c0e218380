// What the parts of the page know of each other.
import type { Extension, SelectionRange, Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { Answer, Answers, Document, Payload, Replay, Saved } from "./answers.js";
import type { Boot, Style } from "./boot.js";
import type { Change, Covering, Look, Overlay, Phase } from "./runs.js";
import type { Asked, RunSettings, Tok } from "./frames.js";
import type { Mask, MaskDraft, Range, Targets } from "./text.js";

/** How Gradio carries calls and runs. A call that fails gives nothing. */
export interface Bridge {
  call(name: string, payload: Payload): Promise<unknown>;
  run(payload: Payload): void;
  cancel(run: string): void;
}

/** The line to Python (web/line.js). */
export interface Line {
  /** A call whose errors are the caller's. */
  ask<N extends keyof Answers>(name: N, payload?: Payload): Promise<Answer<N>>;
  /** A call whose errors are told; null then. */
  call<N extends keyof Answers>(name: N, payload?: Payload): Promise<Answers[N] | null>;
  /** A call whose answer nobody waits for. */
  quietly<N extends keyof Answers>(name: N, payload?: Payload): Promise<Answers[N] | null>;
  run(payload: Payload & { run: string }): Promise<void>;
  cancel(run: string): void;
  onFrames(json: string): void;
}

/** A text that Python knows. */
export interface ToldText {
  text: string;
  /** The code points before a UTF-16 offset. */
  points(at: number): number;
}

/**
 * Ask about a document's text, which Python is told first; `question` is what is said beside. Null when there is no
 * answer.
 */
export type About = <N extends keyof Answers>(
  name: N,
  doc: Text,
  question: (told: ToldText) => Payload,
) => Promise<Answers[N] | null>;

/** The state of the page: nothing goes on, a run does, or a proposal is under review. */
export type State = "idle" | "run" | "review";

/** What happens on the page, and what is told of it. */
export interface Events {
  leaving: Document | null;
  opened: Document;
  /** The part of the address behind `#`, once its document is open. */
  address: string;
  language: string;
  committed: Document;
  shelf: undefined;
  typed: undefined;
  selected: undefined;
  dropped: undefined;
  /** The mask that the selection became. */
  masked: string | undefined;
  masks: undefined;
  state: State;
  proofread: Range;
  /** The steps of a run are played in the History panel: one timeline is enough. */
  playing: undefined;
  /** Show a finished run over the text it began with. */
  replay: Replay;
}

/** Something that can be done on the page. */
export interface Command {
  id: string;
  title: string;
  group?: string;
  /** In CodeMirror's spelling. */
  key?: string;
  /** False lets the key through. */
  run: () => unknown;
  /** Whether it can be used now. */
  when?: () => boolean;
  /** The key is kept from the browser even where the command cannot be used. */
  always?: boolean;
  /** A plain key that works everywhere but where one types. */
  outside?: boolean;
  /** It has a key and no place in the palette. */
  hidden?: boolean;
}

export interface Commands {
  add(...commands: Command[]): void;
  all(): Command[];
  /** Those that can be used now and have a name. */
  usable(): Command[];
  run(id: string): boolean;
  extension(): Extension;
  listen(view: EditorView): void;
}

/** The editor alone (web/text/surface.js). */
export interface Editor {
  view: EditorView;
  text(): string;
  selection(): SelectionRange;
  extend(extensions: Extension[]): void;
  load(text: string): void;
  replace(text: string): void;
  free(): boolean;
  isProse(): boolean;
  setLanguage(name: string): void;
  setDark(on: boolean): void;
}

/** What is done with masks (runs/masks/state.js). */
export interface MaskCalls {
  ranges(): Targets;
  carets(): Range[];
  picked(): Range[];
  masks(): Mask[];
  setMasks(all: MaskDraft[]): void;
  saveMasks(): object;
  savedMasks(lot: object): Mask[];
  restoreMasks(lot: object, spansNow?: Range[]): void;
}

/** What is done with the spans of a run (runs/overlay.js). */
export interface Cover {
  overlay(): Overlay | null;
  cover(run: string, phase: Phase, spans: Covering[]): void;
  draw(toks: (Tok[] | undefined)[], looks?: Look[]): void;
  drawChanges(changes: Change[][], active: Change | null, looks?: Look[]): void;
  phase(run: string, phase: Phase): void;
  uncover(): void;
  write(texts: string[]): Range[];
}

export type Surface = Editor & MaskCalls & Cover;

/** What every part may use. */
export interface Core {
  boot: Boot;
  line: Line;
  about: About;
  ask: Line["ask"];
  call: Line["call"];
  quietly: Line["quietly"];
  notice(message: string, ...actions: (Node | null)[]): void;
  clearNotices(): void;
  status(text: string, aloud?: string): void;
  commands: Commands;
  /** A key as people read it. */
  key(name: string): string;
  on<E extends keyof Events>(event: E, listener: (value: Events[E]) => unknown): void;
  emit<E extends keyof Events>(event: E, ...value: Events[E] extends undefined ? [] : [Events[E]]): void;
  showPanel(on: boolean): void;
  /** Make the terms of the glossary in an element explain themselves. */
  mark(root: Element): void;
  /** Extensions of the editor; parts add theirs while they are made. */
  extensions: Extension[];
  surface: Surface;
}

/** The documents of the page (documents/documents.js). */
export interface Documents {
  current(): Document | null;
  language(): string;
  open(id: number): Promise<Document | null>;
  openNew(creating: Promise<Document | null>): Promise<Document | null>;
  openSample(name: string): Promise<Document | null>;
  upload(file: File): Promise<unknown>;
  /** Save what waits to be saved. */
  flush(): Promise<void>;
  adopt(target: Document, answer: Saved): void;
  rename(id: number, title: string): Promise<boolean>;
  duplicate(id: number): Promise<Document | null>;
  remove(document: { id: number; title: string }): Promise<void>;
  bringBack(id: number, opening?: boolean): Promise<void>;
  typed(): void;
  /** Typing that a run's own commit covers is not saved by itself. */
  covered(): void;
  unsaved(): boolean;
  /** Do some work behind every save that is under way. */
  after(work: () => Promise<unknown>): Promise<unknown>;
}

/** What the next run is told: a style, or an instruction of one's own (styles/styles.js). */
export interface Told {
  request(): { style: string; instruction: string };
  problem(): string;
  styles(): Style[];
  way(): string | null;
}

/** A run's settings with titles in place of names. */
export interface Named extends RunSettings {
  style?: string;
  changed: [title: string, value: unknown][];
}

/** The settings panel (runs/settings/settings.js). */
export interface Settings {
  element: HTMLElement;
  system(): string;
  uniform(name?: string, by?: string): boolean;
  note(name: string, by?: string): string;
  strength(): number;
  select(name: string): void;
  problem(name?: string, by?: string): string;
  request(name?: string, by?: string): Asked;
  mustParse(): boolean;
  seedAhead(): number;
  takeSeed(same?: boolean): number;
  /** The name of who writes; `by` is wished for in place of what the panel says. */
  way(name: string, by?: string): string;
  named(settings: RunSettings): Named;
  refresh(reviewing: boolean): void;
}
