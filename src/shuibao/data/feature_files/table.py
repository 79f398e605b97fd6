"""A table as cells, before it is known which row is its head."""

from dataclasses import dataclass

from shuibao.data.feature_files import limits
from shuibao.data.feature_files.answers import Choice, Question, chosen
from shuibao.data.feature_files.rows import Row, Rows, Value
from shuibao.science.errors import InputError

REMARK = "# "
_LOOKED_AT = 10
_SHOWN = 60


@dataclass(frozen=True)
class Cells:
    """Rows of cells with their row numbers in the file; wholly empty rows are left out."""

    name: str
    numbers: tuple[int, ...]
    cells: tuple[tuple[Value, ...], ...]


def headed(table: Cells, said: str) -> Rows:
    """The rows below the head. Raises Unanswered when it is not clear which row the head is."""
    table = _without_remarks(table)
    if not table.cells:
        raise InputError(f"{table.name} 里没有数据。请检查选的工作表。")
    head = 0 if _is_head(table.cells[0]) and not said else _asked(table, said)
    columns = _columns(table, head)
    rows = tuple(
        Row(number, (*cells, *(None,) * (len(columns) - len(cells)))[: len(columns)])
        for number, cells in zip(table.numbers[head + 1 :], table.cells[head + 1 :], strict=True)
    )
    if not rows:
        raise InputError(f"{table.name} 只有列名，没有数据行。")
    limits.require_count(table.name, len(rows))
    return Rows(columns, rows)


def _without_remarks(table: Cells) -> Cells:
    """The table below the lines that say whose copy it is: `# …` in the first cell and nothing beside it."""
    start = 0
    while start < len(table.cells) and _is_remark(table.cells[start]):
        start += 1
    return Cells(table.name, table.numbers[start:], table.cells[start:])


def _is_remark(cells: tuple[Value, ...]) -> bool:
    filled = _trimmed(cells)
    return len(filled) == 1 and str(filled[0]).startswith(REMARK)


def _is_head(cells: tuple[Value, ...]) -> bool:
    """Whether a first row can only be the head: texts without gaps, none twice, none a number."""
    filled = _trimmed(cells)
    texts = [cell.strip() for cell in filled if isinstance(cell, str) and cell.strip()]
    return len(texts) == len(filled) == len(set(texts)) and len(texts) > 1 and not any(map(_is_number, texts))


def _asked(table: Cells, said: str) -> int:
    near = list(zip(table.numbers, table.cells, strict=True))[:_LOOKED_AT]
    choices = tuple(Choice(str(number), f"第 {number} 行：{_line(cells)}") for number, cells in near)
    guess = next((str(number) for number, cells in near if _is_head(cells)), "")
    question = Question(
        "header_row", "哪一行是列名？", "第一行有空格、重复或数字，不像列名。", choices, guess
    )
    return table.numbers.index(int(chosen(said, question)))


def _columns(table: Cells, head: int) -> tuple[str, ...]:
    names = ["" if cell is None else str(cell).strip() for cell in _trimmed(table.cells[head])]
    width = max(len(names), *(len(_trimmed(cells)) for cells in table.cells[head:]))
    if width > limits.COLUMNS_AT_MOST:
        raise InputError(f"{table.name} 有 {width} 列，最多 {limits.COLUMNS_AT_MOST} 列。请删去无关的列。")
    names += [""] * (width - len(names))
    named = [name or f"第 {place} 列" for place, name in enumerate(names, 1)]
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        raise InputError(
            f"{table.name} 第 {table.numbers[head]} 行的列名重复：{'、'.join(twice)}。请改成不同的名称。"
        )
    return tuple(named)


def _trimmed(cells: tuple[Value, ...]) -> tuple[Value, ...]:
    """Without the empty cells at the end."""
    end = len(cells)
    while end and cells[end - 1] in (None, ""):
        end -= 1
    return cells[:end]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _line(cells: tuple[Value, ...]) -> str:
    return " | ".join("" if cell is None else str(cell) for cell in _trimmed(cells))[:_SHOWN]
