"""Excel workbooks as cells."""

import zipfile
from pathlib import Path

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from shuibao.data.feature_files import limits
from shuibao.data.feature_files.answers import Answers, Choice, Question, chosen
from shuibao.data.feature_files.rows import Value
from shuibao.data.feature_files.table import Cells
from shuibao.science.errors import InputError

_BROKEN = (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError)


def read_workbook(path: Path, name: str, answers: Answers) -> Cells:
    """The cells of one sheet, formulas as their last value. Raises Unanswered when several have content."""
    with limits.checked_archive(path, name) as archive:
        limits.require_no_entities_inside(archive, name)
    with path.open("rb") as stream:
        try:
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
            sheets = {title: _cells(book[title], name) for title in _shown(book)}
        except _BROKEN as problem:
            raise InputError(f"{name} 不是能读的 xlsx 文件。请在 Excel 或 WPS 里另存为 xlsx。") from problem
    filled = {title: found for title, found in sheets.items() if found.cells}
    if not filled:
        raise InputError(f"{name} 的工作表都是空的。")
    if len(filled) == 1:
        return next(iter(filled.values()))
    choices = tuple(Choice(title, f"{title}（{len(found.cells)} 行）") for title, found in filled.items())
    question = Question("sheet", "导入哪张工作表？", f"文件里有 {len(filled)} 张有内容的工作表。", choices)
    return filled[chosen(answers.sheet, question)]


def _shown(book: openpyxl.Workbook) -> list[str]:
    return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]


def _cells(sheet: object, name: str) -> Cells:
    numbers, cells = [], []
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):  # type: ignore[attr-defined]
        values: tuple[Value, ...] = tuple(row[: limits.COLUMNS_AT_MOST + 1])
        if any(value not in (None, "") for value in values):
            numbers.append(number)
            cells.append(values)
            limits.require_count(name, len(numbers) - 1)
    return Cells(name, tuple(numbers), tuple(cells))
