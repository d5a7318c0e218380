"""Words are what people see as words, in every script, and no letter is cut."""

from __future__ import annotations

import pytest

from editor.history.diffs import hunks
from engine.text.boundaries import letters
from engine.text.slots import words_of

TEXTS = [
    "今日は天気がいい。散歩に行きましょう。", "我们今天去北京大学看朋友。", "วันนี้อากาศดีมากเราไปเดินเล่นกัน",
    "葛\U000e0100飾区と👨\u200d👩\u200d👧\u200d👦家族",
    "Hello 世界, it's 2024年 ok\n", "वह किताब पढ़ता है।", "cafe\u0301 தமிழ்", "字" * 100, "ᬅ" * 3 + "ไ" * 90,
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_words_are_the_text_and_cut_no_letter(text: str) -> None:
    found = words_of(text)
    assert "".join(found) == text
    ends = {end for _, end in letters(text)}
    at = 0
    for word in found:
        at += len(word)
        assert at in ends, (word, text)
    assert max(map(len, found)) < 40


def test_a_script_without_spaces_is_cut_by_its_words() -> None:
    assert words_of("今日は天気がいい。")[:3] == ["今日", "は", "天気"]
    assert words_of("我们今天去北京大学看朋友。") == ["我们", "今天", "去", "北京", "大学", "看", "朋友。"]
    assert len(words_of("วันนี้อากาศดีมาก")) >= 4
    assert words_of("it's a well-known (old) word…") == ["it's", " a", " well-known", " (old)", " word…"]


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("वह लिखता है", "वह पढ़ता है", [("लिखता", "पढ़ता")]),
        ("今日は天気がいい", "昨日は天気が悪い", [("今日", "昨日"), ("いい", "悪い")]),
        ("cafe\u0301 ok", "cafe ok", [("cafe\u0301", "cafe")]),
        (
            "a 👨\u200d👩\u200d👧\u200d👦",
            "a 👨\u200d👩\u200d👧",
            [("👨\u200d👩\u200d👧\u200d👦", "👨\u200d👩\u200d👧")],
        ),
    ],
)
def test_changes_are_of_whole_words(old: str, new: str, changed: list[tuple[str, str]]) -> None:
    assert [(hunk.old, hunk.new) for hunk in hunks(old, new)] == changed
