"""Files <-> text, byte for byte.

The editor works on line feeds. A file whose lines all end alike is turned to LF and given its own ends back on the way out; a
file that mixes them is kept as it is. A byte order mark is put aside and put back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from editor.documents import encodings, lines
from editor.errors import EditorError
from editor.limits import FILE_BYTES
from storage import Store, mended

BOM = b"\xef\xbb\xbf"
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class File:
    text: str
    newline: str
    bom: bool
    encoding: str


def decode(data: bytes, name: str, encoding: str = encodings.UTF8) -> File:
    """Bytes of a file as text. Raises EditorError: file_too_large, binary_file, not_utf8, unknown_encoding."""
    if len(data) > FILE_BYTES:
        raise EditorError("file_too_large", too_large(name, len(data)), 413)
    if encoding.lower() not in encodings.NAMES:
        raise EditorError("unknown_encoding", f"encoding must be utf-8 or windows-1252, got {encoding!r}")
    encoding = encodings.NAMES[encoding.lower()]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise EditorError("binary_file", f"{name} is UTF-16 text; save it as UTF-8 and open it again", 415)
    bom = encoding == encodings.UTF8 and data.startswith(BOM)
    body = data[len(BOM) :] if bom else data
    control = len(_CONTROL.findall(body))
    try:
        text = encodings.decoded(body, encoding)
        binary = control > len(body) * 0.1
    except UnicodeDecodeError as error:
        if b"\0" in body or control > len(body) * 0.05:
            raise EditorError("binary_file", f"{name} is not text; open a text or code file", 415) from error
        where = f"byte {error.start + len(data) - len(body)}"
        raise EditorError(
            "not_utf8", f"{name} is not UTF-8 ({where}). It can be opened as Latin-1 (Windows-1252)."
        ) from error
    if binary:
        raise EditorError("binary_file", f"{name} is not text; open a text or code file", 415)
    newline = lines.kind(text)
    return File(text if newline == lines.MIXED else lines.ended(text, "\n"), newline, bom, encoding)


def encode(file: File) -> bytes:
    """The file's bytes: those it was read from, where the text is unchanged. What its encoding cannot hold makes it UTF-8."""
    text = mended(lines.ended(file.text, own(file.text, file.newline)))
    return (BOM if file.bom else b"") + encodings.encoded(text, file.encoding)


def own(text: str, newline: str) -> str:
    """How a document ends its lines. Older ones that mix them were kept as if they did not."""
    return lines.MIXED if newline == "\n" and "\r" in text else newline


def settled(store: Store, document_id: int, text: str) -> str:
    """New text of a document as it is kept: with line feeds, unless the document is one that mixes line ends."""
    if "\r" not in text:
        return text
    document = store.documents.get(document_id)
    return text if own(document.text, document.newline) == lines.MIXED else lines.ended(text, "\n")


def fitting(text: str, otherwise: str = "") -> str:
    """The text, if it is no larger than a file may be. Raises EditorError; ``otherwise``: what does not happen now."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > FILE_BYTES:
        raise EditorError("text_too_large", too_large("the text", size) + otherwise, 413)
    return text


def too_large(name: str, size: int) -> str:
    return f"{name} has {size / 2**20:.1f} MB; the limit is {FILE_BYTES / 2**20:g} MB"
