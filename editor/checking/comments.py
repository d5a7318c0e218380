"""Where code holds prose: its comments and strings, as the language's own parser finds them."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator

from editor.code.parsing import GRAMMARS, tree
from editor.languages import PROSE

NODES = frozenset({"comment", "string_fragment", "template_string", "text", "jsx_text", "marginalia"})
"""of the grammars: what holds prose, if anything does"""
SENTENCE = 3
"""words from which on a comment or a string is taken for prose"""
_WORD = re.compile(r"(?<![\w.])[^\W\d_]{2,}(?!\w|[(/=]|\.\w)")
_NAME = re.compile(r"[^\W\d]\w+")

Range = tuple[int, int]


def prose_in(language: str, text: str) -> list[Range] | None:
    """Half-open ranges of code points that hold prose; None: all of the text does."""
    if language in PROSE:
        return None
    found: Iterable[Range] = (
        _python(text) if language == "python" else _grammar(language, text) if language in GRAMMARS else ()
    )
    return [(start, end) for start, end in found if len(_WORD.findall(text[start:end])) >= SENTENCE]


def names_in(text: str, prose: list[Range]) -> set[str]:
    """The words of code outside its prose: a comment may speak of them."""
    ends = [0, *(at for part in sorted(prose) for at in part), len(text)]
    return {name for start, end in zip(ends[::2], ends[1::2], strict=True) for name in _NAME.findall(text[start:end])}


def _python(text: str) -> Iterator[Range]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            if token.type in (tokenize.COMMENT, tokenize.STRING):
                (row, column), (last, end) = token.start, token.end
                yield starts[row - 1] + column, starts[last - 1] + end
    except (tokenize.TokenError, SyntaxError):  # unfinished code: what comes before is known
        return


def _grammar(language: str, text: str) -> Iterator[Range]:
    data, parsed = text.encode("utf-8", "replace"), tree(language, text)
    waiting, found = [parsed.root_node] if parsed else [], []
    while waiting:
        node = waiting.pop()
        if node.type in NODES:
            found.append((node.start_byte, node.end_byte))
        else:
            waiting.extend(node.children)
    at = point = 0
    for start, end in sorted(found):
        begin = point + len(data[at:start].decode("utf-8", "replace"))
        at, point = end, begin + len(data[start:end].decode("utf-8", "replace"))
        yield begin, point
