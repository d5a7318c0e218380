"""What of a text is running prose: the words that a sentence is made of, and nothing that is to be kept letter by letter.

Markdown's own grammar (tree-sitter) says what is a paragraph, a heading, an entry, a cell, and where code, links, tags, formulas
and front matter stand in it; what is written like an address, a path, a name of code or a quantity is no prose either.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import tree_sitter_markdown
from tree_sitter import Language, Node, Parser

from engine.text.boundaries import Range, abbreviated

SECONDS = 1.0
"""of one parse"""
AROUND = 50_000
"""characters before and behind a stretch that are parsed with it"""
BLOCKS = {
    "paragraph": "paragraph", "atx_heading": "heading", "setext_heading": "heading", "pipe_table_cell": "cell",
    "list_item": "entry", "block_quote": "quote",
}  # fmt: skip
"""node of the grammar -> what it is here; a paragraph inside another is that"""
KEPT = frozenset(
    "code_span uri_autolink email_autolink html_tag latex_block link_destination link_title link_label image backslash_escape "
    "entity_reference numeric_character_reference".split()
)
"""nodes of a line that hold no prose"""
UNITS = frozenset(
    "m mm cm dm km nm um µm g mg kg s ms ns h hr hrs min mins l ml dl L mL W kW MW Wh kWh V mV A mA Hz kHz MHz GHz B kB KB MB "
    "GB TB PB "
    "KiB MiB GiB TiB bit bits kbit Mbit bps Mbps Gbps dB dpi px pt em rem vh vw fps ft in lb lbs oz mph km/h m/s am pm a.m. "
    "p.m. °C °F "
    "K Pa kPa hPa bar N J kJ kcal cal % € $ £ USD EUR GBP CHF".split()
)
"""what belongs to a number before it"""
STRANGE = re.compile(r"[\d@/\\_<>{}=|$%^~`+#]|[a-z][A-Z]|\w[.:]\w|::|\(\)|^--?[A-Za-z]")
"""what addresses, paths, quantities and names of code have, and no word of a sentence"""
LONGEST = 80
"""characters of a word of a sentence"""
OUTPUT = re.compile(
    r"^[ \t]*(?:(?:\$|>>>|\.\.\.|PS>) |(?:fatal|error|warning|info|debug|usage|traceback|panic|exception)\b[^\n:]{0,40}: "
    r"|(?:ERROR|WARN|WARNING|INFO|DEBUG|FATAL|TRACE)\b|\[?\d{4}-\d\d-\d\d[T ]\d\d:|Traceback \(most recent call last\)"
    r"|  File \"|[\w.]{1,60}(?:Error|Exception): |diff --git |@@ |index [0-9a-f]{6})"
)
"""how lines begin that programs print"""
QUOTED = re.compile(r"[\"“](?:fatal|error|warning|usage)\b[^\"”\n]{0,200}[\"”]", re.IGNORECASE)
BRACES = re.compile(r"\{\{?[^{}\n]{0,80}\}\}?")
_CHUNK = re.compile(r"\S+")
_EDGE = "\"'“”‘’«»()[]*_,;:!?…—–"
_CODE = re.compile(r"[{};=<>|\\]|\w\(|^\s*(?:-\s+)?[\w.\"'-]+\s*[:=]")
"""what stands in code and in data, and hardly in a sentence"""
_SENTENCE = re.compile(r"^[^\W\d_](?=\S*\s).*[.!?…][\"'”’)\]]*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading, an entry of a list, a cell or a quotation. Offsets are code points of the text."""

    start: int
    end: int
    kind: str
    parts: tuple[Range, ...]
    """what of it is prose, in order"""

    def moved(self, by: int) -> Block:
        """The same in a text that begins elsewhere."""
        return Block(self.start + by, self.end + by, self.kind, tuple((a + by, b + by) for a, b in self.parts))

    def without(self, holes: Sequence[Range]) -> Block:
        """The same with less of it prose."""
        parts = [part for a, b in self.parts for part in _left(a, b, holes)] if holes else self.parts
        return Block(self.start, self.end, self.kind, tuple(parts))


def blocks(text: str, start: int = 0, end: int | None = None, *, loose: bool = False) -> list[Block] | None:
    """The blocks that have a part of [start, end); None where they take too long to be found.

    Args:
        loose: of a text that may be anything (an unknown ending): only what reads like a sentence counts.
    """
    end = len(text) if end is None else end
    low, high = _window(text, start, end)
    found = _parsed(text[low:high])
    if found is None:
        return None
    near = [(a + low, b + low, kind, holes) for a, b, kind, holes in found if a + low < end and b + low > start]
    every = [_block(text, a, b, kind, [(c + low, d + low) for c, d in holes]) for a, b, kind, holes in near]
    return [block for block in every if block.parts and not (loose and not reads(text[block.start : block.end]))]


def prose(text: str, start: int = 0, end: int | None = None, *, loose: bool = False) -> list[Range] | None:
    """Half-open ranges of prose in [start, end), in order; None where they take too long to be found."""
    end = len(text) if end is None else end
    found = blocks(text, start, end, loose=loose)
    if found is None:
        return None
    cut = [(max(a, start), min(b, end)) for block in found for a, b in block.parts]
    return [(a, b) for a, b in cut if a < b]


def _left(start: int, end: int, holes: Sequence[Range]) -> Iterator[Range]:
    for a, b in sorted(holes):
        if a < end and b > start:
            if start < a:
                yield start, a
            start = b
    if start < end:
        yield start, end


def reads(text: str) -> bool:
    """Whether a text of no known kind reads like sentences, and not like code or data."""
    return bool(_SENTENCE.match(text.strip())) and not any(_CODE.search(line) for line in text.splitlines())


def _window(text: str, start: int, end: int) -> Range:
    """What is parsed for a stretch: all of a text, or some lines around."""
    low = text.rfind("\n\n", 0, max(0, start - AROUND)) + 1
    high = text.find("\n\n", end + AROUND)
    return low, len(text) if high < 0 else high + 1


def _block(text: str, start: int, end: int, kind: str, holes: list[Range]) -> Block:
    at = start
    for line in text[start:end].splitlines(keepends=True):
        if OUTPUT.match(line):
            holes.append((at, at + len(line)))
        at += len(line)
    lines = list(_between(text, start, end, sorted(holes)))
    holes = [(a + c, a + d) for a, b in lines for c, d in verbatim(text[a:b])]
    return Block(start, end, kind, tuple(part for a, b in lines for part in _between(text, a, b, sorted(holes))))


def verbatim(text: str) -> Iterator[Range]:
    """What is no word of a sentence, whatever stands around it: addresses, paths, names of code, numbers and their units,
    abbreviations, what stands in braces, and what a program said."""
    for pattern in (QUOTED, BRACES):
        yield from (found.span() for found in pattern.finditer(text))
    number = None
    for found in _CHUNK.finditer(text):
        chunk = found[0]
        core = chunk.strip(_EDGE)
        start = found.start() + len(chunk) - len(chunk.lstrip(_EDGE))
        end = start + len(core)
        if number is not None and core.rstrip(".") in UNITS | {core} & UNITS:
            yield number, end
        number = None
        if len(core) > LONGEST or STRANGE.search(core.rstrip(".")):
            yield start, end - (core.endswith(".") and not core[:-1].count("."))
            number = start if core[:1].isdigit() and not core.endswith(".") else None
        elif core.endswith(".") and abbreviated(core):
            yield start, end


def _between(text: str, start: int, end: int, holes: list[Range]) -> Iterator[Range]:
    at = start
    for a, b in [*holes, (end, end)]:
        a = min(a, end)
        if a > at and any(c.isalpha() for c in text[at:a]):
            yield at, a
        at = max(at, b)


# ---- the grammar ---------------------------------------------------------------------------------------------------
@cache
def _languages() -> tuple[Language, Language]:
    return Language(tree_sitter_markdown.language()), Language(tree_sitter_markdown.inline_language())


def _tree(language: Language, data: bytes) -> Node | None:
    until = time.monotonic() + SECONDS
    try:
        parsed = Parser(language).parse(
            lambda at, _: data[at : at + 65536], progress_callback=lambda _at, _error: time.monotonic() > until
        )
    except ValueError:  # it was stopped
        return None
    return parsed.root_node


@lru_cache(maxsize=4)
def _parsed(text: str) -> list[tuple[int, int, str, list[Range]]] | None:
    """(start, end, kind, holes that the grammar sees) of every block."""
    data = text.encode("utf-8", "replace")
    root = _tree(_languages()[0], data)
    if root is None:
        return None
    found = []
    for start, end, kind, marks in _lines(root, data):
        holes = _inline(data, start, end, marks)
        if holes is None:
            return None
        found.append((start, end, kind, holes))
    return _counted(data, found)


def _lines(root: Node, data: bytes) -> Iterator[tuple[int, int, str, list[Range]]]:
    """(start, end, kind, marks of the blocks around that stand in it) of all that holds lines of text, in bytes."""
    waiting: list[tuple[Node, str]] = [(root, "paragraph")]
    while waiting:
        node, kind = waiting.pop()
        if node.type == "inline" or node.type == "pipe_table_cell":
            # The end of a quotation or an entry that the next line goes on with belongs to the grammar.
            marks = [(c.start_byte, c.end_byte) for c in node.children if c.type == "block_continuation"]
            yield node.start_byte, node.end_byte, "cell" if node.type == "pipe_table_cell" else kind, marks
        elif node.type == "indented_code_block":
            yield from _indented(node, data)
        else:
            inner = BLOCKS.get(node.type, kind)
            inner = kind if inner == "paragraph" else inner
            waiting += [(child, inner) for child in reversed(node.children)]


def _indented(node: Node, data: bytes) -> Iterator[tuple[int, int, str, list[Range]]]:
    """A paragraph whose lines are indented is code, unless it can be nothing but sentences."""
    held = data[node.start_byte : node.end_byte]
    text = held.decode("utf-8", "replace").strip()
    if reads(text) and (text[0].isupper() or text[0] in "\"'“‘") and len(text.split()) > 5:
        start = node.start_byte + len(held) - len(held.lstrip())
        yield start, node.start_byte + len(held.rstrip()), "paragraph", []


def _inline(data: bytes, start: int, end: int, marks: list[Range]) -> list[Range] | None:
    root = _tree(_languages()[1], data[start:end])
    if root is None:
        return None
    holes, waiting = list(marks), [root]
    while waiting:
        node = waiting.pop()
        if node.type in KEPT and not (node.type == "latex_block" and _money(data[start + node.start_byte :])):
            holes.append((start + node.start_byte, start + node.end_byte))
        elif node.type == "emphasis_delimiter" or node.type in ("[", "]", "(", ")", "!") and node.parent is not root:
            holes.append((start + node.start_byte, start + node.end_byte))
        else:
            waiting.extend(node.children)
    return holes


def _money(behind: bytes) -> bool:
    """Whether a dollar sign begins an amount: two of them on a line are no formula."""
    return re.match(rb"\$\d[\d.,]*[ )?!;:]", behind) is not None


def _counted(data: bytes, found: list[tuple[int, int, str, list[Range]]]) -> list[tuple[int, int, str, list[Range]]]:
    """The same with code points in place of bytes."""
    places = sorted({at for a, b, _, holes in found for pair in [(a, b), *holes] for at in pair})
    points: dict[int, int] = {}
    at = point = 0
    for place in places:
        point += len(data[at:place].decode("utf-8", "replace"))
        at, points[place] = place, point
        points[place] = point
    return [(points[a], points[b], kind, [(points[c], points[d]) for c, d in holes]) for a, b, kind, holes in found]
