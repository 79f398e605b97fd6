"""What the map beside a list draws: under the same filter, inside its view, for those who may have it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import shapely
from django.test import Client

from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Region
from shuibao.platform.registers import features
from shuibao.platform.registers.registry import register_named

MAP = "/registers/regions/features.json"
ALL = "bbox=110,34,112,36&width=800"


def _drawn(client: Client, query: str) -> dict[str, Any]:
    answer = client.get(f"{MAP}?{query}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def _keys(found: dict[str, Any]) -> list[str]:
    return sorted(feature["properties"]["key"] for feature in found["features"])


def test_the_map_draws_the_rows_of_the_filter_inside_its_view(client: Client, county_shapes: object) -> None:
    assert _keys(_drawn(client, ALL)) == ["140802", "140822", "141002"]
    assert _keys(_drawn(client, f"{ALL}&code=140800")) == ["140802", "140822"]
    assert _keys(_drawn(client, "bbox=111.12,35.02,111.13,35.03")) == ["140822"]


def test_a_row_whose_box_meets_the_view_and_whose_shape_does_not_is_left_out(
    client: Client, regions: dict[str, Region]
) -> None:
    region = regions["140822"]
    region.boundary = shapely.Polygon([(111, 35), (111.1, 35), (111, 35.1)])
    region.save()
    assert _keys(_drawn(client, "bbox=111.08,35.08,111.09,35.09")) == []
    assert _keys(_drawn(client, "bbox=111.01,35.01,111.02,35.02")) == ["140822"]


def test_shapes_are_thinned_for_the_view_and_never_where_they_are_kept(
    client: Client, regions: dict[str, Region]
) -> None:
    region = regions["140822"]
    region.boundary = shapely.Point(111, 35).buffer(0.1, quad_segs=64)
    region.save()
    far = _drawn(client, ALL)["features"][0]["geometry"]["coordinates"][0]
    near = _drawn(client, "bbox=110.9,34.9,111.1,35.1&width=4000")["features"][0]["geometry"]["coordinates"][
        0
    ]
    assert len(far) < len(near) <= 257
    region.refresh_from_db()
    assert shapely.get_num_coordinates(region.boundary) == 257


def test_too_many_rows_stand_as_numbers_of_their_county_or_city(
    client: Client, county_shapes: dict[str, Region], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features, "MOST", 2)
    for code, shape in (
        ("140800", shapely.box(111, 35, 111.2, 35.1)),
        ("141000", shapely.box(111.2, 35, 111.3, 35.1)),
    ):
        county_shapes[code].boundary = shape
        county_shapes[code].save()
    far = _drawn(client, f"level=county&{ALL.replace('800', '356')}")
    assert far["counted"] is True
    assert {f["properties"]["region"]: f["properties"]["count"] for f in far["features"]} == {
        "140800": 2,
        "141000": 1,
    }
    near = _drawn(client, "bbox=111,34.9,111.3,35.1&width=800")
    counts = {f["properties"]["label"]: f["properties"]["count"] for f in near["features"]}
    assert counts == {"盐湖区": 1, "万荣县": 1, "尧都区": 1, "运城市": 1, "临汾市": 1}


@pytest.mark.parametrize("bbox", ["", "1,2,3", "a,b,c,d", "111,36,110,35", "0,0,999,1", "nan,1,2,3"])
def test_a_view_that_is_none_is_refused(client: Client, regions: object, bbox: str) -> None:
    assert client.get(f"{MAP}?bbox={bbox}").status_code == 409


@pytest.mark.parametrize(
    ("secrecy", "visitor", "reader", "holder"),
    [("open", 200, 200, 200), ("internal", 404, 200, 200), ("restricted", 404, 404, 200)],
)
def test_a_layer_leaves_for_those_its_secrecy_allows(
    client: Client,
    as_role: Callable[..., Client],
    declare: Callable[..., object],
    may: Callable[..., None],
    secrecy: str,
    visitor: int,
    reader: int,
    holder: int,
) -> None:
    real = register_named("regions")
    assert real is not None
    assert real.layer is not None
    declare("regions", layer=replace(real.layer, secrecy=secrecy))
    may(Role.ENGINEER, "regions.restricted")
    address = f"{MAP}?{ALL}"
    assert client.get(address).status_code == visitor
    assert as_role(Role.SUPERVISOR).get(address).status_code == reader
    assert as_role(Role.ENGINEER).get(address).status_code == holder
    page = client.get("/registers/regions/?show=both").content.decode()
    assert ("register-map" in page) == (visitor == 200)


def test_a_register_without_shapes_has_no_map(as_role: Callable[..., Client]) -> None:
    client = as_role(Role.SUPERVISOR)
    assert client.get(f"/registers/organisations/features.json?{ALL}").status_code == 404
    assert "register-map" not in client.get("/registers/organisations/?show=both").content.decode()
