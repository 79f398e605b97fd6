"""Sharing out a target: by area and by what can be reduced, never more than a part can."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuibao.law.allotment import Part, allot
from shuibao.law.conservation_rate import area_weighted_rate_pct
from shuibao.science.errors import OutOfRange

PARTS = (Part(1000, 400, 300), Part(1000, 100, 50), Part(2000, 300, 150))


def test_a_target_is_shared_by_area_and_potential() -> None:
    # 4000 km², 800 eroding; 85 % allows 600: 200 to lose. Weights ½·400/800 + ½·300/500 = 0.55, …
    whole = allot(85, PARTS, 0.5)
    assert whole.ceiling_km2 == pytest.approx(600)
    assert whole.needed_km2 == pytest.approx(200)
    assert [share.weight for share in whole.shares] == pytest.approx([0.55, 0.1125, 0.3375])
    assert [share.reduction_km2 for share in whole.shares] == pytest.approx([110, 22.5, 67.5])
    assert whole.shares[0].rate_pct == pytest.approx(71)


def test_what_is_too_much_for_one_falls_to_the_others() -> None:
    whole = allot(70, (Part(1000, 500, 10), Part(1000, 500, 400)), 1.0)
    assert [share.reduction_km2 for share in whole.shares] == pytest.approx([10, 390])
    assert [share.is_capped for share in whole.shares] == [True, False]


def test_a_target_that_cannot_be_reached_is_refused() -> None:
    with pytest.raises(OutOfRange, match="可消减"):
        allot(99, PARTS, 0.5)


def test_a_whole_that_has_its_target_leaves_the_parts_alone() -> None:
    whole = allot(70, PARTS, 0.5)
    assert whole.needed_km2 == 0
    assert [share.reduction_km2 for share in whole.shares] == [0, 0, 0]
    assert not any(share.is_capped for share in whole.shares)


@given(
    st.lists(st.tuples(st.floats(100, 5000), st.floats(0.01, 1), st.floats(0, 1)), min_size=1, max_size=12),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_the_parts_rates_weighted_by_land_are_the_target(
    drawn: list[tuple[float, float, float]], weight: float, share: float
) -> None:
    parts = [Part(land, land * eroding, land * eroding * able) for land, eroding, able in drawn]
    land = sum(part.land_km2 for part in parts)
    left = sum(part.erosion_km2 for part in parts) - share * sum(part.reducible_km2 for part in parts)
    target = 100 * (1 - left / land)
    whole = allot(target, parts, weight)
    rates = [one.rate_pct for one in whole.shares]
    assert area_weighted_rate_pct(rates, [part.land_km2 for part in parts]) == pytest.approx(target, abs=1e-6)
    for part, one in zip(parts, whole.shares, strict=True):
        assert -1e-9 <= one.reduction_km2 <= part.reducible_km2 + 1e-6


@pytest.mark.parametrize("parts", [(), (Part(100, 200, 0),), (Part(100, 50, 60),)])
def test_impossible_parts_are_refused(parts: tuple[Part, ...]) -> None:
    with pytest.raises(OutOfRange):
        allot(80, parts, 0.5)
