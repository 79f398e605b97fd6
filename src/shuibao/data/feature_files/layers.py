"""Vector files that GDAL reads, as rows: Shapefile, GeoPackage, GeoJSON, KML."""

import json
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import shapely
from numpy.typing import NDArray

from shuibao.data.feature_files import archive, dbf, limits
from shuibao.data.feature_files.answers import Answers, Choice, Question, Unanswered, chosen
from shuibao.data.feature_files.reference import crs_of, crs_question, to_cgcs2000
from shuibao.data.feature_files.rows import Row, Rows, Value
from shuibao.data.feature_files.text_encoding import GB18030, UTF_8, question
from shuibao.science.errors import InputError

_BROKEN = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError)


def read_shapefile(path: Path, name: str, answers: Answers) -> Rows:
    """The features of a zipped Shapefile. Raises Unanswered for an encoding or CRS that it does not state."""
    with archive.shapefile_in(path, name, answers.layer) as layer:
        found = dbf.texts(layer.with_suffix(".dbf"), name)
        encoding = _stated_encoding(layer, found) or answers.encoding
        stated = layer.with_suffix(".prj").exists() and layer.with_suffix(".prj").read_text(errors="replace")
        asked = []
        if encoding not in (UTF_8, GB18030):
            reason = "Shapefile 没有可信的 .cpg 文件。"
            asked.append(question(dbf.samples(found), reason))
        if not stated and not answers.crs:
            asked.append(crs_question(_bounds(layer, name)))
        if asked:
            raise Unanswered(*asked)
        return _read(layer, name, answers, encoding=encoding)


def read_geopackage(path: Path, name: str, answers: Answers) -> Rows:
    """The features of one layer. Raises Unanswered when there are several."""
    layers = [str(layer) for layer, _ in _opened(lambda: pyogrio.list_layers(path), name)]
    if not layers:
        raise InputError(f"{name} 里没有图层。")
    layer = layers[0]
    if len(layers) > 1:
        choices = tuple(Choice(title, title) for title in layers)
        reason = f"文件里有 {len(layers)} 个图层。"
        layer = chosen(answers.layer, Question("layer", "导入哪一个图层？", reason, choices))
    return _read(path, name, answers, layer=layer)


def read_geojson(path: Path, name: str, answers: Answers) -> Rows:
    """The features of a GeoJSON text, which is longitude and latitude unless it says otherwise."""
    try:
        json.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise InputError(f"{name} 不是 UTF-8 编码，而 GeoJSON 只能是 UTF-8。请另存为 UTF-8。") from problem
    except (json.JSONDecodeError, RecursionError) as problem:
        raise InputError(f"{name} 不是完整的 GeoJSON。请重新导出。") from problem
    return _read(path, name, answers)


def read_kml(content: bytes, name: str, answers: Answers) -> Rows:
    """The places of a KML document, whose coordinates are WGS 84 by definition."""
    limits.require_no_entities(content, name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "layer.kml")
        path.write_bytes(content)
        layers = [str(layer) for layer, _ in _opened(lambda: pyogrio.list_layers(path), name)]
        if not layers:
            raise InputError(f"{name} 里没有地标。")
        parts = [_read(path, name, answers, layer=layer) for layer in layers]
    columns = tuple(dict.fromkeys(column for part in parts for column in part.columns))
    rows, number = [], 0
    for part in parts:
        for row in part.rows:
            number += 1
            held = dict(zip(part.columns, row.values, strict=True))
            rows.append(Row(number, tuple(held.get(column) for column in columns), row.shape))
    return Rows(columns, tuple(rows), parts[0].crs, tuple(dict.fromkeys(n for p in parts for n in p.notes)))


def placed(
    columns: tuple[str, ...],
    values: list[tuple[Value, ...]],
    shapes: NDArray[np.object_],
    stated_crs: str | None,
    answers: Answers,
    name: str,
) -> Rows:
    """Rows of a layer in CGCS2000, numbered from 1; heights are left out and a note says so."""
    limits.require_count(name, len(values))
    if not values:
        raise InputError(f"{name} 的图层是空的。")
    notes = ("图形带有高程，已略去，只保留平面位置。",) if shapely.has_z(shapes).any() else ()
    flat = shapely.force_2d(shapes)
    if shapely.is_missing(flat).all():
        return Rows(columns, tuple(Row(n, row) for n, row in enumerate(values, 1)))
    crs = crs_of(stated_crs, answers.crs, tuple(shapely.total_bounds(flat)), name)
    moved = to_cgcs2000(flat, crs, answers, name)
    rows = tuple(
        Row(number, row, shape) for number, (row, shape) in enumerate(zip(values, moved, strict=True), 1)
    )
    return Rows(columns, rows, crs.name, notes)


def _read(
    path: Path, name: str, answers: Answers, *, layer: str | None = None, encoding: str | None = None
) -> Rows:
    count = _opened(lambda: pyogrio.read_info(path, layer=layer, force_feature_count=True), name)["features"]
    limits.require_count(name, int(count))
    meta, _, wkb, data = _opened(
        lambda: pyogrio.raw.read(path, layer=layer, encoding=encoding, datetime_as_string=True), name
    )
    columns = tuple(str(column) for column in meta["fields"])
    columns_of_values = [_values(array, str(kind)) for array, kind in zip(data, meta["dtypes"], strict=True)]
    length = len(wkb) if wkb is not None else len(data[0]) if data else 0
    values: list[tuple[Value, ...]] = list(zip(*columns_of_values, strict=True)) if data else [()] * length
    shapes = np.full(length, None, dtype=object) if wkb is None else _parsed(wkb, name)
    return placed(columns, values, shapes, meta["crs"], answers, name)


def _parsed(wkb: NDArray[np.object_], name: str) -> NDArray[np.object_]:
    """The shapes. Raises InputError naming the features whose shape cannot even be read."""
    shapes: NDArray[np.object_] = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    given = np.array([content is not None for content in wkb])
    broken = np.flatnonzero(given & shapely.is_missing(shapes)) + 1
    if broken.size:
        which = "、".join(map(str, broken[:10]))
        raise InputError(f"{name} 第 {which} 个图形读不出来（例如面没有闭合）。请在 GIS 里修复后重新导出。")
    return shapes


def _opened(read: Callable[[], Any], name: str) -> Any:
    """What GDAL reads. Raises InputError with its reason when it cannot."""
    try:
        return read()
    except (*_BROKEN, UnicodeDecodeError, ValueError) as problem:
        raise InputError(
            f"{name} 读不出来（文件不完整，或不是它的扩展名所说的格式）。请重新导出。"
        ) from problem


def _bounds(path: Path, name: str) -> tuple[float, float, float, float]:
    found = _opened(lambda: pyogrio.read_info(path, force_total_bounds=True), name)["total_bounds"]
    west, south, east, north = found if found is not None else (0, 0, 0, 0)
    return float(west), float(south), float(east), float(north)


def _stated_encoding(layer: Path, found: list[bytes]) -> str:
    """What the .cpg says when all texts can be read so; without a text beyond ASCII any will do."""
    if not found:
        return UTF_8
    if not layer.with_suffix(".cpg").exists():
        return ""
    said = layer.with_suffix(".cpg").read_text(errors="replace").strip().lower()
    known = {"utf-8": UTF_8, "utf8": UTF_8, "65001": UTF_8}
    known |= dict.fromkeys(("gbk", "gb2312", "gb18030", "936", "cp936", "ansi 936", "oem 936"), GB18030)
    encoding = known.get(said, "")
    return encoding if encoding and dbf.readable_in(encoding, found) else ""


def _values(array: NDArray[Any], kind: str) -> list[Value]:
    """A column's values; what is not there is None."""
    values: list[Any] = array.tolist()
    if kind.startswith("datetime"):
        return [None if value is None else _moment(str(value)) for value in values]
    if array.dtype.kind == "f":
        numbers = [None if value != value else value for value in values]
        if kind.startswith(("int", "uint")):
            return [None if number is None else int(number) for number in numbers]
        return numbers
    return [value.strip() if isinstance(value, str) else value for value in values]


def _moment(text: str) -> Value:
    """A day, or a moment where the text has a time."""
    if len(text) <= 10:
        return date.fromisoformat(text.replace("/", "-"))
    moment = datetime.fromisoformat(text.replace("/", "-").replace("Z", "+00:00"))
    if moment.time() == datetime.min.time():
        return moment.date()
    return moment if moment.tzinfo is None else moment.astimezone(UTC)
