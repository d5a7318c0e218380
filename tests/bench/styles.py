"""Styles on fixed texts: how many come back changed, and every answer for people to read."""

from __future__ import annotations

import ast
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

import engine
from editor.code.parsing import breaks
from editor.styles import styles
from engine import Span, Ways
from engine.edits.restyling.keeping import facts

TEXTS = Path(__file__).with_name("styles.toml")
RESULTS = styles.FOLDER / "RESULTS.md"
SENTENCES = TEXTS.with_name("texts")
"""a sentence a line"""
USED_ON = {"formal": "informal", "casual": "formal", "simpler": "formal", "active-voice": "passive"}
"""what a style of prose is for; the others are read on general sentences"""
FUNCTIONS = "functions"
"""the texts of every style of code"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One text in one style."""

    source: str
    text: str
    """what came back, or what went wrong"""
    nfe: int
    seconds: float
    refused: bool = False

    @property
    def changed(self) -> bool:
        return not self.refused and self.text.split() != self.source.split()


def answer(ways: Ways, file: styles.StyleFile, source: str) -> Answer:
    name = styles.way(ways, file.style)
    assert name is not None
    began, accepts, within = time.perf_counter(), None, None
    if file.kind == "code":
        accepts = lambda text: not breaks("python", source, text)  # noqa: E731
    elif (found := engine.prose_of(source, 0, len(source))) is not None:
        within = found[0]
    span = Span(0, len(source))
    try:
        *_, last = engine.restyle(ways.denoisers[name], source, [span], [file.style], accepts=accepts, within=within)
    except engine.InvalidRequest as error:
        return Answer(source, str(error), 0, time.perf_counter() - began, refused=True)
    return Answer(source, last.spans[0].text, last.nfe, time.perf_counter() - began)


def table(ways: Ways, only: list[str]) -> None:
    """Run every style that the model offers (or ``only`` some), print the shares, and write the answers to RESULTS."""
    rows, parts = [], []
    for file in styles.load().files:
        if styles.way(ways, file.style) is None or only and file.style.name not in only:
            continue
        sources = sources_of(file)
        answers = [answer(ways, file, source) for source in sources]
        rows.append(_row(file, answers))
        parts.append(_part(file, answers))
        print(rows[-1], flush=True)
    if not only:
        RESULTS.write_text("\n".join([HEAD.format(model=ways.default.name), *rows, "", *parts]), encoding="utf-8")
        print(f"written to {RESULTS}")


def sources_of(file: styles.StyleFile) -> list[str]:
    if file.kind == "code":
        return [source.strip("\n") for source in tomllib.loads(TEXTS.read_text(encoding="utf-8"))[FUNCTIONS]]
    path = SENTENCES / f"{USED_ON.get(file.style.name, 'general')}.txt"
    return path.read_text(encoding="utf-8").splitlines()


HEAD = """# What the styles do

Written by `python -m tests.bench styles` with {model}: at every style's own settings and seed 0, on the sentences of
`tests/bench/texts` and the functions of `tests/bench/styles.toml`. Faults that earlier measurements showed were mended; in the
strict sense the texts are not unseen.

*Changed*: not a copy, which may differ in white space. *Facts*: names, numbers, limits and negations are those of the text,
counted by the program. *Parses*: of what came back in Python. Whether an answer is good is for readers to say: the answers stand
below, those that are copies at the end of each part.

| style | texts | changed | facts | parses | NFE | seconds |
| --- | --- | --- | --- | --- | --- | --- |"""


def _row(file: styles.StyleFile, answers: list[Answer]) -> str:
    count = len(answers)
    mean = [sum(values) / count for values in ([a.nfe for a in answers], [a.seconds for a in answers])]
    good = sum(_parses(a.text) for a in answers if not a.refused) if file.kind == "code" else "-"
    kept = (
        "-"
        if file.kind == "code"
        else sum(facts(a.source, True) == facts(a.text, True) for a in answers if not a.refused)
    )
    cells = [file.style.title, count, sum(a.changed for a in answers), kept, good]
    return "| " + " | ".join(map(str, cells)) + f" | {mean[0]:.1f} | {mean[1]:.1f} |"


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _part(file: styles.StyleFile, answers: list[Answer]) -> str:
    lines = [f"## {file.style.title}", ""]
    for one in answers:
        note = f"{one.nfe} NFE, {one.seconds:.1f} s" + (
            "" if one.changed else "; refused" if one.refused else "; unchanged"
        )
        if file.kind == "code":
            lines += ["```python", one.source, "```", f"{note}:", "```python", one.text, "```", ""]
        else:
            lines += [f"- {one.source}", f"  → **{one.text}**"] if one.changed else []
    if file.kind == "prose":
        lines += ["", "Left as they are: " + " / ".join(one.source for one in answers if not one.changed)]
    return "\n".join([*lines, ""])
