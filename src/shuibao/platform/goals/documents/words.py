"""Numbers of the report as they are printed; what is unknown is 缺."""

from shuibao.platform.goals.documents.facts import LIGHT_WORDS, QuarterFacts
from shuibao.platform.goals.queries.progress import Reached

TASK_HEADS = (
    "序号",
    "工作任务",
    "牵头单位",
    "计划（%）",
    "自报（%）",
    "核实（%）",
    "进度灯",
    "逾期（天）",
    "报送",
    "进展",
)
QUANTITY_HEADS = ("指标", "目标年", "目标", "单位", "自报累计", "核实累计", "核实完成（%）")
RATE_HEADS = (
    "县（市、区）",
    "水土保持率（%）",
    "目标（%）",
    "水土流失面积（km²）",
    "每年需减（km²）",
    "进度",
)


def shown(value: float | None, digits: int = 1) -> str:
    """A number with fixed digits, or 缺."""
    return "缺" if value is None else f"{value:,.{digits}f}"


def summary(facts: QuarterFacts) -> str:
    """The report's first paragraph."""
    counts = "，".join(f"{word} {facts.counts.get(word, 0)} 项" for word in LIGHT_WORDS.values())
    tasks = f"共 {len(facts.rows)} 项任务，{facts.period}已报送 {facts.reported} 项"
    return f"{facts.plan.name}{tasks}。进度灯：{counts}。"


def areas(facts: QuarterFacts) -> list[str]:
    """The three areas, each by itself."""
    total, treated = facts.board.total, facts.board.treated
    erosion = shown(total.erosion_km2 if total else None)
    year = f"{facts.board.year} 年" if facts.board.year else ""
    return [
        f"水土流失面积（监测，{year}模型计算）：{erosion} km²，水土保持率只用它计算。",
        f"历史水土流失面积（治理任务的基数）：{shown(facts.board.historic_km2, 0)} km²。",
        f"累计初步治理面积（统计）：{shown(treated.verified if treated else None)} km²。",
        "三种面积口径不同，不相加，也不互相换算。",
    ]


def quantity_cells(row: Reached) -> tuple[str, ...]:
    """A quantity's line."""
    quantity = row.quantity
    return (
        quantity.name,
        str(quantity.year),
        quantity.target_text,
        quantity.unit,
        shown(row.self_reported),
        shown(row.verified),
        shown(row.share_pct),
    )
