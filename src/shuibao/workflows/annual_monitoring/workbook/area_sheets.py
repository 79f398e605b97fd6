"""Sheets of areas by intensity class: tables 1 to 5."""

from collections.abc import Sequence

from shuibao.workflows.annual_monitoring import tables
from shuibao.workflows.annual_monitoring.result import CLASS_NAMES, MonitoringResult
from shuibao.workflows.annual_monitoring.tables import ClassRow, ClassTable
from shuibao.workflows.annual_monitoring.workbook.sheet import (
    ALL,
    AREA,
    MODULUS,
    NOT_APPLICABLE,
    RATE,
    Column,
    Sheet,
    Value,
)

_CLASS_COLUMNS = (
    Column("有结果", "km²", AREA),
    *(Column(name, "km²", AREA) for name in CLASS_NAMES),
    Column("轻度及以上", "km²", AREA),
    *(Column(f"{name}占比", "%", RATE) for name in CLASS_NAMES),
    Column("轻度及以上占比", "%", RATE, 14),
    Column("中度及以上占流失", "%", RATE, 16),
    Column("强烈及以上占流失", "%", RATE, 16),
)

_UNKNOWN_CLASSES: tuple[Value, ...] = (0.0, *(None for _ in _CLASS_COLUMNS[1:]))
"""The values of a zone without a single cell that has a result."""


def zone_sheet(result: MonitoringResult) -> Sheet:
    """Table 1: zone × class, with rate and mean modulus."""
    table = tables.zone_table(result)
    zones = (*result.zones, result.totals)
    rows = tuple(
        (
            zone.code or NOT_APPLICABLE,
            zone.name,
            zone.polygon_area_km2,
            *(_class_values(row) if row.total_units else _UNKNOWN_CLASSES),
            zone.water_conservation_rate_pct,
            zone.mean_loss_t_km2_a,
        )
        for zone, row in zip(zones, (*table.rows, table.total), strict=True)
    )
    columns = (
        Column("编码"),
        Column("统计单元", width=16),
        Column("界线内", "km²", AREA),
        *_CLASS_COLUMNS,
        Column("水土保持率", "%", RATE),
        Column("平均模数", "t/(km²·a)", MODULUS),
    )
    return Sheet(
        "表1", "各统计单元各强度面积及占比", columns, rows, sums=frozenset({len(rows) - 1}), frozen=2
    )


def land_use_sheet(result: MonitoringResult) -> Sheet:
    """Table 2: land use × class, of all and zone by zone."""
    blocks = [(zone, tables.land_use_table(result, place)) for place, zone in _places(result)]
    return _long("表2", "土地利用 × 强度", ("土地利用",), [(zone, (), table) for zone, table in blocks])


def slope_sheet(result: MonitoringResult) -> Sheet:
    """Table 3: slope × class, cropland and other land in their own bands."""
    blocks = []
    for place, zone in _places(result):
        blocks.append((zone, ("耕地",), tables.cropland_slope_table(result, place)))
        blocks.append((zone, ("其他土地",), tables.other_slope_table(result, place)))
    return _long("表3", "坡度 × 强度", ("土地", "坡度"), blocks)


def cover_sheet(result: MonitoringResult) -> Sheet:
    """Table 4: cover × class, of forest and grass, and of their parts."""
    groups = {"林草合计": ("林地", "草地"), **{name: (name,) for name in tables.COVER_GROUPS}}
    blocks = [
        (zone, (name,), tables.cover_table(result, members, place))
        for place, zone in _places(result)
        for name, members in groups.items()
    ]
    return _long("表4", "盖度 × 强度（林草；园地另列，不计入林草合计）", ("土地", "盖度"), blocks)


def disturbed_sheet(result: MonitoringResult) -> Sheet:
    """Table 5: disturbed land × class by zone, and the share of it that erodes."""
    table = tables.disturbed_table(result)
    rows = tuple((row.name, *_class_values(row), _applicable(row.erosion_pct)) for row in _with_total(table))
    columns = (Column("统计单元", width=16), *_CLASS_COLUMNS, Column("水土流失发生率", "%", RATE, 16))
    return Sheet(
        "表5",
        "人为扰动用地 × 强度",
        columns,
        rows,
        remark="发生率 = 扰动用地中轻度及以上的面积 ÷ 扰动用地面积，按面积算",
        sums=frozenset({len(rows) - 1}),
    )


def _class_values(row: ClassRow) -> tuple[Value, ...]:
    """A row's values for _CLASS_COLUMNS."""
    return (
        row.total_km2,
        *row.class_km2,
        row.erosion_km2,
        *(_applicable(share) for share in row.class_pct),
        _applicable(row.erosion_pct),
        _applicable(row.moderate_and_above_pct),
        _applicable(row.strong_and_above_pct),
    )


def _applicable(share: float | None) -> Value:
    """A share of nothing does not apply."""
    return NOT_APPLICABLE if share is None else share


def _with_total(table: ClassTable) -> tuple[ClassRow, ...]:
    return (*table.rows, table.total)


def _places(result: MonitoringResult) -> list[tuple[int | None, str]]:
    """All zones together, then each with its position."""
    return [(None, ALL), *((place, zone.name) for place, zone in enumerate(result.zones))]


def _long(
    name: str,
    title: str,
    heads: tuple[str, ...],
    blocks: Sequence[tuple[str, tuple[str, ...], ClassTable]],
) -> Sheet:
    """One block of rows below the other, each with its zone, so that the sheet can be filtered."""
    rows: list[Sequence[Value]] = []
    sums = set()
    for zone, group, table in blocks:
        rows += [(zone, *group, row.name, *_class_values(row)) for row in _with_total(table)]
        sums.add(len(rows) - 1)
    columns = (Column("统计单元", width=16), *(Column(head, width=18) for head in heads), *_CLASS_COLUMNS)
    return Sheet(
        name,
        title,
        columns,
        tuple(rows),
        sums=frozenset(sums),
        frozen=1 + len(heads),
        has_filter=True,
    )
