// How the editor looks: its theme, and its colours by day and by night.
import { defaultHighlightStyle, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { oneDarkHighlightStyle } from "@codemirror/theme-one-dark";
import { EditorView } from "@codemirror/view";
const PROSE = ["prose", "plain", "markdown"];

/** @param {string} language */
export const isProse = (language) => PROSE.includes(language);

export const page = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--paper)", fontSize: "var(--editor-size)" },
  ".cm-scroller": { fontFamily: "var(--editor-font)", lineHeight: "1.7" },
  ".cm-content": { caretColor: "var(--ink)", padding: "20px 0 40vh" },
  // The band of the line that the caret stands on is as wide as the pane; the words keep their measure.
  ".cm-line": { padding: "0 max(20px, 100% - var(--measure)) 0 10px" },
  ".cm-lineNumbers .cm-gutterElement": { whiteSpace: "pre" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--faint)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--line)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selection) !important" },
  // Copies of what is selected: of use in code, and in prose no more than paint.
  ".cm-selectionMatch": { backgroundColor: "transparent" },
  "&.pz-code .cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--selection) 45%, transparent)" },
  ".cm-panels": { backgroundColor: "var(--panel)", color: "var(--ink)" },
  ".cm-specialChar": { color: "var(--faint)" },
});
const light = syntaxHighlighting(defaultHighlightStyle);
const dark = syntaxHighlighting(HighlightStyle.define(oneDarkHighlightStyle.specs));

/** @param {boolean} isDark */
export const coloursOf = (isDark) => [EditorView.darkTheme.of(isDark), isDark ? dark : light];
