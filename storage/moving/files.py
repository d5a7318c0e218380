"""An archive as one file: a zip. The same documents always make the same bytes."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from storage.errors import BadArchive, StorageError
from storage.moving.archive import parcels, parts
from storage.store import Store

EPOCH = (1980, 1, 1, 0, 0, 0)
"""the time of every entry: when it was written says nothing of what is in it"""
MOST = 1 << 31
"""bytes of an entry, unpacked; no text of ours is as long"""


def write(store: Store, documents: Sequence[int], to: BinaryIO) -> None:
    """Some documents of a store as an archive. Raises DocumentNotFound, DatabaseDamaged."""
    with store.database.reading(), zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, data in parts(store, parcels(store, documents)):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            whole.writestr(entry, data)


class ZipSource:
    """An archive in a file, or in bytes. Raises BadArchive."""

    def __init__(self, file: Path | bytes) -> None:
        try:
            self._whole = zipfile.ZipFile(io.BytesIO(file) if isinstance(file, bytes) else file)
        except zipfile.BadZipFile as error:
            raise BadArchive(f"this is no archive of Palimpsest ({error})") from error
        except OSError as error:
            raise StorageError(f"{file!s} cannot be read: {error.strerror}") from error

    def read(self, name: str) -> bytes:
        try:
            if self._whole.getinfo(name).file_size > MOST:
                raise BadArchive(f"{name} of the archive is too large")
            return self._whole.read(name)
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            ValueError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise BadArchive(f"{name} of the archive is damaged ({error}); export it again") from error
