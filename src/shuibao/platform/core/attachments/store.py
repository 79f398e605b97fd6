"""Files in the data folder, once each, under their SHA-256."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import IO, NamedTuple

from django.conf import settings
from django.core.files import File

from shuibao.platform.core.attachments.content import NotAccepted

_INCOMING = ".incoming"


class Kept(NamedTuple):
    """A file as it lies in the data folder."""

    sha256: str
    bytes: int


def path_of(sha256: str) -> Path:
    """Where a file lies: files/ab/cdef…"""
    return Path(settings.FILES) / sha256[:2] / sha256[2:]


def keep(name: str, upload: "File[bytes]") -> Kept:
    """The file, kept whole or not at all. Raises NotAccepted when it is larger than what is taken.

    It is written beside its place, flushed, and then renamed: a reader never sees half a file.
    """
    incoming = Path(settings.FILES) / _INCOMING
    incoming.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=incoming)
    try:
        with os.fdopen(handle, "wb") as target:
            kept = _copied(name, upload, target)
            target.flush()
            os.fsync(target.fileno())
        place = path_of(kept.sha256)
        if not place.exists() or place.stat().st_size != kept.bytes:  # a damaged copy is healed
            place.parent.mkdir(parents=True, exist_ok=True)
            Path(temporary).replace(place)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return kept


def _copied(name: str, upload: "File[bytes]", target: IO[bytes]) -> Kept:
    digest, size = hashlib.sha256(), 0
    upload.seek(0)
    for chunk in upload.chunks():
        size += len(chunk)
        if size > settings.ATTACHMENT_BYTES:
            raise NotAccepted(name, f"它大于 {settings.ATTACHMENT_BYTES >> 20} MB")
        digest.update(chunk)
        target.write(chunk)
    return Kept(digest.hexdigest(), size)
