"""What a file is by its content; its name may claim something else, and is then refused."""

import re
import zipfile
from pathlib import PurePath
from typing import IO, NamedTuple

from shuibao.science.errors import InputError

_HEAD_BYTES = 8192
_TEXT_BYTES = 1 << 20
_LISTED = 20_000

OCTETS = "application/octet-stream"


class Content(NamedTuple):
    """What a file is: its media type, its name in words, the endings it may have."""

    media_type: str
    words: str
    endings: frozenset[str]


def _content(media_type: str, words: str, *endings: str) -> Content:
    return Content(media_type, words, frozenset(endings))


_OFFICE = "application/vnd.openxmlformats-officedocument"
JPEG = _content("image/jpeg", "JPEG 照片", ".jpg", ".jpeg")
PNG = _content("image/png", "PNG 图片", ".png")
TIFF = _content("image/tiff", "TIFF 影像", ".tif", ".tiff")
WEBP = _content("image/webp", "WebP 图片", ".webp")
PDF = _content("application/pdf", "PDF 文件", ".pdf")
MP4 = _content("video/mp4", "视频", ".mp4", ".mov", ".m4v")
DOCX = _content(f"{_OFFICE}.wordprocessingml.document", "Word 文档", ".docx")
XLSX = _content(f"{_OFFICE}.spreadsheetml.sheet", "Excel 工作簿", ".xlsx")
PPTX = _content(f"{_OFFICE}.presentationml.presentation", "演示文稿", ".pptx")
OLE = _content("application/x-ole-storage", "旧版 Office 文档", ".doc", ".xls", ".ppt", ".wps", ".et")
OFD = _content("application/ofd", "OFD 版式文件", ".ofd")
KMZ = _content("application/vnd.google-earth.kmz", "KMZ", ".kmz")
ZIP = _content("application/zip", "ZIP 压缩包", ".zip")
GPKG = _content("application/geopackage+sqlite3", "GeoPackage", ".gpkg")
DWG = _content("image/vnd.dwg", "DWG 图纸", ".dwg")
KML = _content("application/vnd.google-earth.kml+xml", "KML", ".kml")
TEXT = _content("text/plain", "文本", ".txt", ".csv", ".geojson", ".json", ".dxf", ".prj", ".md")

ALLOWED = (JPEG, PNG, TIFF, WEBP, PDF, MP4, DOCX, XLSX, PPTX, OLE, OFD, KMZ, ZIP, GPKG, DWG, KML, TEXT)
IMAGES = frozenset({JPEG.media_type, PNG.media_type, TIFF.media_type, WEBP.media_type})
SHOWN_IN_PLACE = frozenset({JPEG.media_type, PNG.media_type, WEBP.media_type})

_SIGNATURES = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00", TIFF),
    (b"%PDF-", PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"AC10", DWG),
)
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa", b"\xca\xfe\xba\xbe", b"#!", b"\x00asm")
_MARKUP = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|script|svg|iframe|object|embed|img|\?xml-stylesheet|xsl:)", re.I
)


class NotAccepted(InputError):
    """A file that is not taken in."""

    def __init__(self, name: str, fault: str) -> None:
        super().__init__(
            f"文件“{name}”不能上传：{fault}。"
            "可以上传照片、PDF、Office 和 OFD 文档、视频、压缩包、DWG、GeoPackage、KML 和文本。"
        )


def recognised(name: str, file: IO[bytes]) -> Content:
    """What a file is. Raises NotAccepted for programs, web pages, the unknown, and false names."""
    found = _of_content(name, file)
    ending = PurePath(name).suffix.lower()
    if ending not in found.endings:
        raise NotAccepted(name, f"扩展名是“{ending or '空'}”，内容却是{found.words}")
    return found


def _of_content(name: str, file: IO[bytes]) -> Content:
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if not head:
        raise NotAccepted(name, "文件是空的")
    if head.startswith(_PROGRAMS):
        raise NotAccepted(name, "它是程序或脚本")
    if head.startswith(b"PK\x03\x04"):
        return _of_archive(name, file)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] not in (b"heic", b"heix", b"mif1", b"avif"):
        return MP4
    if head.startswith(b"SQLite format 3\x00") and head[68:72] in (b"GPKG", b"GP10", b"GP11"):
        return GPKG
    for start, content in _SIGNATURES:
        if head.startswith(start):
            return content
    return _of_text(name, file)


def _of_archive(name: str, file: IO[bytes]) -> Content:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as problem:
        raise NotAccepted(name, "压缩包已损坏") from problem
    if len(members) > _LISTED:
        raise NotAccepted(name, f"压缩包里有 {len(members)} 个文件，最多 {_LISTED} 个")
    if any(member.lower().endswith("vbaproject.bin") for member in members):
        raise NotAccepted(name, "文档里有宏，请另存为不带宏的格式")
    if "[Content_Types].xml" in members:
        for folder, content in (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX)):
            if any(member.startswith(folder) for member in members):
                return content
    if "OFD.xml" in members:
        return OFD
    if PurePath(name).suffix.lower() == ".kmz" and any(m.lower().endswith(".kml") for m in members):
        return KMZ
    return ZIP


def _of_text(name: str, file: IO[bytes]) -> Content:
    """Text by its first megabyte; text that a browser would run is refused whatever it is called."""
    file.seek(0)
    sample = file.read(_TEXT_BYTES)
    if b"\x00" in sample or not _is_text(sample):
        raise NotAccepted(name, "认不出它的格式")
    if _MARKUP.search(sample):
        raise NotAccepted(name, "它含有网页或脚本代码")
    if re.search(rb"<kml[\s>]", sample[:_HEAD_BYTES], re.I):
        return KML
    return TEXT


def _is_text(sample: bytes) -> bool:
    """Whether the bytes are UTF-8 or GB 18030; a character cut off at the end does not count."""
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):
            try:
                sample[: len(sample) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False
