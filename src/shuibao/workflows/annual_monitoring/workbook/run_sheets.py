"""Sheets of the run itself: contents, explanation, measures, field form, sensitivity, unverified numbers."""

from collections.abc import Sequence

from shuibao.workflows.annual_monitoring.report import figures, words
from shuibao.workflows.annual_monitoring.result import MonitoringResult
from shuibao.workflows.annual_monitoring.workbook.sheet import (
    AREA,
    FACTOR,
    MODULUS,
    NOT_APPLICABLE,
    RATE,
    Column,
    Sheet,
    Value,
)

_NO_ZONES = "没有这种统计单元的界线，不能统计"
_NO_BASELINE = "没有基准年的结果"


def contents_sheet(result: MonitoringResult, found: Sequence[Sheet]) -> Sheet:
    """Which tables there are, and why the others are missing."""
    rows: list[Sequence[Value]] = [(sheet.name, sheet.title, "有") for sheet in found]
    rows.append(("表8", "国家和省级重点防治区", f"缺：{_NO_ZONES}"))
    rows.append(("表10", "小流域排序", f"缺：{_NO_ZONES}"))
    if result.change is None:
        rows.append(("表6", "年际转移矩阵", f"{NOT_APPLICABLE}：{_NO_BASELINE}"))
        rows.append(("表7", "因子变化归因", f"{NOT_APPLICABLE}：{_NO_BASELINE}"))
    rows.sort(key=lambda row: _order(str(row[0])))
    columns = (Column("表"), Column("内容", width=40), Column("有无", width=44))
    return Sheet("目录", "目录", columns, tuple(rows))


def _order(name: str) -> tuple[bool, int]:
    """Tables by number, what has no number after them."""
    number = name.removeprefix("表")
    return (False, int(number)) if number.isdigit() else (True, 0)


def explanation_sheet(result: MonitoringResult) -> Sheet:
    """What the numbers mean, and what the reader must see."""
    totals = result.totals
    rows: list[Sequence[Value]] = [
        ("面积", "单位 km²，按椭球面真实面积以整数累加，最后一步才换算。水土流失面积为轻度及以上。"),
        ("水土保持率", "（有结果的面积 − 水土流失面积）÷ 有结果的面积。"),
        ("三种面积", "监测的水土流失面积、历史水土流失面积、累计初步治理面积不相加，这里只有第一种。"),
        ("缺与—", "“缺”是不知道，不是 0；“—”是不适用。"),
        ("覆盖", f"界线内 {totals.polygon_area_km2:,.2f} km²，有结果的占 {result.coverage_pct:.2f}%。"),
        ("侵蚀图斑", f"{result.patch_count:,} 个，{result.patch_area_km2:,.2f} km²。"),
        *(("须知", note) for note in result.notes),
        *(("方法的局限", limit) for limit in words.LIMITS),
    ]
    return Sheet("说明", "说明", (Column("项"), Column("说明", width=110)), tuple(rows))


def measures_sheet(result: MonitoringResult) -> Sheet:
    """Table 11: engineering measures by kind."""
    rows = tuple((code, name, factor, area) for code, (name, factor, area) in result.measures_km2.items())
    columns = (
        Column("编码"),
        Column("措施", width=24),
        Column("E", "无量纲", FACTOR),
        Column("面积", "km²", AREA),
    )
    remark = "" if rows else "缺：没有工程措施图层，或图层里没有措施"
    return Sheet("表11", "措施台账（工程措施）", columns, rows, remark, frozen=2)


def field_sheet() -> Sheet:
    """Table 12: an empty form for the field."""
    heads = ("点号", "经度 °", "纬度 °", "图上地类", "实地地类", "图上措施", "实地措施", "植被盖度 FVC %")
    more = ("林下盖度 GD %", "坡度 °", "照片", "调查人", "日期", "备注")
    columns = tuple(Column(head, width=14) for head in (*heads, *more))
    return Sheet("表12", "野外验证表", columns, (), "空表，供野外填写")


def sensitivity_sheet(result: MonitoringResult) -> Sheet:
    """Every scenario of the sensitivity panel."""
    rows = tuple(
        (
            words.factor_name(scenario.factor) or NOT_APPLICABLE,
            scenario.label,
            "是" if scenario.is_base else "",
            scenario.erosion_area_km2,
            scenario.water_conservation_rate_pct,
            scenario.mean_loss_t_km2_a,
        )
        for scenario in result.scenarios
    )
    columns = (
        Column("改了什么", width=24),
        Column("情景", width=36),
        Column("本次运行"),
        Column("水土流失", "km²", AREA),
        Column("水土保持率", "%", RATE),
        Column("平均模数", "t/(km²·a)", MODULUS),
    )
    remark = "" if rows else "缺：没有做情景"
    return Sheet("敏感性", "敏感性：改一样，其余不变，重算一次", columns, rows, remark)


def unverified_sheet(result: MonitoringResult) -> Sheet:
    """The numbers nobody has checked against the primary text."""
    rows = tuple(
        (
            rule.id,
            rule.name,
            figures.plain(rule.value),
            rule.unit,
            rule.basis,
            words.CONFIDENCE_NAMES.get(rule.confidence, rule.confidence),
        )
        for rule in result.unverified_rules
    )
    columns = (
        Column("规则", width=28),
        Column("名称", width=32),
        Column("取值", width=24),
        Column("单位", width=16),
        Column("出处", width=64),
        Column("可信度"),
    )
    remark = "没有人对照原文核过的数值" if rows else "没有：用到的数值都有人核过，或出处可靠"
    return Sheet("未核验", "未核验的数值", columns, rows, remark)
