"""Files to read: on a disk, or wherever GDAL's virtual file systems reach."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

_IS_VIRTUAL = re.compile(r"/vsi\w+/|(s3|gs|az|oss|https?|ftp|zip|tar|gzip)(\+\w+)*://")


@dataclass(frozen=True)
class VirtualFile(os.PathLike[str]):
    """A file by the name GDAL knows it by: /vsis3/…, /vsicurl/…, /vsizip/…, s3://…, kept letter by letter."""

    text: str

    def __fspath__(self) -> str:
        return self.text

    def __str__(self) -> str:
        return self.text

    @property
    def name(self) -> str:
        """The last part of its name."""
        return self.text.rstrip("/").rpartition("/")[2].partition("?")[0]

    @property
    def suffix(self) -> str:
        """The name's ending, with the dot."""
        return Path(self.name).suffix

    def absolute(self) -> "VirtualFile":
        """Itself: such a name does not depend on where a process stands."""
        return self


File = Path | VirtualFile


def file_named(text: str, folder: Path | None = None) -> File:
    """The file of this name; an ordinary one is relative to the folder."""
    if _IS_VIRTUAL.match(text):
        return VirtualFile(text)
    return Path(text) if folder is None else folder / text
