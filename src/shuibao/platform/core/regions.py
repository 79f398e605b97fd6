"""Loading the shipped regions: the province, its cities and counties with boundaries, townships by code."""

from collections.abc import Iterable

import shapely
from django.db import transaction

from shuibao.data.regions import regions as shipped
from shuibao.data.regions import townships
from shuibao.platform.core.events import record
from shuibao.platform.core.models import Region

PROVINCE = ("140000", "山西省")
_BOUNDARY_SOURCE = "天地图 2023"
_TOWNSHIP_SOURCE = "行政区划代码 2023（modood/Administrative-divisions-of-China）"

# 运政办发〔2024〕3号 speaks of the zone as a unit of its own; no national code for it is known here.
_OWN_UNITS = (("1408K1", "运城经济技术开发区", "140800", "平台自编（无国家代码，未核验）"),)


@transaction.atomic
def load_regions() -> int:
    """How many regions were new. What is there stays as it is, changed or not."""
    known = set(Region.objects.values_list("code", flat=True))
    made = 0
    for region in _regions():
        if region.code not in known:
            region.save(force_insert=True)
            known.add(region.code)
            made += 1
    made += _load_townships(known)
    if made:
        province = Region.objects.get(code=PROVINCE[0])
        record(province, "regions.loaded", f"载入随附的行政区 {made} 个")
    return made


def _regions() -> Iterable[Region]:
    """The province first, then cities, counties and units of their own: a parent before its parts."""
    cities, counties = shipped("cities"), shipped("counties")
    whole = shapely.union_all([city.boundary for city in cities.values()])
    yield _region(*PROVINCE, Region.Level.PROVINCE, None, whole)
    for city in cities.values():
        yield _region(city.code, city.name, Region.Level.CITY, PROVINCE[0], city.boundary)
    for county in counties.values():
        yield _region(county.code, county.name, Region.Level.COUNTY, f"{county.code[:4]}00", county.boundary)
    for code, name, parent, source in _OWN_UNITS:
        yield Region(code=code, name=name, level=Region.Level.ZONE, parent_id=parent, source=source)
    for code in sorted({township.code[:6] for township in townships()} - counties.keys()):
        name = f"{cities[code[:4] + '00'].name}功能区（{code}）"
        source = "统计用区划代码 2023，名称未核验"
        yield Region(code=code, name=name, level=Region.Level.ZONE, parent_id=f"{code[:4]}00", source=source)


def _region(code: str, name: str, level: str, parent: str | None, boundary: shapely.Geometry) -> Region:
    return Region(
        code=code, name=name, level=level, parent_id=parent, boundary=boundary, source=_BOUNDARY_SOURCE
    )


def _load_townships(known: set[str]) -> int:
    """A thousand rows at once; their history begins with their first change."""
    new = [
        Region(
            code=township.code,
            name=township.name,
            level=Region.Level.TOWNSHIP,
            parent_id=township.code[:6],
            source=_TOWNSHIP_SOURCE,
        )
        for township in townships()
        if township.code not in known
    ]
    Region.objects.bulk_create(new)
    return len(new)
