// The front matter of a Markdown file: settings between two lines of dashes, at its very beginning. Markdown alone
// reads the last of them as a heading.
import { tags } from "@lezer/highlight";
/** @import { MarkdownConfig } from "@lezer/markdown" */

const EDGE = /^---\s*$/;
const END = /^(?:---|\.\.\.)?\s*$/; // an empty line ends what nobody has closed yet
const KEY = /^[\p{L}_][\p{L}\p{N}_ .-]*:(?:\s|$)/u;

/** @type {MarkdownConfig} */
export const frontMatter = {
  defineNodes: [{ name: "FrontMatter", block: true, style: tags.meta }],
  parseBlock: [
    {
      name: "FrontMatter",
      before: "HorizontalRule",
      parse(context, line) {
        const from = context.lineStart;
        if (from > 0 || !EDGE.test(line.text) || !KEY.test(context.peekLine())) return false;
        while (context.nextLine() && !END.test(line.text));
        const to = line.text.trim() ? context.lineStart + line.text.length : context.prevLineEnd();
        if (line.text.trim()) context.nextLine();
        context.addElement(context.elt("FrontMatter", from, to));
        return true;
      },
    },
  ],
};
