"""A monitoring result's county areas, published: from now on the platform's rates come from it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from shuibao.law.conservation_rate import conservation_rate_pct
from shuibao.platform.core.errors import Conflict
from shuibao.platform.core.events import record
from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import require
from shuibao.platform.goals.models import RegionYear
from shuibao.science.errors import InputError


class SummaryUnreadable(InputError):
    """A summary that is not one of a year's monitoring."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"成果摘要（summary.json）{problem}，请选一次完整的年度监测成果。")


@transaction.atomic
def publish_region_years(summary: Mapping[str, Any], product: str, by: Any) -> list[RegionYear]:
    """The counties' rows of a year's monitoring; what stood for that year before is ended.

    summary: the content of a run's summary.json. product: what the result is called and found by.
    Raises Conflict when this product is the published one already, SummaryUnreadable, NotAllowed.
    """
    year, zones = _year(summary), _zones(summary)
    regions = {region.code: region for region in Region.objects.filter(pk__in=zones)}
    missing = sorted(set(zones) - set(regions))
    if missing:
        raise SummaryUnreadable(f"里的分区 {'、'.join(missing)} 不是平台的行政区")
    for region in regions.values():
        require(by, "goals.publish", region)
    if RegionYear.objects.filter(product=product, year=year, region__in=regions, ended_at=None).exists():
        raise Conflict(f"成果 {product} 的 {year} 年水土保持率已经发布。")
    RegionYear.objects.filter(region__in=regions, year=year, ended_at=None).update(ended_at=timezone.now())
    return [_publish(regions[code], year, zone, summary, product, by) for code, zone in zones.items()]


def _publish(
    region: Region, year: int, zone: Mapping[str, Any], summary: Mapping[str, Any], product: str, by: Any
) -> RegionYear:
    land, erosion = zone["land_area_km2"], zone["erosion_area_km2"]
    row = RegionYear.objects.create(
        region=region,
        year=year,
        land_km2=land,
        erosion_km2=erosion,
        rate_pct=conservation_rate_pct(land, erosion),
        source=str(summary.get("title") or "年度水土流失动态监测")[:200],
        product=product,
        is_demo=bool(summary.get("demo")),
        published_by=by,
    )
    record(row, "goals.published", f"{year} 年水土保持率 {row.rate_pct:.2f}%", by=by, product=product)
    return row


def _year(summary: Mapping[str, Any]) -> int:
    year = summary.get("year")
    if not isinstance(year, int) or not 1990 <= year <= timezone.localdate().year:
        raise SummaryUnreadable(f"的年份 {year!r} 不对")
    return year


def _zones(summary: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The zones that are counties with an area, by code."""
    zones = {str(zone.get("code", "")): zone for zone in summary.get("zones", ())}
    if not zones:
        raise SummaryUnreadable("里没有分区")
    for code, zone in zones.items():
        for name in ("land_area_km2", "erosion_area_km2"):
            if not isinstance(zone.get(name), int | float):
                raise SummaryUnreadable(f"的分区 {code} 缺少 {name}")
        if not 0 <= zone["erosion_area_km2"] <= zone["land_area_km2"] or zone["land_area_km2"] == 0:
            raise SummaryUnreadable(
                f"的分区 {code} 流失面积 {zone['erosion_area_km2']} 不在 0–{zone['land_area_km2']} km² 之间"
            )
    return zones
