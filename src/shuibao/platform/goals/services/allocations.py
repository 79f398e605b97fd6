"""A city's target, shared out to its counties in versions, and issued with a document."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from shuibao.law.allotment import Allotment, Part, allot
from shuibao.platform.core.errors import Conflict
from shuibao.platform.core.events import record
from shuibao.platform.core.models import Region
from shuibao.platform.core.transitions import move
from shuibao.platform.core.visibility import require
from shuibao.platform.goals.models import Allocation, AllocationShare, RegionYear
from shuibao.platform.goals.queries.region_years import counties_of, latest_common_year, year_rows
from shuibao.platform.goals.services.tasks import given
from shuibao.platform.rulebook.queries import book_for
from shuibao.rules.targets import plan_target
from shuibao.science.errors import InputError


class NoPublishedYear(InputError):
    """A target cannot be shared out where no year of all counties is published."""

    def __init__(self, region: Region) -> None:
        super().__init__(f"{region}还没有所有县都已发布的监测年份，请先发布一年的监测成果再分配目标。")


@transaction.atomic
def make_allocation(
    city_code: str,
    *,
    year: int,
    area_weight: float,
    reducible_km2: Mapping[str, float],
    potential_source: str,
    by: Any,
) -> Allocation:
    """A new trial version of the shares of a city's target.

    reducible_km2: what each county can reduce, by county code; all counties. Raises NoPublishedYear, and
    OutOfRange when the target cannot be reached with it.
    """
    city = Region.objects.get(pk=city_code)
    require(by, "goals.allocate", city)
    rows = _published(city, year)
    target = plan_target(book_for(city.code, timezone.localdate()), city.code, year)
    if target is None:
        raise InputError(f"{city}没有 {year} 年的水土保持率目标，请选有目标的年份。")
    parts = [_part(row, reducible_km2) for row in rows]
    whole = allot(target, parts, area_weight)
    last = Allocation.objects.filter(region=city, year=year).aggregate(Max("version"))["version__max"] or 0
    allocation = Allocation.objects.create(
        region=city,
        year=year,
        base_year=rows[0].year,
        version=last + 1,
        target_pct=target,
        area_weight=area_weight,
        land_km2=whole.land_km2,
        erosion_km2=whole.erosion_km2,
        ceiling_km2=whole.ceiling_km2,
        needed_km2=whole.needed_km2,
        potential_source=given(potential_source, "可消减面积的来源"),
        is_demo=any(row.is_demo for row in rows),
        made_by=by,
    )
    _write_shares(allocation, rows, parts, whole)
    record(allocation, "goals.allocated", f"分配 {year} 年目标 {target:g}%，第 {last + 1} 版", by=by)
    return allocation


@transaction.atomic
def issue_allocation(allocation_id: int, *, document: str, by: Any) -> Allocation:
    """The allocation, issued with a document; the one issued before is replaced."""
    allocation: Allocation = Allocation.objects.visible_to(by).select_for_update().get(pk=allocation_id)
    require(by, "goals.issue", allocation)
    document = given(document, "下达文号")[:100]
    issued = Allocation.objects.select_for_update().filter(
        region=allocation.region, year=allocation.year, state=Allocation.State.ISSUED
    )
    for other in issued:
        if other.pk == allocation.pk:
            raise Conflict(f"“{allocation}”已经下达。")
        move(other, to=Allocation.State.REPLACED)
        record(other, "goals.replaced", f"被第 {allocation.version} 版替代", by=by)
    move(allocation, to=Allocation.State.ISSUED)
    allocation.document = document
    allocation.save(update_fields=["document"])
    record(allocation, "goals.issued", "下达到县", by=by, evidence=document)
    return allocation


def _write_shares(
    allocation: Allocation, rows: list[RegionYear], parts: list[Part], whole: Allotment
) -> None:
    for row, part, share in zip(rows, parts, whole.shares, strict=True):
        AllocationShare.objects.create(
            allocation=allocation,
            region_id=row.region_id,
            land_km2=part.land_km2,
            erosion_km2=part.erosion_km2,
            reducible_km2=part.reducible_km2,
            **share._asdict(),
        )


def _published(city: Region, year: int) -> list[RegionYear]:
    """Every county's row of the last year that all of them have."""
    counties = counties_of(city)
    base = latest_common_year([county.code for county in counties])
    if base is None:
        raise NoPublishedYear(city)
    if base >= year:
        raise InputError(f"目标年 {year} 不晚于最近的监测年 {base}，请选更晚的目标年。")
    rows = year_rows([county.code for county in counties], base)
    return [rows[county.code] for county in counties]


def _part(row: RegionYear, reducible_km2: Mapping[str, float]) -> Part:
    if row.region_id not in reducible_km2:
        raise InputError(f"{row.region}没有填写可消减面积，请填写；未知时不能分配。")
    reducible = reducible_km2[row.region_id]
    if not 0 <= reducible <= row.erosion_km2:
        raise InputError(
            f"{row.region}的可消减面积 {reducible:g} km² 不在 0–{row.erosion_km2:.2f}（水土流失面积）之间。"
        )
    return Part(row.land_km2, row.erosion_km2, reducible)
