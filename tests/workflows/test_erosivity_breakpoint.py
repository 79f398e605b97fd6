"""R of stations with breakpoint rain: EI30 from files, and a real year of a 5-minute gauge."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from shuibao.data.rain_series import StepSeries, step_series
from shuibao.data.rain_table import read_rain
from shuibao.rules.book import RuleBook, RuleUnknown
from shuibao.rules.rainfall import rain_codes, step_limits
from shuibao.science.errors import DomainError, InputError
from shuibao.workflows.erosivity import NoCompleteHalfMonth, StationErosivity, station_erosivity
from shuibao.workflows.erosivity.settings import ErosivitySettings
from shuibao.workflows.erosivity.storms import erosive_storms

REFERENCE = Path(__file__).parents[1] / "reference"
HYETOR = [1.1, 2.3, 3.2, 1.9, 4.1, 5.9, 2.5, 3.1, 2.9, 1.2, 0.5, 0.2]
DEPTH = ErosivitySettings(absent_days="dry")
COUNTER = ErosivitySettings(record="since_midnight")


def _storm(folder: Path, step_min: int, start: str = "2024-07-15 20:00", name: str = "rain.csv") -> Path:
    times = np.datetime64(start.replace(" ", "T")) + np.arange(1, 13) * step_min
    rows = "".join(f"a,{str(time).replace('T', ' ')},{mm}\n" for time, mm in zip(times, HYETOR, strict=True))
    path = folder / name
    path.write_text(f"station,time,mm\n{rows}", encoding="utf-8")
    return path


def _only(path: Path, chosen: ErosivitySettings, rules: RuleBook | None = None) -> StationErosivity:
    (station,) = station_erosivity([path], rules=rules or RuleBook.load(), settings=chosen).stations
    return station


@pytest.fixture(scope="module")
def gauges(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The two Oklahoma Mesonet years, unpacked."""
    folder = tmp_path_factory.mktemp("okmesonet")
    paths = {}
    for station in ("acme", "adax"):
        paths[station] = folder / f"{station}.csv"
        paths[station].write_bytes(
            gzip.decompress((REFERENCE / f"okmesonet_{station}_1994.csv.gz").read_bytes())
        )
    return paths


@pytest.fixture(scope="module")
def series(gauges: dict[str, Path]) -> dict[str, StepSeries]:
    """Their steps."""
    book = RuleBook.load()
    found = {}
    for station, path in gauges.items():
        table = read_rain([path], rain_codes(book))
        rows = table.stations()[station.upper()]
        found[station] = step_series(table, rows, "since_midnight", "missing", step_limits(book))
    return found


@pytest.mark.parametrize(
    ("step_min", "energy", "expected"),
    [
        (5, "brown_foster", 300.0629),
        (10, "mcgregor", 172.9920),
        (30, "wischmeier_smith", 63.7055),
        (60, "brown_foster", 19.3099),
    ],
)
def test_a_file_with_one_storm_has_the_ei30_of_the_series(
    tmp_path: Path, step_min: int, energy, expected: float
) -> None:
    chosen = ErosivitySettings(absent_days="dry", energy=energy)
    assert pytest.approx(expected, abs=5e-5) == _only(_storm(tmp_path, step_min), chosen).R


def test_a_storm_over_a_half_months_end_counts_where_it_begins(tmp_path: Path) -> None:
    found = _only(_storm(tmp_path, 30), DEPTH)
    assert np.flatnonzero(found.half_months).tolist() == [12]


def test_yin_2007_raises_hourly_ei30_by_seven_tenths(tmp_path: Path) -> None:
    chosen = ErosivitySettings(absent_days="dry", fixed_interval_correction="yin2007")
    found = _only(_storm(tmp_path, 60), chosen)
    assert pytest.approx(19.3099 * 1.730, abs=1e-4) == found.R
    assert not any("未订正" in warning for warning in found.warnings)


def test_without_correction_the_record_is_said_to_give_too_little(tmp_path: Path) -> None:
    found = _only(_storm(tmp_path, 60), DEPTH)
    assert any("未订正" in warning and "× 1.73" in warning for warning in found.warnings)
    found = _only(_storm(tmp_path, 10), DEPTH)
    assert any("未订正" in warning and "×" not in warning for warning in found.warnings)


def test_a_correction_nobody_has_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleUnknown, match="10 分钟"):
        _only(_storm(tmp_path, 10), ErosivitySettings(absent_days="dry", fixed_interval_correction="yin2007"))


def test_a_storm_below_the_rule_counts_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rain.csv"
    path.write_text(
        "station,time,mm\na,2024-07-01 10:00,5\na,2024-07-01 11:00,5\na,2024-07-01 12:00,1\n",
        encoding="utf-8",
    )
    assert _only(path, DEPTH).R == 0
    assert _only(path, ErosivitySettings(absent_days="dry", event_rule="wang1984")).R > 0


def test_steps_without_a_row_are_missing_unless_said_to_be_dry(tmp_path: Path) -> None:
    with pytest.raises(NoCompleteHalfMonth, match="1月上半月至12月下半月"):
        _only(_storm(tmp_path, 5), ErosivitySettings())


def test_choices_for_daily_rain_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="用不到 model、threshold_mm"):
        _only(_storm(tmp_path, 5), ErosivitySettings(model="xie2016", threshold_mm=10))


def test_acme_had_794_mm_in_1994_and_adax_1011(series: dict[str, StepSeries]) -> None:
    assert np.nansum(series["acme"].depths_mm) == pytest.approx(794, abs=0.5)
    assert np.nansum(series["adax"].depths_mm) == pytest.approx(1011, abs=0.5)


def test_acmes_48_silent_days_are_missing(series: dict[str, StepSeries]) -> None:
    silent = series["acme"].days[series["acme"].missing_share > 0.1]
    assert silent.size == 48
    assert silent[0] == np.datetime64("1994-01-01")


@pytest.mark.parametrize("station", ["acme", "adax"])
def test_erosive_storms_of_the_southern_plains_are_few_and_heavy(
    series: dict[str, StepSeries], station: str
) -> None:
    """20–40 storms a year bring most of the rain; E is 0.1–0.28 MJ/hm² for a mm; R is in the thousands."""
    found = erosive_storms(series[station], ErosivitySettings(event_rule="rusle"), RuleBook.load())
    rain = float(np.nansum(series[station].depths_mm))
    assert 20 <= len(found) <= 40
    assert 0.6 * rain < sum(storm.depth_mm for storm in found) < rain
    assert all(0.08 < storm.energy_mj_hm2 / storm.depth_mm < 0.29 for storm in found)
    assert max(storm.i30_mm_h for storm in found) < 100
    assert 1500 < sum(storm.ei30 for storm in found) < 6000


def test_adaxs_year_is_complete_but_for_two_readings(gauges: dict[str, Path]) -> None:
    found = _only(gauges["adax"], COUNTER)
    assert 2500 < found.R < 4000
    assert found.years == 1
    assert sum(found.half_months) == pytest.approx(found.R)
    assert found.notes == ("5 分钟记录，侵蚀性降雨 26 场。",)
    assert any("2 行是缺测代码" in warning for warning in found.warnings)
    assert any("× 1.014" in warning for warning in found.warnings)


def test_acmes_winter_is_too_full_of_holes(gauges: dict[str, Path]) -> None:
    with pytest.raises(NoCompleteHalfMonth, match="站 ACME：1月上半月至2月下半月"):
        _only(gauges["acme"], COUNTER)


def test_acmes_year_can_be_had_by_rule_with_a_word_on_every_lost_day(
    gauges: dict[str, Path], tmp_path: Path
) -> None:
    overlay = tmp_path / "rules.toml"
    overlay.write_text(
        '[[rule]]\nid = "rainfall.missing_days_max"\nvalue = 16\nbasis = "测试"\nverified_by = "测试"\n',
        encoding="utf-8",
    )
    found = _only(gauges["acme"], COUNTER, RuleBook.load(overlay))
    assert 1500 < found.R < 3000
    assert any("48 天缺测" in warning for warning in found.warnings)


def test_a_counters_file_taken_for_depths_is_refused(gauges: dict[str, Path]) -> None:
    with pytest.raises(InputError, match="像是自 0 时累计的值"):
        _only(gauges["adax"], ErosivitySettings())
