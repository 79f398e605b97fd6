"""What can be chosen when erosivity is computed from rain, and what one station's years give."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from shuibao.data.rain_series import Absent, Record
from shuibao.data.rain_table import Kind
from shuibao.rules.rainfall import EnergyName, EventRuleName
from shuibao.science.erosion.half_months import YearlyHalfMonths
from shuibao.science.errors import DomainError

DailyModel = Literal["xie2016", "zhang2002"]
Correction = Literal["none", "yin2007"]


@dataclass(frozen=True, slots=True)
class ErosivitySettings:
    """The choices; None where the usual one is meant.

    model, threshold_mm: for daily rain (threshold for xie2016 only). energy, event_rule, record,
    fixed_interval_correction: for breakpoint rain.
    """

    model: DailyModel | None = None
    threshold_mm: float | None = None
    absent_days: Absent = "missing"
    energy: EnergyName | None = None
    event_rule: EventRuleName | None = None
    record: Record | None = None
    fixed_interval_correction: Correction | None = None

    def require_fitting(self, kind: Kind) -> None:
        """Nothing, when every choice has a meaning for this kind of rain. Raises DomainError otherwise."""
        of_daily = {"model": self.model, "threshold_mm": self.threshold_mm}
        of_breakpoint = {
            "energy": self.energy,
            "event_rule": self.event_rule,
            "record": self.record,
            "fixed_interval_correction": self.fixed_interval_correction,
        }
        foreign, what = (of_breakpoint, "日雨量") if kind == "daily" else (of_daily, "断点雨量")
        given = [name for name, choice in foreign.items() if choice is not None]
        if given:
            raise DomainError(f"文件是{what}，用不到 {'、'.join(given)}。请去掉，或换用相应的雨量文件。")
        if self.model == "zhang2002" and self.threshold_mm is not None:
            raise DomainError(
                "threshold_mm 只用于 xie2016；zhang2002 的标准由模型给定。请去掉 threshold_mm。"
            )


class YearlyErosivity(NamedTuple):
    """A station's erosivity [MJ·mm/(hm²·h)] and rain [mm] by year and half-month, with what must be said."""

    erosivity: YearlyHalfMonths
    rain: YearlyHalfMonths
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
