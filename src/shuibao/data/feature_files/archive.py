"""Files taken out of an archive, under names of our own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from shuibao.data.feature_files import limits
from shuibao.data.feature_files.answers import Choice, Question, chosen
from shuibao.science.errors import InputError

_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@contextmanager
def shapefile_in(path: Path, name: str, said: str) -> Iterator[Path]:
    """The .shp of an archive, with its other parts beside it. Raises Unanswered when there are several."""
    with limits.checked_archive(path, name) as archive, tempfile.TemporaryDirectory() as folder:
        members = {member.filename.replace("\\", "/"): member for member in archive.infolist()}
        layers = [found for found in members if found.lower().endswith(".shp") and "__MACOSX" not in found]
        if not layers:
            raise InputError(f"{name} 里没有 .shp 文件。")
        choices = tuple(Choice(layer, PurePosixPath(layer).stem) for layer in layers)
        reason = f"压缩包里有 {len(layers)} 个 Shapefile。"
        layer = layers[0]
        if len(layers) > 1:
            layer = chosen(said, Question("layer", "导入哪一个图层？", reason, choices))
        stem = layer[:-4].lower()
        for member in members:
            suffix = PurePosixPath(member).suffix.lower()
            if member[: -len(suffix)].lower() == stem and suffix in _PARTS:
                with (
                    archive.open(members[member]) as source,
                    Path(folder, f"layer{suffix}").open("wb") as copy,
                ):
                    shutil.copyfileobj(source, copy)
        for needed, why in ((".dbf", "属性"), (".shx", "图形索引")):
            if not Path(folder, f"layer{needed}").exists():
                raise InputError(
                    f"{name} 缺少 {PurePosixPath(layer).stem}{needed}（{why}）。请把它一起打包上传。"
                )
        yield Path(folder, "layer.shp")


def kml_in(path: Path, name: str) -> bytes:
    """The document of a KMZ."""
    with limits.checked_archive(path, name) as archive:
        found = sorted(member for member in archive.namelist() if member.lower().endswith(".kml"))
        main = next((member for member in found if member.lower() == "doc.kml"), found[0])
        return archive.read(main)
