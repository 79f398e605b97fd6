"""Counties with shapes: squares, and a triangle that leaves half of its box empty."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import shapely
from django.core.cache import cache

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Region
from shuibao.platform.registers import registry


@pytest.fixture(autouse=True)
def a_fresh_minute(db: None) -> None:
    """Nobody has asked anything yet."""
    cache.clear()


@pytest.fixture
def drawn(regions: dict[str, Region]) -> dict[str, Region]:
    """Three counties: a square, a triangle below its box's diagonal, and a square far off."""
    shapes = {
        "140802": shapely.box(110.9, 34.9, 111.1, 35.1),
        "140822": shapely.Polygon([(110.4, 35.2), (110.9, 35.2), (110.4, 35.6)]),
        "141002": shapely.box(111.4, 36.0, 111.7, 36.2),
    }
    for code, shape in shapes.items():
        regions[code].boundary = shape
        regions[code].save()
    Region.objects.filter(pk="140802").update(valid_from=date(2001, 1, 1))
    Region.objects.filter(pk="140822").update(valid_to=date(2019, 12, 31))
    return regions


@pytest.fixture
def engineer(make_user: Callable[..., User]) -> User:
    """A monitoring engineer of Yuncheng."""
    return make_user("engineer", Role.ENGINEER)


@pytest.fixture
def secret_boundaries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The boundaries are for those who hold `regions.restricted` alone."""
    declared: Any = registry.register_named("regions")
    secret = replace(declared, layer=replace(declared.layer, secrecy="restricted"))
    monkeypatch.setitem(registry._REGISTERS, "regions", secret)
