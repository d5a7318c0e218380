// The grammar of each language: those that most people need are here, the others come in a bundle of their own.
import { css } from "@codemirror/lang-css";
import { html } from "@codemirror/lang-html";
import { javascript } from "@codemirror/lang-javascript";
import { json } from "@codemirror/lang-json";
import { markdown } from "@codemirror/lang-markdown";
import { python } from "@codemirror/lang-python";
import { sql } from "@codemirror/lang-sql";
import { LanguageDescription, LanguageSupport, StreamLanguage } from "@codemirror/language";
import { Compartment } from "@codemirror/state";
import { ViewPlugin } from "@codemirror/view";
import { bundle } from "../../dom/bundles.js";
import { frontMatter } from "./frontmatter.js";
/** @import { StreamParser } from "@codemirror/language" */
/** @import { Extension } from "@codemirror/state" */

/** @type {(name: string, support: LanguageSupport, alias?: string[]) => LanguageDescription} */
const here = (name, support, alias = []) => LanguageDescription.of({ name, alias, support });

/** @type {(name: string, alias: string[]) => LanguageDescription} */
const later = (name, alias) =>
  LanguageDescription.of({
    name,
    alias,
    async load() {
      const parsers = /** @type {Record<string, StreamParser<unknown>>} */ (
        await bundle("grammars.js", "PalimpsestGrammars")
      );
      const parser = parsers[name];
      if (!parser) throw new Error(`no grammar of ${name}`);
      return new LanguageSupport(StreamLanguage.define(parser));
    },
  });

/** Those of the other bundle, and what else a fence may call them. @type {Record<string, string[]>} */
export const OTHERS = {
  c: [],
  cpp: ["c++"],
  csharp: ["c#", "cs"],
  dart: [],
  diff: ["patch"],
  dockerfile: ["docker"],
  go: ["golang"],
  haskell: ["hs"],
  ini: [],
  java: [],
  julia: [],
  kotlin: ["kt"],
  latex: ["tex"],
  lua: [],
  perl: ["pl"],
  php: [],
  powershell: ["ps1"],
  r: [],
  ruby: ["rb"],
  rust: ["rs"],
  scala: [],
  shell: ["sh", "bash", "console", "zsh"],
  swift: [],
  toml: [],
  yaml: ["yml"],
};
const GRAMMARS = [
  here("python", python(), ["py"]),
  here("html", html()),
  here("json", json()),
  here("sql", sql()),
  here("css", css()),
  here("javascript", javascript({ jsx: true }), ["js", "jsx"]),
  here("typescript", javascript({ typescript: true, jsx: true }), ["ts", "tsx"]),
  ...Object.entries(OTHERS).map(([name, alias]) => later(name, alias)),
];
GRAMMARS.push(here("markdown", markdown({ codeLanguages: GRAMMARS, extensions: frontMatter }), ["md"]));

/**
 * What parses a text of a language, at once or as soon as it has come; nothing where there is no grammar.
 * @param {string} language
 * @returns {Extension}
 */
export function modeOf(language) {
  const grammar = GRAMMARS.find(({ name }) => name === language);
  if (!grammar) return [];
  if (grammar.support) return grammar.support;
  const mode = new Compartment();
  const waiting = ViewPlugin.define((view) => {
    let needed = true;
    grammar.load().then(
      (support) => needed && view.dispatch({ effects: mode.reconfigure(support) }),
      () => {}, // without colours the text is the same, and the next text in this language asks again
    );
    return {
      destroy() {
        needed = false;
      },
    };
  });
  return [mode.of([]), waiting];
}
