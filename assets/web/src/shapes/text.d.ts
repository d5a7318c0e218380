// Places in a text, and the masks on them. Unless a name says otherwise, places are UTF-16 units, as the browser
// counts.

export interface Range {
  from: number;
  to: number;
}

/** A range of a text, and the classes that colour it. */
export interface Colour extends Range {
  classes: string;
}

export type Slice = (from: number, to: number) => string;

/** "auto", "shorter", "same", "longer", or a number of tokens. */
export type Length = string | number;

/** What a span may be and nothing else: "number", "yes or no", some texts, or what a pattern matches. */
export type Only = string | { one_of: string[] } | { pattern: string };

/** What a span wants for itself; null is "as the settings panel says". */
export interface Wishes {
  strength: number | null;
  length: Length | null;
  style: string | null;
  only: Only | null;
}

/** What the user wants rewritten. `locks` are words in it that stay. */
export interface Mask extends Range, Wishes {
  id: string;
  locks: Range[];
}

/** A mask that is about to be one: its place is enough. */
export type MaskDraft = Range & { id?: string | null; locks?: Range[] } & Partial<Wishes>;

/** Where a run writes. */
export type Target = Range & Partial<Wishes>;

/** A target as Python is told of it: code points, and wishes where there are any. */
export type Points = [from: number, to: number, wishes?: Wishes];

/** What a run would write now. `chosen` counts masks and selections; `locked`: locks left nothing of them. */
export interface Targets {
  spans: (Range & Wishes & { mask: string | null })[];
  chosen: number;
  locked: boolean;
}
