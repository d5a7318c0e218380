"""Style files: what is wrong with one is named with its line, and the others work. And runs in a style."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import engine
from editor.errors import EditorError
from editor.languages import languages, load
from editor.runs.requests import Request
from editor.service import EditService
from editor.styles import styles
from engine import Span, Ways
from storage import Store
from tests.engine.families import family

GOOD = 'title = "Good"\nfor = "prose"\ninstruction = "Be good."\n'


def test_the_shipped_files_are_right() -> None:
    known = styles.load()
    assert not known.problems
    names = {file.style.name for file in known.files}
    assert {"formal", "casual", "simpler", "shorter", "longer", "friendlier", "active-voice"} <= names
    assert {"code-docstring", "code-hints", "code-rename", "code-simplify"} <= names
    assert all(file.description and file.style.instruction for file in known.files)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('title = "A"\nfor = "prose"\ndoes = [\n', None, "style.toml"), ('title = "A"\n\nfor == "prose"\n', 3, ""),
        ('title = "A"\nfor = "poetry"\ninstruction = "x"', 2, "poetry"), ('for = "prose"\ninstruction = "x"', 1, "title"),
        ('title = "A"\nfor = "prose"\n', 1, "does"), (GOOD + "strenght = 1\n", 4, "strenght"),
        (GOOD + "\nstrength = 3\n", 5, "0.01..1"), (GOOD + 'does = ["magic"]', 4, "magic"),
        (GOOD + '[words]\n"a" = "b"\n"c" = 3\n', 6, "'c'"), (GOOD + '[words]\n"a" = []\n', 5, "'a'"),
        (GOOD + "doers = 'x'", 4, "list"),
        (GOOD + 'languages = ["klingon"]', 4, "klingon"), (GOOD + '[past]\n"eaten" = "ate"\n', 5, "'eaten'"),
        (GOOD + "examples = 'x'", 4, "list"),
    ],
)  # fmt: skip
def test_an_error_is_named_with_its_line_and_the_others_work(
    tmp_path: Path, text: str, line: int | None, what: str
) -> None:
    (tmp_path / "good.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "style.toml").write_text(text, encoding="utf-8")
    known = styles.load(tmp_path)
    assert [file.style.name for file in known.files] == ["good"]
    (problem,) = known.problems
    assert problem.startswith(f"style.toml, line {line}:" if line else "style.toml") and what in problem
    with pytest.raises(EditorError, match="line" if line else "style.toml"):
        styles.find("style", "prose", known)
    assert styles.find("good", "prose", known).instruction == "Be good."


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe\x00")
    assert styles.load(tmp_path).problems[0].startswith("bad.toml")


NUMBER = "9" * 5000
ODD = {
    "deep": GOOD + "examples = " + "[" * 5000 + "]" * 5000, "long": GOOD + f"strength = {NUMBER}", "nan": GOOD + "strength = nan",
    "large": GOOD + 'examples = ["' + "x" * 2_000_000 + '"]', "unhashable": GOOD + 'languages = [["x"]]',
    "for": 'title = "A"\nfor = ["prose"]\ninstruction = "x"', "description": GOOD + "description = 5",
    "name": GOOD.replace("Good", "x" * 300), "two lines": GOOD.replace("Good", "a\\nb"), "no doer": GOOD + "doers = [5]",
    "date": GOOD + "strength = 2020-01-01", "empty": "", "same": GOOD,
}  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_no_file_takes_the_page_down(tmp_path: Path, odd: str) -> None:
    (tmp_path / "good.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "odd.toml").write_text(ODD[odd], encoding="utf-8")
    known = styles.load(tmp_path)
    assert [file.style.name for file in known.files] == ["good"]
    assert (
        len(known.problems) == 1 and known.problems[0].startswith("odd.toml") and "mend the file" in known.problems[0]
    )
    assert len(known.problems[0]) < 600


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "gone.toml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop.toml").symlink_to(tmp_path / "loop.toml")
    os.mkfifo(tmp_path / "pipe.toml")
    names = [problem.split(".")[0] for problem in styles.load(tmp_path).problems]
    assert names == ["folder", "gone", "loop", "pipe"] and not styles.load(tmp_path / "nothing").problems


def test_a_language_file_that_is_wrong_is_named_and_left_out(tmp_path: Path) -> None:
    for name, text in {
        "prose": "title = [", "plain": 'title = "Plain"', "sql": 'title = 5\nextensions = [".sql"]',
        "html": 'title = "H"\nextensions = "x"',
        "json": 'title = "J"\nextensions = [5]', "python": 'title = "Python"\nextensions = [".py"]',
    }.items():  # fmt: skip
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    known = load(tmp_path)
    assert {language.name for language in known.found} == {"prose", "plain", "python"}, "what every page needs is there"
    assert [problem.split(".")[0] for problem in known.problems] == ["html", "json", "plain", "prose", "sql"]


def test_unknown_and_unfit_styles_are_refused() -> None:
    with pytest.raises(EditorError, match="formal"):
        styles.find("shouting", "prose")
    with pytest.raises(EditorError, match="python"):
        styles.find("formal", "python")
    with pytest.raises(EditorError, match="javascript"):
        styles.find("code-hints", "javascript")


def test_what_a_model_cannot_do_is_offered_with_the_reason() -> None:
    weighs = Ways.only(family("causal"))
    weighs = Ways(weighs.denoisers, {"infill": "causal"})  # measured: it is no good at edits as told
    found = {style["name"]: style for style in styles.offered("python", weighs)}
    assert set(found) == {"code-docstring", "code-hints", "code-rename", "code-simplify"}
    assert found["code-hints"]["available"] and found["code-hints"]["way"] == "causal"
    assert not found["code-simplify"]["available"] and "--model" in found["code-simplify"]["why"]
    told = {style["name"]: style for style in styles.offered(None, Ways.only(engine.scripted()))}
    assert all(style["available"] for style in told.values())
    silent = engine.scripted()
    silent.chat = None
    assert not any(style["available"] for style in styles.offered(None, Ways.only(silent)))
    assert {n for s in told.values() for n in s["languages"]} == {language.name for language in languages()}


def finished(service: EditService, request: Request) -> list[str]:
    job = service.denoise("run", request)
    assert job.wait(60)
    assert job.error is None, job.error
    return job.result


def test_a_run_in_a_style_reaches_the_engine(store: Store) -> None:
    service = EditService(Ways.only(family("causal")), store)
    text = "The mice were chased by the men. The end."
    request = Request(
        text, [Span(0, 32)], {"system": "llada", "style": "active-voice", "way": "auto"}, language="prose"
    )
    (fill,) = finished(service, request)
    assert fill != text[:32] and "men" in fill and "mice" in fill and "by" not in fill.split()


def test_a_span_may_have_a_style_of_its_own(store: Store) -> None:
    service = EditService(Ways.only(family("causal")), store)
    text = "The mice were chased by the men. It's fine."
    request = Request(
        text,
        [Span(0, 32), Span(33, 43)],
        {"system": "llada", "style": "", "steps": 2},
        language="prose",
        styles=["active-voice", ""],
    )
    first, second = finished(service, request)
    assert "chased" in first and "by" not in first.split() and second


@pytest.mark.parametrize(
    ("settings", "language", "code"),
    [({"style": "nothing"}, "prose", "unknown_style"), ({"style": "formal"}, "python", "style_unfit")],
)
def test_a_style_that_is_not_there_is_refused_at_once(store: Store, settings: dict, language: str, code: str) -> None:
    service = EditService(Ways.only(engine.scripted()), store)
    with pytest.raises(EditorError) as caught:
        service.denoise("run", Request("One two.", [Span(0, 3)], {"system": "llada", **settings}, language=language))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ich glaube nicht, dass wir morgen um neun Uhr zu der Versammlung kommen können.", "German"),
        ("Je pense que la maison est très grande et que nous ne pouvons pas venir demain.", "French"),
    ],
)
def test_a_style_says_that_it_is_for_english(store: Store, text: str, language: str) -> None:
    service = EditService(Ways.only(family("causal")), store)
    settings = {"system": "llada", "style": "formal", "way": "auto"}
    with pytest.raises(EditorError, match=f"{language}.*left as it is") as caught:
        service.denoise("run", Request(text, [Span(0, len(text))], settings, language="prose"))
    assert caught.value.code == "style_not_english"
    both = f"{text}\n\nThe mice weren't chased by the men at all."
    (fill,) = finished(service, Request(both, [Span(0, len(both))], settings, language="prose"))
    assert fill.startswith(text)


def test_the_page_is_told_of_styles_and_of_broken_files(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    boot = EditService(Ways.only(engine.scripted()), store).boot()
    assert {"name", "title", "for", "languages", "available", "why"} <= set(boot["styles"][0]) and boot[
        "style_problems"
    ] == []
    broken = styles.Styles((), ("x.toml, line 3: no",))
    monkeypatch.setattr(styles, "styles", lambda: broken)
    assert EditService(Ways.only(engine.scripted()), store).boot()["style_problems"] == ["x.toml, line 3: no"]
