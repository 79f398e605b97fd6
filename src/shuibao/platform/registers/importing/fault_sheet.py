"""The person's own table with a column that says what is wrong in each row."""

import io
from collections import defaultdict
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from shuibao.data.feature_files import Rows

HEAD = "错误"
_ILLEGAL = {code: None for code in range(32) if code not in (9, 10, 13)}


def fault_sheet(rows: Rows, faults: list[list[Any]]) -> bytes:
    """An xlsx of all rows: row number, what is wrong, the cells. faults: as kept in the report."""
    wrong: dict[int, list[str]] = defaultdict(list)
    for number, label, column, value, problem in faults:
        wrong[number].append(f"{column or label}“{value}”：{problem}")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("核对结果")
    sheet.freeze_panes = "C2"
    sheet.append([_cell(sheet, head, is_head=True) for head in ("行号", HEAD, *rows.columns)])
    for row in rows.rows:
        said = "\n".join(wrong.get(row.number, ()))
        sheet.append([_cell(sheet, value) for value in (row.number, said, *row.values)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(sheet: Any, value: Any, *, is_head: bool = False) -> Any:
    """A cell that is what it shows: a text that starts with = stays a text."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.replace(tzinfo=None)
    if not isinstance(value, int | float | date | type(None)):
        value = str(value).translate(_ILLEGAL)
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    if is_head:
        cell.font = Font(bold=True)
    return cell
