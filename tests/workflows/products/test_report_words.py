"""Numbers and sentences of the report."""

from dataclasses import replace

import pytest

from shuibao.workflows.annual_monitoring.report import figures, words
from shuibao.workflows.annual_monitoring.result import Change, MonitoringResult
from shuibao.workflows.annual_monitoring.tables import Stretch


@pytest.mark.parametrize(
    ("km2", "shown"),
    [
        (None, "缺"),
        (0.0, "0"),
        (0.004, "<0.01"),
        (-0.004, ">−0.01"),
        (0.005, "0.01"),
        (86.84, "86.84"),
        (99.996, "100.0"),
        (3226.64, "3,226.6"),
        (-12.345, "−12.35"),
    ],
)
def test_an_area_has_no_more_digits_than_are_true(km2: float | None, shown: str) -> None:
    assert figures.area(km2) == shown


def test_unknown_is_not_zero_and_not_applicable_is_a_dash() -> None:
    assert figures.percent(None) == figures.area_change(None) == figures.loss(None) == "缺"
    assert figures.share(None) == "—"
    assert figures.share(0.0) == "0"


@pytest.mark.parametrize(
    ("km2", "shown"), [(5.0, "+5.00"), (-5.0, "−5.00"), (0.0, "0"), (0.001, "<0.01"), (1234.5, "+1,234.5")]
)
def test_a_change_has_its_sign(km2: float, shown: str) -> None:
    assert figures.area_change(km2) == shown


def test_a_gap_that_rounds_to_nothing_has_no_sign() -> None:
    assert figures.points(0.001) == "0.00"
    assert figures.points(-0.001) == "0.00"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0"), (0.0123, "0.0123"), (3.14159, "3.14"), (87.76, "87.8"), (1587.2, "1,587")],
)
def test_a_quantity_has_three_digits(value: float, shown: str) -> None:
    assert figures.three_digits(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "缺"),
        (True, "是"),
        ([0.25, 2], "0.25、2"),
        (-0.5, "−0.5"),
        ({"a": 1.0}, "a 1"),
        ("EPSG", "EPSG"),
    ],
)
def test_a_rules_value_is_readable(value: object, shown: str) -> None:
    assert figures.plain(value) == shown


def change_of(parts: dict[str, tuple[float, float]]) -> Change:
    return Change("", 2024, {}, {}, {"": parts})


def test_the_change_is_told_with_what_made_it(complete: MonitoringResult) -> None:
    assert complete.change is not None
    assert words.change_in_words(complete.change) == (
        "与 2024 年相比，水土流失面积减少 45.00 km²，主要来自 B 植被覆盖与生物措施（−36.00 km²）、"
        "E 工程措施（−15.00 km²）；T 耕作措施（+7.50 km²）抵消了一部分；"
        "另有 −1.50 km² 不能归于因子（只有一年有结果的格，或容许值不同）。"
    )


def test_growth_is_told_as_growth() -> None:
    parts = {"B": (0.0, 0.0), "T": (9.0, 1.0), "residual": (0.0, 0.0), "observed": (9.0, 1.0)}
    assert words.change_in_words(change_of(parts)) == (
        "与 2024 年相比，水土流失面积增加 9.00 km²，主要来自 T 耕作措施（+9.00 km²）。"
    )


def test_a_change_that_no_factor_made_is_not_given_to_one() -> None:
    parts = {"B": (2.0, 0.0), "residual": (-12.0, 0.0), "observed": (-10.0, 0.0)}
    told = words.change_in_words(change_of(parts))
    assert "没有一个因子朝这个方向变化" in told
    assert "B 植被覆盖与生物措施（+2.00 km²）抵消了一部分" in told


def test_no_change_and_unknown_change_are_different() -> None:
    still = change_of({"residual": (0.0, 0.0), "observed": (0.0, 0.0)})
    assert words.change_in_words(still) == "与 2024 年相比，水土流失面积没有变化。"
    assert words.change_in_words(replace(still, attribution={})) == "与 2024 年相比，水土流失面积的变化缺。"


def test_a_steeper_second_half_is_a_warning() -> None:
    paces = (Stretch(2026, 2030, 42.84), Stretch(2031, 2035, 145.8))
    assert words.steepening(paces) == (
        "2031–2035 年须每年净减 145.8 km²，是 2026–2030 年（42.84 km²）的 3.4 倍。"
    )
    assert words.steepening(paces[::-1]) is None
    assert words.steepening(paces[:1]) is None


def test_a_first_target_met_does_not_hide_the_second() -> None:
    paces = (Stretch(2026, 2030, 0.0), Stretch(2031, 2035, 20.0))
    assert words.steepening(paces) == "2030 年的目标已经达到，但 2031–2035 年须每年净减 20.00 km²。"


def test_the_years_of_one_year_are_one() -> None:
    assert words.years(Stretch(2030, 2030, 1.0)) == "2030"


@pytest.mark.parametrize(
    ("rate", "target", "verdict"),
    [
        (77.33, 78.76, "差 1.43 百分点"),
        (77.33, 77.25, "已达到，高 0.08 百分点"),
        (77.25, 77.25, "已达到，高 0.00 百分点"),
        (None, 77.25, "缺"),
        (77.25, None, "缺"),
    ],
)
def test_the_verdict_on_a_target(
    complete: MonitoringResult, rate: float | None, target: float | None, verdict: str
) -> None:
    zone = replace(complete.totals, water_conservation_rate_pct=rate, targets_pct={2030: target})
    assert words.rate_against_target(zone, 2030) == verdict
