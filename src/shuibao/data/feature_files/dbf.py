"""The texts of a dBase table as bytes: enough to see whether its encoding has to be asked."""

from pathlib import Path

import numpy as np

from shuibao.science.errors import InputError

_FIELD = 32
_SAMPLES = 3


def texts(path: Path, name: str) -> list[bytes]:
    """Field names and values that are not plain ASCII. Raises InputError when the table is broken."""
    content = path.read_bytes()
    if len(content) < _FIELD + 1:
        raise InputError(f"{name} 的 dbf 不完整。请重新导出 Shapefile。")
    count = int.from_bytes(content[4:8], "little")
    start, width = (int.from_bytes(content[at : at + 2], "little") for at in (8, 10))
    if start < _FIELD + 1 or width < 1 or len(content) < start + count * width:
        raise InputError(f"{name} 的 dbf 不完整：写明 {count} 行，文件到不了那么长。请重新导出 Shapefile。")
    heads = [content[at : at + _FIELD] for at in range(_FIELD, start - 1, _FIELD)]
    heads = [head for head in heads if head[0] != 0x0D and len(head) == _FIELD]
    found = [head[:11].split(b"\0")[0] for head in heads]
    records = np.frombuffer(content, np.uint8, count * width, start).reshape(count, width)
    place = 1
    for head in heads:
        field = records[:, place : place + head[16]]
        place += head[16]
        if chr(head[11]) == "C":
            wide = field[(field >= 0x80).any(axis=1)]
            found += [value.tobytes().rstrip(b" \0") for value in wide]
    return [text for text in found if not text.isascii()]


def readable_in(encoding: str, found: list[bytes]) -> bool:
    """Whether all texts can be read so. A last character that the field's width cut off is let pass."""
    return all(
        _reads(encoding, text) or any(_reads(encoding, text[:-cut]) for cut in (1, 2, 3)) for text in found
    )


def samples(found: list[bytes]) -> list[bytes]:
    """A few of them, for the question."""
    return found[-_SAMPLES:]


def _reads(encoding: str, text: bytes) -> bool:
    try:
        text.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True
