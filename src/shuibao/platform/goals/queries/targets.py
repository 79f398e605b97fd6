"""The targets page: rates against targets, the pace needed, and the three areas, each by itself."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils import timezone

from shuibao.law.conservation_rate import conservation_rate_pct, erosion_ceiling_km2, yearly_reduction_km2_a
from shuibao.platform.core.models import Region
from shuibao.platform.goals.models import Allocation, AllocationShare, Quantity, RegionYear
from shuibao.platform.goals.queries.progress import Reached, reached
from shuibao.platform.goals.queries.region_years import counties_of, published_years, year_rows
from shuibao.platform.rulebook.queries import book_for
from shuibao.rules import RuleBook
from shuibao.rules.goals import pace_near
from shuibao.rules.targets import historic_erosion_km2, plan_targets

RECENT_YEARS = 3


class Line(NamedTuple):
    """One region's year against its target. None is unknown. needed: area to lose in each year [km²/a]."""

    region: Region
    land_km2: float | None
    erosion_km2: float | None
    rate_pct: float | None
    target_pct: float | None
    ceiling_km2: float | None
    needed_km2_a: float | None
    recent_km2_a: float | None
    reachable_pct: float | None
    tone: str
    word: str


class Ahead(NamedTuple):
    """A target year of the chosen region: what is missing, and the area to lose in each year."""

    year: int
    target_pct: float
    missing_pct: float | None
    ceiling_km2: float | None
    needed_km2_a: float | None


class Board(NamedTuple):
    """All that the page shows."""

    region: Region
    year: int | None
    target_year: int | None
    lines: list[Line]
    total: Line | None
    covered: int
    counties: int
    ahead: list[Ahead]
    historic_km2: float | None
    treated: Reached | None
    allocation: Allocation | None
    is_demo: bool
    years: list[int]
    target_years: list[int]


def board(region: Region, year: int | None, target_year: int | None) -> Board:
    """The page of a region: of a published year (the last one without a wish), against a target year."""
    book = book_for(region.code, timezone.localdate())
    counties = counties_of(region)
    codes = [county.code for county in counties]
    years = published_years(codes)
    shown = year if year in years else next(iter(years), None)
    targets = plan_targets(book, region.code) or _city_targets(book, region)
    chosen = _target_year(targets, shown, target_year)
    rows = year_rows(codes, shown) if shown else {}
    allocation = _allocation(region, chosen)
    shares = {share.region_id: share for share in allocation.shares.all()} if allocation else {}
    recent = _recent(codes, shown)
    near = pace_near(book)
    lines = [
        _county_line(county, rows.get(county.code), shares.get(county.code), chosen, recent, near)
        for county in counties
    ]
    total = _total(region, rows, targets.get(chosen) if chosen else None, chosen, recent, near)
    return Board(
        region,
        shown,
        chosen,
        sorted(lines, key=lambda line: (line.rate_pct is None, line.rate_pct or 0)),
        total,
        len(rows),
        len(counties),
        _ahead(targets, total, shown),
        historic_erosion_km2(book, region.code),
        _treated(region),
        allocation,
        any(row.is_demo for row in rows.values()),
        years,
        sorted(targets),
    )


def pace(needed: float | None, recent: float | None, near: float) -> tuple[str, str]:
    """Tone and word of a recent yearly reduction against the needed one."""
    if needed is None or recent is None:
        return "off", "缺"
    if needed <= 0:
        return "ok", "已达到"
    if recent >= needed:
        return "ok", "跟得上"
    return ("note", "略慢") if recent >= near * needed else ("warn", "偏慢")


def _city_targets(book: RuleBook, region: Region) -> dict[int, float]:
    """A county's target years are its city's; its own rates come from the allocation."""
    return plan_targets(book, region.parent_id or "")


def _target_year(targets: dict[int, float], shown: int | None, wish: int | None) -> int | None:
    if wish in targets:
        return wish
    later = [year for year in sorted(targets) if shown is None or year > shown]
    return later[0] if later else max(targets, default=None)


def _allocation(region: Region, year: int | None) -> Allocation | None:
    """The issued version of the region's (or its city's) target, else the last trial."""
    if year is None:
        return None
    city = region.parent_id if region.level == Region.Level.COUNTY else region.code
    found = Allocation.objects.filter(region_id=city, year=year).exclude(state=Allocation.State.REPLACED)
    issued = found.filter(state=Allocation.State.ISSUED).first()
    return issued or found.order_by("-version").first()


def _county_line(
    county: Region,
    row: RegionYear | None,
    share: AllocationShare | None,
    target_year: int | None,
    recent: dict[str, float],
    near: float,
) -> Line:
    needed = None
    if row and share and target_year and target_year > row.year:
        needed = yearly_reduction_km2_a(row.erosion_km2, row.year, share.ceiling_km2, target_year)
    slowness = recent.get(county.code)
    reachable = None
    if share:
        reachable = conservation_rate_pct(share.land_km2, share.erosion_km2 - share.reducible_km2)
    return Line(
        county,
        row.land_km2 if row else None,
        row.erosion_km2 if row else None,
        row.rate_pct if row else None,
        share.rate_pct if share else None,
        share.ceiling_km2 if share else None,
        needed,
        slowness,
        reachable,
        *pace(needed, slowness, near),
    )


def _total(
    region: Region,
    rows: dict[str, RegionYear],
    target: float | None,
    target_year: int | None,
    recent: dict[str, float],
    near: float,
) -> Line | None:
    """The whole by area: land and erosion areas add up, rates do not."""
    if not rows or region.level == Region.Level.COUNTY:
        return None
    land, erosion = sum(r.land_km2 for r in rows.values()), sum(r.erosion_km2 for r in rows.values())
    year = next(iter(rows.values())).year
    ceiling = None if target is None else erosion_ceiling_km2(land, target)
    needed = None
    if ceiling is not None and target_year and target_year > year:
        needed = yearly_reduction_km2_a(erosion, year, ceiling, target_year)
    slowness = sum(recent.values()) if set(recent) == set(rows) else None
    rate = conservation_rate_pct(land, erosion)
    return Line(
        region, land, erosion, rate, target, ceiling, needed, slowness, None, *pace(needed, slowness, near)
    )


def _recent(codes: Sequence[str], year: int | None) -> dict[str, float]:
    """The mean yearly reduction of the years up to one, by county [km²/a]; none where one year is all."""
    if year is None:
        return {}
    rows = RegionYear.objects.filter(
        region_id__in=codes, ended_at=None, year__gte=year - RECENT_YEARS, year__lte=year
    )
    spans: dict[str, list[RegionYear]] = {}
    for row in rows.order_by("year"):
        spans.setdefault(row.region_id, []).append(row)
    return {
        code: yearly_reduction_km2_a(span[0].erosion_km2, span[0].year, span[-1].erosion_km2, span[-1].year)
        for code, span in spans.items()
        if len(span) > 1
    }


def _ahead(targets: dict[int, float], total: Line | None, year: int | None) -> list[Ahead]:
    """Every target year in order; the pace of a later one runs from the target before it."""
    found, erosion, before = [], total.erosion_km2 if total else None, year
    for target_year, target in sorted(targets.items()):
        ceiling = erosion_ceiling_km2(total.land_km2, target) if total and total.land_km2 else None
        needed = None
        if ceiling is not None and erosion is not None and before is not None and target_year > before:
            needed = yearly_reduction_km2_a(erosion, before, ceiling, target_year)
            erosion, before = min(erosion, ceiling), target_year
        missing = None if total is None or total.rate_pct is None else target - total.rate_pct
        found.append(Ahead(target_year, target, missing, ceiling, needed))
    return found


def _treated(region: Region) -> Reached | None:
    quantities = Quantity.objects.filter(plan__region=region, measure=Quantity.Measure.TREATED)
    return next(iter(reached(quantities)), None)
