"""The tables of a year's result: areas added up as integers, divided once; targets, gaps and paces."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.workflows.annual_monitoring.result import (
    AREA_UNITS_PER_KM2,
    COVER_BANDS,
    CROPLAND_SLOPE_BANDS,
    OTHER_SLOPE_BANDS,
    MonitoringResult,
    ZoneResult,
)

DISTURBED_CODE = 53
"""人为扰动用地, the land use whose erosion is reported by itself."""

COVER_GROUPS = {"林地": 3, "草地": 4, "园地": 2}
"""First-level land uses whose cover matters; 林草 are the first two."""

_LIGHT, _MODERATE, _STRONG = 1, 2, 3  # positions of the classes from which the shares are counted


@dataclass(frozen=True)
class ClassRow:
    """Areas of one thing by intensity class, exact [cm²]; everything else follows by one division.

    A share of nothing is None: it does not apply.
    """

    name: str
    units: tuple[int, ...]

    @property
    def total_units(self) -> int:
        """All classes [cm²]."""
        return sum(self.units)

    @property
    def total_km2(self) -> float:
        """All classes [km²]."""
        return self.total_units / AREA_UNITS_PER_KM2

    @property
    def class_km2(self) -> tuple[float, ...]:
        """By class [km²]."""
        return tuple(units / AREA_UNITS_PER_KM2 for units in self.units)

    @property
    def class_pct(self) -> tuple[float | None, ...]:
        """By class, share of all [%]."""
        return tuple(share_pct(units, self.total_units) for units in self.units)

    @property
    def erosion_km2(self) -> float:
        """轻度 and above [km²]."""
        return sum(self.units[_LIGHT:]) / AREA_UNITS_PER_KM2

    @property
    def erosion_pct(self) -> float | None:
        """轻度 and above, share of all [%]."""
        return share_pct(sum(self.units[_LIGHT:]), self.total_units)

    @property
    def moderate_and_above_pct(self) -> float | None:
        """中度 and above, share of the erosion area [%]."""
        return share_pct(sum(self.units[_MODERATE:]), sum(self.units[_LIGHT:]))

    @property
    def strong_and_above_pct(self) -> float | None:
        """强烈 and above, share of the erosion area [%]."""
        return share_pct(sum(self.units[_STRONG:]), sum(self.units[_LIGHT:]))


@dataclass(frozen=True)
class ClassTable:
    """Rows by intensity class that together make a whole."""

    rows: tuple[ClassRow, ...]

    @property
    def total(self) -> ClassRow:
        """The rows added up."""
        columns = zip(*(row.units for row in self.rows), strict=True)
        return ClassRow("合计", tuple(sum(column) for column in columns) or (0,) * 6)

    @property
    def rows_with_area(self) -> tuple[ClassRow, ...]:
        """The rows that have any area."""
        return tuple(row for row in self.rows if row.total_units)


class TargetYear(NamedTuple):
    """A target against what was found. gap_points: rate less target, negative while it is missed."""

    year: int
    target_pct: float | None
    gap_points: float | None
    ceiling_km2: float | None
    pace_km2_a: float | None


class Stretch(NamedTuple):
    """The years from one target to the next and the erosion area to lose in each of them [km²/a]."""

    first_year: int
    last_year: int
    pace_km2_a: float


def share_pct(part: int, whole: int) -> float | None:
    """Share [%]; None when there is no whole."""
    return 100.0 * part / whole if whole else None


def zone_table(result: MonitoringResult) -> ClassTable:
    """Table 1: zone × class."""
    by_zone = result.areas.sum(axis=(2, 3, 4))
    return _table([zone.name for zone in result.zones], by_zone)


def land_use_table(result: MonitoringResult, zone: int | None = None) -> ClassTable:
    """Table 2: land use × class, of one zone by its position or of all."""
    by_use = _of_zone(result, zone).sum(axis=(2, 3)).T
    return _table([f"{use.code} {use.name}" for use in result.land_uses], by_use)


def cropland_slope_table(result: MonitoringResult, zone: int | None = None) -> ClassTable:
    """Table 3, cropland: slope band × class."""
    uses = [position for position, use in enumerate(result.land_uses) if use.is_cropland]
    return _slope_table(_of_zone(result, zone)[:, uses], CROPLAND_SLOPE_BANDS)


def other_slope_table(result: MonitoringResult, zone: int | None = None) -> ClassTable:
    """Table 3, all land that is not cropland: slope band × class."""
    uses = [position for position, use in enumerate(result.land_uses) if not use.is_cropland]
    return _slope_table(_of_zone(result, zone)[:, uses], OTHER_SLOPE_BANDS)


def cover_table(result: MonitoringResult, groups: Iterable[str], zone: int | None = None) -> ClassTable:
    """Table 4: cover band × class, on the named first-level land uses (COVER_GROUPS)."""
    wanted = {COVER_GROUPS[group] for group in groups}
    uses = [position for position, use in enumerate(result.land_uses) if use.code // 10 in wanted]
    by_cover = _of_zone(result, zone)[:, uses].sum(axis=(1, 2)).T
    return _table(COVER_BANDS, by_cover)


def disturbed_table(result: MonitoringResult) -> ClassTable:
    """Table 5: zone × class on disturbed land. A row's erosion_pct is its 水土流失发生率, by area."""
    uses = [position for position, use in enumerate(result.land_uses) if use.code == DISTURBED_CODE]
    by_zone = result.areas[:, :, uses].sum(axis=(2, 3, 4))
    return _table([zone.name for zone in result.zones], by_zone)


def known_erosion_km2(zone: ZoneResult) -> float | None:
    """The zone's erosion area [km²]; None when no cell of it has a result: then it is unknown, not 0."""
    return zone.erosion_area_km2 if zone.land_area_km2 else None


def target_years(zone: ZoneResult) -> tuple[TargetYear, ...]:
    """Table 9: every target year of a zone, in order."""
    return tuple(
        TargetYear(
            year,
            target,
            _difference(zone.water_conservation_rate_pct, target),
            zone.ceilings_km2.get(year),
            zone.pace_km2_a.get(year),
        )
        for year, target in sorted(zone.targets_pct.items())
    )


def stretches(zone: ZoneResult, year: int) -> tuple[Stretch, ...]:
    """The paces from target to target after the monitored year, each from where the one before leaves off.

    A target that is met already asks for nothing; a target year without a ceiling is passed over.
    """
    found, level, start = [], zone.erosion_area_km2, year
    for until in sorted(zone.ceilings_km2):
        ceiling = zone.ceilings_km2[until]
        if until <= start or ceiling is None or zone.water_conservation_rate_pct is None:
            continue
        found.append(Stretch(start + 1, until, max(level - ceiling, 0.0) / (until - start)))
        level, start = min(level, ceiling), until
    return tuple(found)


def _of_zone(result: MonitoringResult, zone: int | None) -> NDArray[np.int64]:
    """class × land use × slope band × cover band."""
    areas = result.areas.sum(axis=0) if zone is None else result.areas[zone]
    return np.asarray(areas, dtype=np.int64)


def _slope_table(areas: NDArray[np.int64], bands: dict[str, tuple[int, ...]]) -> ClassTable:
    """areas: class × land use × slope band × cover band."""
    by_slope = areas.sum(axis=(1, 3)).T
    return _table(list(bands), [by_slope[list(band)].sum(axis=0) for band in bands.values()])


def _table(names: Sequence[str], units: Iterable[NDArray[np.int64]]) -> ClassTable:
    return ClassTable(
        tuple(
            ClassRow(name, tuple(int(area) for area in areas))
            for name, areas in zip(names, units, strict=True)
        )
    )


def _difference(left: float | None, right: float | None) -> float | None:
    return None if left is None or right is None else left - right
