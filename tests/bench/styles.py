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

TEXTS = Path(__file__).with_name("styles.toml")
RESULTS = styles.FOLDER / "RESULTS.md"
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

    @property
    def filled(self) -> bool:
        return not self.refused and bool(self.text.strip())


def answer(ways: Ways, file: styles.StyleFile, source: str) -> Answer:
    name = styles.way(ways, file.style)
    assert name is not None
    began, accepts = time.perf_counter(), None
    if file.kind == "code":
        accepts = lambda text: not breaks("python", source, text)  # noqa: E731
    try:
        *_, last = engine.restyle(ways.denoisers[name], source, [Span(0, len(source))], [file.style], accepts=accepts)
    except engine.InvalidRequest as error:
        return Answer(source, str(error), 0, time.perf_counter() - began, refused=True)
    return Answer(source, last.spans[0].text, last.nfe, time.perf_counter() - began)


def table(ways: Ways, only: list[str]) -> None:
    """Run every style that the model offers (or ``only`` some), print the shares, and write the answers to RESULTS."""
    texts = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    rows, parts = [], []
    for file in styles.load().files:
        if styles.way(ways, file.style) is None or only and file.style.name not in only:
            continue
        sources = [source.strip("\n") for source in texts.get(file.style.name, texts[FUNCTIONS])]
        answers = [answer(ways, file, source) for source in sources]
        rows.append(_row(file, answers))
        parts.append(_part(file, answers))
        print(rows[-1], flush=True)
    if not only:
        RESULTS.write_text("\n".join([HEAD.format(model=ways.default.name), *rows, "", *parts]), encoding="utf-8")
        print(f"written to {RESULTS}")


HEAD = """# What the styles do

Written by `python -m tests.bench styles` with {model}: at every style's own settings and seed 0, on the texts of
`tests/bench/styles.toml`. Constants were set on other texts. Faults of the code and gaps in the word lists that earlier
measurements showed were mended, and some texts were replaced after that; in the strict sense not all of them are unseen.

*Changed*: not a copy, which may differ in white space. *Parses*: of what came back in Python. Whether an answer is good is for
readers to say: the answers stand below, all of them.

| style | texts | changed | not empty | parses | NFE | seconds |
| --- | --- | --- | --- | --- | --- | --- |"""


def _row(file: styles.StyleFile, answers: list[Answer]) -> str:
    count = len(answers)
    mean = [sum(values) / count for values in ([a.nfe for a in answers], [a.seconds for a in answers])]
    good = sum(_parses(a.text) for a in answers if not a.refused) if file.kind == "code" else "-"
    cells = [file.style.title, count, sum(a.changed for a in answers), sum(a.filled for a in answers), good]
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
            lines += [f"- {one.source}", f"  → **{one.text}** ({note})"]
    return "\n".join([*lines, ""])
