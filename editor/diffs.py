"""Word-level differences, by diff-match-patch."""

from __future__ import annotations

import re

from diff_match_patch import diff_match_patch

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_SURROGATES = 0xD800


def words(old: str, new: str) -> list[tuple[int, str]]:
    """Hunks (-1 removed, 0 same, 1 added; text) that turn old into new, cut at word borders.

    Each different word becomes one character, the characters are compared, and the words are put back: the library's
    own line mode, for words.
    """
    numbers: dict[str, int] = {}

    def coded(text: str) -> str:
        codes = (numbers.setdefault(word, len(numbers) + 1) for word in _WORD.findall(text))
        return "".join(chr(n if n < _SURROGATES else n + 0x800) for n in codes)

    before, after = coded(old), coded(new)
    listed = list(numbers)
    differ = diff_match_patch()
    hunks = differ.diff_main(before, after, False)
    spelled = []
    for op, codes in hunks:
        indices = (ord(c) - (0x800 if ord(c) >= _SURROGATES else 0) - 1 for c in codes)
        spelled.append((op, "".join(listed[i] for i in indices)))
    return spelled
