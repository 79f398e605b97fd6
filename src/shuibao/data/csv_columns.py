"""CSV files as text columns: found by name, in UTF-8, with the line of every row kept for messages."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shuibao.science.errors import InputError

Texts = NDArray[np.object_]


@dataclass(frozen=True)
class CsvColumns:
    """The asked-for columns of one file, as texts without surrounding blanks.

    lines: in which line of the file each row stands.
    """

    path: Path
    texts: dict[str, Texts]
    lines: NDArray[np.int64]

    def refuse(self, row: int, column: str, problem: str) -> InputError:
        """The error that names file, line, field and value of a row."""
        value = self.texts[column][row]
        return InputError(f"{self.path} 第 {self.lines[row]} 行，{column} = {value!r}：{problem}")


def read_csv_columns(
    path: Path, names: Mapping[str, tuple[str, ...]], optional: frozenset[str]
) -> CsvColumns:
    """The columns of a CSV file with a header, each under the first of its names.

    names: for each column the names it may have in the file, in any case. Other columns are left alone.
    Raises InputError when the file cannot be read, is not UTF-8, is empty, is ragged, or lacks a column.
    """
    text = _text(path)
    if not text.strip():
        raise InputError(f"{path} 是空文件。第一行应为列名。")
    if not text.partition("\n")[0].strip():
        raise InputError(f"{path} 的第一行是空行，应为列名。请删去空行。")
    try:
        frame = pd.read_csv(
            io.StringIO(text), header=None, dtype=str, keep_default_na=False, skip_blank_lines=False
        )
    except pd.errors.ParserError as problem:
        raise InputError(
            f"{path} 不是规整的 CSV：{_where(str(problem))}。请检查多余的逗号和引号。"
        ) from problem
    is_blank = (frame.isna() | (frame == "")).all(axis=1).to_numpy()
    lines = np.flatnonzero(~is_blank)
    if lines.size == 1:
        raise InputError(f"{path} 只有列名，没有数据行。")
    header = ["" if pd.isna(name) else str(name).strip() for name in frame.iloc[0]]
    found = _positions(path, header, names, optional)
    rows = frame.iloc[lines[1:]].fillna("")
    texts = {column: rows[position].str.strip().to_numpy(dtype=object) for column, position in found.items()}
    return CsvColumns(path, texts, lines[1:] + 1)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        raise InputError(f"读不了 {path}：{problem.strerror}。") from problem
    except UnicodeDecodeError as problem:
        raise InputError(
            f"{path} 不是 UTF-8 编码（可能是 GBK）。请在 Excel 里另存为“CSV UTF-8（逗号分隔）”，"
            f"或用记事本另存为 UTF-8。"
        ) from problem


def _where(problem: str) -> str:
    """pandas' words on a ragged line, in Chinese where they are known."""
    words = problem.replace(",", "").split()
    if "line" in words and "saw" in words:
        line, wanted, saw = (words[words.index(word) + 1] for word in ("line", "Expected", "saw"))
        return f"第 {line} 行有 {saw} 列，列名只有 {wanted} 列"
    return "引号没有成对"


def _positions(
    path: Path, header: list[str], names: Mapping[str, tuple[str, ...]], optional: frozenset[str]
) -> dict[str, int]:
    lowered = [name.lower() for name in header]
    found: dict[str, int] = {}
    for column, aliases in names.items():
        wanted = {alias.lower() for alias in aliases}
        places = [place for place, name in enumerate(lowered) if name in wanted]
        if len(places) > 1:
            raise InputError(f"{path} 有 {len(places)} 个 {column} 列，只能有一个。请改掉多余的列名。")
        if places:
            found[column] = places[0]
        elif column not in optional:
            other = f"（也可写作 {'、'.join(aliases[1:])}）" if aliases[1:] else ""
            raise InputError(f"{path} 没有 {column} 列{other}。它有：{'、'.join(header)}。")
    return found
