"""The published years of regions."""

from collections.abc import Sequence

from shuibao.platform.core.models import Region
from shuibao.platform.goals.models import RegionYear


def counties_of(region: Region) -> list[Region]:
    """The counties of a city or a province in order, or the county itself; zones have no boundary."""
    if region.level == Region.Level.COUNTY:
        return [region]
    found = Region.objects.filter(level=Region.Level.COUNTY, valid_to=None).defer("boundary")
    return [county for county in found.order_by("code") if county.code.startswith(region.stem)]


def latest_common_year(codes: Sequence[str]) -> int | None:
    """The last year that all of the regions have published; None without any."""
    years: dict[int, int] = {}
    current = RegionYear.objects.filter(region_id__in=codes, ended_at=None)
    for year in current.values_list("year", flat=True):
        years[year] = years.get(year, 0) + 1
    return max((year for year, count in years.items() if count == len(codes)), default=None)


def year_rows(codes: Sequence[str], year: int) -> dict[str, RegionYear]:
    """The current rows of a year by region code."""
    rows = RegionYear.objects.filter(region_id__in=codes, year=year, ended_at=None).select_related("region")
    return {row.region_id: row for row in rows}


def published_years(codes: Sequence[str]) -> list[int]:
    """The years of which any of the regions has something, last first."""
    current = RegionYear.objects.filter(region_id__in=codes, ended_at=None)
    return sorted(set(current.values_list("year", flat=True)), reverse=True)
