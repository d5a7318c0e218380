// The command palette: everything that can be done now, every document, sample and system, by typing a few letters.
import "./palette.css";
import { h, remembered } from "../dom/dom.js";
import { ranked } from "./fuzzy.js";

const SHOWN = 60,
  RECENT = 6,
  RECENT_BONUS = 15;

export function palettePart(core, { documents, settings }) {
  const { boot } = core;
  let items = [],
    found = [],
    at = 0;
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
    items = own();
    dialog.showModal();
    draw();
    const answer = await core.quietly("documents", {});
    if (!dialog.open || !answer) return;
    const current = documents.current()?.id;
    items = [
      ...items,
      ...answer.documents
        .filter((d) => d.id !== current)
        .map((d) => ({ id: `document-${d.id}`, title: d.title, group: "Open", run: () => documents.open(d.id) })),
    ];
    draw(found[at]?.item.id);
  }
  const own = () => [
    ...grouped(core.commands.usable())
      .filter((c) => c.id !== "palette")
      .map((c) => ({ id: c.id, title: c.title, group: c.group, key: c.key, run: () => core.commands.run(c.id) })),
    ...boot.systems
      .filter((s) => s.name !== settings.system())
      .map((s) => ({ id: `system-${s.name}`, title: s.title, group: "System", run: () => settings.select(s.name) })),
    ...boot.samples.map((s) => ({
      id: `sample-${s.name}`,
      title: s.title,
      group: "Sample",
      run: () => documents.openSample(s.name),
    })),
  ];

  /** `kept` is the item that stays pointed at, if it is still there. */
  function draw(kept) {
    const query = input.value.trim(),
      recent = remembered.get("recent", []);
    const lately = (item) => recent.indexOf(item.id) + 1;
    found = ranked(query, items, (item) => (lately(item) ? RECENT_BONUS - lately(item) : 0));
    if (!query) found.sort((a, b) => (lately(a.item) || RECENT + 1) - (lately(b.item) || RECENT + 1));
    found = found.slice(0, SHOWN);
    list.replaceChildren(
      ...found.map(({ item, at: places }, i) =>
        h(
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
          h("span", { class: "group" }, !query && lately(item) ? "used lately" : item.group),
          item.key ? h("kbd", {}, core.key(item.key)) : null,
        ),
      ),
    );
    for (const [i, option] of [...list.children].entries()) option.id = `pz-palette-${i}`;
    none.textContent = found.length ? "" : `Nothing is called “${query}”.`;
    none.hidden = found.length > 0;
    const still = kept ? found.findIndex((f) => f.item.id === kept) : 0;
    point(Math.max(still, 0));
    if (kept === undefined) list.scrollTop = 0;
  }
  function point(i) {
    list.children[at]?.setAttribute("aria-selected", "false");
    at = i;
    list.children[at]?.setAttribute("aria-selected", "true");
    if (found.length) input.setAttribute("aria-activedescendant", `pz-palette-${at}`);
    else input.removeAttribute("aria-activedescendant");
  }
  function keys(event) {
    const n = found.length;
    const to = {
      ArrowDown: (at + 1) % n,
      ArrowUp: (at - 1 + n) % n,
      PageDown: Math.min(at + 8, n - 1),
      PageUp: Math.max(at - 8, 0),
    }[event.key];
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      use(at);
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "k") {
      event.preventDefault();
      dialog.close();
    }
    if (to === undefined || !n) return;
    event.preventDefault();
    point(to);
    list.children[at].scrollIntoView({ block: "nearest" });
  }
  function use(i) {
    const item = found[i]?.item;
    if (!item) return;
    remembered.set(
      "recent",
      [item.id, ...remembered.get("recent", []).filter((id) => id !== item.id)].slice(0, RECENT),
    );
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

/** Groups in the order in which their first commands were made. */
const grouped = (all) => [...new Set(all.map((c) => c.group))].flatMap((group) => all.filter((c) => c.group === group));

/** A title with the letters that fit marked. */
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
