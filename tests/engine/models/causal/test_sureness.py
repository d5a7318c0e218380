"""How sure a word is: more of the posterior and a likelier draw make it surer, and what ships is what was measured."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import engine
from engine import Span
from engine.errors import ModelDamaged
from engine.evaluation.calibration import crosswise, fit, right, said, table
from engine.models.causal.particles import Pool, Tops
from engine.models.causal.sureness import Calibration, Signs, assured, signs
from engine.models.embedded.palimpsest import ASSETS, CALIBRATION, read_calibration
from engine.models.scripted import byte_tokenizer
from tests.engine.families import family


def test_the_share_of_a_word_is_what_the_posterior_has_of_it() -> None:
    tokenizer, null = byte_tokenizer(), 1
    pool = Pool(5)
    for text, score in (("a cd", 0.0), ("b cd", 0.0), ("a e", 0.0)):
        fill = tuple(tokenizer.encode(text))
        fill += (null,) * (5 - len(fill))
        ids = torch.tensor(fill)[:, None]
        pool.add(fill, score, Tops(ids, torch.full((5, 1), 0.5).double()), text)
    first = next(iter(pool.fills))
    found, slots = signs(tokenizer, pool, first, null)
    assert slots == [[0], [2, 3]] and [s.share for s in found] == pytest.approx([2 / 3, 2 / 3])
    assert all(s.likely == pytest.approx(0.5) and s.words == 2 for s in found)


def test_what_the_judge_likes_is_as_sure_as_was_measured_and_what_fits_nowhere_stands_behind() -> None:
    """Faults have a say in the judge's score alone."""
    tokenizer, null = byte_tokenizer(), 1
    fits, drawn = (tuple(tokenizer.encode(text)) for text in "ab")
    measured, sure = read_calibration(ASSETS / CALIBRATION), []
    assert measured
    for score in (-30.0, -1.0):
        pool = Pool(1)
        for fill, found, likely in ((fits, -2.0, 0.2), (drawn, score, 0.9)):
            pool.add(fill, found, Tops(torch.tensor(fill)[:, None], torch.full((1, 1), likely).double()), str(fill))
        pools, ids = {(row, 0, ()): pool for row in range(2)}, torch.tensor([fits, drawn])
        sure.append(assured(pools, [(0, 1)], ids, tokenizer, null, measured)[:, 0].tolist())
    assert sure[0][0] > sure[0][1], "what fits stands first"
    assert sure[1][1] > sure[1][0] and sure[1][1] == pytest.approx(measured(signs(tokenizer, pool, drawn, null)[0][0]))


def test_who_is_judged_worse_is_none_the_surer() -> None:
    tokenizer, null = byte_tokenizer(), 1
    pool = Pool(1)
    fills = [tuple(tokenizer.encode(text)) for text in "abc"]
    for fill, score, likely in zip(fills, (-9.0, -1.0, -5.0), (0.9, 0.1, 0.5), strict=True):
        pool.add(fill, score, Tops(torch.tensor(fill)[:, None], torch.full((1, 1), likely).double()), str(fill))
    pools = {(row, 0, ()): pool for row in range(4)}
    rows = [*fills, fills[1]]
    said = assured(pools, [(0, 1)], torch.tensor(rows), tokenizer, null, lambda sign: sign.likely)
    drawn, best, between, again = said[:, 0].tolist()
    assert best == again == pytest.approx(0.1), "the best is as sure as was measured"
    assert drawn < between < best


def test_a_fit_finds_how_often_words_are_right() -> None:
    rng, truth = torch.Generator().manual_seed(0), Calibration(-1.0, 0.5, 0.3, 0.0)
    words = []
    for _ in range(4000):
        share, likely, luck = torch.rand(3, generator=rng).tolist()
        sign = Signs(share, likely, 3)
        words.append((sign, luck < truth(sign)))
    fitted = fit(words)
    for share in (0.05, 0.5, 0.95):
        sign = Signs(share, 0.5, 3)
        assert fitted(sign) == pytest.approx(truth(sign), abs=0.06)
    for told in (said(fitted, words), crosswise([words[i : i + 40] for i in range(0, 4000, 40)])):
        rows = [line.strip("| ").split(" | ") for line in table(told).splitlines()[2:]]
        assert sum(int(count) for _, count, *_ in rows) == 4000
        common = [(float(mean.strip("%")), float(hit.strip("%"))) for _, count, mean, hit in rows if int(count) > 100]
        assert len(common) > 3 and all(abs(mean - hit) < 10 for mean, hit in common)


def test_nobody_is_measured_by_what_was_fitted_on_him() -> None:
    """Where the halves say the opposite, each is told wrongly."""
    spans = [[(Signs(0.9, 0.5, 3), half == 0), (Signs(0.1, 0.5, 3), half == 1)] * 20 for half in (0, 1) * 10]
    assert all((sure > 0.5) != hit for sure, hit in crosswise(spans))


def test_words_are_right_where_they_stood_in_their_order() -> None:
    assert right("the red cat, sat", "the cat sat down") == [True, False, True, False, True]


@pytest.mark.slow
def test_the_last_step_says_what_was_measured_and_candidates_of_other_models_what_was_drawn() -> None:
    d, text = family("causal"), "The quick brown fox jumps."
    before = [*engine.infill(d, text, [Span(4, 15)])]
    try:
        d.calibration = lambda signs: 0.125  # type: ignore[attr-defined]
        *_, last = engine.infill(d, text, [Span(4, 15)])
    finally:
        d.calibration = None  # type: ignore[attr-defined]
    words = [slot for slot in last.spans[0].slots if slot.text.strip()]
    assert words and {slot.confidence for slot in words if slot.text.strip(" ")} >= {0.125}
    assert [slot.text for slot in last.spans[0].slots] == [slot.text for slot in before[-1].spans[0].slots]


def test_what_ships_can_be_read_and_a_damaged_file_is_named(tmp_path: Path) -> None:
    assert isinstance(read_calibration(ASSETS / CALIBRATION), Calibration)
    assert read_calibration(tmp_path / CALIBRATION) is None
    (tmp_path / CALIBRATION).write_text('{"constant": "x"}')
    with pytest.raises(ModelDamaged, match=CALIBRATION):
        read_calibration(tmp_path / CALIBRATION)
