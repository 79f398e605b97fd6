"""Rain records from CSV files: daily or by steps, with codes decoded and every row's place kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shuibao.data.csv_columns import CsvColumns, Texts, read_csv_columns
from shuibao.science.erosion.rain_record import DecodedRain, RainCodes, decode_rain
from shuibao.science.errors import InputError

Kind = Literal["daily", "breakpoint"]

_NAMES = {
    "station": ("station", "站号"),
    "date": ("date", "日期"),
    "time": ("time", "时间"),
    "mm": ("mm", "雨量"),
}
_DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d")
_COMPACT_DATE = "%Y%m%d"
_TIME_FORMATS = tuple(
    f"{date}{separator}{clock}"
    for separator in (" ", "T")
    for date in _DATE_FORMATS
    for clock in ("%H:%M", "%H:%M:%S")
)
_YEARS = (1850, 2100)


@dataclass(frozen=True)
class RainTable:
    """Rows of one or more files, in order of station and time; one row for a station and a time.

    when: the day (daily), or the end of the step (breakpoint, to the second). mm: NaN where missing.
    raw: the number as it stood in the file.
    """

    kind: Kind
    files: tuple[Path, ...]
    station: Texts
    when: NDArray[np.datetime64]
    mm: NDArray[np.float64]
    raw: NDArray[np.float64]
    is_trace: NDArray[np.bool_]
    file: NDArray[np.int64]
    line: NDArray[np.int64]

    def stations(self) -> dict[str, slice]:
        """Where each station's rows are, in order of name."""
        starts = np.flatnonzero(np.append(True, self.station[1:] != self.station[:-1]))
        stops = np.append(starts[1:], self.station.size)
        return {
            str(self.station[start]): slice(int(start), int(stop))
            for start, stop in zip(starts, stops, strict=True)
        }

    def where(self, row: int) -> str:
        """A row's file and line, for messages."""
        return f"{self.files[self.file[row]]} 第 {self.line[row]} 行"


def read_rain(paths: Sequence[Path], codes: RainCodes) -> RainTable:
    """The rain in the files: daily when they have dates, breakpoint when they have times.

    Raises InputError naming file, line, field and value of the first row that cannot be used, or both rows
    where a station and time is given twice.
    """
    parts = [_read_one(path, index, codes) for index, path in enumerate(paths)]
    kinds = {part.kind for part in parts}
    if len(kinds) > 1:
        raise InputError(
            f"{'、'.join(map(str, paths))} 里既有日雨量（date）又有断点雨量（time）。请分开计算。"
        )
    station = np.concatenate([part.station for part in parts])
    when = np.concatenate([part.when for part in parts])
    number, _ = pd.factorize(station, sort=True)
    order = np.lexsort((when, number))
    table = RainTable(
        parts[0].kind,
        tuple(paths),
        station[order],
        when[order],
        np.concatenate([part.mm for part in parts])[order],
        np.concatenate([part.raw for part in parts])[order],
        np.concatenate([part.is_trace for part in parts])[order],
        np.concatenate([part.file for part in parts])[order],
        np.concatenate([part.line for part in parts])[order],
    )
    _refuse_duplicates(table)
    return table


def _read_one(path: Path, index: int, codes: RainCodes) -> RainTable:
    columns = read_csv_columns(path, _NAMES, frozenset({"date", "time"}))
    kind = _kind(columns)
    no_station = np.flatnonzero(columns.texts["station"] == "")
    if no_station.size:
        raise columns.refuse(int(no_station[0]), "station", "站号为空，请补上。")
    when = _moments(columns, "date") if kind == "daily" else _moments(columns, "time")
    raw, is_word = _numbers(columns, codes)
    decoded = decode_rain(raw, codes)
    _refuse_unusable(columns, decoded, codes)
    rows = raw.size
    return RainTable(
        kind,
        (path,),
        columns.texts["station"],
        when.astype("datetime64[D]") if kind == "daily" else when,
        decoded.mm,
        raw,
        decoded.is_trace | is_word,
        np.full(rows, index),
        columns.lines,
    )


def _kind(columns: CsvColumns) -> Kind:
    have = {"date", "time"} & set(columns.texts)
    if have == {"date"}:
        return "daily"
    if have == {"time"}:
        return "breakpoint"
    what = "既有 date 又有 time 列" if have else "没有 date（日雨量）或 time（断点雨量）列"
    raise InputError(f"{columns.path} {what}，不能判断是日雨量还是断点雨量。请只写其中一列。")


def _moments(columns: CsvColumns, column: Literal["date", "time"]) -> NDArray[np.datetime64]:
    """The column's days or times, to the second. Each different text is read once."""
    number, distinct = pd.factorize(columns.texts[column])
    texts = pd.Series(distinct, dtype=object)
    if column == "date":
        texts = texts.str.replace(r"[ T]0{1,2}:00(:00)?$", "", regex=True)
    found = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[s]")
    for pattern in (*_DATE_FORMATS, _COMPACT_DATE) if column == "date" else _TIME_FORMATS:
        rest = texts[found.isna()]
        if pattern == _COMPACT_DATE:
            rest = rest[rest.str.fullmatch(r"\d{8}")]
        if not rest.empty:
            found = found.fillna(pd.to_datetime(rest, format=pattern, errors="coerce"))
    wrong = (found.isna() | ~found.dt.year.between(*_YEARS)).to_numpy()[number]
    if wrong.any():
        wanted = "2024-07-05、2024/7/5 或 20240705" if column == "date" else "2024-07-05 14:05（不带时区）"
        what = "日期" if column == "date" else "时间"
        raise columns.refuse(
            int(np.argmax(wrong)), column, f"认不出的{what}。应写作 {wanted}，年份 {_YEARS[0]}–{_YEARS[1]}。"
        )
    return found.to_numpy().astype("datetime64[s]")[number]


def _numbers(columns: CsvColumns, codes: RainCodes) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The rain as numbers, 0 where a word says trace, and where a word does."""
    texts = columns.texts["mm"]
    is_word = np.isin(texts.astype(str), codes.trace_words)
    numbers = pd.to_numeric(pd.Series(np.where(is_word, "0", texts), dtype=object), errors="coerce")
    values = numbers.to_numpy(dtype=np.float64)
    wrong = ~np.isfinite(values)
    if wrong.any():
        row = int(np.argmax(wrong))
        problem = "雨量为空。" if texts[row] == "" else "雨量不是数值。"
        raise columns.refuse(row, "mm", f"{problem}无雨请写 0，缺测请写 -9999 或删去该行。")
    return values, is_word


def _refuse_unusable(columns: CsvColumns, decoded: DecodedRain, codes: RainCodes) -> None:
    if decoded.is_coded.any():
        raise columns.refuse(
            int(np.argmax(decoded.is_coded)),
            "mm",
            "是气象部门 0.1 mm 数据的雪、雾露霜编码。请先按数据说明解码，并把全部雨量除以 10 换算成 mm。",
        )
    if decoded.is_implausible.any():
        raise columns.refuse(
            int(np.argmax(decoded.is_implausible)),
            "mm",
            f"大于 {codes.row_max_mm:g} mm，不合常理。若单位是 0.1 mm 请换算；若是缺测代码请改为 -9999。",
        )


def _refuse_duplicates(table: RainTable) -> None:
    same = (table.station[1:] == table.station[:-1]) & (table.when[1:] == table.when[:-1])
    if same.any():
        row = int(np.argmax(same))
        moment = str(table.when[row]).replace("T", " ")
        raise InputError(
            f"站 {table.station[row]} 的 {moment} 有两行："
            f"{table.where(row)}和{table.where(row + 1)}。请删去一行。"
        )
