"""The watershed rules: the sizes they give, and what they refuse."""

from pathlib import Path

import pytest

from shuibao.rules.book import RuleBook
from shuibao.rules.terrain import PiecesWrong
from shuibao.rules.watersheds import division_choices
from shuibao.science.errors import OutOfRange
from shuibao.science.terrain.watersheds import Sizes

KM2 = 10**10


def test_watersheds_of_30_km2_lie_between_10_and_50() -> None:
    book = RuleBook.load()
    choices = division_choices(book)
    assert choices.sizes == Sizes(10 * KM2, 30 * KM2, 50 * KM2)
    assert choices.channel_area == KM2 // 10
    assert len(book.unverified_used()) == 4


def test_the_range_follows_the_area_asked_for() -> None:
    choices = division_choices(RuleBook.load(), area_km2=12, channel_km2=0.5)
    assert choices.sizes == Sizes(4 * KM2, 12 * KM2, 20 * KM2)
    assert choices.channel_area == KM2 // 2


@pytest.mark.parametrize("area_km2", [0, -3, 20_000, float("nan")])
def test_an_absurd_area_is_refused(area_km2: float) -> None:
    with pytest.raises(OutOfRange, match="小流域的面积"):
        division_choices(RuleBook.load(), area_km2=area_km2)


@pytest.mark.parametrize("channel_km2", [0, 10.5, float("nan")])
def test_a_channel_needs_less_than_the_smallest_watershed(channel_km2: float) -> None:
    with pytest.raises(OutOfRange, match="不超过最小的小流域"):
        division_choices(RuleBook.load(), channel_km2=channel_km2)


@pytest.mark.parametrize(
    ("rule_id", "value"), [("least_share", 0.9), ("most_share", 0.8), ("most_share", 11)]
)
def test_shares_must_leave_a_range_around_the_target(tmp_path: Path, rule_id: str, value: float) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(
        f'[[rule]]\nid = "watersheds.{rule_id}"\nvalue = {value}\nbasis = "测试"\nverified_by = "测试"\n',
        encoding="utf-8",
    )
    with pytest.raises(PiecesWrong, match="watersheds"):
        division_choices(RuleBook.load(path))
