"""What is thrown at a route: odd values, payloads that are nearly right, and bodies that are no JSON at all."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

DEEP, HUGE = "@deep@", "@huge@"
"""stand for 100,000 brackets and for 5,000 digits, which json.dumps would not write"""
UNICODE = st.text(st.characters(exclude_categories=()), max_size=12)
"""lone surrogates, NUL and unassigned characters too"""
NUMBERS = st.one_of(
    st.integers(-3, 12), st.integers(), st.sampled_from([10**309, -(10**309), 2**31, 2**53 + 1, 2**63 - 1, 2**63, 2**64]),
    st.floats(), st.sampled_from([float("nan"), float("inf"), -float("inf"), 1e308, -0.0, 0.5]),
)  # fmt: skip
WORDS = st.sampled_from(
    ["", " ", "\0", "\ud83d", "\udc00x", "../../etc/passwd", "x" * 5000, "NaN", "1", "²", "٣", "9" * 310, "9" * 5000, "null",
     "prose", "python", "llada", "auto", "formal", "one two three", "\r\n", "\u2028", "%00", "'; DROP TABLE x; --"]
)  # fmt: skip
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, UNICODE, WORDS, st.sampled_from([DEEP, HUGE]))
ODD = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.one_of(UNICODE, WORDS), inner, max_size=3)),
    max_leaves=6,
)
RAW = st.sampled_from(
    [b"", b"{", b"[]", b"null", b"nul", b'"', b"NaN", b"{}", b"\xff\xfe{\x00}\x00", b'{"a":"\xff"}', b"\x00", b"[1,]"]
    + [b"[" * 100_000, b'{"a":' * 100_000, b"\xef\xbb\xbf{}", b"1" * 5000, b'{"text":"a","text":"b"}', b"{'a': 1}"]
    + [b"--x\r\n\r\n--x--", b"a=1&b=2"]
)
KINDS = st.sampled_from(
    ["application/json"] * 8
    + ["text/plain", "", "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x",
       "application/json; charset=utf-16", "application/json;;;", "application/vnd.x+json", "\x7f"]
)  # fmt: skip


@st.composite
def near(draw: st.DrawFn, good: dict[str, Any]) -> Any:
    """A payload that would be right, with a few of its fields changed, left out, or joined by others."""
    if draw(st.integers(0, 19)) == 0:
        return draw(ODD)
    made = {name: draw(value) if isinstance(value, st.SearchStrategy) else value for name, value in good.items()}
    for _ in range(draw(st.integers(0, 2))):
        name = draw(st.sampled_from([*good, "extra"]))
        if draw(st.booleans()):
            made[name] = draw(ODD)
        else:
            made.pop(name, None)
    return made


def written(value: Any) -> bytes:
    """JSON as a careless program writes it: NaN, half characters and all."""
    text = json.dumps(value).replace(f'"{DEEP}"', "[" * 100_000 + "]" * 100_000).replace(f'"{HUGE}"', "9" * 5000)
    return text.encode("ascii", "replace")


@st.composite
def body(draw: st.DrawFn, value: st.SearchStrategy[Any]) -> tuple[bytes, str]:
    """(bytes, content type) of a request; now and then broken, or with a key twice."""
    how = draw(st.integers(0, 19))
    if how == 0:
        return draw(RAW), draw(KINDS)
    data = written(draw(value))
    if how == 1:
        at = draw(st.integers(0, max(0, min(len(data), 4000))))
        data = data[:at] + draw(st.sampled_from([b"", b"\xff", b"\xed\xa0\x80", b",", b"}"])) + data[at + 1 :]
    elif how == 2 and data.startswith(b"{") and len(data) > 2:
        data = data[:-1] + b"," + data[1:]
    return data, draw(KINDS) if how == 3 else "application/json"
