"""Sheets of change and of targets: tables 6, 7 and 9."""

from collections.abc import Iterable, Sequence

from shuibao.workflows.annual_monitoring import tables
from shuibao.workflows.annual_monitoring.report import words
from shuibao.workflows.annual_monitoring.report.palette import STATUS_COLOURS
from shuibao.workflows.annual_monitoring.result import CLASS_NAMES, Change, MonitoringResult, ZoneResult
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


def transition_sheet(result: MonitoringResult, change: Change) -> Sheet:
    """Table 6: class before × class now, zone by zone and of all."""
    rows: list[Sequence[Value]] = []
    sums = set()
    for code, name in _change_places(result):
        matrix = change.transition_km2[code]
        for before, areas in zip(CLASS_NAMES, matrix.tolist(), strict=True):
            rows.append((name, before, *areas, sum(areas)))
        sums.add(len(rows))
        rows.append((name, ALL, *matrix.sum(axis=0).tolist(), float(matrix.sum())))
    columns = (
        Column("统计单元", width=16),
        Column(f"{change.baseline_year} 年"),
        *(Column(f"{result.year} 年{name}", "km²", AREA) for name in CLASS_NAMES),
        Column(ALL, "km²", AREA),
    )
    remark = f"行为 {change.baseline_year} 年的强度，列为 {result.year} 年的强度；两年都有结果的格"
    return Sheet("表6", "年际转移矩阵", columns, tuple(rows), remark, frozenset(sums), 2, has_filter=True)


def attribution_sheet(result: MonitoringResult, change: Change) -> Sheet:
    """Table 7: what each factor did, and the fate of the eroding land."""
    parts = (*words.FACTOR_NAMES, "residual", "observed")
    heads = (*words.FACTOR_NAMES, "不能归于因子", "合计变化")
    rows = []
    for code, name in _change_places(result):
        own, status = change.attribution.get(code, {}), change.status_km2.get(code, {})
        pairs = [own.get(part, (None, None)) for part in parts]
        rows.append(
            (
                name,
                *(area for area, _ in pairs),
                *(loss for _, loss in pairs),
                *(status.get(kind) for kind in STATUS_COLOURS),
            )
        )
    columns = (
        Column("统计单元", width=16),
        *(Column(f"{head} 面积", "km²", AREA) for head in heads),
        *(Column(f"{head} 模数", "t/(km²·a)", MODULUS) for head in heads),
        *(Column(kind, "km²", AREA) for kind in STATUS_COLOURS),
    )
    remark = f"相对 {change.baseline_year} 年；Shapley 值；因子见方法说明"
    return Sheet("表7", "因子变化归因", columns, tuple(rows), remark, frozenset({len(rows) - 1}))


def target_sheet(result: MonitoringResult) -> Sheet:
    """Table 9: rate, target, gap, ceiling and pace by target year."""
    years = [target.year for target in tables.target_years(result.totals)]
    rows = tuple(_target_row(zone, years, result.year) for zone in (*result.zones, result.totals))
    columns = [
        Column("编码"),
        Column("统计单元", width=16),
        Column("现状", "%", RATE),
        Column("水土流失", "km²", AREA),
    ]
    for year in years:
        columns += [
            Column(f"{year} 目标", "%", RATE),
            Column(f"{year} 差距", "百分点", RATE),
            Column(f"{year} 上限", "km²", AREA),
            Column(f"{year} 每年需减", "km²/a", AREA, 14),
        ]
    remark = (
        f"差距 = 现状 − 目标；上限为目标允许的水土流失面积；每年需减从 {result.year} 年算起，负数为已低于上限"
    )
    return Sheet(
        "表9",
        "水土保持率（现状、目标、差距）",
        tuple(columns),
        rows,
        remark,
        frozenset({len(rows) - 1}),
        frozen=2,
    )


def _target_row(zone: ZoneResult, years: Iterable[int], now: int) -> Sequence[Value]:
    known = {target.year: target for target in tables.target_years(zone)}
    row: list[Value] = [
        zone.code or NOT_APPLICABLE,
        zone.name,
        zone.water_conservation_rate_pct,
        tables.known_erosion_km2(zone),
    ]
    for year in years:
        target = known.get(year)
        pace: Value = target.pace_km2_a if target else None
        row += [target.target_pct, target.gap_points, target.ceiling_km2] if target else [None, None, None]
        row.append(NOT_APPLICABLE if year <= now else pace)
    return row


def _change_places(result: MonitoringResult) -> list[tuple[str, str]]:
    return [*((zone.code, zone.name) for zone in result.zones), ("", ALL)]
