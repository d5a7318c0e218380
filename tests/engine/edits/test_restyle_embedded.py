"""Styles of assets/styles/ on the embedded model."""

from __future__ import annotations

import pytest

import engine
from editor.styles import styles
from engine import Span
from engine.models.causal.denoiser import CausalDenoiser

pytestmark = pytest.mark.model


def restyled(embedded: CausalDenoiser, name: str, text: str) -> str:
    embedded.reader.forget()  # what was read before moves scores in their last digits, and some of these are close
    embedded.aside.forget()
    found = next(file.style for file in styles.load().files if file.style.name == name)
    *_, last = engine.restyle(embedded, text, [Span(0, len(text))], [found])
    return last.spans[0].text


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("formal", "I don't think the kids like it.", "I do not"),
        # Whether they "aren't" or "are not" allowed is a near tie, which a processor's rounding decides.
        ("casual", "The children are not permitted to enter.", "The kids are"),
        ("casual", "I cannot find my keys.", "I can't"),
        ("simpler", "The physician was subsequently informed.", "doctor"),
        ("shorter", "In order to win, you really need luck.", "To win"),
        ("shorter", "We do not have the ability to refund tickets.", "We cannot refund tickets."),
        ("shorter", "He wants to have the ability to cancel.", "He wants to be able to cancel."),
        ("formal", "My neighbour, who's got two rooms free, will rent one.", "who has two rooms"),
        ("active-voice", '"The song was written by my uncle," she said.', '"My uncle wrote the song," she said.'),
        ("active-voice", "All 12 reports will be read by a committee from Madrid.", "A committee from Madrid will read"),
        ("active-voice", "The mice were chased by the boys.", "The boys chased the mice."),
    ],
)  # fmt: skip
def test_a_style_does_what_it_says(embedded: CausalDenoiser, name: str, text: str, wanted: str) -> None:
    assert wanted in restyled(embedded, name, text)


def test_code_gets_types_and_a_docstring(embedded: CausalDenoiser) -> None:
    code = "def is_upper(text):\n    return text == text.upper()"
    assert restyled(embedded, "code-hints", code).startswith("def is_upper(text: str) -> bool:\n")
    documented = restyled(embedded, "code-docstring", code)
    assert documented.count('"""') == 2 and documented.replace(documented.split("\n")[1] + "\n", "") == code


def test_the_document_stays_read_while_a_style_reads_its_examples(embedded: CausalDenoiser) -> None:
    text = "Some words that stand before. " * 3
    embedded.warm(text, lambda: False)
    restyled(embedded, "casual", "We are unable to assist you.")
    session = embedded.reader.session()
    list(session.read((embedded.tokenizer.bos_id, *embedded.tokenizer.encode(text))))
    assert session.nfe <= 1
