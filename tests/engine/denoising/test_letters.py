"""No letter is cut, whatever model and rule write it: in scripts whose letters take several tokens, and in marks and emoji."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

import engine
from engine import Span
from engine.diffusion.canvas import Canvas
from engine.models.scripted import ScriptedConditioned, ScriptedDenoiser, byte_tokenizer
from engine.text.context import Context
from engine.text.only.letters import cut, of_letters
from engine.text.places.place import Place
from tests.conftest import examples, some
from tests.engine.families import options

TOKENIZER = byte_tokenizer()
HINDI = "राम रोज़ टहलने जाता है। वह दोस्तों से मिलता है। फिर घर लौटता है।"
EMOJI = "Happy birthday 🎉🎂 see you 🥳👨‍👩‍👧 and bring 🍰!"


class _Any(ScriptedDenoiser):
    """Says anything of any byte, as a model does that weighs every token by itself."""

    def condition(self, context: Context, how: object = None) -> ScriptedConditioned:
        return _AnyConditioned(self, context)


class _AnyConditioned(ScriptedConditioned):
    def logits(self, canvas: Canvas, t: float) -> Tensor:
        self._d.nfe += 1
        rng = torch.Generator().manual_seed(self._d.nfe)
        scores = 4 * torch.randn(*canvas.ids.shape, self._d.tokenizer.size, generator=rng)
        # NULL stands behind the last word, as in every model of this kind: here there is none.
        scores[..., : len(self._d.tokenizer.special_ids)] = -1e9
        scores[..., 3 + 33 :] += 3.0  # mostly parts of letters
        return scores


@pytest.mark.parametrize("system", some([name for name in engine.SYSTEMS if engine.task(name) == "infill"]))
@pytest.mark.parametrize(("text", "old"), [(HINDI, "वह दोस्तों"), (EMOJI, "🥳👨‍👩‍👧")], ids=["Hindi", "emoji"])
def test_every_system_writes_whole_letters(system: str, text: str, old: str) -> None:
    at = text.index(old)
    *_, last = engine.infill(
        _Any(), text, [Span(at, at + len(old))], system=system, candidates=2, **options(system, steps=5)
    )
    for (span,) in last.candidates:
        assert span.text.strip() and "\ufffd" not in span.text and not cut(span.text), span.text


def test_words_that_are_kept_and_words_that_are_told_have_whole_letters() -> None:
    at = HINDI.index("वह")
    span = Span(at, HINDI.index("। फिर"))
    for seed in range(3):
        *_, kept = engine.infill(_Any(), HINDI, [span], seed=seed, strength=0.5, steps=4)
        *_, told = engine.edit(_Any(), HINDI, span, "shorter", system="llada", seed=seed, strength=1.0, steps=4)
        for step in (kept, told):
            assert "\ufffd" not in step.spans[0].text and not cut(step.spans[0].text), step.spans[0].text


def test_what_is_whole_is_left_as_it_was_written() -> None:
    """Also where no letter of the text around is like it."""
    *_, last = engine.infill(
        engine.scripted(" 漢é🎂"), "one two three four five", [Span(4, 18)], steps=12, temperature=0.0
    )
    assert last.spans[0].text == "漢é🎂"


LETTERS = "aé नमा़्ं漢か゛🎂👨👩👧\u200d\u200c🏻🇩🇪 .،।"


@examples(60)
@given(st.text(st.sampled_from(LETTERS), max_size=6))
def test_the_machine_reads_whole_letters_and_nothing_else(text: str) -> None:
    machine = of_letters(TOKENIZER.raw, set(LETTERS))
    assert machine is not None
    kinds = dict(zip(machine.tokens.tolist(), machine.kind.tolist(), strict=True))
    states = [0]
    for token in TOKENIZER.encode(text):
        here = states[-1]
        alive = here < len(machine.step) and token in kinds
        states.append(int(machine.step[here, kinds[token]]) if alive else len(machine.step))
    whole = states[-1] < len(machine.step) and bool(machine.accepting[states[-1]])
    assert whole == (not cut(text))
    if text and not text.isascii() and len(text[-1].encode()) > 1 and whole:  # its last byte was needed
        assert not (states[-2] < len(machine.step) and bool(machine.accepting[states[-2]]))


@pytest.mark.parametrize(
    ("fill", "faulty"),
    [("ा बड़ा", True), ("बड़ा", False), ("बड़ा \u093e", True), ("👨\u200d", True), ("👨\u200d👩", False)],
)
def test_a_fill_that_cuts_a_letter_is_at_fault(fill: str, faulty: bool) -> None:
    place = Place("राम ", "वह", " है। 👨\u200d👩\u200d👧")
    assert ("letters" in place.faults(fill)) == faulty
