"""Making a backup: a snapshot of the database that stops nobody, the files and the products."""

import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, connections, transaction

import shuibao
from shuibao.platform.upkeep.archive import (
    HashingWriter,
    Manifest,
    Member,
    add_file,
    write_manifest,
)
from shuibao.platform.upkeep.tables import lines, migrations_applied, tables
from shuibao.science.errors import InputError
from shuibao.workflows.progress import Progress, silent

FORMAT = 1
FOLDERS = ("files", "inputs", "products")


def back_up(target: Path, progress: Progress = silent) -> Manifest:
    """What the backup in `target` holds. The file appears when it is whole; none is overwritten."""
    if target.exists():
        raise InputError(f"{target} 已经存在，备份不覆盖旧文件。请换一个文件名。")
    part = target.with_name(target.name + ".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        part.touch(mode=0o600)
        with zipfile.ZipFile(part, "w", allowZip64=True) as archive:
            manifest = _fill(archive, progress)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _fill(archive: zipfile.ZipFile, progress: Progress) -> Manifest:
    with _snapshot() as alias:
        models = tables()
        members = []
        for place, model in enumerate(models):
            progress(f"数据表 {model._meta.verbose_name}", 0.5 * place / len(models))
            members.append(_add_table(archive, model, alias))
        applied = migrations_applied(alias)
    progress("文件和成果", 0.5)
    members += [add_file(archive, name, path) for name, path in kept_files()]
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = Manifest(FORMAT, shuibao.__version__, made_at, applied, tuple(members))
    write_manifest(archive, manifest)
    progress("完成", 1.0)
    return manifest


def _add_table(archive: zipfile.ZipFile, model: type, alias: str) -> Member:
    name, rows = f"database/{model._meta.label_lower}.jsonl", 0  # type: ignore[attr-defined]
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(entry, "w", force_zip64=True) as target:
        writer = HashingWriter(target)
        for line in lines(model, alias):
            writer.write(line)
            rows += 1
    return Member(name, writer.sha256, writer.bytes, rows)


def kept_files() -> Iterator[tuple[str, Path]]:
    """Name in the backup and place of every file that no command rebuilds; half-written ones are not."""
    for folder in FOLDERS:
        for path in sorted((settings.DATA / folder).rglob("*")):
            if path.is_file() and not path.name.endswith(".part"):
                yield path.relative_to(settings.DATA).as_posix(), path


@contextmanager
def _snapshot() -> Iterator[str]:
    """A database that stands still while it is read; writers of the real one go on."""
    if connection.vendor == "sqlite":
        with tempfile.TemporaryDirectory(dir=settings.DATA, prefix=".backup-") as folder:
            copy = Path(folder) / "snapshot.sqlite3"
            _copy_sqlite(copy)
            connections.databases["snapshot"] = {**connection.settings_dict, "NAME": str(copy)}
            try:
                yield "snapshot"
            finally:
                connections["snapshot"].close()
                del connections.databases["snapshot"]
                del connections["snapshot"]
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield "default"


def _copy_sqlite(copy: Path) -> None:
    connection.ensure_connection()
    target = sqlite3.connect(copy)
    try:
        connection.connection.backup(target, pages=4096)
    finally:
        target.close()
