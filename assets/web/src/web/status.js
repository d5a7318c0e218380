// The line that says what was done or is under way.
const LASTS = 3000; // milliseconds for which it can be read, whatever is typed meanwhile

/**
 * @param {Pick<HTMLElement, "textContent">} element
 * @param {Pick<HTMLElement, "textContent">} heard what a screen reader says of it
 * @param {() => boolean} idle whether it speaks of nothing that still goes on
 */
export function statusLine(element, heard, idle) {
  let at = 0;
  let timer = 0;
  const old = () => performance.now() - at >= LASTS;
  function clear() {
    if (idle() && old()) element.textContent = "";
  }
  return {
    /**
     * @param {string} text
     * @param {string} [aloud] what is heard where it is not the same: nothing of what changes all the time
     */
    say(text, aloud = text) {
      element.textContent = text;
      if (aloud) heard.textContent = aloud;
      at = performance.now();
      clearTimeout(timer);
    },
    /** The text was changed: what was said of it before is over, as soon as it could be read. */
    over() {
      if (!element.textContent || !idle()) return;
      clearTimeout(timer);
      if (old()) clear();
      else timer = Number(setTimeout(clear, LASTS - (performance.now() - at) + 1));
    },
  };
}
