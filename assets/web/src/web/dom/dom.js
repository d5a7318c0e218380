// The smallest element builder: strings become text nodes, never markup.
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "id") element.dataset.testid = value;
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/** Terms of a description list from [name, value, meaning]. */
export const terms = (list) =>
  list.map(([name, value, meaning]) => h("div", { title: meaning }, h("dt", {}, name), h("dd", {}, String(value))));

/** A row of buttons of which one is chosen; arrow keys step through them. `chose(value)` is told. */
export function choices(id, name, chose) {
  const element = h("div", {
    id,
    class: "choices",
    role: "radiogroup",
    "aria-label": name,
    onkeydown: (event) => {
      const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key],
        all = [...element.children];
      if (!way || event.altKey || event.ctrlKey || event.metaKey || !all.length) return;
      event.preventDefault();
      event.stopPropagation();
      const there = (all.indexOf(document.activeElement) + way + all.length) % all.length;
      all[there].click();
      element.children[there]?.focus();
    },
  });
  return {
    element,
    /** `entries`: [{id, value, text, title, chosen, extra?}]. The focus stays where it was. */
    draw(entries) {
      const had = element.contains(document.activeElement) ? [...element.children].indexOf(document.activeElement) : -1;
      element.replaceChildren(
        ...entries.map(({ id: own, value, text, title, chosen, extra }) =>
          h(
            "button",
            {
              type: "button",
              id: own,
              role: "radio",
              class: "choice",
              "aria-checked": String(Boolean(chosen)),
              tabIndex: chosen ? 0 : -1,
              title,
              "aria-label": extra ? title : null,
              onclick: () => chose(value),
            },
            text,
            extra ? h("span", { class: "extra" }, extra) : null,
          ),
        ),
      );
      element.children[had]?.focus();
    },
  };
}

/** An id that no run and no page has had; without a secure context there is no randomUUID. */
export const newId = () => crypto.randomUUID?.() ?? String(Math.random()).slice(2);

export const percent = (share) => `${Math.round(share * 100)} %`;

export const debounce = (wait, action) => {
  let timer = 0;
  const late = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = 0;
      action(...args);
    }, wait);
  };
  late.cancel = () => {
    clearTimeout(timer);
    timer = 0;
  };
  late.pending = () => timer !== 0;
  return late;
};

export const remembered = {
  get(key, fallback) {
    try {
      return JSON.parse(localStorage.getItem(`palimpsest.${key}`)) ?? fallback;
    } catch {
      return fallback;
    }
  },
  /** Whether it is: in private mode nothing is remembered, and there is only so much room. */
  set(key, value) {
    try {
      localStorage.setItem(`palimpsest.${key}`, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  },
  drop(key) {
    try {
      localStorage.removeItem(`palimpsest.${key}`);
    } catch {
      /* nothing is remembered */
    }
  },
};
