"""A public client reads the features: conformance, collections, pages, axis order, a token."""

from copy import deepcopy
from typing import Any

import owslib.ogcapi
import pytest
from owslib.ogcapi.features import Features

from shuibao.platform.accounts.models import User
from shuibao.platform.api.services import make_token


@pytest.fixture
def client_of(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes a client; owslib keeps all headers in one place, which is put back afterwards."""
    monkeypatch.setattr(owslib.ogcapi, "REQUEST_HEADERS", deepcopy(owslib.ogcapi.REQUEST_HEADERS))
    return lambda **more: Features(f"{live_server.url}/ogc/", **more)


@pytest.mark.django_db(transaction=True)
def test_owslib_reads_collections_and_features(client_of: Any, drawn: Any) -> None:
    features = client_of()
    classes = features.conformance()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in classes
    assert features.api()["openapi"].startswith("3.0")
    assert "regions" in features.feature_collections()
    assert features.collection("regions")["title"] == "行政区"

    inside = features.collection_items("regions", bbox=[110.95, 34.95, 111.05, 35.05])
    assert [feature["id"] for feature in inside["features"]] == ["140802"]
    first = features.collection_items("regions", limit=4)
    rest = features.collection_items("regions", limit=4, offset=4)
    assert [f["id"] for f in (*first["features"], *rest["features"])] == sorted(drawn)


@pytest.mark.django_db(transaction=True)
def test_owslib_gets_a_known_corner_in_both_axis_orders(client_of: Any, drawn: Any) -> None:
    features = client_of()
    plain = features.collection_item("regions", "140802")
    assert [110.9, 34.9] in plain["geometry"]["coordinates"][0]
    turned = features.collection_items(
        "regions", code="140802", crs="http://www.opengis.net/def/crs/EPSG/0/4490"
    )
    assert features.response_headers["Content-Crs"] == "<http://www.opengis.net/def/crs/EPSG/0/4490>"
    assert [34.9, 110.9] in turned["features"][0]["geometry"]["coordinates"][0]


@pytest.mark.django_db(transaction=True)
def test_owslib_signs_in_with_a_token(client_of: Any, drawn: Any, engineer: User) -> None:
    secret = make_token("QGIS", "read", 30, by=engineer, has_second_factor=False).secret
    signed_in = client_of(headers={"Authorization": f"Bearer {secret}"})
    assert signed_in.collection_items("regions", limit=1)["numberReturned"] == 1
    with pytest.raises(RuntimeError, match="not_signed_in"):
        client_of(headers={"Authorization": "Bearer wrong"}).collections()
