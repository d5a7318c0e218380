"""Python: a docstring, type hints, better names. Where things go is the parser's to say, what stands there the model's."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from engine.edits.restyling.adding import drawn
from engine.edits.restyling.site import Site, written
from engine.edits.restyling.weighing import Weighing
from engine.errors import NothingToStyle
from engine.text.kinds.python import tree_of

Function = ast.FunctionDef | ast.AsyncFunctionDef
SLOTS = 20
"""tokens of a docstring's line at the most"""
DOCSTRINGS = 6
NAMES, ROWS, TRIED = 4, 16, 12
"""names that are changed at the most; names drawn at each place where one stands; names weighed for each"""
SHORT = 3
"""letters up to which a name is taken to tell little"""
TELLING_NOTHING = frozenset("foo bar baz tmp temp var data1 data2 res ret val arr obj lst dct func thing stuff".split())


@dataclass(frozen=True, slots=True)
class Code:
    """The functions of a span, and where the parser's positions lie in it."""

    source: str
    tree: ast.Module
    lines: tuple[int, ...]
    """the character at which each line begins"""
    indent: int
    """characters that stand before every line of the parsed text no more; before the first line they stand outside the span"""

    @classmethod
    def of(cls, weighing: Weighing) -> Code:
        """Raises NothingToStyle."""
        source = weighing.source
        lead = weighing.before[weighing.before.rfind("\n") + 1 :]
        if lead.strip():
            raise NothingToStyle("the selection begins inside a line; select whole functions")
        whole = textwrap.dedent(lead + source)
        try:
            tree = tree_of(whole)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise NothingToStyle("what is selected is no whole piece of Python; select whole functions") from error
        begins = [0]
        for line in re.findall(
            r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+$", source
        ):  # splitlines() knows ends that Python does not
            begins.append(begins[-1] + len(line))
        return cls(source, tree, tuple(begins), len(lead))

    def at(self, line: int, column: int) -> int:
        """The character of the span at a position of the parser: a line from 1 on, a column in bytes."""
        begin = self.lines[line - 1] - (self.indent if line == 1 else 0)
        text = self.source[max(0, begin) : self.lines[line] if line < len(self.lines) else None]
        shift = self.indent if line > 1 else 0
        return max(0, begin) + shift + len(text[shift:].encode()[:column].decode(errors="ignore"))

    @property
    def functions(self) -> list[Function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def docstring(weighing: Weighing) -> Iterator[Site | None]:
    """One line under every ``def`` that has none."""
    code = Code.of(weighing)
    bare = [f for f in code.functions if ast.get_docstring(f) is None and f.body[0].lineno > f.lineno]
    if not bare:
        raise NothingToStyle(_none(code, "has a docstring already, or stands on one line"))
    for function in bare:
        line = code.lines[function.body[0].lineno - 1]
        indent = re.match(r"[ \t]*", code.source[line:])
        assert indent is not None
        before, behind = code.source[:line] + indent[0] + '"""', f'."""\n{code.source[line:]}'
        fills = yield from drawn(weighing, before, behind, SLOTS)
        texts = []
        for fill in fills:
            text = " ".join(fill.split()).rstrip(".")
            if len(text.split()) > 2 and '"' not in text and "\\" not in text and text not in texts:
                texts.append(text[0].upper() + text[1:])
        options = tuple(f'{indent[0]}"""{text}."""\n' for text in texts[:DOCSTRINGS])
        if options:
            yield Site(((line, line),), options, (0.0,) * len(options), forced=True)


def hints(weighing: Weighing) -> Iterator[Site | None]:
    """A type for every parameter and result that has none, of those in the file."""
    code = Code.of(weighing)
    found = [site for function in code.functions for site in _hints(weighing, code, function)]
    if not found:
        raise NothingToStyle(_none(code, "has its types already"))
    yield from found


def _hints(weighing: Weighing, code: Code, function: Function) -> Iterator[Site]:
    text = weighing.before + weighing.source + weighing.after
    # A name that nobody has brought in would break the program.
    types = [t for t in weighing.style.types if all(_known(n, text) for n in re.findall(r"\w+", t))]
    arguments = function.args
    defaults = dict(
        zip(reversed([*arguments.posonlyargs, *arguments.args]), reversed(arguments.defaults), strict=False)
    )
    defaults |= {a: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None}
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    for argument in every:
        if argument.annotation is not None or argument.arg in ("self", "cls"):
            continue
        assert argument.end_col_offset is not None
        end = code.at(argument.lineno, argument.end_col_offset)
        default = defaults.get(argument)
        options = [f": {t}" for t in types if t != "None"]
        place = (end, end)
        if default is not None:
            value = code.at(default.lineno, default.col_offset)
            optional = isinstance(default, ast.Constant) and default.value is None
            options = [f"{option}{' | None' if optional else ''} = " for option in options]
            place = (end, value)
        yield Site((place,), tuple(options), (0.0,) * len(options), forced=True)
    yield from _result(code, function, types)


def _known(name: str, text: str) -> bool:
    return hasattr(builtins, name) or bool(re.search(rf"\b{name}\b", text))


def _result(code: Code, function: Function, types: Sequence[str]) -> Iterator[Site]:
    own = list(_inside(function))
    if function.returns is not None or any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own):
        return
    gives = any(isinstance(node, ast.Return) and node.value is not None for node in own)
    inside: list[Any] = [node for node in ast.walk(function.args) if isinstance(node, ast.arg | ast.expr)]
    last = max((code.at(node.end_lineno, node.end_col_offset) for node in inside), default=0)
    begin = max(last, code.at(function.lineno, function.col_offset))
    close = re.compile(r"\)\s*:").search(code.source, begin)
    if close is None:
        return
    options = tuple(f" -> {t}" for t in types if (t != "None") == gives)
    if options:
        yield Site(((close.start() + 1, close.start() + 1),), options, (0.0,) * len(options), forced=True)


def _inside(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions in it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)


def rename(weighing: Weighing) -> Iterator[Site | None]:
    """Telling names for the parameters and variables that tell least, everywhere in the span."""
    code = Code.of(weighing)
    places: dict[str, list[int]] = {}
    broken: set[str] = set()
    for function in code.functions:
        for node in ast.walk(function):
            if isinstance(node, ast.Global | ast.Nonlocal):
                broken |= set(node.names)
            elif isinstance(node, ast.JoinedStr):  # older parsers do not say where in an f-string a name stands
                broken |= {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
            elif isinstance(node, ast.arg | ast.Name):
                name = node.arg if isinstance(node, ast.arg) else node.id
                at = code.at(node.lineno, node.col_offset)
                if code.source[at : at + len(name)] == name:
                    places.setdefault(name, []).append(at)
    own = {name for function in code.functions for name in _own(function)} - broken - {"self", "cls", "_"}
    if not own:
        raise NothingToStyle("there is no parameter and no variable in what is selected; select a whole function")
    little = [name for name in own if len(name) <= SHORT or name in TELLING_NOTHING] or [
        min(own, key=lambda n: (len(n), n))
    ]
    used = set(re.findall(r"\w+", weighing.before + weighing.source + weighing.after))
    for name in sorted(little, key=lambda n: (-len(set(places[n])), n))[:NAMES]:
        site = yield from _renamed(weighing, name, sorted(set(places[name])), used)
        if site is not None:
            used |= set(site.options)
            yield site


def _own(function: Function) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _renamed(weighing: Weighing, name: str, at: list[int], used: set[str]):  # type: ignore[no-untyped-def]
    """A site for all places of a name: what the model would write at the first few, weighed over the whole span."""
    source = weighing.source
    found: dict[str, float] = {}
    for place in at[:3]:
        drawn_ = yield from _names(weighing, place)
        for new, score in drawn_.items():
            found[new] = max(score, found.get(new, score))
    usable = [n for n in sorted(found, key=lambda n: -found[n]) if _usable(n, name, used)][:TRIED]
    if not usable:
        return None
    site = Site(tuple((a, a + len(name)) for a in at), tuple(usable), (0.0,) * len(usable))
    prefix, space = weighing.prefix(0)
    texts = [space + source, *(space + written(source, [(site, new)]) for new in usable)]
    rows = yield from weighing.rows(weighing.reader, prefix, texts)
    per = weighing.style.per_token
    total = [p + per * n for p, n in rows]
    scores = tuple(t - total[0] for t in total[1:])
    return replace(site, scores=scores)


def _names(weighing: Weighing, at: int):  # type: ignore[no-untyped-def]
    """Names that may stand at a character, by what stands before it: name -> log p."""
    prefix, space = weighing.prefix(at)
    reader = weighing.reader
    yield from weighing.read(reader, prefix[:-1])
    branch = reader.branch(prefix[:-1], ROWS)
    device = reader.model.device
    log_p = branch.extend(torch.full((ROWS, 1), prefix[-1], device=device))[0, -1]
    yield None
    pieces = weighing.causal.tokenizer.pieces
    fits = [i for i in log_p.topk(8 * ROWS).indices.tolist() if re.fullmatch(rf"{space}[a-z_]\w*", pieces[i])][:ROWS]
    if not fits:
        return {}
    fits += fits[:1] * (ROWS - len(fits))
    token, score = torch.tensor(fits, device=device), log_p[fits].tolist()
    texts, going = [pieces[i] for i in fits], [True] * ROWS
    for _ in range(3):
        best = branch.extend(token[:, None])[:, -1].max(-1)
        yield None
        for row, i in enumerate(best.indices.tolist()):
            going[row] = going[row] and bool(re.fullmatch(r"\w+", pieces[i]))
            texts[row] += pieces[i] if going[row] else ""
        token = best.indices
    return {text.strip(): s for text, s, more in zip(texts, score, going, strict=True) if not more}


def _usable(new: str, old: str, used: set[str]) -> bool:
    taken = new in used or keyword.iskeyword(new) or keyword.issoftkeyword(new) or hasattr(builtins, new)
    return new.isidentifier() and not taken and len(new) > max(2, len(old) - 1) and not new.endswith("_") and new != old


def _none(code: Code, what: str) -> str:
    return (
        f"every function in what is selected {what}"
        if code.functions
        else "there is no function in what is selected; select one"
    )
