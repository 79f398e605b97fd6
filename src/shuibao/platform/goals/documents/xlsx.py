"""The quarterly report as a workbook: numbers as numbers, what is unknown as 缺."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from shuibao.platform.goals.documents.docx import DEMO
from shuibao.platform.goals.documents.facts import QuarterFacts
from shuibao.platform.goals.documents.words import QUANTITY_HEADS, RATE_HEADS, TASK_HEADS, areas, summary

Cell = str | float | int | None
_WIDTHS = {"工作任务": 44, "牵头单位": 24, "进展": 60, "指标": 36}


def quarterly_xlsx(facts: QuarterFacts) -> bytes:
    """The file: 概况, 任务, 量化指标, 水土保持率."""
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "概况"
    notes = [f"{facts.plan.name}{facts.period}进展报告", *([DEMO] if facts.is_demo else []), summary(facts)]
    for line in [*notes, *areas(facts), f"{facts.plan.number}。生成时间 {facts.made_at:%Y-%m-%d %H:%M}。"]:
        first.append([_plain(line)])
    first.column_dimensions["A"].width = 110
    _sheet(book, "任务", TASK_HEADS, _tasks(facts))
    _sheet(book, "量化指标", QUANTITY_HEADS, _quantities(facts))
    _sheet(book, "水土保持率", RATE_HEADS, _rates(facts))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _tasks(facts: QuarterFacts) -> Iterable[Sequence[Cell]]:
    for row in facts.rows:
        yield (
            row.task.number,
            row.task.wording,
            row.task.lead,
            row.planned_pct,
            row.self_pct,
            row.verified_pct,
            row.light,
            "—" if row.overdue_days is None else row.overdue_days,
            row.state,
            row.text or "—",
        )


def _quantities(facts: QuarterFacts) -> Iterable[Sequence[Cell]]:
    for row in facts.quantities:
        one = row.quantity
        yield one.name, one.year, one.target, one.unit, row.self_reported, row.verified, row.share_pct


def _rates(facts: QuarterFacts) -> Iterable[Sequence[Cell]]:
    for line in [*facts.board.lines, *([facts.board.total] if facts.board.total else [])]:
        yield (
            str(line.region),
            line.rate_pct,
            line.target_pct,
            line.erosion_km2,
            line.needed_km2_a,
            line.word,
        )


def _sheet(book: Workbook, title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    sheet = book.create_sheet(title)
    sheet.append(list(heads))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in rows:
        sheet.append(["缺" if value is None else _plain(value) for value in row])
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(cell.value, float):
                cell.number_format = "#,##0.00"
    for place, head in enumerate(heads, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(head, 14)
    sheet.freeze_panes = "A2"


def _plain(value: Cell) -> Cell:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@" and len(value) > 1 else value
