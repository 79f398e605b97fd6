"""Pages of what meets an area: exact, without gap or double, whatever is left out."""

from typing import Any

import pytest
import shapely

from shuibao.platform.core.models import Region
from shuibao.platform.ogc import paging
from shuibao.platform.ogc.paging import page_of

WINDOW = shapely.box(111.05, 35.05, 111.55, 35.55)


@pytest.fixture
def triangles(db: None) -> list[str]:
    """The codes of the triangles that meet the window, of 400 whose boxes lie all about it."""
    shapes = {}
    for row in range(20):
        for column in range(20):
            x, y = 111 + column * 0.03, 35 + row * 0.03
            corners = [(x, y), (x + 0.06, y), (x, y + 0.06)]
            shapes[f"1408{row:02}{column:02}"] = shapely.Polygon(corners)
    for code, shape in shapes.items():
        Region.objects.create(code=code, name=code, level="township", boundary=shape)
    return [code for code in sorted(shapes) if shapes[code].intersects(WINDOW)]


@pytest.mark.parametrize("left_out_by_query", [500, 0])
def test_pages_hold_each_shape_that_meets_the_window_once(
    triangles: list[str], monkeypatch: pytest.MonkeyPatch, left_out_by_query: int
) -> None:
    monkeypatch.setattr(paging, "_LEFT_OUT_BY_QUERY", left_out_by_query)
    seen: list[Any] = []
    for first in range(0, len(triangles), 37):
        page = page_of(Region.objects.all(), "boundary", WINDOW, first, 37)
        assert page.matched == len(triangles)
        seen += [row.code for row in page.rows]
    assert seen == triangles
    assert len(triangles) < 400


def test_a_slanted_area_is_exact_too(triangles: list[str]) -> None:
    slanted = shapely.Polygon([(111.0, 35.0), (111.6, 35.3), (111.3, 35.6)])
    page = page_of(Region.objects.all(), "boundary", slanted, 0, 1000)
    rows = Region.objects.filter(boundary_cell__isnull=False)
    assert [row.code for row in page.rows] == [r.code for r in rows if r.boundary.intersects(slanted)]
