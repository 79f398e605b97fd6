"""Handing rows out as a file: xlsx, csv, gpkg, geojson, each with a line that says whose copy it is."""

import csv
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import geopandas
import shapely
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from openpyxl import Workbook

from shuibao.platform.core.events import record
from shuibao.platform.core.visibility import require
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.values import field_at, head, value_at
from shuibao.science.crs import CGCS2000
from shuibao.science.errors import InputError

_CHUNK = 2000
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "gpkg": "application/geopackage+sqlite3",
    "geojson": "application/geo+json",
}


@dataclass(frozen=True)
class Export:
    """A written file, its name for the person, and its media type."""

    file: Path
    name: str
    media_type: str


def export(register: Register, rows: "QuerySet[Any]", form: str, *, by: Any, condition: str) -> Export:
    """The rows as a file in a temporary folder that the caller removes. Recorded as an event.

    Raises InputError for a form that is not offered, or a map form of a register without shapes.
    """
    if not is_allowed(register, by):
        require(by, register.verb("export"), register.title)
    if form not in MEDIA or (form in ("gpkg", "geojson") and register.layer is None):
        raise InputError(f"{register.title}不能导出为 {form}。可以选 {'、'.join(forms_of(register))}。")
    count = rows.count()
    mark = watermark(register, count, by, condition)
    folder = Path(tempfile.mkdtemp(prefix="export-"))
    today = timezone.localdate().isoformat()
    name = f"{register.title}{'（示例数据）' if settings.DEMO else ''}-{today}.{form}"
    _WRITERS[form](folder / f"rows.{form}", register, rows, mark)
    if by.is_authenticated:
        record(
            by,
            register.verb("exported"),
            f"导出{register.title} {count} {register.counter}",
            by=by,
            form=form,
            condition=condition,
        )
    return Export(folder / f"rows.{form}", name, MEDIA[form])


def is_allowed(register: Register, user: Any) -> bool:
    """Whether a person may take a copy: by right, and anybody of what is open."""
    from shuibao.platform.core.visibility import reader_of

    return register.is_open or reader_of(user).may(register.verb("export"))


def forms_of(register: Register) -> list[str]:
    """The file forms a register is offered in."""
    return [form for form in MEDIA if register.layer is not None or form in ("xlsx", "csv")]


def watermark(register: Register, count: int, by: Any, condition: str) -> str:
    """Who took the copy, when, of what: the line every copy carries."""
    who = str(by) if by.is_authenticated else "公众"
    at = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    demo = "示例数据，" if settings.DEMO else ""
    return f"# {demo}{register.title} {count} {register.counter}，{who} 于 {at} 导出；条件：{condition or '全部'}"


def _values(register: Register, row: Any) -> list[Any]:
    """The exported values of a row, choices by their labels."""
    found = []
    for path in register.exported:
        field = field_at(register.model, path)
        value = (
            getattr(row, f"get_{path}_display")()
            if field is not None and field.choices
            else value_at(row, path)
        )
        found.append(timezone.localtime(value).replace(tzinfo=None) if isinstance(value, datetime) else value)
    return found


def _lines(register: Register, rows: "QuerySet[Any]") -> Iterator[list[Any]]:
    fields = {f.name for f in register.model._meta.concrete_fields if f.is_relation}
    joined = [name for name in register.exported if name in fields]
    without_shape = rows.defer(register.layer.field) if register.layer else rows
    for row in without_shape.select_related(*joined).iterator(chunk_size=_CHUNK):
        yield _values(register, row)


def _heads(register: Register) -> list[str]:
    return [head(register, path) for path in register.exported]


def _write_xlsx(file: Path, register: Register, rows: "QuerySet[Any]", mark: str) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(register.title[:31])
    sheet.append([mark])
    sheet.append(_heads(register))
    for values in _lines(register, rows):
        sheet.append([_for_cell(value) for value in values])
    book.save(file)


def _write_csv(file: Path, register: Register, rows: "QuerySet[Any]", mark: str) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([mark])
        writer.writerow(_heads(register))
        writer.writerows([_for_cell(value) for value in values] for values in _lines(register, rows))


def _for_cell(value: Any) -> Any:
    """A value a spreadsheet takes: text that would be run as a formula is held back by a quote."""
    if value is None or isinstance(value, int | float | date | datetime):
        return value
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def _write_geojson(file: Path, register: Register, rows: "QuerySet[Any]", mark: str) -> None:
    with file.open("w", encoding="utf-8") as stream:
        said = json.dumps(mark, ensure_ascii=False)
        stream.write(f'{{"type":"FeatureCollection","watermark":{said},"features":[')
        for place, row in enumerate(rows.iterator(chunk_size=_CHUNK)):
            stream.write("," if place else "")
            stream.write(json.dumps(_feature(register, row), ensure_ascii=False, default=str))
        stream.write("]}")


def _feature(register: Register, row: Any) -> dict[str, Any]:
    assert register.layer is not None
    shape = getattr(row, register.layer.field)
    return {
        "type": "Feature",
        "geometry": None if shape is None else shapely.geometry.mapping(shape),
        "properties": dict(zip(register.exported, _values(register, row), strict=True)),
    }


def _write_gpkg(file: Path, register: Register, rows: "QuerySet[Any]", mark: str) -> None:
    """In chunks, so that the rows of a province fit."""
    assert register.layer is not None
    chunk: list[Any] = []
    for row in rows.iterator(chunk_size=_CHUNK):
        chunk.append(row)
        if len(chunk) == _CHUNK:
            _append_gpkg(file, register, chunk, mark)
            chunk = []
    if chunk or not file.exists():
        _append_gpkg(file, register, chunk, mark)


def _append_gpkg(file: Path, register: Register, rows: list[Any], mark: str) -> None:
    assert register.layer is not None
    columns = (
        dict(zip(register.exported, zip(*(_values(register, row) for row in rows), strict=True), strict=True))
        if rows
        else {n: [] for n in register.exported}
    )
    facts = {
        name: [str(v) if v is not None and not isinstance(v, int | float) else v for v in values]
        for name, values in columns.items()
    }
    shapes = [_multi(getattr(row, register.layer.field)) for row in rows]
    table = geopandas.GeoDataFrame(facts, geometry=shapes, crs=CGCS2000)
    table.to_file(
        file,
        driver="GPKG",
        layer=register.name,
        mode="a" if file.exists() else "w",
        layer_options={"DESCRIPTION": mark, "IDENTIFIER": register.title},
    )


def _multi(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    """Areas and lines as multi-parts, so that a layer holds one kind."""
    if isinstance(shape, shapely.Polygon):
        return shapely.MultiPolygon([shape])
    return shapely.MultiLineString([shape]) if isinstance(shape, shapely.LineString) else shape


_WRITERS: dict[str, Callable[[Path, Register, "QuerySet[Any]", str], None]] = {
    "xlsx": _write_xlsx,
    "csv": _write_csv,
    "geojson": _write_geojson,
    "gpkg": _write_gpkg,
}
