"""Lesson 3: one step guesses every place by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from editor.lab.shapes.figures import Axis, Board, Figure, Lines, Matrix, Number, Series, Table, Token, Tokens
from editor.lab.shapes.lesson import Computation, Desk, Lesson, Values, part_of
from engine import Denoiser, Parameter
from engine.study.sample import Sample
from engine.study.writing import pairs as study
from engine.study.writing.pairs import Clash, Quality

TEXT = r"""
A diffusion model is fast because it writes many words in one step. There is a price. In one step every place is guessed
**by itself**: it knows the text that stands, but not what is being written beside it at the same moment.

$$p_\theta(x_s \mid x_t) = \prod_{i\ \text{written}} p_\theta(x_s^{(i)} \mid x_t)$$

The product is the point. It says that the places are independent, given what is already there. Words are not. Hide *New
York* in a sentence on travelling: the first place may well be *New*, *San* or *Los*, the second *York*, *Francisco* or
*Angeles*. Each guess is good, and together they make *San York*.

The text shows where this happens. We hide every two neighbours, and let the model write both at once, and then one
after the other: the first as before, the second with the first in sight. Where the second word changes, the pair
**clashes**. The colour is its price in nats: how much likelier, once the first word is known, the better second word
is. Click on a token to see its pair.

The two matrices lay it out. The first has what two steps draw from, $p(a)\,p(b \mid a)$: every row has its own
favourites. The second has what one step draws from, $p(a)\,p(b)$: all rows are alike, so mass falls on pairs that
nobody says. How far they are apart is the **mutual information** of the places:

$$I(a; b) = \sum_a p(a)\, D_{KL}\big(p(b \mid a) \,\|\, p(b)\big)$$

With more steps less is written at once, and the later words see the earlier ones. The last figure draws the middle of
your text anew, in few steps and in many, and asks the judge how likely the result is (NLL, nats for a token: low is
good). With as many steps as places nothing is written blindly. This is why a system writes first what it is *sure* of:
a place that is sure has nothing left to learn from its neighbour.
"""
MOST = 14
"""tokens of which all neighbours are tried: each is a row of two passes"""
WIDTH = 8
"""tokens that are drawn anew"""
DRAWS = 2


def compute(desk: Desk, values: Values) -> Computation:
    text, notes = desk.sample(MOST, least=2)
    denoiser, seed = desk.guesser, cast(int, values["seed"])
    count = len(text) - 1
    at = min(cast(int, values["at"]), count) - 1
    sizes = _sizes(min(WIDTH, len(text)))
    parts = 2 + len(sizes)
    key = ("factorisation", denoiser.name, text.ids)
    near = study.Neighbours(denoiser, text)
    clashes = yield from part_of(desk.once(study.clashes(near, count), *key, "clashes"), 0, parts)
    pair = yield from part_of(desk.once(study.pair(near, at), *key, "pair", at), 1, parts)
    start = (len(text) - sizes[-1]) // 2
    end = start + sizes[-1]
    drawn: list[Quality] = []
    for number, steps in enumerate(sizes):
        yield _board(Found(text, denoiser, clashes, pair, at, (start, end), drawn), notes)
        some = study.quality(denoiser, text, start, end, steps, DRAWS, seed)
        run = desk.once(some, *key, "quality", steps, seed)
        drawn.append((yield from part_of(run, 2 + number, parts)))
    return _board(Found(text, denoiser, clashes, pair, at, (start, end), drawn), notes)


@dataclass(frozen=True, slots=True)
class Found:
    """What is computed so far: the pairs, and what some numbers of steps wrote."""

    text: Sample
    denoiser: Denoiser
    clashes: list[Clash]
    pair: study.PairTables
    at: int
    drawn_anew: tuple[int, int]
    drawn: list[Quality]


def _board(found: Found, notes: list[str]) -> Board:
    text, denoiser, clashes, at, drawn = found.text, found.denoiser, found.clashes, found.at, found.drawn
    (start, end), count = found.drawn_anew, len(clashes)
    bad = sum(clash.clashes for clash in clashes)
    return Board(
        figures=(
            _pairs(text, denoiser, clashes, at),
            *_matrices(denoiser, found.pair, at),
            *([_quality(drawn, start, end)] if len(drawn) > 1 or end - start == len(drawn) == 1 else []),
        ),
        numbers=(
            Number("pairs", count, meaning="neighbours that were hidden together"),
            Number("clashes", bad, "pairs", "whose second word changes when the first is known"),
            Number("dearest", max(clash.price for clash in clashes), "nats", "of these pairs"),
            Number("mutual information", found.pair.news, "nats", f"of places {at + 1} and {at + 2}, over the tokens shown"),
            Number("NLL, 1 step", drawn[0].mean if drawn else None, "nats a token", "mean of the draws, by the judge"),
            Number(f"NLL, {end - start} steps", drawn[-1].mean if drawn and drawn[-1].steps == end - start else None,
                   "nats a token", "one token a step"),
        ),
        tables=(_listed(text, denoiser, clashes), *([_draws(denoiser, drawn)] if drawn else [])),
        notes=notes,
        bounds={"at": (1, count)},
    )  # fmt: skip


def _sizes(most: int) -> list[int]:
    """1, 2, 4, ... and as many as there are places."""
    return sorted({*(2**n for n in range(most.bit_length()) if 2**n <= most), most})


def _name(denoiser: Denoiser, token: int) -> str:
    pieces = denoiser.tokenizer.pieces
    return repr(pieces[token]) if token < len(pieces) else "nothing"


def _pairs(text: Sample, denoiser: Denoiser, clashes: list[Clash], at: int) -> Figure:
    def said(place: int) -> str:
        if place >= len(clashes):
            return f"{text.pieces[place]!r}: the last token has no right neighbour"
        one = clashes[place]
        first, at_once, after = (_name(denoiser, i) for i in (one.first, one.at_once, one.after))
        return f"at once {first} {at_once}, one after the other {first} {after}: {one.price:.3g} nats"

    tokens = [
        Token(
            piece, "picked" if place in (at, at + 1) else "clean", clashes[place].price if place < len(clashes) else None,
            said(place),
        )
        for place, piece in enumerate(text.pieces)
    ]  # fmt: skip
    return Tokens("What each token and the next lose in one step", tokens, Axis("price", "nats"), picks="at", picked=at)


def _matrices(denoiser: Denoiser, pair: study.PairTables, at: int) -> tuple[Figure, Figure]:
    rows, columns = ([_name(denoiser, i) for i in ids] for ids in (pair.first, pair.second))
    high = max(max(map(max, pair.together)), max(map(max, pair.apart)))
    value = Axis("probability", low=0, high=high)
    across, down = f"place {at + 2}", f"place {at + 1}"
    return (
        Matrix("One after the other: p(a) p(b | a)", rows, columns, pair.together, value, across, down),
        Matrix("Both at once: p(a) p(b)", rows, columns, pair.apart, value, across, down),
    )


def _quality(drawn: list[Quality], start: int, end: int) -> Figure:
    x = [one.steps for one in drawn]
    points = [Series(f"draw {row + 1}", x, [one.nll[row] for one in drawn]) for row in range(DRAWS)]
    return Lines(
        f"How well tokens {start + 1} to {end} read, drawn in so many steps", Axis("steps", log=True),
        Axis("NLL by the judge", "nats a token", low=0),
        [Series("mean", x, [one.mean for one in drawn], strong=True), *points],
    )  # fmt: skip


def _listed(text: Sample, denoiser: Denoiser, clashes: list[Clash]) -> Table:
    rows = [
        (
            f"{at + 1} {text.pieces[at]!r} {text.pieces[at + 1]!r}", _name(denoiser, one.first),
            _name(denoiser, one.at_once), _name(denoiser, one.after), one.price, "clash" if one.clashes else "",
        )
        for at, one in enumerate(clashes)
    ]  # fmt: skip
    return Table("Every two neighbours", ("pair", "first", "second, at once", "second, after", "nats", ""), rows)


def _draws(denoiser: Denoiser, drawn: list[Quality]) -> Table:
    rows = [
        (one.steps, nll, denoiser.tokenizer.decode([i for i in ids if i < denoiser.tokenizer.size]))
        for one in drawn
        for nll, ids in zip(one.nll, one.ids, strict=True)
    ]
    return Table("What was drawn", ("steps", "NLL", "words"), rows)


LESSON = Lesson(
    name="factorisation",
    title="Factorisation",
    summary="One step guesses every place by itself: pairs that must agree, and quality against steps.",
    text=TEXT,
    example="Last summer they flew from New York to Los Angeles and back.",
    controls=(
        Parameter("at", "Pair", "Its first token; a click on a token does the same.", 6, 1, MOST - 1),
        Parameter("seed", "Draw", "Another number, other draws in the last figure.", 0, 0, 999),
    ),
    code=(
        ("engine/denoising/loop.py", "propose"), ("engine/judging/judge.py", "judge"),
        ("engine/diffusion/objectives.py", "kl"), ("engine/study/writing/pairs.py", "clashes"),
        ("engine/study/writing/pairs.py", "quality"),
    ),
    compute=compute,
)  # fmt: skip
