"""Every regular expression goes through a text of any kind in a time that grows with its length, not with the square of it."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import pytest

from engine.edits.restyling.voice import passives
from engine.text.boundaries import sentences
from engine.text.prose import suspicions, telling
from engine.text.prose.agreement import COMPILED
from engine.text.prose.usage import compiled_doubts

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("engine", "editor", "storage")
CALLS = frozenset({"compile", "search", "match", "fullmatch", "split", "sub", "subn", "findall", "finditer"})
SIZE, TIMES, RATIO = 1000, 4, 8
"""characters, how many times as many, and how many times as long that may take; a square takes 16 times as long

One that takes longer is only suspected: it is convicted by 16 times as many characters, for which a square takes 256 times
as long, twice of three times. Where a machine is shared, one step alone took 9 times as long for an expression that is linear."""
FLOOR = 0.01
"""seconds of the larger text under which nothing is compared: a square is far above"""

words = re.escape("do not") + "|" + re.escape("a lot of")
MADE = {
    ("engine/text/chat.py", "_any_of"): ["|".join(map(re.escape, ("<|im_start|>", "<|im_end|>")))],
    ("engine/text/places/form.py", "form"): [
        r"(?:[a-z]|[a-z][ -z]*[!-z]);\n\t\t(?:[a-z]|[a-z][ -z]*[!-z])",
        r"-\ [a-z][a-z0-9_]*:\ (?:[a-z]|[a-z][ -z]*[!-z])\n\ \ (?:0|[1-9][0-9]{0,2})",
        r"(?:[a-z]|[a-z][ -+:<-z]*[!-z]),\"[ !#-z]+\",[0-9]{4}\-[0-9]{2}",
    ],
    ("engine/training/examples/registers.py", "_swap"): [rf"\b(?:{words})\b"],
    ("engine/training/examples/registers.py", "shorter"): [
        rf"(?<=[.!?]\s)(?:{words}),? (\w)|^(?:{words}),? (\w)", rf",? \b(?:{words})\b,?(?= )",
    ],
    ("engine/edits/restyling/python.py", "_known"): [r"\bname\b"],
    ("engine/edits/restyling/python.py", "_names"): [r" [a-z_]\w*", r"[a-z_]\w*"],
    ("engine/edits/restyling/wording.py", "_patterns"): [
        r"(?<![\w'’-])(?P<old>a[ \n]+lot[ \n]+of)(?![\w-])(?!['’]\w)",
        r"(?<![\w'’-])(?:to|has[ \n]+to)[ \n]+(?P<old>keep[ \n]+[a-z]{1,20})(?=,?[ \n]+(?:on|off)(?![\w-]))",
    ],
    ("engine/text/kinds/salutations.py", "_head"): [r"guten\ tag(?!\w)"],
    ("engine/text/prose/agreement.py", "compiled"): [
        *(rule.pattern for rules in (COMPILED, *compiled_doubts().values()) for rule, _ in rules),
        *(
            rule.pattern
            for rules in (
                *(suspicions.NUMBER, suspicions.PERSON, suspicions.COUNTED, suspicions.BARE),
                *(suspicions.ASKED, suspicions.GENITIVE),
            )
            for rule in suspicions._compiled(rules)
        ),
        *(rule.pattern for rules in (*telling.RULES.values(), telling.TENSES) for rule in telling._compiled(rules)),
    ],
    ("editor/styles/styles.py", "wrong"): [r"^[ \t]*(?:\[+[ \t]*)?[\"']?does[\"']?[ \t]*(?:=|\])"],
}  # fmt: skip
"""what is made of parts while the program runs, as it may come out"""


def functions(tree: ast.AST, name: str = "") -> Iterator[tuple[str, ast.Call]]:
    """Every call of a function of ``re``, with the name of the function in which it stands."""
    for node in ast.iter_child_nodes(tree):
        inside = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else name
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS:
            if isinstance(node.func.value, ast.Name) and node.func.value.id == "re":
                yield inside, node
        yield from functions(node, inside)


def constant(node: ast.expr, names: dict[str, object]) -> object:
    """What an argument is, where that is known before the program runs; None otherwise."""
    try:
        return eval(compile(ast.Expression(node), "", "eval"), {"re": re}, names)
    except Exception:
        return None


def files_with_some() -> Iterator[str]:
    for path in [ROOT / "app.py", *(p for folder in FOLDERS for p in sorted((ROOT / folder).rglob("*.py")))]:
        file, source = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        if re.search(r"^\s*(?:import re\b|from re\b)", source, re.MULTILINE):
            yield file
        else:
            assert "re.compile" not in source, file


FILES = list(files_with_some())


@cache
def all_patterns() -> list[tuple[str, tuple[re.Pattern[str], bool]]]:
    """(where it stands, the expression and whether it is only ever tried at one place)."""
    found: dict[str, tuple[re.Pattern[str], bool]] = {}
    unreached, used = [], set()
    for file in FILES:
        source = (ROOT / file).read_text(encoding="utf-8")
        module = importlib.import_module(file.removesuffix(".py").replace("/", "."))
        for name, value in inspect.getmembers(module, lambda value: isinstance(value, re.Pattern)):
            found[f"{file} {name}"] = value, False
        for function, call in functions(ast.parse(source)):
            pattern = constant(call.args[0], vars(module))
            if isinstance(pattern, re.Pattern):
                continue
            flags = next((constant(k.value, {}) for k in call.keywords if k.arg == "flags"), 0)
            plain = {"compile": 1, "search": 2, "match": 2, "fullmatch": 2, "findall": 2, "finditer": 2}
            method = call.func.attr  # type: ignore[attr-defined]
            at, anchored = plain.get(method, 9), method in ("match", "fullmatch")
            flags = constant(call.args[at], {}) if len(call.args) > at else flags
            if isinstance(pattern, str | bytes):
                found[f"{file}:{call.lineno}"] = re.compile(pattern, int(flags or 0)), anchored  # type: ignore[call-overload]
            elif (file, function) in MADE:
                used.add((file, function))
                for made in MADE[(file, function)]:
                    found[f"{file} {function} {made}"] = re.compile(made, int(flags or 0)), anchored  # type: ignore[call-overload]
            else:
                unreached.append(f"{file}:{call.lineno} in {function}")
    assert not unreached, f"say in MADE how these may come out: {unreached}"
    assert used == set(MADE), f"MADE has what is not there: {set(MADE) - used}"
    once = {value: name for name, value in found.items()}  # one that has a name is found where it is made, too
    return sorted((name, value) for value, name in once.items())


def texts(pattern: str, size: int) -> Iterator[tuple[str, str]]:
    """Runs of one thing, with and without something behind that fits nothing: what makes an expression try again and again."""
    units = [
        " ", "\n", "\t", "a", "Z", "1", ".", ",", "-", "'", '"', "(", "[", "{", "<", ")", "”", "=", "!", "é", "字",
        "a ", "a.", "a,", "a-", "a'", "1.", ". ", ", ", "\n ", "a\n", "(a", '"a', "<a ", "</", "Aa ", "a \n", "a  ", ".'",
    ]  # fmt: skip
    own = re.findall(r"[A-Za-z]{2,12}", pattern)
    units += [f"{word} " for word in [*own[:12], *own[-4:]]] + own[:4]
    for unit in units:
        run = (unit * (size // len(unit) + 1))[:size]
        yield repr(unit), run
        yield f"{unit!r} and \\0", run + "\0"
        yield f"a and {unit!r} and \\0", "a" + run + "\0"


def quickest(work: Callable[[], object], tries: int) -> float:
    """Seconds of the quickest of some tries, by the clock of this thread: what others do meanwhile does not count."""
    best = float("inf")
    for _ in range(tries):
        start = time.thread_time()
        work()
        best = min(best, time.thread_time() - start)
    return best


def seconds(pattern: re.Pattern[str], text: str, anchored: bool = False, tries: int = 1) -> float:
    given = text if isinstance(pattern.pattern, str) else text.encode()

    def work() -> None:
        for _ in () if anchored else pattern.finditer(given):  # type: ignore[arg-type]
            pass
        pattern.match(given)  # type: ignore[arg-type]
        pattern.fullmatch(given)  # type: ignore[arg-type]

    return quickest(work, tries)


def grows(pattern: re.Pattern[str], anchored: bool = False) -> str | None:
    """A text for which four times the length takes far more than four times as long, and four times that again."""
    larger = dict(texts(str(pattern.pattern), TIMES * SIZE))
    for name, text in texts(str(pattern.pattern), SIZE):
        few = seconds(pattern, text, anchored)
        if few > 100 * FLOOR:
            return f"{name}: {few:.4f} s"
        if few < FLOOR / 32 or seconds(pattern, larger[name], anchored) < FLOOR:
            continue
        told = []
        for _ in range(3):  # a square is one whenever one looks; what others do to a processor passes
            few, many = seconds(pattern, text, anchored, 5), seconds(pattern, larger[name], anchored, 3)
            if many <= FLOOR or many <= RATIO * few:
                break
            most = seconds(pattern, dict(texts(str(pattern.pattern), TIMES**2 * SIZE))[name], anchored)
            if most <= RATIO**2 * few:
                break
            told.append(f"{name}: {few:.4f} s, {TIMES} times as long: {many:.4f} s, {TIMES**2} times: {most:.4f} s")
            if len(told) > 1:
                return told[0]
    return None


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES)
def test_an_expression_takes_a_time_that_grows_with_the_text(file: str) -> None:
    for name, (pattern, anchored) in all_patterns():
        if re.split("[: ]", name)[0] == file:
            assert not grows(pattern, anchored), name


@pytest.mark.slow
@pytest.mark.parametrize("pattern", [r"\s+by\s+", r"[a-z]{2,}(?=[.!?])", r",?\s+$"])
def test_one_that_does_not_is_found(pattern: str) -> None:
    assert grows(re.compile(pattern))


@pytest.mark.slow
def test_what_is_done_with_several_expressions_does_so_too() -> None:
    for work in (lambda text: list(passives(text)), sentences):
        for name, small in texts("was been by quickly", SIZE):
            large = dict(texts("was been by quickly", TIMES * SIZE))[name]
            few, many = (quickest(partial(work, text), 5) for text in (small, large))
            assert many < FLOOR or many < 2 * RATIO * few, (name, few, many)
