"""The cases are filled as the page fills them, and come in its order."""

from __future__ import annotations

import engine
from editor import fills
from editor.record import desk
from engine.evaluation.worth import Case
from engine.text.spans import Span


def test_a_case_is_filled_as_on_the_page() -> None:
    text = "def f(x):\n    if x:\n        return 1\n    return 2\n"
    start = text.index("return 1")
    case = Case("07 Python, a line", text, Span(start, start + 8))
    with desk(engine.Ways.only(engine.scripted("pass"))) as service:
        found = fills.filled(service, case, seed=3)
        assert (found["case"], found["language"], found["old"]) == (case.name, "python", "return 1")
        assert found["fills"][0]["text"] == "pass" and not found["fills"][0]["breaks"]
        (document,) = service.store.documents.all()
        assert service.store.documents.get(document.id).text == text, "a fill is a proposal"


def test_what_breaks_code_comes_last_and_the_surest_first() -> None:
    def frame(candidate: int, sure: float) -> dict[str, object]:
        toks = [["a", "s", sure, [], 1], ["", "x", 0.0, [], 2], [" ", "n", 0.0, [], 3]]
        return {"done": True, "candidate": candidate, "toks": toks}

    class Run:
        frames = [frame(0, 0.2), frame(1, 0.9), frame(2, 0.5), frame(3, 0.2)]

    said = [("a", False, None), ("b", True, None), ("c", False, None), ("a", False, 0)]
    review = {"candidates": [{"texts": [text], "breaks": breaks, "same": same} for text, breaks, same in said]}
    shown = fills.order(Run(), review)  # type: ignore[arg-type]
    assert [(one.text, one.confidence) for one in shown] == [("c", 0.5), ("a", 0.2), ("b", 0.9)]


def test_a_language_is_that_of_the_name() -> None:
    names = ["01 prose, a word", "23 a letter, a sentence", "31 Markdown, a row", "40 CSV, a row", "54 C, a line"]
    said = [fills.language_of(Case(name, "x", Span(0, 1))) for name in names]
    assert said == ["prose", "prose", "markdown", "csv", "c"]
