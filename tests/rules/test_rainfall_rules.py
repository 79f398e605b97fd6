"""The rainfall rules: what they give to the formulas, and what they refuse."""

from math import inf
from pathlib import Path
from typing import get_args

import pytest

from shuibao.rules import rainfall
from shuibao.rules.book import RuleBook
from shuibao.science.errors import DomainError

BOOK = RuleBook.load()


def _overlay(folder: Path, rule_id: str, value: str) -> RuleBook:
    path = folder / "rules.toml"
    path.write_text(
        f'[[rule]]\nid = "{rule_id}"\nvalue = {value}\nbasis = "测试"\nverified_by = "测试"\n',
        encoding="utf-8",
    )
    return RuleBook.load(path)


def test_every_named_energy_event_rule_and_regression_has_its_numbers() -> None:
    for name in get_args(rainfall.EnergyName):
        assert rainfall.energy(BOOK, name)[0] > 0
    for name in get_args(rainfall.EventRuleName):
        assert min(rainfall.erosive_storm(BOOK, name)) < inf
    for name in get_args(rainfall.RegressionName):
        assert rainfall.annual_regression(BOOK, name).exponent > 1


def test_a_storm_ends_after_six_hours_with_less_than_half_a_tenth_of_an_inch() -> None:
    assert rainfall.storm_gap(BOOK) == (6.0, 1.27)


def test_only_the_corrections_that_were_seen_are_known() -> None:
    assert rainfall.known_factors(BOOK) == {1: 1.0, 5: 1.014, 60: 1.730}


def test_a_correction_that_was_supplied_is_used(tmp_path: Path) -> None:
    book = _overlay(tmp_path, "rainfall.fixed_interval.10", "1.05")
    assert rainfall.fixed_interval_factor(book, 10) == 1.05
    assert rainfall.known_factors(book)[10] == 1.05


def test_a_threshold_not_in_use_is_refused() -> None:
    with pytest.raises(DomainError, match="可写 10、12 mm"):
        rainfall.daily_model(BOOK, 11)


def test_a_variogram_nobody_fits_is_refused(tmp_path: Path) -> None:
    with pytest.raises(rainfall.RuleValueWrong, match="spherical、exponential、linear"):
        rainfall.interpolation(_overlay(tmp_path, "rainfall.kriging.variogram", '"gaussian"'))


def test_an_interpolation_nobody_knows_is_refused() -> None:
    with pytest.raises(DomainError, match="auto、kriging、idw"):
        rainfall.interpolation(BOOK, "nearest")  # type: ignore[arg-type]
