"""Files <-> text, byte for byte.

The editor works on line feeds. A file whose line breaks are all CRLF is turned to LF and given its own back on the way
out; a file that mixes them is kept as it is. A byte order mark is put aside and put back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from editor.errors import EditorError
from editor.limits import FILE_BYTES

BOM = b"\xef\xbb\xbf"
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class File:
    text: str
    newline: str
    bom: bool
    encoding: str


def decode(data: bytes, name: str, encoding: str = "utf-8") -> File:
    """Bytes of a file as text. Raises EditorError: file_too_large, binary_file, not_utf8, unknown_encoding."""
    if len(data) > FILE_BYTES:
        raise EditorError("file_too_large", too_large(name, len(data)), 413)
    if encoding not in ("utf-8", "latin-1"):
        raise EditorError("unknown_encoding", f"encoding must be utf-8 or latin-1, got {encoding!r}")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise EditorError("binary_file", f"{name} is UTF-16 text; save it as UTF-8 and open it again", 415)
    bom = encoding == "utf-8" and data.startswith(BOM)
    body = data[len(BOM) :] if bom else data
    control = len(_CONTROL.findall(body))
    try:
        text = body.decode(encoding)
        binary = control > len(body) * 0.1
    except UnicodeDecodeError as error:
        if b"\0" in body or control > len(body) * 0.05:
            raise EditorError("binary_file", f"{name} is not text; open a text or code file", 415) from error
        where = f"byte {error.start + len(data) - len(body)}"
        raise EditorError("not_utf8", f"{name} is not UTF-8 ({where}). It can be opened as Latin-1.") from error
    if binary:
        raise EditorError("binary_file", f"{name} is not text; open a text or code file", 415)
    breaks = text.count("\n")
    crlf = breaks > 0 and breaks == text.count("\r\n") == text.count("\r")
    return File(text.replace("\r\n", "\n") if crlf else text, "\r\n" if crlf else "\n", bom, encoding)


def encode(file: File) -> bytes:
    """The file's bytes: those it was read from, where the text is unchanged. Text that Latin-1 cannot hold goes out as UTF-8."""
    text = file.text.replace("\n", file.newline)
    try:
        body = text.encode(file.encoding)
    except UnicodeEncodeError:
        body = text.encode("utf-8", "surrogatepass")
    return (BOM if file.bom else b"") + body


def fitting(text: str, otherwise: str = "") -> str:
    """The text, if it is no larger than a file may be. Raises EditorError; ``otherwise``: what does not happen now."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > FILE_BYTES:
        raise EditorError("text_too_large", too_large("the text", size) + otherwise, 413)
    return text


def too_large(name: str, size: int) -> str:
    return f"{name} has {size / 2**20:.1f} MB; the limit is {FILE_BYTES / 2**20:g} MB"
