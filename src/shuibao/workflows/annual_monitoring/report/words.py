"""Sentences of the report: where the rate stands, whether the pace steepens, what made the change."""

from itertools import pairwise

from shuibao.workflows.annual_monitoring.report import figures
from shuibao.workflows.annual_monitoring.result import Change, ZoneResult
from shuibao.workflows.annual_monitoring.tables import Stretch

FACTOR_NAMES = {
    "R": "降雨侵蚀力",
    "K": "土壤可蚀性",
    "L": "坡长",
    "S": "坡度",
    "B": "植被覆盖与生物措施",
    "E": "工程措施",
    "T": "耕作措施",
}

CONFIDENCE_NAMES = {"seen": "见公开副本", "high": "高", "medium": "中", "low": "低", "own": "本项目自定"}

LIMITS = (
    "CSLE 只算坡面的面蚀和细沟侵蚀，不含沟蚀、重力侵蚀和河道侵蚀。沟壑区的实际流失量比这里大。",
    "栅格算法的平均模数和流失面积占比，都比详查抽样单元的结果偏高"
    "（Dong、Fu、Liu、Yin，ISWCR，云阳 33 个单元）。",
    "绝对值主要由 K 的算法决定：安塞用五种 K 得到 47.68–108.47 t/hm²，实测输沙为 17.73 t/hm²"
    "（魏慧、赵文武，2017）。比较年份和地方，比绝对值可靠。",
    "数值靠近级限的地方，换一种坡度或坡长算法就会跳一级；请与敏感性一节同看。",
    "乔木林和果园的 B 取决于林下盖度，遥感看不到，靠野外调查。",
    "水土保持率按有结果的面积算；没有结果的格不当作没有流失。",
)

_SHARE_WORTH_NAMING = 0.1  # of the greatest contribution
_NOTHING_KM2 = 0.005


def factor_name(factor: str) -> str:
    """A factor's letter with what it stands for."""
    return f"{factor} {FACTOR_NAMES[factor]}" if factor in FACTOR_NAMES else factor


def rate_against_target(zone: ZoneResult, year: int) -> str:
    """Met, missed by how much, or 缺."""
    rate, target = zone.water_conservation_rate_pct, zone.targets_pct.get(year)
    if rate is None or target is None:
        return figures.UNKNOWN
    short = round(target - rate, 2)
    return (
        f"差 {figures.percent(short)} 百分点" if short > 0 else f"已达到，高 {figures.percent(-short)} 百分点"
    )


def steepening(paces: tuple[Stretch, ...]) -> str | None:
    """A warning when a later stretch asks for more each year than the one before it; None otherwise."""
    for before, after in pairwise(paces):
        if after.pace_km2_a <= before.pace_km2_a * 1.05 or after.pace_km2_a < _NOTHING_KM2:
            continue
        wanted = f"{years(after)} 年须每年净减 {figures.area(after.pace_km2_a)} km²"
        if before.pace_km2_a < _NOTHING_KM2:
            return f"{before.last_year} 年的目标已经达到，但 {wanted}。"
        times = after.pace_km2_a / before.pace_km2_a
        return f"{wanted}，是 {years(before)} 年（{figures.area(before.pace_km2_a)} km²）的 {times:.1f} 倍。"
    return None


def years(stretch: Stretch) -> str:
    """The years of a stretch."""
    if stretch.first_year == stretch.last_year:
        return str(stretch.first_year)
    return f"{stretch.first_year}–{stretch.last_year}"


def change_in_words(change: Change) -> str:
    """How much the erosion area changed since the baseline, and which factors did it."""
    parts = change.attribution.get("", {})
    observed = parts.get("observed", (0.0, 0.0))[0]
    start = f"与 {change.baseline_year} 年相比，水土流失面积"
    if "observed" not in parts:
        return f"{start}的变化{figures.UNKNOWN}。"
    if abs(observed) < _NOTHING_KM2:
        return f"{start}没有变化。"
    word = "减少" if observed < 0 else "增加"
    factors = {name: km2 for name, (km2, _) in parts.items() if name not in ("observed", "residual")}
    return f"{start}{word} {figures.area(abs(observed))} km²{_because(factors, observed)}{_rest(parts)}。"


def _because(factors: dict[str, float], observed: float) -> str:
    sign = -1 if observed < 0 else 1
    along = _named(factors, sign)
    against = _named(factors, -sign)
    text = f"，主要来自 {along}" if along else "，没有一个因子朝这个方向变化"
    return f"{text}；{against}抵消了一部分" if against else text


def _named(factors: dict[str, float], sign: int) -> str:
    """The factors that pull in one direction, greatest first, small ones left out."""
    greatest = max((abs(km2) for km2 in factors.values()), default=0.0)
    pulling = sorted((-abs(km2), name) for name, km2 in factors.items() if km2 * sign > _NOTHING_KM2)
    return "、".join(
        f"{factor_name(name)}（{figures.area_change(factors[name])} km²）"
        for size, name in pulling
        if -size >= _SHARE_WORTH_NAMING * greatest
    )


def _rest(parts: dict[str, tuple[float, float]]) -> str:
    residual = parts.get("residual", (0.0, 0.0))[0]
    if abs(residual) < _NOTHING_KM2:
        return ""
    return f"；另有 {figures.area_change(residual)} km² 不能归于因子（只有一年有结果的格，或容许值不同）"
