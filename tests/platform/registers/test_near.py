"""Rows near a place: the same ones, whether their keys or their place find them, and none but those given."""

import pytest

from shuibao.platform.core.geometry.cells import Box
from shuibao.platform.core.geometry.field import within
from shuibao.platform.core.models import Region
from shuibao.platform.registers import near as module
from shuibao.platform.registers.near import near

PLACE = within("boundary", Box(111.05, 35.02, 111.15, 35.08))


@pytest.mark.parametrize("most", [0, 1, 2, 1000])
def test_few_and_many_rows_in_a_place_are_found_alike(
    county_shapes: object, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(module, "_MOST_BY_KEY", most)
    found = near(Region.objects.order_by("code"), PLACE)
    assert [region.code for region in found] == ["140802", "140822"]


def test_rows_in_the_place_that_were_not_given_stay_out(county_shapes: object) -> None:
    ours = Region.objects.filter(code__startswith="140822")
    assert [region.code for region in near(ours, PLACE)] == ["140822"]
