"""OGC API Features by its requirement classes: Core, GeoJSON, OpenAPI 3.0, CRS."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pyproj import Transformer

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.api.services import make_token

pytestmark = pytest.mark.usefixtures("drawn")

ITEMS = "/ogc/collections/regions/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def read(client: Client, path: str, **query: Any) -> Any:
    answer = client.get(path, query)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def found(client: Client, **query: Any) -> list[str]:
    page = read(client, ITEMS, **{"limit": 100, **query})
    codes = [feature["id"] for feature in page["features"]]
    assert (page["numberReturned"], page["numberMatched"]) == (len(codes), len(codes))
    return codes


def rels(document: Any) -> dict[str, str]:
    return {link["rel"]: link["href"] for link in document["links"]}


def test_req_core_root_the_landing_page_leads_everywhere(client: Client) -> None:
    landing = read(client, "/ogc/")
    assert {"self", "service-desc", "service-doc", "conformance", "data"} <= rels(landing).keys()
    assert all(link["type"] and link["title"] for link in landing["links"])
    for rel, href in rels(landing).items():
        assert client.get(href, follow=True).status_code == 200, rel


def test_req_oas30_the_description_names_every_operation(client: Client) -> None:
    answer = client.get("/ogc/api")
    assert answer["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    described = answer.json()
    assert described["openapi"].startswith("3.0")
    wanted = {"/", "/conformance", "/collections", "/collections/regions", "/collections/regions/items"}
    assert wanted <= described["paths"].keys()
    names = {p.get("name") for p in described["paths"]["/collections/regions/items"]["get"]["parameters"]}
    assert {"level", "name", "parent_id"} <= names


def test_req_core_conformance_names_the_four_classes(client: Client) -> None:
    classes = read(client, "/ogc/conformance")["conformsTo"]
    assert {uri.rsplit("/", 1)[1] for uri in classes} == {"core", "oas30", "geojson", "crs"}


def test_req_core_collections_say_what_they_are_and_where(client: Client) -> None:
    listed = read(client, "/ogc/collections")
    [one] = [c for c in listed["collections"] if c["id"] == "regions"]
    assert one == read(client, "/ogc/collections/regions")
    assert {"self", "items"} <= rels(one).keys()
    assert one["itemType"] == "feature"
    assert one["extent"]["spatial"]["bbox"] == [[110.4, 34.9, 111.7, 36.2]]
    assert one["extent"]["temporal"]["interval"] == [["2001-01-01T00:00:00Z", None]]
    assert one["crs"][0] == CRS84
    assert one["storageCrs"] in one["crs"]


def test_req_core_items_are_a_page_of_geojson(client: Client) -> None:
    answer = client.get(ITEMS, {"limit": 2})
    assert answer["Content-Type"] == "application/geo+json"
    assert answer["Content-Crs"] == f"<{CRS84}>"
    page = answer.json()
    assert page["type"] == "FeatureCollection"
    assert (page["numberReturned"], page["numberMatched"]) == (2, 6)
    assert page["timeStamp"].endswith("Z")
    assert {"self", "collection", "next"} <= rels(page).keys()


def test_the_next_links_lead_through_all_features_once(client: Client) -> None:
    seen, href = [], f"{ITEMS}?limit=1&bbox=110,34,112,37&level=county"
    while href:
        page = read(client, href)
        assert page["numberMatched"] == 3
        seen += [feature["id"] for feature in page["features"]]
        href = rels(page).get("next", "")
    assert seen == ["140802", "140822", "141002"]
    assert "offset=1" in rels(page)["prev"]


@pytest.mark.parametrize(
    ("bbox", "codes"),
    [
        ("110,34,112,37", ["140802", "140822", "141002"]),
        ("111.0,35.0,111.01,35.01", ["140802"]),  # well inside
        ("111.1,35.1,111.2,35.2", ["140802"]),  # touches a corner
        ("110.41,35.21,110.45,35.25", ["140822"]),
        ("110.8,35.5,110.95,35.7", []),  # meets the triangle's box, not the triangle
        ("110.3,35.1,0,110.5,35.3,100", ["140822"]),  # with heights
        ("170,-80,-170,80", []),  # over the date line
        ("110,34,109,37", ["140802", "140822", "141002"]),  # round the world but for one degree
        ("1,1,2,2", []),
    ],
)
def test_req_core_bbox_is_exact(client: Client, bbox: str, codes: list[str]) -> None:
    assert found(client, bbox=bbox) == codes


@pytest.mark.parametrize(
    ("moment", "codes"),
    [
        ("2026-11-22", {"140802", "141002"}),
        ("2015-06-01T00:00:00Z", {"140802", "140822", "141002"}),
        ("1999-01-01/2000-12-31", {"140822", "141002"}),
        ("../2001-01-01", {"140802", "140822", "141002"}),
        ("2019-12-31/..", {"140802", "140822", "141002"}),
        ("2019-12-31T20:00:00Z/", {"140802", "141002"}),  # already 1 January in Shanxi
    ],
)
def test_req_core_datetime_takes_what_was_valid_then(client: Client, moment: str, codes: set[str]) -> None:
    assert set(found(client, datetime=moment, level="county")) == codes


@pytest.mark.parametrize("level", ["county", "县（市、区）"])
def test_a_property_filters_by_value_or_word(client: Client, level: str) -> None:
    assert found(client, level=level, parent_id="140800") == ["140802", "140822"]


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "limit=0",
        "limit=ten",
        "offset=-1",
        "offset=99999999999999999999",
        "bbox=1,2,3",
        "bbox=1,2,x,4",
        "bbox=nan,1,2,3",
        "bbox=110,37,112,34",
        "bbox=110,34,112,97",
        "bbox-crs=EPSG:4490",
        "crs=http://example.invalid/crs",
        "datetime=yesterday",
        "datetime=2020-13-01",
        "datetime=2021-01-01/2020-01-01",
        "datetime=2020-01-01T00:00:00",
        "datetime=9999-12-31T23:59:59Z",
        "valid_from=soon",
        "f=xml",
    ],
)
def test_req_core_a_parameter_that_cannot_be_is_400(client: Client, query: str) -> None:
    answer = client.get(f"{ITEMS}?{query}")
    assert answer.status_code == 400, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == query.split("=")[0]


def test_a_limit_above_the_most_is_the_most(client: Client) -> None:
    assert read(client, ITEMS, limit=99999)["numberReturned"] == 6


def test_req_core_one_feature_says_whether_it_changed(client: Client) -> None:
    answer = client.get(f"{ITEMS}/140802")
    assert answer["Content-Type"] == "application/geo+json"
    feature = answer.json()
    assert (feature["type"], feature["id"]) == ("Feature", "140802")
    assert {"self", "collection"} <= rels(feature).keys()
    assert feature["properties"]["level"] == "县（市、区）"
    same = client.get(f"{ITEMS}/140802", headers={"If-None-Match": answer["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    other = client.get(f"{ITEMS}/140802", {"crs": f"{EPSG}4490"})
    assert other["ETag"] != answer["ETag"]
    assert client.get(f"{ITEMS}/140803").status_code == 404


def test_a_region_without_shape_is_a_feature_without_geometry(client: Client) -> None:
    assert read(client, f"{ITEMS}/140000")["geometry"] is None


@pytest.mark.parametrize("code", ["", "4490", "4546", "4547"])
def test_req_crs_coordinates_come_in_the_axis_order_of_the_system(client: Client, code: str) -> None:
    """As the system's definition in the EPSG register has it, which PROJ keeps unless told otherwise."""
    uri = f"{EPSG}{code}" if code else CRS84
    answer = client.get(f"{ITEMS}/140802", {"crs": uri})
    assert answer["Content-Crs"] == f"<{uri}>"
    system = f"EPSG:{code}" if code else "OGC:CRS84"
    there = Transformer.from_crs("EPSG:4490", system).transform(34.9, 111.1)
    corners = answer.json()["geometry"]["coordinates"][0]
    assert min(max(abs(a - b) for a, b in zip(xy, there, strict=True)) for xy in corners) < 1e-4


def test_req_crs_bbox_is_read_in_its_own_system(client: Client) -> None:
    assert found(client, bbox="35.0,111.0,35.01,111.01", **{"bbox-crs": f"{EPSG}4490"}) == ["140802"]
    metres = "3870000,495000,3875000,505000"
    assert found(client, bbox=metres, **{"bbox-crs": f"{EPSG}4546"}) == ["140802"]
    west = "3870000,400000,3875000,480000"
    assert found(client, bbox=west, **{"bbox-crs": f"{EPSG}4546"}) == []


def test_only_reading_is_offered(client: Client) -> None:
    answer = client.post(ITEMS)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.usefixtures("secret_boundaries")
def test_a_restricted_layer_is_there_for_those_with_the_right_alone(
    client: Client, make_user: Callable[..., User]
) -> None:
    engineer, keeper = make_user("engineer", Role.ENGINEER), make_user("keeper", Role.ADMINISTRATOR)
    for person, status in ((engineer, 404), (keeper, 200)):
        token = make_token("QGIS", "read", 30, by=person, has_second_factor=True).secret
        program = Client(headers={"Authorization": f"Bearer {token}"})
        listed = {c["id"] for c in read(program, "/ogc/collections")["collections"]}
        assert ("regions" in listed) is (status == 200)
        for path in ("/ogc/collections/regions", ITEMS, f"{ITEMS}/140802"):
            assert program.get(path).status_code == status
    assert client.get(ITEMS).status_code == 404
    assert "regions" not in client.get("/ogc/api").content.decode()


def test_what_is_no_layer_is_not_there(client: Client) -> None:
    for path in ("/ogc/collections/people/items", "/ogc/collections/nothing", "/ogc/nothing"):
        answer = client.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
