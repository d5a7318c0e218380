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

export const debounce = (wait, action) => {
  let timer = 0;
  const late = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => { timer = 0; action(...args); }, wait);
  };
  late.cancel = () => { clearTimeout(timer); timer = 0; };
  late.pending = () => timer !== 0;
  return late;
};

export const remembered = {
  get(key, fallback) {
    try { return JSON.parse(localStorage.getItem(`palimpsest.${key}`)) ?? fallback; } catch { return fallback; }
  },
  set(key, value) {
    try { localStorage.setItem(`palimpsest.${key}`, JSON.stringify(value)); } catch { /* private mode: nothing is remembered */ }
  },
};
