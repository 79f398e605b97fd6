"""The files of an export, written row by row: xlsx, csv, gpkg, geojson."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely
from django.db.models import QuerySet
from django.utils import timezone
from openpyxl import Workbook

from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.table import joined
from shuibao.platform.registers.values import field_at, head, value_at
from shuibao.science.crs import CGCS2000

MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "gpkg": "application/geopackage+sqlite3",
    "geojson": "application/geo+json",
}
WITH_SHAPES = frozenset({"gpkg", "geojson"})
_CHUNK = 2000
_LAYER_CHUNK = 10_000
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
Rows = QuerySet[Any]


def write(file: Path, form: str, register: Register, rows: Rows, mark: str) -> None:
    """Writes the rows with the line that says whose copy it is. Memory holds one piece at a time."""
    _WRITERS[form](file, register, rows, mark)


def _values(register: Register, row: Any) -> list[Any]:
    """The exported values of a row, choices by their labels, times as local times."""
    return [_said(value_at(row, path), labels) for path, labels in _labels(register)]


@cache
def _labels(register: Register) -> list[tuple[str, dict[Any, Any]]]:
    """The exported paths, each with the labels of its choices."""
    fields = [(path, field_at(register.model, path)) for path in register.exported]
    return [(path, dict(field.flatchoices) if field is not None else {}) for path, field in fields]


def _said(value: Any, labels: dict[Any, Any]) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    return labels.get(value, value) if labels else value


def _lines(register: Register, rows: Rows) -> Iterator[list[Any]]:
    bare = rows.defer(register.layer.field) if register.layer else rows
    for row in _walk(register, bare):
        yield _values(register, row)


def _walk(register: Register, rows: Rows) -> Iterator[Any]:
    return iter(rows.select_related(*joined(register, list(register.exported))).iterator(chunk_size=_CHUNK))


def _heads(register: Register) -> list[str]:
    """The words of the heads; two fields of one name are told apart by their paths."""
    words = [head(register, path) for path in register.exported]
    return [
        word if words.count(word) == 1 else f"{word}（{path}）"
        for word, path in zip(words, register.exported, strict=True)
    ]


def _write_xlsx(file: Path, register: Register, rows: Rows, mark: str) -> None:
    """The rows on a sheet of their own, so that it can be mended and imported; the line on the second sheet,
    in the file's properties and at the foot of every printed page."""
    book = Workbook(write_only=True)
    book.properties.description = mark
    sheet = book.create_sheet(register.title[:31])
    sheet.freeze_panes = "A2"
    sheet.oddFooter.center.text = mark.replace("&", "&&")
    sheet.append(_heads(register))
    for values in _lines(register, rows):
        sheet.append([_for_cell(value) for value in values])
    book.create_sheet("说明").append([mark])
    book.save(file)


def _write_csv(file: Path, register: Register, rows: Rows, mark: str) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([f"# {mark}"])
        writer.writerow(_heads(register))
        writer.writerows([_for_cell(value) for value in values] for values in _lines(register, rows))


def _for_cell(value: Any) -> Any:
    """A value a spreadsheet takes: text that would be run as a formula is held back by a quote."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or isinstance(value, int | float | Decimal | date | time):
        return value
    text = "".join(sign for sign in str(value) if sign.isprintable() or sign in "\n\t")
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _write_geojson(file: Path, register: Register, rows: Rows, mark: str) -> None:
    assert register.layer is not None
    with file.open("w", encoding="utf-8") as stream:
        said = json.dumps(mark, ensure_ascii=False)
        stream.write(f'{{"type":"FeatureCollection","watermark":{said},"features":[')
        for place, row in enumerate(_walk(register, rows)):
            shape = getattr(row, register.layer.field)
            facts = dict(zip(register.exported, _values(register, row), strict=True))
            said = json.dumps(facts, ensure_ascii=False, default=str)
            geometry = "null" if shape is None else shapely.to_geojson(shape)
            separator = "," if place else ""
            stream.write(f'{separator}\n{{"type":"Feature","geometry":{geometry},"properties":{said}}}')
        stream.write("\n]}\n")


def _write_gpkg(file: Path, register: Register, rows: Rows, mark: str) -> None:
    """One layer in CGCS2000, written in pieces; the line is the layer's description."""
    assert register.layer is not None
    walk = _walk(register, rows)
    kind = _layer_kind(register)
    while piece := list(islice(walk, _LAYER_CHUNK)) or ([] if file.exists() else [None]):
        _append(file, register, [row for row in piece if row is not None], mark, kind)


def _append(file: Path, register: Register, rows: list[Any], mark: str, kind: str) -> None:
    assert register.layer is not None
    shapes = np.array([_multi(getattr(row, register.layer.field)) for row in rows], dtype=object)
    lines = [_values(register, row) for row in rows]
    columns = [_column(register, place, lines) for place in range(len(register.exported))]
    pyogrio.raw.write(
        str(file),
        shapely.to_wkb(shapes),
        [facts for facts, _unknown in columns],
        list(register.exported),
        field_mask=[unknown for _facts, unknown in columns],
        layer=register.name,
        driver="GPKG",
        geometry_type=kind,
        crs=CGCS2000,
        append=file.exists(),
        promote_to_multi=False,
        layer_options={} if file.exists() else {"DESCRIPTION": mark, "IDENTIFIER": register.title},
    )


def _column(register: Register, place: int, lines: list[list[Any]]) -> tuple[Any, Any]:
    """The values of one field and which of them are unknown: numbers as numbers, all else as text."""
    values = [line[place] for line in lines]
    unknown = np.array([value is None for value in values], dtype=bool)
    if _is_number(register, register.exported[place], values):
        return np.array([np.nan if value is None else float(value) for value in values]), unknown
    return np.array([None if value is None else str(value) for value in values], dtype=object), unknown


def _is_number(register: Register, path: str, values: list[Any]) -> bool:
    """By the model's field; by the columns' digits for a property; so that every piece has the same kind."""
    field = field_at(register.model, path)
    if field is not None:
        name = field.get_internal_type()
        return not field.choices and ("Integer" in name or name in ("FloatField", "DecimalField"))
    return any(column.field == path and column.digits is not None for column in register.columns)


def _layer_kind(register: Register) -> str:
    assert register.layer is not None
    field: Any = register.model._meta.get_field(register.layer.field)
    kinds = {kind.removeprefix("Multi") for kind in field.kinds}
    if len(kinds) != 1:
        return "Unknown"
    kind = kinds.pop()
    return kind if kind == "Point" and "MultiPoint" not in field.kinds else f"Multi{kind}"


def _multi(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    """Areas and lines as multi-parts, so that a layer holds one kind."""
    if isinstance(shape, shapely.Polygon):
        return shapely.MultiPolygon([shape])
    return shapely.MultiLineString([shape]) if isinstance(shape, shapely.LineString) else shape


_WRITERS: dict[str, Callable[[Path, Register, Rows, str], None]] = {
    "xlsx": _write_xlsx,
    "csv": _write_csv,
    "geojson": _write_geojson,
    "gpkg": _write_gpkg,
}
