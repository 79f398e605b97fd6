import numpy as np
import pytest
import shapely
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from shuibao.platform.core.geometry.cells import Box, cell_of, ranges
from shuibao.platform.core.geometry.field import within
from shuibao.platform.core.models import Region

degrees = st.floats(0, 1).map(lambda share: round(share, 6))
boxes = st.builds(
    lambda west, south, width, height: Box(110 + west, 34 + south, 110 + west + width, 34 + south + height),
    degrees,
    degrees,
    degrees | st.just(0.0),
    degrees | st.just(0.0),
)


@given(shape=boxes, view=boxes)
def test_the_ranges_of_a_view_hold_every_shape_that_meets_it(shape: Box, view: Box) -> None:
    if shape.meets(view):
        assert any(first <= cell_of(shape) <= last for first, last in ranges(view))


def test_the_whole_world_and_one_point_have_a_cell() -> None:
    assert cell_of(Box(-180, -90, 180, 90)) == 0
    assert cell_of(Box(180, 90, 180, 90)) > 0


def test_a_saved_shape_is_found_by_its_box_with_its_size(regions: dict[str, Region]) -> None:
    square = shapely.box(111, 35, 111.1, 35.1)
    region = regions["140802"]
    region.boundary = square
    region.save()
    region.refresh_from_db()
    assert region.boundary.equals(square)
    assert region.boundary_size == pytest.approx(101.2e6, rel=0.01)
    assert Region.objects.filter(within("boundary", Box(111.05, 35.05, 111.06, 35.06))).get() == region
    assert not Region.objects.filter(within("boundary", Box(111.2, 35.05, 111.3, 35.06))).exists()


def test_coordinates_are_kept_to_nine_decimals(regions: dict[str, Region]) -> None:
    region = regions["140802"]
    region.boundary = shapely.box(111.1234567891234, 35, 111.2, 35.1)
    region.save()
    region.refresh_from_db()
    assert np.isclose(region.boundary.bounds[0], 111.123456789, atol=0, rtol=0)


@pytest.mark.parametrize("wrong", [shapely.Point(111, 35), shapely.box(500000, 3900000, 500100, 3900100)])
def test_a_shape_of_another_kind_or_in_metres_is_refused(
    regions: dict[str, Region], wrong: shapely.Geometry
) -> None:
    region = regions["140802"]
    region.boundary = wrong
    with pytest.raises(ValidationError):
        region.save()
