"""Small CSV tables as rows that know where they stand."""

import math
from dataclasses import dataclass
from pathlib import Path

from shuibao.data.csv_columns import CsvColumns, read_csv_columns


@dataclass(frozen=True)
class Row:
    """A row of a table, with its place in the file for messages."""

    columns: CsvColumns
    index: int

    def text(self, column: str) -> str:
        """The text. Raises InputError when it is empty."""
        text = str(self.columns.texts[column][self.index])
        if not text:
            raise self.columns.refuse(self.index, column, "不能为空。")
        return text

    def number(self, column: str, low: float = -math.inf, high: float = math.inf) -> float:
        """The number. Raises InputError when it is none or lies outside low…high."""
        try:
            number = float(self.text(column))
        except ValueError:
            raise self.columns.refuse(self.index, column, "不是数值。") from None
        if not low <= number <= high:
            raise self.columns.refuse(self.index, column, f"超出允许范围 {low:g}–{high:g}。")
        return number


def read_table(path: Path, columns: tuple[str, ...]) -> list[Row]:
    """The rows of a CSV file that has at least these columns."""
    found = read_csv_columns(path, {name: (name,) for name in columns}, frozenset())
    return [Row(found, index) for index in range(len(found.lines))]
