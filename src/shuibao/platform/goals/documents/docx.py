"""The quarterly report as a Word file."""

import io
from collections.abc import Iterable, Sequence

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Pt

from shuibao.platform.goals.documents.facts import QuarterFacts
from shuibao.platform.goals.documents.words import (
    QUANTITY_HEADS,
    RATE_HEADS,
    TASK_HEADS,
    areas,
    quantity_cells,
    shown,
    summary,
)

DEMO = "示例数据：本报告中的进展和数值不是真实情况。"


def quarterly_docx(facts: QuarterFacts) -> bytes:
    """The file: summary, three areas, counties, quantities, tasks by heading."""
    document = _empty()
    document.add_heading(f"{facts.plan.name}{facts.period}进展报告", 0)
    if facts.is_demo:
        document.add_paragraph(DEMO)
    document.add_paragraph(summary(facts))
    document.add_heading("一、水土保持率和三种面积", 1)
    for line in areas(facts):
        document.add_paragraph(line)
    _table(document, RATE_HEADS, _rates(facts))
    document.add_heading("二、量化指标", 1)
    rows = [quantity_cells(row) for row in facts.quantities if row.quantity.measure != "rate"]
    _table(document, QUANTITY_HEADS, rows)
    document.add_heading("三、任务进展", 1)
    for heading in dict.fromkeys(row.task.heading for row in facts.rows):
        document.add_heading(heading, 2)
        _table(document, TASK_HEADS, _tasks(facts, heading))
    document.add_paragraph(f"{facts.plan.number}。生成时间 {facts.made_at:%Y-%m-%d %H:%M}。")
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _empty() -> Document:
    """A landscape page with a Chinese face."""
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "宋体", Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    return document


def _rates(facts: QuarterFacts) -> list[tuple[str, ...]]:
    lines = [*facts.board.lines, *([facts.board.total] if facts.board.total else [])]
    return [
        (
            str(line.region),
            shown(line.rate_pct, 2),
            shown(line.target_pct, 2),
            shown(line.erosion_km2),
            shown(line.needed_km2_a, 2),
            line.word,
        )
        for line in lines
    ]


def _tasks(facts: QuarterFacts, heading: str) -> list[tuple[str, ...]]:
    return [
        (
            str(row.task.number),
            row.task.wording,
            row.task.lead,
            shown(row.planned_pct),
            shown(row.self_pct),
            shown(row.verified_pct),
            row.light,
            "—" if row.overdue_days is None else str(row.overdue_days),
            row.state,
            row.text or "—",
        )
        for row in facts.rows
        if row.task.heading == heading
    ]


def _table(document: Document, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = head
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
