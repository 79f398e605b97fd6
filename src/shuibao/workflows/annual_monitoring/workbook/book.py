"""summary.xlsx: the tables of a year's monitoring, one sheet each, with units in the heads."""

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from shuibao.workflows.annual_monitoring.result import MonitoringResult
from shuibao.workflows.annual_monitoring.workbook.area_sheets import (
    cover_sheet,
    disturbed_sheet,
    land_use_sheet,
    slope_sheet,
    zone_sheet,
)
from shuibao.workflows.annual_monitoring.workbook.change_sheets import (
    attribution_sheet,
    target_sheet,
    transition_sheet,
)
from shuibao.workflows.annual_monitoring.workbook.run_sheets import (
    contents_sheet,
    explanation_sheet,
    field_sheet,
    measures_sheet,
    sensitivity_sheet,
    unverified_sheet,
)
from shuibao.workflows.annual_monitoring.workbook.sheet import (
    AREA,
    FACTOR,
    MODULUS,
    RATE,
    TEXT,
    UNKNOWN,
    Column,
    Sheet,
    Value,
)

_HEAD_ROW = 3  # below title and subtitle
_WRAP_FROM = 40  # columns as wide as this hold sentences
_FORMATS = {TEXT: "General", AREA: "#,##0.00", RATE: "0.00", FACTOR: "0.000", MODULUS: "#,##0.0"}
_INK, _QUIET = "1D2520", "5B665F"
_BOLD = Font(bold=True, color=_INK)
_SHADE, _DEMO = PatternFill("solid", fgColor="F1F4F0"), PatternFill("solid", fgColor="FBF3E2")
_UNDER_HEAD = Border(bottom=Side(style="thin", color="C3CCC5"))
_UNDER_ROW = Border(bottom=Side(style="hair", color="DFE5E0"))
_LEFT = Alignment(horizontal="left", vertical="top")
_RIGHT = Alignment(horizontal="right", vertical="top")
_WRAPPED = Alignment(horizontal="left", vertical="top", wrap_text=True)


@dataclass(frozen=True)
class _Stamp:
    """What every sheet says of itself under its title."""

    text: str
    demo: bool


def write_workbook(result: MonitoringResult, path: Path, created: datetime) -> None:
    """Writes summary.xlsx. The same result and `created` give the same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = result.title
    book.properties.creator = "shuibao"
    stamp = _Stamp(
        f"{result.title}　{result.year} 年　运行 {result.run_id}　模型估算，不是公报数", result.demo
    )
    for sheet in _sheets(result):
        _add(book.create_sheet(sheet.name), sheet, stamp)
    content = io.BytesIO()
    book.save(content)
    path.write_bytes(_dated(content.getvalue(), created.astimezone(UTC)))


def _sheets(result: MonitoringResult) -> tuple[Sheet, ...]:
    """All sheets in order; tables 6 and 7 only with a baseline."""
    change = result.change
    found = (
        zone_sheet(result),
        land_use_sheet(result),
        slope_sheet(result),
        cover_sheet(result),
        disturbed_sheet(result),
        *((transition_sheet(result, change), attribution_sheet(result, change)) if change else ()),
        target_sheet(result),
        measures_sheet(result),
        field_sheet(),
        sensitivity_sheet(result),
        unverified_sheet(result),
    )
    return contents_sheet(result, found), explanation_sheet(result), *found


def _add(page: Worksheet, sheet: Sheet, stamp: _Stamp) -> None:
    _heading(page, sheet, stamp)
    for place, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(place)].width = column.width
        _head(_cell(page, _HEAD_ROW, place), column)
    page.row_dimensions[_HEAD_ROW].height = 30
    for number, row in enumerate(sheet.rows):
        for place, (value, column) in enumerate(zip(row, sheet.columns, strict=True), start=1):
            cell = _cell(page, _HEAD_ROW + 1 + number, place)
            _fill(cell, value, column)
            if number in sheet.sums:
                cell.font, cell.fill = _BOLD, _SHADE
    page.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}{_HEAD_ROW + 1}"
    if sheet.rows and sheet.has_filter:
        last = get_column_letter(len(sheet.columns))
        page.auto_filter.ref = f"A{_HEAD_ROW}:{last}{_HEAD_ROW + len(sheet.rows)}"
    _lay_out(page)


def _lay_out(page: Worksheet) -> None:
    """A4 across, all columns on a page, heads on every page."""
    page.sheet_view.showGridLines = False
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", Worksheet.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"1:{_HEAD_ROW}"


def _heading(page: Worksheet, sheet: Sheet, stamp: _Stamp) -> None:
    """Title with 示例数据 where it is, and below whose table it is and what its numbers mean."""
    title, below = _cell(page, 1, 1), _cell(page, 2, 1)
    _text(title, f"【示例数据】{sheet.title}" if stamp.demo else sheet.title)
    title.font = Font(bold=True, size=14, color=_INK)
    if stamp.demo:
        title.fill = _DEMO
    _text(below, f"{stamp.text}　{sheet.remark}" if sheet.remark else stamp.text)
    below.font = Font(size=9, color=_QUIET)


def _head(cell: Cell, column: Column) -> None:
    _text(cell, f"{column.head}\n{column.unit}" if column.unit else column.head)
    cell.font, cell.fill, cell.border = Font(bold=True, size=10, color=_QUIET), _SHADE, _UNDER_HEAD
    side = "left" if column.kind == TEXT else "right"
    cell.alignment = Alignment(horizontal=side, vertical="bottom", wrap_text=True)


def _fill(cell: Cell, value: Value, column: Column) -> None:
    """A value in its format; what is unknown says so."""
    if isinstance(value, int | float):
        cell.value = value
        cell.number_format = _FORMATS[column.kind]
    else:
        _text(cell, UNKNOWN if value is None else value)
    cell.border = _UNDER_ROW
    if column.kind != TEXT:
        cell.alignment = _RIGHT
    else:
        cell.alignment = _WRAPPED if column.width >= _WRAP_FROM else _LEFT


def _cell(page: Worksheet, row: int, column: int) -> Cell:
    """A cell of a sheet without merged cells."""
    cell = page.cell(row, column)
    assert isinstance(cell, Cell)
    return cell


def _text(cell: Cell, text: str) -> None:
    """A text that stays a text: one that starts with = is no formula, control characters become �."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text)
    cell.data_type = "s"


def _dated(content: bytes, created: datetime) -> bytes:
    """The same workbook with all its clocks set to `created`: openpyxl writes the present into them."""
    stamp = created.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    dated = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(dated, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                # the prefix is whatever a library of this process has registered for Dublin Core's terms
                part = re.sub(rb"(<\w+:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, part)
            entry = zipfile.ZipInfo(name, created.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            new.writestr(entry, part)
    return dated.getvalue()
