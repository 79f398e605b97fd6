"""The backup file: a zip of tables as lines of JSON, files and products, with a manifest of hashes."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from shuibao.science.errors import InputError

MANIFEST = "manifest.json"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Member:
    """A part of the backup. rows: of a table; None for a file."""

    name: str
    sha256: str
    bytes: int
    rows: int | None = None


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. migrations: app → the last one applied, so that tables and lines fit."""

    format: int
    version: str
    made_at: str
    migrations: dict[str, str]
    members: tuple[Member, ...]

    def rows(self) -> int:
        """Rows of all tables."""
        return sum(member.rows or 0 for member in self.members)

    def files(self) -> int:
        """How many files and products."""
        return sum(member.rows is None for member in self.members)


class HashingWriter:
    """Writes through to a member of the archive and hashes what passes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.bytes = 0

    def write(self, text: str | bytes) -> int:
        """Writes a piece."""
        piece = text.encode() if isinstance(text, str) else text
        self._stream.write(piece)
        self._digest.update(piece)
        self.bytes += len(piece)
        return len(text)

    @property
    def sha256(self) -> str:
        """The hash of all that was written."""
        return self._digest.hexdigest()


def add_file(archive: zipfile.ZipFile, name: str, path: Path) -> Member:
    """A file, added as it is (rasters and pictures are compressed already)."""
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
        writer = HashingWriter(target)
        while block := source.read(_BLOCK):
            writer.write(block)
    return Member(name, writer.sha256, writer.bytes)


def write_manifest(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """The last member: a backup without it was cut short."""
    archive.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))


def read_manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    """What the backup says it holds. Raises InputError for one that is not whole."""
    try:
        facts: dict[str, Any] = json.loads(archive.read(MANIFEST))
        members = tuple(Member(**member) for member in facts.pop("members"))
        return Manifest(**{**facts, "members": members})
    except (KeyError, TypeError, json.JSONDecodeError) as problem:
        raise InputError(
            f"{path} 不是完整的备份：没有可用的清单（{MANIFEST}）。请换一个备份文件。"
        ) from problem


def faults(archive: zipfile.ZipFile, manifest: Manifest) -> Iterator[str]:
    """The members that are missing or not as they were written."""
    names = set(archive.namelist())
    for member in manifest.members:
        if member.name not in names:
            yield f"{member.name} 不见了"
            continue
        digest = hashlib.sha256()
        try:
            with archive.open(member.name) as source:
                while block := source.read(_BLOCK):
                    digest.update(block)
        except zipfile.BadZipFile:
            yield f"{member.name} 已损坏"
            continue
        if digest.hexdigest() != member.sha256:
            yield f"{member.name} 的内容与清单不符"
