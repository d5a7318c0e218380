"""Cloze cases of our own, prose and code, with the length unknown: the embedded model must get 70 % right at rank 1."""

from __future__ import annotations

import time

import pytest

import engine
from engine.evaluation.worth import clozes
from engine.judging.judge import judge
from engine.models.causal.denoiser import CausalDenoiser

CASES = clozes()


@pytest.mark.model
def test_cloze(embedded: CausalDenoiser, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(CASES) >= 20
    right, lines, start = 0, [], time.perf_counter()
    for case in CASES:
        *_, last = engine.infill(embedded, case.text, [case.span], slots=case.slots)
        hit = last.spans[0].text in case.right
        right += hit
        lines.append(f"  {'right' if hit else 'wrong'}  {last.spans[0].text!r}  (e.g. {case.right[0]!r})")
    seconds = (time.perf_counter() - start) / len(CASES)
    with capsys.disabled():
        print("", *lines, f"cloze: {right} of {len(CASES)} right at rank 1, {seconds:.2f} s each", sep="\n")
    assert right >= 0.7 * len(CASES)


@pytest.mark.model
def test_a_fill_that_leaves_a_last_sentence_unfinished_reads_worse(embedded: CausalDenoiser) -> None:
    """ "Mr." is likely, and so is its full stop; that a text ends there is not."""
    encode = embedded.tokenizer.encode
    prompt = embedded.before(tuple(encode("The train was late, so")))
    fills = [tuple(encode(f" {words}")) for words in ("Mr", "1", "John", "I waited", "we had to wait")]
    after, ends = embedded.behind(tuple(encode(".")))
    reader = embedded.reader.session()
    list(reader.read(prompt[:-1]))
    scores = judge(reader.branch(prompt[:-1], len(fills)), prompt[-1], fills, after, ends)
    # In eight bits "Mr" and "I waited" are as likely; that the best is a whole sentence holds in any precision.
    assert max(scores[:3]) < max(scores[3:])


@pytest.mark.model
def test_the_shipped_tokenizer_is_lossless_and_knows_no_special_tokens(embedded: CausalDenoiser) -> None:
    tokenizer = embedded.tokenizer
    for text in ("    5 <|im_end|> x", "a\r\n\tb\0 e\u0301 שלום 😀", "def f():\n    return 1  # ```\n"):
        ids = tokenizer.encode(text)
        assert tokenizer.decode(ids) == text and not set(ids) & set(range(17))
