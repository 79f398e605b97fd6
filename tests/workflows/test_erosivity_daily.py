"""R of stations with daily rain, from files to means: the mini-year first."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuibao.rules.book import RuleBook
from shuibao.science.erosion.rainfall import half_month_weights
from shuibao.science.errors import DomainError, InputError
from shuibao.workflows.erosivity import NoCompleteHalfMonth, StationErosivity, station_erosivity
from shuibao.workflows.erosivity.settings import ErosivitySettings

MINI_YEAR = {
    "04-20": 14.2, "05-03": 11, "05-18": 9.8, "06-15": 22.4, "06-16": 31, "07-01": 18.6, "07-15": 45.3,
    "07-16": 62.5, "07-31": 12, "08-09": 27.7, "08-28": 80.1, "09-11": 15.5, "10-02": 13.3, "11-05": 10,
}  # fmt: skip

HALF_MONTHS = {
    8: 30.2641, 9: 24.7246, 11: 84.4051, 12: 147.9113, 13: 345.9528, 14: 525.0415, 15: 121.7886,
    16: 761.7053, 17: 44.6965, 19: 27.0291, 21: 16.5197,
}  # fmt: skip

DRY = ErosivitySettings(absent_days="dry")


def _csv(path: Path, rows: list[tuple[str, str, object]], column: str = "date") -> Path:
    text = "".join(f"{station},{moment},{value}\n" for station, moment, value in rows)
    path.write_text(f"station,{column},mm\n{text}", encoding="utf-8")
    return path


def _mini_year(year: int = 2024, station: str = "万荣") -> list[tuple[str, str, object]]:
    return [(station, f"{year}-{day}", mm) for day, mm in MINI_YEAR.items()]


def _every_day(year: int, rain: dict[str, float], station: str = "a") -> list[tuple[str, str, object]]:
    days = np.arange(np.datetime64(f"{year}-01-01"), np.datetime64(f"{year + 1}-01-01"))
    return [(station, str(day), rain.get(str(day)[5:], 0)) for day in days]


def _only(path: Path, chosen: ErosivitySettings = DRY, rules: RuleBook | None = None) -> StationErosivity:
    (station,) = station_erosivity([path], rules=rules or RuleBook.load(), settings=chosen).stations
    return station


def _overlay(folder: Path, rule_id: str, value: object) -> RuleBook:
    path = folder / "rules.toml"
    path.write_text(
        f'[[rule]]\nid = "{rule_id}"\nvalue = {value}\nbasis = "测试"\nverified_by = "测试"\n',
        encoding="utf-8",
    )
    return RuleBook.load(path)


def test_the_mini_year_has_its_r_half_months_and_weight(tmp_path: Path) -> None:
    found = _only(_csv(tmp_path / "rain.csv", _mini_year()))
    assert pytest.approx(2130.039, abs=5e-4) == found.R
    expected = [HALF_MONTHS.get(k, 0.0) for k in range(1, 25)]
    assert found.half_months == pytest.approx(expected, abs=5e-5)
    assert half_month_weights(found.half_months)[15] == pytest.approx(0.35760, abs=5e-6)
    assert found.years == 1


def test_the_mini_year_written_day_by_day_needs_no_word_on_absent_days(tmp_path: Path) -> None:
    rain = {day: float(mm) for day, mm in MINI_YEAR.items()}
    found = _only(_csv(tmp_path / "rain.csv", _every_day(2023, rain)), ErosivitySettings())
    assert pytest.approx(2130.039, abs=5e-4) == found.R


def test_the_mini_year_by_zhang_2002(tmp_path: Path) -> None:
    chosen = ErosivitySettings(model="zhang2002", absent_days="dry")
    found = _only(_csv(tmp_path / "rain.csv", _mini_year()), chosen)
    assert pytest.approx(2628.643, abs=5e-4) == found.R
    assert "β = 1.49024" in found.notes[0]
    assert "P_d12 = 31.1455 mm，P_y12 = 342.60 mm" in found.notes[0]


def test_the_threshold_of_12_mm_lowers_r(tmp_path: Path) -> None:
    rain = _csv(tmp_path / "rain.csv", _mini_year())
    lower = _only(rain, ErosivitySettings(threshold_mm=12, absent_days="dry")).R
    assert lower == pytest.approx(2130.039 - 24.7246 - 16.5197, abs=1e-3)


def test_a_year_of_double_erosivity_raises_the_mean_by_half(tmp_path: Path) -> None:
    doubled = [(s, day, mm * 2 ** (1 / 1.7265)) for s, day, mm in _mini_year(2023) if day != "2023-05-18"]
    rain = _csv(tmp_path / "rain.csv", [*_mini_year(2024), *doubled])
    found = _only(rain)
    assert pytest.approx(2130.039 * 1.5, abs=1e-3) == found.R
    assert found.years == 2


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 1000))
def test_neither_the_order_of_rows_nor_splitting_the_file_matters(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("rain")
    rows = [*_mini_year(2023), *_mini_year(2024), *_mini_year(2024, "永济")]
    order = np.random.default_rng(seed).permutation(len(rows))
    shuffled = [rows[index] for index in order]
    whole = station_erosivity([_csv(folder / "a.csv", rows)], rules=RuleBook.load(), settings=DRY)
    parts = [_csv(folder / "b.csv", shuffled[:20]), _csv(folder / "c.csv", shuffled[20:])]
    assert station_erosivity(parts, rules=RuleBook.load(), settings=DRY) == whole


def test_days_without_rows_are_missing_unless_said_to_be_dry(tmp_path: Path) -> None:
    with pytest.raises(NoCompleteHalfMonth, match=r"站 万荣：1月上半月至12月下半月.*--absent-days dry"):
        _only(_csv(tmp_path / "rain.csv", _mini_year()), ErosivitySettings())


def test_a_half_month_with_holes_in_every_year_is_named(tmp_path: Path) -> None:
    rows = [row for row in _every_day(2023, {}) if row[1] not in ("2023-07-20", "2023-11-02")]
    with pytest.raises(NoCompleteHalfMonth, match="站 a：7月下半月、11月上半月。") as caught:
        _only(_csv(tmp_path / "rain.csv", rows), ErosivitySettings())
    assert caught.value.lacking == {"a": [13, 20]}


def test_a_half_month_with_a_hole_in_one_year_is_left_out_with_a_word(tmp_path: Path) -> None:
    rows = [*_every_day(2022, {"07-18": 50}), *_every_day(2023, {"07-18": 100})]
    rows = [row for row in rows if row[1] != "2023-07-20"]
    found = _only(_csv(tmp_path / "rain.csv", rows), ErosivitySettings())
    assert found.half_months[13] == pytest.approx(337.627, abs=5e-4)
    assert found.years == 2
    assert "不完整的半月不计入平均：2023 年7月下半月。" in found.warnings


def test_a_missing_code_is_never_zero_even_where_absent_days_are_dry(tmp_path: Path) -> None:
    rows = [*_mini_year(2023), *_mini_year(2024), ("万荣", "2024-07-20", -9999)]
    found = _only(_csv(tmp_path / "rain.csv", rows))
    assert found.half_months[13] == pytest.approx(525.0415, abs=5e-5)
    assert any("1 行是缺测代码或负值" in warning and "-9999" in warning for warning in found.warnings)
    assert "不完整的半月不计入平均：2024 年7月下半月。" in found.warnings


def test_missing_days_can_be_allowed_by_rule_and_are_counted(tmp_path: Path) -> None:
    rows = [row for row in _every_day(2023, {"07-18": 50}) if row[1] != "2023-07-20"]
    rules = _overlay(tmp_path, "rainfall.missing_days_max", 2)
    found = _only(_csv(tmp_path / "rain.csv", rows), ErosivitySettings(), rules)
    assert pytest.approx(337.627, abs=5e-4) == found.R
    assert any("1 天缺测" in warning and "偏小" in warning for warning in found.warnings)


def test_trace_and_a_short_record_are_said(tmp_path: Path) -> None:
    found = _only(_csv(tmp_path / "rain.csv", [*_mini_year(), ("万荣", "2024-12-01", "T")]))
    assert any("1 行是微量降水" in warning for warning in found.warnings)
    assert any("只有 1 年资料" in warning for warning in found.warnings)


def test_tenths_of_millimetres_taken_as_millimetres_are_suspected(tmp_path: Path) -> None:
    rows = [(station, day, mm * 10) for station, day, mm in _mini_year()]
    found = _only(_csv(tmp_path / "rain.csv", rows))
    assert any("0.1 mm" in warning for warning in found.warnings)


def test_stations_get_their_places_and_unused_ones_are_named(tmp_path: Path) -> None:
    rain = _csv(tmp_path / "rain.csv", _mini_year())
    table = tmp_path / "stations.csv"
    table.write_text("station,lon,lat\n万荣,110.8333,35.4\n永济,110.45,34.8833\n", encoding="utf-8")
    found = station_erosivity([rain], rules=RuleBook.load(), settings=DRY, stations_file=table)
    assert (found.stations[0].lon, found.stations[0].lat) == (110.8333, 35.4)
    assert found.warnings == ("站点表里有 1 个站没有雨量，未参加计算：永济。",)


def test_a_station_without_a_place_is_refused(tmp_path: Path) -> None:
    rain = _csv(tmp_path / "rain.csv", _mini_year())
    table = tmp_path / "stations.csv"
    table.write_text("station,lon,lat\n永济,110.45,34.8833\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"rain\.csv 第 2 行，station = '万荣'.*stations\.csv"):
        station_erosivity([rain], rules=RuleBook.load(), settings=DRY, stations_file=table)


def test_many_incomplete_stations_are_told_in_one_line(tmp_path: Path) -> None:
    rows = [row for number in range(8) for row in _mini_year(station=f"s{number}")]
    with pytest.raises(NoCompleteHalfMonth, match="等共 8 站") as caught:
        station_erosivity(
            [_csv(tmp_path / "rain.csv", rows)], rules=RuleBook.load(), settings=ErosivitySettings()
        )
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (ErosivitySettings(energy="mcgregor"), "用不到 energy"),
        (ErosivitySettings(record="depth"), "用不到 record"),
        (ErosivitySettings(threshold_mm=11, absent_days="dry"), "11 mm 不能用"),
        (ErosivitySettings(model="zhang2002", threshold_mm=10), "只用于 xie2016"),
        (ErosivitySettings(model="zhang2002"), "没有一个完整的年份"),
    ],
)
def test_choices_without_a_meaning_are_refused(tmp_path: Path, chosen: ErosivitySettings, words: str) -> None:
    with pytest.raises(DomainError, match=words):
        _only(_csv(tmp_path / "rain.csv", _mini_year()), chosen)


def test_a_year_without_an_erosive_day_has_no_erosivity(tmp_path: Path) -> None:
    rain = _csv(tmp_path / "rain.csv", [("a", "2024-07-01", 5)])
    for model in ("xie2016", "zhang2002"):
        assert _only(rain, ErosivitySettings(model=model, absent_days="dry")).R == 0
