// The command palette: everything that can be done now, every document, sample and system, by typing a few letters.
import { h } from "../dom/elements.js";
import { remembered } from "../dom/memory.js";
import { ranked } from "./fuzzy.js";
/** @import { Command, Core, Documents, Settings } from "../../shapes/core.js" */
/** @typedef {{id: string, title: string, group: string, key?: string, run: () => unknown}} Item */
/** @typedef {{item: Item, score: number, at: Set<number>}} Found */

const SHOWN = 60;
const RECENT = 6;
const RECENT_BONUS = 15;
const PAGE = 8;

/**
 * @param {Core} core
 * @param {{documents: Documents, settings: Settings}} parts
 */
export function palettePart(core, { documents, settings }) {
  /** @type {Item[]} */
  let items = [];
  /** @type {Found[]} */
  let found = [];
  let at = 0;
  const input = h("input", {
    id: "palette-input",
    type: "text",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": "pz-palette-list",
    "aria-autocomplete": "list",
    "aria-label": "What do you want to do?",
    placeholder: "Type a few letters of what you want to do",
    autocomplete: "off",
    spellcheck: "false",
    oninput: () => draw(),
    onkeydown: keys,
  });
  const list = h("ul", { id: "palette-list", role: "listbox", "aria-label": "Commands" });
  list.id = "pz-palette-list";
  const none = h("p", { class: "hint", role: "status" });
  const dialog = h(
    "dialog",
    { id: "palette-panel", class: "box palette", "aria-label": "Commands" },
    input,
    list,
    none,
  );
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  const button = h(
    "button",
    {
      type: "button",
      id: "palette",
      class: "keyed",
      title: "Everything that can be done",
      "aria-label": `Commands, ${core.key("Mod-k")}`,
      "aria-haspopup": "dialog",
      onclick: () => open(),
    },
    h("span", {}, core.key("Mod-k")),
    h("span", { class: "label" }, "Commands"),
  );

  async function open() {
    input.value = "";
    items = ownItems(core, documents, settings);
    dialog.showModal();
    draw();
    const answer = await core.quietly("documents", {});
    if (!dialog.open || !answer) return;
    const current = documents.current()?.id;
    const others = answer.documents.filter((d) => d.id !== current);
    items = [
      ...items,
      ...others.map((d) => ({
        id: `document-${d.id}`,
        title: d.title,
        group: "Open",
        run: () => documents.open(d.id),
      })),
    ];
    draw(found[at]?.item.id);
  }

  /**
   * @param {string} [kept] the item that stays pointed at, if it is still there
   */
  function draw(kept) {
    const query = input.value.trim();
    const lately = usedLately();
    found = find(query, items, lately);
    list.replaceChildren(...found.map((one, i) => option(one, i, !query && lately(one.item) > 0)));
    none.textContent = found.length ? "" : `Nothing is called “${query}”.`;
    none.hidden = found.length > 0;
    const still = kept ? found.findIndex((f) => f.item.id === kept) : 0;
    point(Math.max(still, 0));
    if (kept === undefined) list.scrollTop = 0;
  }
  /** @type {(found: Found, i: number, lately: boolean) => HTMLElement} */
  function option({ item, at: places }, i, lately) {
    const element = h(
      "li",
      {
        role: "option",
        id: "palette-item",
        "data-item": item.id,
        "aria-selected": "false",
        onclick: () => use(i),
        onpointermove: (event) => {
          if (event.movementX || event.movementY) point(i);
        },
      },
      h("span", { class: "name" }, ...marked(item.title, places)),
      h("span", { class: "group" }, lately ? "used lately" : item.group),
      item.key ? h("kbd", {}, core.key(item.key)) : null,
    );
    element.id = `pz-palette-${i}`;
    return element;
  }
  /** @param {number} i */
  function point(i) {
    list.children[at]?.setAttribute("aria-selected", "false");
    at = i;
    list.children[at]?.setAttribute("aria-selected", "true");
    if (found.length) input.setAttribute("aria-activedescendant", `pz-palette-${at}`);
    else input.removeAttribute("aria-activedescendant");
  }
  /** @param {KeyboardEvent} event */
  function keys(event) {
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      use(at);
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "k") {
      event.preventDefault();
      dialog.close();
    }
    const to = stepped(event.key, at, found.length);
    if (to === undefined) return;
    event.preventDefault();
    point(to);
    list.children[at].scrollIntoView({ block: "nearest" });
  }
  /** @param {number} i */
  function use(i) {
    const item = found[i]?.item;
    if (!item) return;
    const others = recent().filter((id) => id !== item.id);
    remembered.set("recent", [item.id, ...others].slice(0, RECENT));
    dialog.close(); // gives the focus back to where it was: commands may move it
    item.run();
  }

  core.commands.add({
    id: "palette",
    title: "Commands",
    group: "Help",
    key: "Mod-k",
    always: true,
    run: () => {
      open();
    },
  });
  return { button, dialogs: [dialog] };
}

const recent = () => remembered.get("recent", /** @type {string[]} */ ([]));

/** How lately an item was used: 1 for the last, 0 for long ago. */
function usedLately() {
  const all = recent();
  /** @param {Item} item */
  return (item) => all.indexOf(item.id) + 1;
}

/**
 * @param {string} query
 * @param {Item[]} items
 * @param {(item: Item) => number} lately
 * @returns {Found[]}
 */
function find(query, items, lately) {
  const found = ranked(query, items, (item) => (lately(item) ? RECENT_BONUS - lately(item) : 0));
  if (!query) found.sort((a, b) => (lately(a.item) || RECENT + 1) - (lately(b.item) || RECENT + 1));
  return found.slice(0, SHOWN);
}

/**
 * Where a key goes from `at` in a list of `n`; undefined for other keys.
 * @param {string} key
 * @param {number} at
 * @param {number} n
 */
function stepped(key, at, n) {
  if (!n) return undefined;
  /** @type {Record<string, number>} */
  const places = {
    ArrowDown: (at + 1) % n,
    ArrowUp: (at - 1 + n) % n,
    PageDown: Math.min(at + PAGE, n - 1),
    PageUp: Math.max(at - PAGE, 0),
  };
  return places[key];
}

/**
 * Commands, systems and samples.
 * @param {Core} core
 * @param {Documents} documents
 * @param {Settings} settings
 * @returns {Item[]}
 */
function ownItems({ boot, commands }, documents, settings) {
  const own = grouped(commands.usable()).filter((c) => c.id !== "palette");
  const systems = boot.systems.filter((s) => s.name !== settings.system());
  return [
    ...own.map((c) => ({
      id: c.id,
      title: c.title,
      group: c.group ?? "",
      key: c.key,
      run: () => commands.run(c.id),
    })),
    ...systems.map((s) => ({
      id: `system-${s.name}`,
      title: s.title,
      group: "System",
      run: () => settings.select(s.name),
    })),
    ...boot.samples.map((s) => ({
      id: `sample-${s.name}`,
      title: s.title,
      group: "Sample",
      run: () => documents.openSample(s.name),
    })),
  ];
}

/**
 * Groups in the order in which their first commands were made.
 * @param {Command[]} all
 */
const grouped = (all) => [...new Set(all.map((c) => c.group))].flatMap((group) => all.filter((c) => c.group === group));

/**
 * A title with the letters that fit marked.
 * @param {string} title
 * @param {Set<number>} places
 */
function marked(title, places) {
  const out = [];
  for (let i = 0; i < title.length; ) {
    const hit = places.has(i);
    let end = i + 1;
    while (end < title.length && places.has(end) === hit) end++;
    out.push(hit ? h("mark", {}, title.slice(i, end)) : title.slice(i, end));
    i = end;
  }
  return out;
}
