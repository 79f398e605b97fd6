"""Rows become an unbroken series: gaps stay gaps, counters become depths, nonsense is refused."""

from pathlib import Path

import numpy as np
import pytest

from shuibao.data.rain_series import daily_series, step_series
from shuibao.data.rain_table import RainTable, read_rain
from shuibao.rules.book import RuleBook
from shuibao.rules.rainfall import rain_codes, step_limits
from shuibao.science.errors import InputError

BOOK = RuleBook.load()
LIMITS = step_limits(BOOK)


def _table(folder: Path, column: str, rows: list[tuple[str, object]]) -> RainTable:
    path = folder / "rain.csv"
    text = "".join(f"a,{moment},{value}\n" for moment, value in rows)
    path.write_text(f"station,{column},mm\n{text}", encoding="utf-8")
    return read_rain([path], rain_codes(BOOK))


def _rows(table: RainTable) -> slice:
    return table.stations()["a"]


def _clock(minute: int, day: str = "2024-07-05") -> str:
    return str(np.datetime64(f"{day}T00:00") + minute).replace("T", " ")


def test_days_without_a_row_are_missing(tmp_path: Path) -> None:
    table = _table(tmp_path, "date", [("2024-07-05", 3), ("2024-07-06", -9999)])
    series = daily_series(table, _rows(table), "missing")
    assert series.days.size == 366
    assert np.flatnonzero(~np.isnan(series.rain_mm)).size == 1


def test_days_without_a_row_are_dry_when_said_so_but_a_missing_code_is_missing(tmp_path: Path) -> None:
    table = _table(tmp_path, "date", [("2024-07-05", 3), ("2024-07-06", -9999)])
    series = daily_series(table, _rows(table), "dry")
    assert np.isnan(series.rain_mm).sum() == 1
    assert np.nansum(series.rain_mm) == 3


def test_a_year_without_any_row_is_not_dry(tmp_path: Path) -> None:
    table = _table(tmp_path, "date", [("2021-07-05", 3), ("2023-07-06", 1)])
    series = daily_series(table, _rows(table), "dry")
    years = series.days[np.isnan(series.rain_mm)].astype("datetime64[Y]")
    assert np.unique(years).astype(str).tolist() == ["2022"]


def test_a_rows_time_ends_its_step_and_the_step_belongs_to_the_day_it_begins_in(tmp_path: Path) -> None:
    table = _table(
        tmp_path, "time", [(_clock(1430), 1), (_clock(1435), 2), (_clock(1440), 4), (_clock(1445), 8)]
    )
    series = step_series(table, _rows(table), "depth", "dry", LIMITS)
    of_days = dict(zip(series.days.astype(str), series.depths_mm.sum(axis=1), strict=True))
    assert series.step_min == 5
    assert (of_days["2024-07-05"], of_days["2024-07-06"]) == (7, 8)


def test_the_counters_last_reading_of_a_day_stands_at_midnight(tmp_path: Path) -> None:
    table = _table(
        tmp_path, "time", [(_clock(1435), 2.0), (_clock(1440), 5.0), (_clock(1445), 1.0), (_clock(1450), 1.0)]
    )
    series = step_series(table, _rows(table), "since_midnight", "dry", LIMITS)
    day = int(np.flatnonzero(series.days == np.datetime64("2024-07-05"))[0])
    assert series.depths_mm[day, -2:].tolist() == [2, 3]
    assert series.depths_mm[day + 1, :2].tolist() == [1, 0]


def test_new_years_midnight_alone_does_not_bring_in_the_year_before(tmp_path: Path) -> None:
    table = _table(
        tmp_path, "time", [("2024-01-01 00:00", 7), ("2024-01-01 00:05", 0), ("2024-01-01 00:10", 1)]
    )
    series = step_series(table, _rows(table), "depth", "dry", LIMITS)
    assert series.days[[0, -1]].astype(str).tolist() == ["2024-01-01", "2024-12-31"]
    assert series.depths_mm.sum() == 1


def test_a_gap_of_the_counter_is_counted_as_missing_and_its_rain_is_kept(tmp_path: Path) -> None:
    minutes = [minute for minute in range(5, 1445, 5) if not 600 <= minute < 610]
    table = _table(tmp_path, "time", [(_clock(minute), 0 if minute < 600 else 3) for minute in minutes])
    series = step_series(table, _rows(table), "since_midnight", "missing", LIMITS)
    day = int(np.flatnonzero(series.days == np.datetime64("2024-07-05"))[0])
    assert series.missing_share[day] == pytest.approx(2 / 288)
    assert series.spread_steps == 2
    assert series.depths_mm[day, 119:122].tolist() == [1, 1, 1]


def test_a_gap_of_depths_stays_unknown(tmp_path: Path) -> None:
    table = _table(tmp_path, "time", [(_clock(5), 1), (_clock(10), 1), (_clock(20), 1)])
    series = step_series(table, _rows(table), "depth", "missing", LIMITS)
    day = int(np.flatnonzero(series.days == np.datetime64("2024-07-05"))[0])
    assert np.isnan(series.depths_mm[day, :4]).tolist() == [False, False, True, False]
    assert series.spread_steps == 0


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        ([5], "只有一行"),
        ([5, 10, 15, 17], "不在站 a 的 5 分钟时段上"),
        ([7, 14, 21], "不是能整除一天"),
        ([120, 240, 360], "长于 60 分钟"),
    ],
)
def test_steps_must_be_equal_and_no_longer_than_an_hour(
    tmp_path: Path, minutes: list[int], words: str
) -> None:
    table = _table(tmp_path, "time", [(_clock(minute), 1) for minute in minutes])
    with pytest.raises(InputError, match=words):
        step_series(table, _rows(table), "depth", "missing", LIMITS)


def test_a_counter_that_falls_within_a_day_is_refused(tmp_path: Path) -> None:
    table = _table(tmp_path, "time", [(_clock(5), 1), (_clock(10), 3), (_clock(15), 2)])
    with pytest.raises(InputError, match=r"rain\.csv 第 4 行.*从 3 降到 2 mm"):
        step_series(table, _rows(table), "since_midnight", "missing", LIMITS)


def test_a_counter_given_as_depths_is_refused(tmp_path: Path) -> None:
    table = _table(tmp_path, "time", [(_clock(minute), minute // 20) for minute in range(5, 300, 5)])
    with pytest.raises(InputError, match="since_midnight"):
        step_series(table, _rows(table), "depth", "missing", LIMITS)


def test_a_downpour_beyond_belief_is_refused(tmp_path: Path) -> None:
    table = _table(tmp_path, "time", [(_clock(5), 1), (_clock(10), 90), (_clock(15), 0)])
    with pytest.raises(InputError, match=r"2024-07-05 00:05 起的 5 分钟内雨量 90 mm"):
        step_series(table, _rows(table), "depth", "missing", LIMITS)
