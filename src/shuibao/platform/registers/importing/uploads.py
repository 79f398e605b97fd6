"""Uploaded files, kept once by their hash; the parts of a Shapefile as one archive."""

import hashlib
import os
import re
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from shuibao.data.feature_files.limits import BYTES_AT_MOST
from shuibao.science.errors import InputError

_PARTS = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".xml"})
_ENDING = re.compile(r"^\.[a-z]{2,8}$")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # so that the same parts give the same hash


class Kept(NamedTuple):
    """A file in the data folder: what the person calls it, its hash and its size."""

    name: str
    sha256: str
    bytes: int


def keep(files: Sequence[UploadedFile]) -> Kept:
    """The uploaded file, or the archive of a Shapefile's parts. Raises InputError for anything else."""
    if not files:
        raise InputError("没有选文件。请选一个文件，或选中一个 Shapefile 的全部文件。")
    total = sum(file.size or 0 for file in files)
    if total > BYTES_AT_MOST:
        raise InputError(f"文件有 {total >> 20} MB，最多 {BYTES_AT_MOST >> 20} MB。请分成几个文件。")
    folder = settings.FILES / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(dir=folder, suffix=".part")
    os.close(handle)
    path = Path(made)
    try:
        name = _written(files, path)
        kept = Kept(name[-200:], _sha256(path), path.stat().st_size)
        place = path_of(kept.sha256, kept.name)
        place.parent.mkdir(parents=True, exist_ok=True)
        path.replace(place)
    finally:
        path.unlink(missing_ok=True)
    return kept


def path_of(sha256: str, name: str) -> Path:
    """Where a kept file lies: under its hash, with the ending that GDAL looks at."""
    folder: Path = settings.FILES
    ending = PurePath(name).suffix.lower()
    return folder / "imports" / sha256[:2] / f"{sha256}{ending if _ENDING.match(ending) else ''}"


def _written(files: Sequence[UploadedFile], path: Path) -> str:
    if len(files) == 1:
        with path.open("wb") as copy:
            for piece in files[0].chunks():
                copy.write(piece)
        return PurePath(files[0].name or "").name
    return _packed(files, path)


def _packed(files: Sequence[UploadedFile], path: Path) -> str:
    names = [PurePath(file.name or "").name for file in files]
    stems = {name.split(".")[0].lower() for name in names}
    if len(stems) > 1 or any(PurePath(name).suffix.lower() not in _PARTS for name in names):
        raise InputError(
            f"一次只能导入一个文件，或一个 Shapefile 的各部分。选了：{'、'.join(sorted(names)[:6])}。"
        )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in sorted(zip(names, files, strict=True), key=lambda pair: pair[0]):
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), file.read(), zipfile.ZIP_DEFLATED)
    return f"{names[0].split('.')[0]}.zip"


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
