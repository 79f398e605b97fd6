"""People, regions and a database for the tests of the platform."""

from collections.abc import Callable
from datetime import date

import pytest

from shuibao.platform.accounts.models import Grant, Organisation, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Region

LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def regions(db: None) -> dict[str, Region]:
    """Shanxi, Yuncheng and two of its counties, and a county of another city."""
    rows = (
        ("140000", "山西省", "province", None),
        ("140800", "运城市", "city", "140000"),
        ("140802", "盐湖区", "county", "140800"),
        ("140822", "万荣县", "county", "140800"),
        ("141000", "临汾市", "city", "140000"),
        ("141002", "尧都区", "county", "141000"),
    )
    return {
        code: Region.objects.create(code=code, name=name, level=level, parent_id=parent)
        for code, name, level, parent in rows
    }


@pytest.fixture
def make_user(regions: dict[str, Region]) -> Callable[..., User]:
    """Makes a person with one role in a region, or without any."""

    def make(username: str, role: Role | None = None, code: str = "140800", **facts: object) -> User:
        user = User.objects.create_user(
            username, password="longEnough-4711", name=username, region_id=code, **facts
        )
        if role is not None:
            Grant.objects.create(user=user, role=role, region_id=code, valid_from=LONG_AGO)
        return user

    return make


@pytest.fixture
def water_bureau(regions: dict[str, Region]) -> Organisation:
    """The city's water bureau."""
    return Organisation.objects.create(
        code="yc-water", name="运城市水务局", short_name="市水务局", kind="water", region_id="140800"
    )
