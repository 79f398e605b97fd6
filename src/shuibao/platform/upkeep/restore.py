"""Bringing a backup back into an empty installation, on either database."""

import io
import shutil
import tempfile
import zipfile
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import transaction

from shuibao.platform.upkeep.archive import Manifest, faults, read_manifest
from shuibao.platform.upkeep.backup import FOLDERS, FORMAT
from shuibao.platform.upkeep.tables import empty, insert, migrations_applied, reset_sequences, tables
from shuibao.science.errors import InputError
from shuibao.workflows.progress import Progress, silent

_ALIAS = "default"


def restore(source: Path, progress: Progress = silent) -> Manifest:
    """What was brought back. Everything is checked first; after an error the installation is as it was.

    Raises InputError for a damaged backup, one of another version, or an installation that is in use.
    """
    try:
        archive = zipfile.ZipFile(source)
    except (OSError, zipfile.BadZipFile) as problem:
        raise InputError(f"读不了备份 {source}：{problem}。") from problem
    with archive:
        manifest = read_manifest(archive, source)
        _require_fitting(manifest, source)
        _require_empty()
        progress("核对备份", 0.0)
        _require_whole(archive, manifest, source)
        with tempfile.TemporaryDirectory(dir=settings.DATA, prefix=".restore-") as folder:
            progress("取出文件和成果", 0.3)
            _take_out(archive, manifest, Path(folder))
            with transaction.atomic(using=_ALIAS):
                _fill_tables(archive, manifest, progress)
                _put_in_place(Path(folder))
    progress("完成", 1.0)
    return manifest


def _require_fitting(manifest: Manifest, source: Path) -> None:
    if manifest.format != FORMAT:
        raise InputError(f"{source} 的格式是第 {manifest.format} 版，这个程序只读第 {FORMAT} 版。")
    here = migrations_applied(_ALIAS)
    differing = sorted(
        app
        for app in here.keys() | manifest.migrations.keys()
        if here.get(app) != manifest.migrations.get(app)
    )
    if differing:
        raise InputError(
            f"{source} 由 {manifest.version} 版做成，数据表与这里不同（{'、'.join(differing[:5])}）。"
            f"请先用 {manifest.version} 版恢复，再升级。"
        )


def _require_empty() -> None:
    """Raises InputError when somebody works here already: a restore never overwrites."""
    if apps.get_model("accounts", "User")._base_manager.exists():
        raise InputError("这里已经有用户，恢复不覆盖正在使用的系统。请换一个空的数据目录和空库。")
    for folder in FOLDERS:
        if any((settings.DATA / folder).rglob("*")):
            raise InputError(
                f"{settings.DATA / folder} 不是空的，恢复不覆盖已有的文件。请换一个空的数据目录。"
            )


def _require_whole(archive: zipfile.ZipFile, manifest: Manifest, source: Path) -> None:
    found = list(faults(archive, manifest))
    if found:
        raise InputError(f"备份 {source} 有 {len(found)} 处损坏：{'；'.join(found[:3])}。没有恢复任何内容。")


def _take_out(archive: zipfile.ZipFile, manifest: Manifest, folder: Path) -> None:
    for member in manifest.members:
        if member.rows is not None:
            continue
        target = (folder / member.name).resolve()
        if not target.is_relative_to(folder.resolve()) or member.name.split("/")[0] not in FOLDERS:
            raise InputError(f"备份里的文件名 {member.name!r} 指到数据目录之外，不能恢复。")
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member.name) as content, target.open("wb") as file:
            shutil.copyfileobj(content, file, 1 << 20)


def _fill_tables(archive: zipfile.ZipFile, manifest: Manifest, progress: Progress) -> None:
    empty(_ALIAS)
    by_name = {f"database/{model._meta.label_lower}.jsonl": model for model in tables()}
    parts = [member for member in manifest.members if member.rows is not None]
    for place, member in enumerate(parts):
        model = by_name[member.name]
        progress(f"数据表 {model._meta.verbose_name}", 0.4 + 0.5 * place / len(parts))
        with archive.open(member.name) as stream:
            rows = insert(model, io.TextIOWrapper(stream, "utf-8"), _ALIAS)
        if rows != member.rows:
            raise InputError(f"表 {model._meta.label_lower} 应有 {member.rows} 行，读到 {rows} 行。")
    reset_sequences(_ALIAS)


def _put_in_place(folder: Path) -> None:
    for name in FOLDERS:
        if (folder / name).is_dir():
            target = settings.DATA / name
            if target.exists():
                shutil.rmtree(target)  # empty, as checked
            (folder / name).rename(target)
