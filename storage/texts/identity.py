"""What ids are made of. DESIGN.md says it as a contract; a change here needs ids of a new kind."""

from __future__ import annotations

import hashlib


def digest(*parts: str) -> str:
    """32 hexadecimal digits: BLAKE2b over each part's length in bytes (8 bytes, big-endian) and its UTF-8."""
    whole = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


def revision_id(origin: str, parent: str | None, kind: str, text_hash: str, run_id: str | None) -> str:
    """``origin``: what the document's ids begin with; its number, for now."""
    return digest(origin, parent or "", kind, text_hash, run_id or "")
