"""What a quiz says and draws: what was asked and answered, and nothing that comes later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from editor.lab.shapes.figures import Axis, Bars, Figure, Number, Table, Token, Tokens
from engine import Denoiser
from engine.study.sample import Sample
from engine.study.writing.quizzing import EACH, Answered, Game, Round


@dataclass(frozen=True, slots=True)
class Rule:
    """What a reader plays against: a system with its settings, and what it goes by."""

    title: str
    system: str
    order: str = ""
    by: str = "confidence"
    """"confidence", "entropy", or "lot": it looks at no number"""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Played:
    """A game on a text."""

    text: Sample
    hidden: tuple[int, ...]
    """the tokens that are hidden: one for each slot"""
    rule: Rule
    game: Game
    denoiser: Denoiser
    given: tuple[int, ...]
    """what was answered: of each round the number of a token in the text, and that of a choice"""

    def place(self, slot: int) -> int:
        """The number of a slot, as people count: that of its token in the text."""
        return self.hidden[slot] + 1

    def mended(self, round_: Round, at: int) -> bool:
        """Whether another token stands on a slot than was decided: a letter was cut."""
        return (
            round_.look.written[at]
            and round_.after[at].token != round_.look.ids[at]
            and not round_.after[at].confidence
        )

    def word(self, token: int) -> str:
        return called(self.denoiser, token)


def called(denoiser: Denoiser, token: int) -> str:
    pieces = denoiser.tokenizer.pieces
    return repr(pieces[token]) if token < len(pieces) and token != denoiser.null_id else "nothing"


def outside(play: Played) -> list[str]:
    """The text with a gap where the reader has to guess."""
    return [
        f"{' ' * piece.startswith(' ')}…" if at in play.hidden else piece for at, piece in enumerate(play.text.pieces)
    ]


def question(play: Played) -> str:
    game, number = play.game, len(play.game.done) + 1
    if game.now is None:
        points, most = sum(one.points for one in game.done), EACH * len(game.done)
        return f"The quiz is over: {points} of {most} points."
    if game.asks_word:
        return f"Round {number}: what does the rule write on place {play.place(game.answers[-1].asked)}?"
    return f"Round {number}: which place is written next? Click on it, or press its number."


def verdict(play: Played, answer: Answered) -> str:
    """Whether the last answer was right, and why."""
    written = [play.place(at) for at in answer.round.written]
    places = f"place {written[0]}" if len(written) == 1 else f"places {', '.join(map(str, written))}"
    if answer.word is None:
        right = "Right" if answer.place in answer.round.written else f"Not place {play.place(answer.place)}"
        return f"{right}: the rule writes {places}. {_because(play, answer.round)}"
    true = answer.round.after[answer.asked]
    right = "Right" if answer.word == true.token else f"Not {play.word(answer.word)}"
    said = f"{right}: it writes {play.word(true.token)} on place {play.place(answer.asked)}"
    if play.mended(answer.round, answer.asked):
        return f"{said}. What it was surest of was a part of a letter whose other parts could not follow, so another is there."
    return f"{said}, probability {true.confidence:.2f}."


def _because(play: Played, round_: Round) -> str:
    """The rule, and the numbers it went by."""
    rule, look, first = play.rule, round_.look, round_.written[0]
    if rule.by == "lot":
        return f"It writes {rule.because}."
    what = look.entropy if rule.by == "entropy" else look.confidence
    unit = "entropy {:.2f} nats" if rule.by == "entropy" else "probability {:.2f}"
    left = [what[at] for at in round_.open if at not in round_.written]
    next_ = (min if rule.by == "entropy" else max)(left) if left else None
    other = f", the next one {unit.format(next_)}" if next_ is not None else ""
    return f"It writes {rule.because}: place {play.place(first)} has {unit.format(what[first])}{other}."


def canvas(play: Played) -> Figure:
    """The text as the rule sees it now; when all is written, the round in which each place was."""
    game, over = play.game, play.game.now is None
    slots = game.done[-1].round.after if game.done else None
    rounds: dict[int, int] = {at: n for n, one in enumerate(game.done, 1) for at in one.round.written}
    moves = {} if game.now is None or game.asks_word else {at: n for n, at in enumerate(game.now.open)}
    tokens = [Token(piece) for piece in play.text.pieces]
    for at in range(len(play.hidden)):
        place, slot = play.place(at), slots[at] if slots else None
        move = moves.get(at)
        if slot is not None and not slot.noisy:
            note = f"{play.word(slot.token)}, written in round {rounds.get(at, 1)}, probability {slot.confidence:.2f}"
            round_ = float(rounds.get(at, 1)) if over else None
            token = Token(
                slot.text, "picked", round_, f"{note}; in your text {play.text.pieces[place - 1]!r}" if over else note
            )
        elif slot is not None and slot.state == "u":
            token = Token(f"{place}·{slot.text}", "noise", note=f"place {place}, a wrong word", move=move)
        else:
            token = Token(str(place), "mask", note=f"place {place}, open", move=move)
        tokens[place - 1] = token
    asked = play.place(game.answers[-1].asked) - 1 if game.asks_word else None
    title = "Which place is written next?" if not game.asks_word else f"What is written on place {(asked or 0) + 1}?"
    return Tokens(
        f"{play.rule.title}: {title}" if not over else f"{play.rule.title}: the round in which each place was written",
        tokens, Axis("round") if over else None, picked=asked,
    )  # fmt: skip


def reason(play: Played, answer: Answered) -> Figure:
    """What the rule looked at in the last round. Places that are open still have no names: they are asked next."""
    look, by = answer.round.look, play.rule.by
    what = look.entropy if by == "entropy" else look.confidence
    order = sorted(answer.round.open, key=lambda at: what[at] if by == "entropy" else -what[at])

    def name(at: int) -> str:
        if at not in answer.round.written:
            return f"place {play.place(at)}" if play.game.now is None else "another open place"
        told = answer.word is not None
        decided = answer.round.look.ids[at] if play.mended(answer.round, at) else answer.round.after[at].token
        return f"✓ {play.place(at)}" + (f" {play.word(decided)}" if told else "")

    axis = Axis("entropy", "nats", low=0) if by == "entropy" else Axis("probability", low=0, high=1)
    looked = "what the rule looked at" if by != "lot" else "the rule looks at none of this"
    number = len(play.game.answers)
    return Bars(
        f"Round {number}: {looked}", axis, [name(at) for at in order],
        [("of the proposed token", [what[at] if look.open[at] else None for at in order])],
        what="place (✓: written)",
    )  # fmt: skip


def score(game: Game) -> Figure:
    """The reader's points beside what others would have."""
    done = game.done
    most, own = EACH * len(done), sum(one.points for one in done)
    points = {
        "you": own, "the rule: the most there is": most, "who sees the numbers": seen(game),
        "blind guesses, on average": sum(one.round.blind for one in done),
    }  # fmt: skip
    title = f"Points after round {len(done)}" if done else "Points: nobody has any yet"
    axis = Axis("points", low=0, high=float(max(EACH, most)))
    return Bars(title, axis, list(points), [("points", list(points.values()))], what="who")


def seen(game: Game) -> int | None:
    """The points of somebody who sees the numbers; None where they are not all known."""
    seers = [one.round.seer for one in game.done]
    return None if any(one is None for one in seers) else sum(cast(list[int], seers))


def results(game: Game) -> list[Number]:
    done = game.done
    most, own = EACH * len(done), sum(one.points for one in done)
    return [
        Number("your points", own, "points", f"of {most} after {len(done)} rounds"),
        Number("places", sum(one.place in one.round.written for one in done), "right"),
        Number("words", sum(one.word == one.round.after[one.asked].token for one in done), "right"),
        Number("best possible", most, "points", "what the rule itself would say"),
        Number("who sees the numbers", seen(game), "points",
               "surest place, likeliest word; a dash: this rule asks the model for one place only"),
        Number("blind guesses", sum(one.round.blind for one in done), "points", "on average"),
        Number("open places", len(game.now.open) if game.now and not game.asks_word else None, "now"),
    ]  # fmt: skip


def round_by_round(play: Played) -> Table:
    rows = []
    for number, one in enumerate(play.game.answers, 1):
        its = ", ".join(str(play.place(at)) for at in one.round.written)
        word = None if one.word is None else play.word(one.word)
        true = None if one.word is None else play.word(one.round.after[one.asked].token)
        mine = None if one.word is None else repr(play.text.pieces[play.hidden[one.asked]])
        points = None if one.word is None else one.points
        rows.append((number, play.place(one.place), its, word, true, mine, points))
    columns = ("round", "your place", "the rule's", "your word", "the rule's word", "in your text", "points")
    return Table("Round by round", columns, rows)
