"""Whether a tokenizer and a network belong together. That of another model often loads, and is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.errors import ModelDamaged, UnsupportedModel
from engine.models.loading import memory
from engine.models.loading.options import title
from engine.text.tokenizer import Tokenizer

PROBE = "Té  a\n\tb, (C) don't."
"""text that a lossy tokenizer gives back changed: case, an accent, two spaces, a line break, a tab, punctuation"""
MARKS = ("eos_token_id", "mask_token_id")
"""what a config.json says of its tokenizer: both are tokens of their own, never a piece of text. What it says of the beginning
is often a default that nobody looked at."""


def check_ids(highest: int, rows: int, name: str) -> None:
    """Every id of a tokenizer has to have a row in the embedding. Raises ModelDamaged."""
    if highest >= rows:
        raise ModelDamaged(
            f"the tokenizer of {name} has ids up to {highest} and the network knows {rows}; use the tokenizer that the model was "
            f"trained with"
        )


def check_tokenizer(loaded: Any, where: Path, rows: int) -> None:
    """Compare a tokenizer of transformers with a network of so many tokens, and with what config.json says of both.
    Raises ModelDamaged."""
    name, config = title(where), memory.config_of(where)
    check_ids(max(loaded.get_vocab().values(), default=0), rows, name)
    text = config.get("text_config")
    said = {**config, **(text if isinstance(text, dict) else {})}
    known = {*loaded.added_tokens_decoder, *loaded.all_special_ids}
    for mark in MARKS:
        given = said.get(mark)
        for token in given if isinstance(given, list) else [given]:
            if isinstance(token, int) and 0 <= token < rows and token not in known:
                raise ModelDamaged(
                    f"{name}: config.json names {token} as its {mark}, which is {loaded.convert_ids_to_tokens(token)!r} in the "
                    f"tokenizer and no special token; use the tokenizer that the model was trained with"
                )


def check_lossless(tokenizer: Tokenizer, name: str, such_as: str) -> None:
    """Raises UnsupportedModel for a tokenizer that does not give a text back as it was: it would change what people wrote."""
    back = tokenizer.decode(tokenizer.encode(PROBE))
    if back != PROBE:
        raise UnsupportedModel(
            f"{name}: its tokenizer gives {PROBE!r} back as {back!r}, so it would change the text; use a checkpoint with a "
            f"byte-level tokenizer, such as {such_as}"
        )
