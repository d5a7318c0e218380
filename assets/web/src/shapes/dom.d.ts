// What an element may be made with (web/dom/elements.js).

type Plain = string | number | boolean | null | undefined;
type Handlers = { [E in keyof HTMLElementEventMap as `on${E}`]?: (event: HTMLElementEventMap[E]) => unknown };
type Known =
  | "autocomplete"
  | "checked"
  | "class"
  | "datetime"
  | "dir"
  | "disabled"
  | "download"
  | "hidden"
  | "href"
  | "id"
  | "max"
  | "maxLength"
  | "min"
  | "name"
  | "open"
  | "placeholder"
  | "popover"
  | "popovertarget"
  | "role"
  | "selected"
  | "spellcheck"
  | "step"
  | "style"
  | "tabIndex"
  | "tabindex"
  | "title"
  | "type"
  | "value";

export type Attributes = Handlers & { [K in Known]?: Plain } & {
  [data: `data-${string}`]: Plain;
  [aria: `aria-${string}`]: Plain;
};

export type Child = Node | string | null | undefined;

/** One of a row of buttons of which one is chosen. */
export interface Choice {
  id: string;
  value: number;
  text: string;
  title?: string;
  chosen: boolean;
  extra?: string;
}

/** An action that waits for a pause. */
export interface Debounced<A extends unknown[]> {
  (...args: A): void;
  cancel(): void;
  pending(): boolean;
}

export interface MenuItem {
  id: string;
  title?: string;
  content: Child[];
  run: () => unknown;
}
