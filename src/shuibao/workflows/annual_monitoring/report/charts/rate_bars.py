"""Rate against target: one bar from zero per zone, ticks for the targets, dots for what is still to gain."""

from dataclasses import dataclass

from shuibao.workflows.annual_monitoring.result import MonitoringResult, ZoneResult

PAST, NEXT, LATER = "past", "next", "later"


@dataclass(frozen=True)
class Mark:
    """A target: its year, kind (PAST: due by now; NEXT: the first to come; LATER) and place [%]."""

    year: int
    kind: str
    x: float


@dataclass(frozen=True)
class RateBar:
    """A zone's bar. width: None while the rate is unknown. gap: from the bar's end to the next target."""

    zone: ZoneResult
    width: float | None
    marks: tuple[Mark, ...]
    gap: tuple[float, float] | None


@dataclass(frozen=True)
class RateBars:
    """The zones, lowest rate first, unknown ones last; kinds: what each target year's mark looks like."""

    bars: tuple[RateBar, ...]
    kinds: dict[int, str]


def rate_bars(result: MonitoringResult) -> RateBars:
    """The bars of all zones."""
    known = {year for zone in result.zones for year, target in zone.targets_pct.items() if target is not None}
    kinds = _kinds(sorted(known), result.year)
    ordered = sorted(result.zones, key=lambda zone: (_rate(zone) is None, _rate(zone) or 0.0))
    return RateBars(tuple(_bar(zone, kinds) for zone in ordered), kinds)


def _kinds(years: list[int], now: int) -> dict[int, str]:
    coming = [year for year in years if year > now]
    return {year: PAST if year <= now else NEXT if year == coming[0] else LATER for year in years}


def _bar(zone: ZoneResult, kinds: dict[int, str]) -> RateBar:
    rate = _rate(zone)
    targets = {year: zone.targets_pct.get(year) for year in kinds}
    marks = tuple(
        Mark(year, kinds[year], round(target, 2)) for year, target in targets.items() if target is not None
    )
    ahead = next((mark.x for mark in marks if mark.kind == NEXT), None)
    gap = (round(rate, 2), ahead) if rate is not None and ahead is not None and ahead > rate else None
    return RateBar(zone, None if rate is None else round(rate, 2), marks, gap)


def _rate(zone: ZoneResult) -> float | None:
    return zone.water_conservation_rate_pct
