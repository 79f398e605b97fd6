"""What the map hands out: the engine's areas, tiles in SL 190 colours, nothing to outsiders."""

import io
import json
from collections.abc import Callable

import numpy as np
import pytest
import shapely
from django.test import Client
from django.urls import reverse
from PIL import Image

from shuibao.data.regions import regions as shipped
from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Region
from shuibao.platform.monitoring.models import Product, Secrecy
from shuibao.platform.onemap.catalogue import COLOURS
from shuibao.platform.onemap.statistics import areas_of_region, areas_of_shape

pytestmark = pytest.mark.slow

Made = Callable[..., Product]
BOW = {"type": "Polygon", "coordinates": [[[111, 35], [112, 36], [112, 35], [111, 36], [111, 35]]]}
YUNCHENG_TILE = (8, 206, 101)


def tile_address(product: Product, layer: str = "intensity", at: tuple[int, int, int] = YUNCHENG_TILE) -> str:
    return reverse("onemap:raster", args=[product.pk, product.run_id, layer, *at])


@pytest.mark.parametrize("code", ["140822", "140829", "140881"])
def test_a_drawn_countys_areas_are_those_of_the_run(published: Made, code: str) -> None:
    product = published(2025)
    zone = next(zone for zone in product.summary["zones"] if zone["code"] == code)
    found = areas_of_shape(product, shipped("counties")[code].boundary, "圈定范围")
    assert found.classes == pytest.approx(tuple(zone["class_area_km2"].values()), rel=1e-9)
    assert found.rate_pct == pytest.approx(zone["water_conservation_rate_pct"], rel=1e-9)


def test_a_regions_areas_stand_in_the_product_and_a_shape_outside_has_none(
    published: Made, regions: dict[str, Region]
) -> None:
    product = published(2025)
    city = areas_of_region(product, regions["140800"])
    assert not city.is_counted and city.erosion_km2 == pytest.approx(product.erosion_area_km2)
    nowhere = areas_of_shape(product, shapely.box(100, 20, 100.1, 20.1), "海上")
    assert nowhere.land_km2 == 0 and nowhere.rate_pct is None


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ({"type": "Point", "coordinates": [111, 35]}, "应为多边形"),
        (BOW, "相交"),
        ({"type": "Polygon", "coordinates": [[[200, 35], [201, 35], [201, 36], [200, 35]]]}, "经纬度"),
        ("nothing", "GeoJSON"),
    ],
)  # fmt: skip
def test_a_polygon_that_is_none_is_refused_with_a_reason(
    published: Made, engineer: User, client: Client, shape: object, words: str
) -> None:
    product = published(2024)
    client.force_login(engineer)
    address = reverse("onemap:of_polygon", args=[product.pk])
    answer = client.post(
        address, json.dumps(shape), content_type="application/json", headers={"accept": "application/json"}
    )
    assert answer.status_code == 409 and words in answer.content.decode()


def test_a_tile_shows_the_classes_in_their_colours(published: Made, engineer: User, client: Client) -> None:
    product = published(2025)
    client.force_login(engineer)
    answer = client.get(tile_address(product))
    assert answer.status_code == 200 and "immutable" in answer["Cache-Control"]
    pixels = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGBA")).reshape(-1, 4)
    seen = {f"#{r:02x}{g:02x}{b:02x}" for r, g, b, a in np.unique(pixels, axis=0) if a}
    assert {COLOURS[0], COLOURS[2]} <= seen <= set(COLOURS)
    assert client.get(tile_address(product, at=(8, 0, 0))).status_code == 204
    assert client.get(tile_address(product, "soil_loss")).status_code == 200
    assert client.get(tile_address(product, "r")).status_code == 404


def test_tiles_and_statistics_are_refused_to_who_may_not_see_the_product(
    published: Made, draft: Made, make_user: Callable[..., User], client: Client
) -> None:
    internal, waiting = published(2024), draft(2025)
    polygon = json.dumps(
        {"type": "Polygon", "coordinates": [[[111, 35], [111.1, 35], [111.1, 35.1], [111, 35]]]}
    )
    for user in (None, make_user("other", Role.SUPERVISOR, "141000")):
        if user:
            client.force_login(user)
        assert client.get(tile_address(internal)).status_code == 404
        assert client.get(reverse("onemap:of_region", args=[internal.pk, "140800"])).status_code == 404
        address = reverse("onemap:of_polygon", args=[internal.pk])
        assert client.post(address, polygon, content_type="application/json").status_code == 404
    client.force_login(make_user("engineer2", Role.ENGINEER))
    assert client.get(tile_address(waiting)).status_code == 404
    assert client.get(tile_address(internal)).status_code == 200


def test_open_is_for_all_and_restricted_for_few(
    published: Made, make_user: Callable[..., User], client: Client
) -> None:
    product = published(2024, Secrecy.OPEN)
    assert client.get(tile_address(product)).status_code == 200
    Product.objects.filter(pk=product.pk).update(secrecy=Secrecy.RESTRICTED)
    client.force_login(make_user("super", Role.SUPERVISOR))
    assert client.get(tile_address(product)).status_code == 404
    assert (
        str(product.run_id)
        not in client.get(reverse("onemap:map") + f"?product={product.pk}").content.decode()
    )


def test_the_inspector_names_the_county_and_what_there_is(
    published: Made, engineer: User, client: Client
) -> None:
    product = published(2025)
    county = shipped("counties")["140822"]
    region = Region.objects.get(pk="140822")
    region.boundary = county.boundary
    region.save()
    client.force_login(engineer)
    point = county.boundary.representative_point()
    found = client.get(reverse("onemap:place"), {"lon": point.x, "lat": point.y, "product": product.pk})
    words = found.content.decode()
    assert "万荣县" in words and "分级面积" in words and "侵蚀图斑" in words
    assert "没有" in client.get(reverse("onemap:place"), {"lon": 100, "lat": 20}).content.decode()


def test_imagery_is_not_there_without_a_key(engineer: User, client: Client) -> None:
    client.force_login(engineer)
    assert client.get(reverse("onemap:imagery", args=["img", 5, 26, 12])).status_code == 404
