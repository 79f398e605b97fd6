"""Which kind of file it is: by its content where that tells, by its name otherwise."""

import zipfile
from enum import Enum
from pathlib import Path, PurePath

from shuibao.data.feature_files import limits
from shuibao.science.errors import InputError

READABLE = "Excel（xlsx）、CSV、Shapefile（zip）、GeoPackage、GeoJSON、KML/KMZ、DXF"


class Kind(Enum):
    """What a file of features is written in."""

    XLSX = "Excel"
    CSV = "CSV"
    SHAPEFILE = "Shapefile"
    GEOPACKAGE = "GeoPackage"
    GEOJSON = "GeoJSON"
    KML = "KML"
    KMZ = "KMZ"
    DXF = "DXF"


_BY_NAME = {
    ".csv": Kind.CSV,
    ".txt": Kind.CSV,
    ".tsv": Kind.CSV,
    ".geojson": Kind.GEOJSON,
    ".json": Kind.GEOJSON,
    ".kml": Kind.KML,
    ".dxf": Kind.DXF,
}
_REMEDIES = {
    ".xls": "这是旧版 Excel 文件，请另存为 xlsx。",
    ".et": "这是 WPS 表格文件，请另存为 xlsx。",
    ".shp": "Shapefile 由几个文件组成，请把 shp、shx、dbf、prj、cpg 一起选中上传，或打包成 zip。",
    ".dbf": "Shapefile 由几个文件组成，请把 shp、shx、dbf、prj、cpg 一起选中上传，或打包成 zip。",
    ".gdb": "请在 GIS 软件里另存为 GeoPackage。",
    ".rar": "请改用 zip 打包。",
    ".7z": "请改用 zip 打包。",
}


def kind_of(path: Path, name: str) -> Kind:
    """The kind of a file. Raises InputError that says what to do with one that cannot be read."""
    with path.open("rb") as stream:
        start = stream.read(32)
    suffix = PurePath(name).suffix.lower()
    if suffix == ".dwg" or start.startswith((b"AC10", b"AC1.")):
        raise InputError(f"{name} 是 DWG 文件，不能直接读取。请在 CAD 里另存为 DXF 后上传。")
    if start.startswith(b"SQLite format 3"):
        return Kind.GEOPACKAGE
    if start.startswith(b"PK"):
        return _kind_of_archive(path, name)
    if suffix in _BY_NAME:
        return _BY_NAME[suffix]
    remedy = _REMEDIES.get(suffix, f"可以上传：{READABLE}。")
    raise InputError(f"{name} 不是能导入的文件。{remedy}")


def _kind_of_archive(path: Path, name: str) -> Kind:
    with limits.checked_archive(path, name) as archive:
        members = [member.filename.lower() for member in archive.infolist()]
        _require_readable(archive, name)
    if "xl/workbook.xml" in members:
        return Kind.XLSX
    if any(member.endswith(".shp") for member in members):
        return Kind.SHAPEFILE
    if any(member.endswith(".kml") for member in members):
        return Kind.KMZ
    raise InputError(f"{name} 里没有能导入的文件。压缩包里应有一个 Shapefile（shp、shx、dbf）。")


def _require_readable(archive: zipfile.ZipFile, name: str) -> None:
    known = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    if any(member.compress_type not in known for member in archive.infolist()):
        raise InputError(f"{name} 的压缩方式不能读取。请用系统自带的功能重新打包为 zip。")
