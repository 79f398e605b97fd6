"""CSV files as cells."""

import csv
import io
from itertools import islice
from pathlib import Path

from shuibao.data.feature_files import limits
from shuibao.data.feature_files.answers import Answers, Choice, Question, chosen
from shuibao.data.feature_files.table import REMARK, Cells
from shuibao.data.feature_files.text_encoding import decoded
from shuibao.science.errors import InputError

_DELIMITERS = {",": "逗号", "\t": "制表符", ";": "分号", "，": "全角逗号", "|": "竖线"}
_NAMES = {"\t": "tab"}
_LOOKED_AT = 20


def read_delimited(path: Path, name: str, answers: Answers) -> Cells:
    """The cells. Raises Unanswered when encoding or delimiter is not certain, InputError when not CSV."""
    text = decoded(path.read_bytes(), answers.encoding, name)
    if "\x00" in text:
        raise InputError(f"{name} 不是文本文件。请另存为“CSV UTF-8（逗号分隔）”。")
    delimiter = _delimiter(text, answers.delimiter)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    numbers, cells = [], []
    try:
        started = 1
        for row in reader:
            if any(cell.strip() for cell in row):
                numbers.append(started)
                cells.append(tuple(cell.strip() for cell in row))
                limits.require_count(name, len(numbers) - 1)
            started = reader.line_num + 1
    except csv.Error as problem:
        raise InputError(f"{name} 第 {reader.line_num} 行的引号没有成对。请检查后重新保存。") from problem
    _require_even(name, numbers, cells)
    return Cells(name, tuple(numbers), tuple(cells))


def _delimiter(text: str, said: str) -> str:
    """What parts the columns: the only one that gives every looked-at line the same number of them."""
    content = (line for line in text.splitlines() if line.strip() and not line.startswith(REMARK))
    lines = list(islice(content, _LOOKED_AT))
    counts = {mark: {line.count(mark) for line in lines} for mark in _DELIMITERS}
    present = [mark for mark, found in counts.items() if found - {0}]
    even = [mark for mark in present if len(counts[mark]) == 1]
    certain = present if len(present) == 1 else even if len(even) == 1 else []
    if certain and not said:
        return certain[0]
    if not present:
        return ","
    choices = tuple(Choice(_NAMES.get(mark, mark), _DELIMITERS[mark]) for mark in present)
    reason = f"第一行是：{lines[0][:60]}"
    mark = chosen(
        said, Question("delimiter", "列与列之间用什么分开？", reason, choices, _guess(counts, present))
    )
    return "\t" if mark == "tab" else mark


def _guess(counts: dict[str, set[int]], present: list[str]) -> str:
    mark = max(present, key=lambda mark: min(counts[mark]))
    return _NAMES.get(mark, mark)


def _require_even(name: str, numbers: list[int], cells: list[tuple[str, ...]]) -> None:
    """Raises InputError for a row with more cells than the widest of the first rows has columns."""
    width = max((len(row) for row in cells[:_LOOKED_AT]), default=0)
    for number, row in zip(numbers, cells, strict=True):
        if len(row) > width:
            raise InputError(
                f"{name} 第 {number} 行有 {len(row)} 列，前面的行最多 {width} 列。请检查多余的分隔符。"
            )
