// The grammars that are fetched when a text needs one, a bundle of their own: the stream parsers of CodeMirror 5. Each
// export has the name of its language in assets/languages.
import { clike } from "@codemirror/legacy-modes/mode/clike";

export { c, cpp, csharp, dart, java, kotlin, scala } from "@codemirror/legacy-modes/mode/clike";
export { diff } from "@codemirror/legacy-modes/mode/diff";
export { dockerFile as dockerfile } from "@codemirror/legacy-modes/mode/dockerfile";
export { go } from "@codemirror/legacy-modes/mode/go";
export { haskell } from "@codemirror/legacy-modes/mode/haskell";
export { julia } from "@codemirror/legacy-modes/mode/julia";
export { lua } from "@codemirror/legacy-modes/mode/lua";
export { perl } from "@codemirror/legacy-modes/mode/perl";
export { powerShell as powershell } from "@codemirror/legacy-modes/mode/powershell";
export { properties as ini } from "@codemirror/legacy-modes/mode/properties";
export { r } from "@codemirror/legacy-modes/mode/r";
export { ruby } from "@codemirror/legacy-modes/mode/ruby";
export { rust } from "@codemirror/legacy-modes/mode/rust";
export { shell } from "@codemirror/legacy-modes/mode/shell";
export { stex as latex } from "@codemirror/legacy-modes/mode/stex";
export { swift } from "@codemirror/legacy-modes/mode/swift";
export { toml } from "@codemirror/legacy-modes/mode/toml";
export { yaml } from "@codemirror/legacy-modes/mode/yaml";

/** @param {string} text */
const words = (text) => Object.fromEntries(text.split(" ").map((word) => [word, true]));

/** Of the family of C, and in none of the parsers. */
export const php = clike({
  name: "php",
  keywords: words(
    "abstract and as break case catch class clone const continue declare default do echo else elseif enum " +
      "extends final finally fn for foreach function global if implements include include_once instanceof " +
      "insteadof interface match namespace new or print private protected public readonly require " +
      "require_once return static switch throw trait try use var while xor yield",
  ),
  types: words("array bool callable float int iterable mixed never object string void"),
  blockKeywords: words("catch class do else elseif finally for foreach function if match switch try while"),
  atoms: words("false null parent self this true"),
  multiLineStrings: true,
  hooks: {
    /** @param {import("@codemirror/language").StringStream} stream */
    $(stream) {
      stream.eatWhile(/[\w$]/);
      return "variableName.special";
    },
    /** @param {import("@codemirror/language").StringStream} stream */
    "#"(stream) {
      if (stream.match("[")) return "meta";
      stream.skipToEnd();
      return "comment";
    },
  },
});
