"""Reading what to train on: packed shards, and a user's own folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import CorpusDamaged, CorpusMissing
from engine.text.tokenizer import Vocabulary
from engine.training.examples.corpus import (
    FIRST_HELD_OUT,
    HELD_OUT,
    LARGEST,
    Corpus,
    CorpusTexts,
    Pair,
    heldout_of,
    open_corpus,
)
from tests.engine.training.conftest import CODE, PAIRS, PROSE, pack, squeezed


def test_a_packed_corpus_comes_back(corpus: Corpus, vocabulary: Vocabulary) -> None:
    assert vocabulary.tokenizer.decode([int(i) for i in corpus.prose.tokens]) == "".join(
        f"{t}<|endoftext|>" for t in PROSE
    )
    assert len(corpus.code.ends) == len(CODE)
    assert corpus.pairs == tuple(Pair(p["source"], p["target"], p["kind"], p.get("instruction")) for p in PAIRS)
    assert [kind for kind, _ in corpus.heldout] == ["prose"] * len(PROSE) + ["code"] * len(CODE)


def test_a_missing_folder_and_an_empty_one(tmp_path: Path, vocabulary: Vocabulary) -> None:
    with pytest.raises(CorpusMissing, match="no corpus folder.*nowhere"):
        open_corpus(tmp_path / "nowhere", vocabulary.tokenizer)
    with pytest.raises(CorpusMissing, match="holds no text"):
        open_corpus(tmp_path, vocabulary.tokenizer)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"not zstd at all", "not a shard"),
        (b"", "not a shard"),
        ("cut off", "not a shard"),
        ("odd", "not a shard"),
        ("other vocabulary", "holds token 60000"),
    ],
)
def test_a_damaged_shard_is_named(tmp_path: Path, vocabulary: Vocabulary, content: bytes | str, what: str) -> None:
    path = pack(tmp_path, vocabulary) / "prose" / "prose_00.bin.zst"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content == "cut off":
        path.write_bytes(path.read_bytes()[:-20])
    else:
        squeezed(path, b"abc" if content == "odd" else np.array([60000, 0], "<u2").tobytes())
    with pytest.raises(CorpusDamaged, match=f"prose_00.*{what}"):
        open_corpus(tmp_path, vocabulary.tokenizer)


GOOD = json.dumps(PAIRS[0])


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "3", '{"source": "a", "target": "b"}', '{"source": 1, "target": "b", "kind": "c"}',
     '{"source": "a", "target": "b", "kind": "c", "instruction": 5}'],
)  # fmt: skip
def test_a_bad_pair_is_named_with_its_line(tmp_path: Path, vocabulary: Vocabulary, line: str) -> None:
    squeezed(pack(tmp_path, vocabulary) / "edits" / "edits.jsonl.zst", f"{GOOD}\n\n{line}\n".encode())
    with pytest.raises(CorpusDamaged, match=r"edits\.jsonl\.zst, line 3"):
        open_corpus(tmp_path, vocabulary.tokenizer)


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_pairs_that_cannot_be_read_at_all(tmp_path: Path, vocabulary: Vocabulary, content: bytes | None) -> None:
    path = pack(tmp_path, vocabulary) / "edits" / "edits.jsonl.zst"
    path.write_bytes(b"not zstd") if content is None else squeezed(path, content)
    with pytest.raises(CorpusDamaged, match="edits"):
        open_corpus(tmp_path, vocabulary.tokenizer)


def test_a_line_ends_at_its_newline_alone(tmp_path: Path, vocabulary: Vocabulary) -> None:
    row = {"source": "a\u2028b\x85", "target": "c", "kind": "grammar"}
    line = json.dumps(row, ensure_ascii=False)
    squeezed(pack(tmp_path, vocabulary) / "edits" / "edits.jsonl.zst", line.encode())
    assert [pair.source for pair in open_corpus(tmp_path, vocabulary.tokenizer).pairs] == ["a\u2028b\x85"]
    file = tmp_path / "heldout_prose.jsonl"
    file.write_text(json.dumps({"text": "a\u2028b"}, ensure_ascii=False), encoding="utf-8")
    assert heldout_of(tmp_path) == (("prose", "a\u2028b"),)
    file.write_text('{"text": "a"}\n{"other": 1}\n', encoding="utf-8")
    with pytest.raises(CorpusDamaged, match="line 2"):
        heldout_of(tmp_path)


def test_a_window_stays_in_one_document() -> None:
    tokens = np.array([*range(101, 111), 0, *range(201, 204), 0, 0, 301], np.uint16)
    documents, rng = CorpusTexts(tokens), np.random.default_rng(0)
    found = {tuple(documents.window(rng, 4)) for _ in range(300)}
    assert all(len({i // 100 for i in window}) <= 1 and 0 not in window and len(window) <= 4 for window in found)
    assert (201, 202, 203) in found and (301,) in found and (107, 108, 109, 110) in found
    assert {i for window in found for i in window} == set(tokens.tolist()) - {0}


def test_a_folder_of_ones_own(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """Text and code; nothing hidden, nothing binary, nothing large, nothing that cannot be read."""
    for name, content in {
        "letter.md": b"Dear all, this is a letter.",
        "deep/er/tool.py": b"def tool():\n    return 1\n",
        ".hidden.txt": b"secret",
        ".git/config": b"secret",
        "deep/.cache/x.txt": b"secret",
        "picture.png": b"\x89PNG\xff\xfe",
        "zeros.txt": b"secret\0secret",
        "latin.txt": "secret é".encode("latin-1"),
        "large.txt": b"secret " * (LARGEST // 7 + 1),
        "blank.txt": b" \n",
        "special.txt": b"<|endoftext|><empty_output>",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "broken.txt").symlink_to(tmp_path / "nothing")
    found = open_corpus(tmp_path, vocabulary.tokenizer)
    prose, code = ([int(i) for i in part.tokens] for part in (found.prose, found.code))
    assert vocabulary.tokenizer.decode(code) == "def tool():\n    return 1\n<|endoftext|>"
    read = vocabulary.tokenizer.decode(prose)
    assert "Dear all" in read and "secret" not in read
    # What only looks like a special token is text.
    assert len(found.prose.ends) == 2 and not {10, 16} & set(prose)
    assert found.pairs == () and found.heldout == ()


def test_a_file_that_may_not_be_read_is_left_out(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("open", encoding="utf-8")
    (tmp_path / "b.txt").write_text("closed", encoding="utf-8")
    read = Path.read_text

    def refuse(path: Path, *args: str, **kwargs: str) -> str:
        if path.name == "b.txt":
            raise PermissionError(13, "Permission denied")
        return read(path, *args, **kwargs)

    monkeypatch.setattr(Path, "read_text", refuse)
    assert vocabulary.tokenizer.decode(open_corpus(tmp_path, vocabulary.tokenizer).prose.tokens.tolist()[:-1]) == "open"


def test_whole_documents_of_a_folder_are_held_out(tmp_path: Path, vocabulary: Vocabulary) -> None:
    for i in range(2 * HELD_OUT):
        (tmp_path / f"{i:02}.{'py' if i % 2 else 'txt'}").write_text(f"document {i:02}", encoding="utf-8")
    found = open_corpus(tmp_path, vocabulary.tokenizer)
    assert [text for _, text in found.heldout] == [
        f"document {i:02}" for i in (FIRST_HELD_OUT - 1, FIRST_HELD_OUT + 19)
    ]
    trained = vocabulary.tokenizer.decode([*found.prose.tokens.tolist(), *found.code.tokens.tolist()])
    assert all(text not in trained for _, text in found.heldout)
    assert len(found.prose.ends) + len(found.code.ends) + len(found.heldout) == 2 * HELD_OUT
