"""How large a file may be, and what may not be in it: so that no upload can exhaust the machine."""

import re
import zipfile
from pathlib import Path

from shuibao.science.errors import InputError

BYTES_AT_MOST = 200 * 2**20
UNPACKED_AT_MOST = 1024 * 2**20
MEMBERS_AT_MOST = 500
ROWS_AT_MOST = 50_000
COLUMNS_AT_MOST = 300

_XML = (".xml", ".rels", ".kml", ".vml")
_ENTITIES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_PIECE = 2**20


def require_size(path: Path, name: str) -> None:
    """Raises InputError for a file that is empty or too large."""
    size = path.stat().st_size
    if size == 0:
        raise InputError(f"{name} 是空文件。请重新导出后再上传。")
    if size > BYTES_AT_MOST:
        raise InputError(
            f"{name} 有 {size / 2**20:.0f} MB，最多 {BYTES_AT_MOST / 2**20:.0f} MB。请分成几个文件。"
        )


def require_count(name: str, count: int) -> None:
    """Raises InputError for more rows than one import may bring."""
    if count > ROWS_AT_MOST:
        raise InputError(f"{name} 有 {count} 行，一次最多导入 {ROWS_AT_MOST} 行。请分成几个文件。")


def checked_archive(path: Path, name: str) -> zipfile.ZipFile:
    """An open archive whose content is small enough, stays inside its folder and needs no password.

    Raises InputError otherwise. Sizes are those the directory states: Python reads no byte beyond them.
    """
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as problem:
        raise InputError(f"{name} 不是能打开的压缩包（可能没有传完）。请重新打包为 zip。") from problem
    members = archive.infolist()
    total = sum(member.file_size for member in members)
    if len(members) > MEMBERS_AT_MOST:
        raise InputError(
            f"{name} 里有 {len(members)} 个文件，最多 {MEMBERS_AT_MOST} 个。请只打包要导入的文件。"
        )
    if total > UNPACKED_AT_MOST:
        raise InputError(
            f"{name} 解压后有 {total >> 20} MB，最多 {UNPACKED_AT_MOST >> 20} MB。请分成几个文件。"
        )
    for member in members:
        if member.flag_bits & 0x1:
            raise InputError(f"{name} 有密码。请去掉密码后再上传。")
        parts = Path(member.filename.replace("\\", "/")).parts
        if ".." in parts or member.filename.startswith(("/", "\\")) or ":" in member.filename:
            raise InputError(f"{name} 里的 {member.filename!r} 指向压缩包之外。请重新打包。")
    return archive


def require_no_entities_inside(archive: zipfile.ZipFile, name: str) -> None:
    """Raises InputError when an XML file in an archive declares entities."""
    for member in archive.infolist():
        if member.filename.lower().endswith(_XML):
            with archive.open(member) as stream:
                before = b""
                while piece := stream.read(_PIECE):
                    _require_plain(before + piece, f"{name} 里的 {member.filename}")
                    before = piece[-16:]


def require_no_entities(content: bytes, name: str) -> None:
    """Raises InputError when an XML text declares entities, or hides them in another encoding than UTF-8."""
    _require_plain(content, name)


def _require_plain(content: bytes, name: str) -> None:
    if b"\x00" in content or _ENTITIES.search(content):
        raise InputError(f"{name} 含有 XML 实体声明，可能不安全，不予读取。请从原软件重新导出。")
