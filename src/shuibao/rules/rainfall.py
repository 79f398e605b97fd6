"""The rainfall rules as the values that the formulas take."""

from math import inf
from typing import Any, Literal, get_args

from shuibao.rules.book import RuleBook
from shuibao.science.erosion.interpolation import Interpolation, Method
from shuibao.science.erosion.rain_record import RainCodes, StepLimits
from shuibao.science.erosion.rainfall import DailyPower, PowerLaw, ZhangFit
from shuibao.science.erosion.storms import (
    Energy,
    ErosiveStorm,
    ExponentialEnergy,
    LogarithmicEnergy,
    StormGap,
)
from shuibao.science.errors import DomainError

EnergyName = Literal["brown_foster", "mcgregor", "wischmeier_smith"]
EventRuleName = Literal["xie2000", "xie2000_i30", "wang1984", "rusle"]
RegressionName = Literal["shanxi", "shanxi_erosive", "national"]

_VARIOGRAMS = ("spherical", "exponential", "linear")


class RuleValueWrong(DomainError):
    """A rule whose value is none of those that can be used."""

    def __init__(self, rule_id: str, value: object, allowed: str) -> None:
        super().__init__(f"规则 {rule_id} = {value!r} 不能用，应为{allowed}。请在 --rules 文件中更正。")


class StepNotCorrectable(DomainError):
    """No fixed-interval correction is known for this length of step."""

    def __init__(self, step_min: int, known: list[str]) -> None:
        super().__init__(
            f"{step_min} 分钟的记录没有固定时段订正系数（规则表里有 {'、'.join(known)} 分钟）。"
            f"请不作订正（none），或换用这些时段的记录。"
        )


def daily_model(book: RuleBook, threshold_mm: float | None = None) -> DailyPower:
    """The half-month daily model of Xie 2016, with the threshold asked for or the usual one.

    Raises DomainError when the threshold is not one of those in use.
    """
    options = book.numbers("rainfall.xie2016.threshold_options_mm")
    if threshold_mm is not None and threshold_mm not in options:
        allowed = "、".join(f"{option:g}" for option in options)
        raise DomainError(f"侵蚀性日雨量标准 {threshold_mm:g} mm 不能用，可写 {allowed} mm。")
    return DailyPower(
        book.number("rainfall.xie2016.alpha_warm"),
        book.number("rainfall.xie2016.alpha_cold"),
        book.number("rainfall.xie2016.beta"),
        tuple(int(month) for month in book.numbers("rainfall.xie2016.warm_months")),
        book.number("rainfall.xie2016.threshold_mm") if threshold_mm is None else threshold_mm,
    )


def zhang_fit(book: RuleBook) -> ZhangFit:
    """The half-month model of Zhang 2002."""
    return ZhangFit(*(book.number(f"rainfall.zhang2002.{name}") for name in ZhangFit._fields))


def annual_regression(book: RuleBook, name: RegressionName) -> PowerLaw:
    """A regression of yearly erosivity on yearly rain."""
    return PowerLaw(*(book.number(f"rainfall.annual.{name}.{part}") for part in PowerLaw._fields))


def energy(book: RuleBook, name: EnergyName) -> Energy:
    """The formula for the energy of a mm of rain."""
    kind = LogarithmicEnergy if name == "wischmeier_smith" else ExponentialEnergy
    return kind(*(book.number(f"rainfall.energy.{name}.{part}") for part in kind._fields))


def storm_gap(book: RuleBook) -> StormGap:
    """What separates two storms."""
    return StormGap(book.number("rainfall.storm.gap_h"), book.number("rainfall.storm.gap_depth_mm"))


def erosive_storm(book: RuleBook, name: EventRuleName) -> ErosiveStorm:
    """What makes a storm erosive; criteria the rule does not have are infinite."""
    have = set(book.ids_under(f"rainfall.event.{name}"))
    ids = (f"rainfall.event.{name}.{criterion}" for criterion in ErosiveStorm._fields)
    return ErosiveStorm(*(book.number(rule_id) if rule_id in have else inf for rule_id in ids))


def fixed_interval_factor(book: RuleBook, step_min: int) -> float:
    """What brings EI30 of a record by equal steps to that of breakpoint rain.

    Raises StepNotCorrectable when no table has that step, RuleUnknown when its value has not been supplied.
    """
    prefix = "rainfall.fixed_interval"
    ids = book.ids_under(prefix)
    if f"{prefix}.{step_min}" not in ids:
        raise StepNotCorrectable(step_min, [rule_id.rpartition(".")[2] for rule_id in ids])
    return book.number(f"{prefix}.{step_min}")


def known_factors(book: RuleBook) -> dict[int, float]:
    """The fixed-interval corrections that have a value, by step [min]; for messages, not recorded as used."""
    prefix = "rainfall.fixed_interval."
    return {
        int(rule.id.removeprefix(prefix)): float(rule.value)
        for rule in book.current()
        if rule.id.startswith(prefix) and rule.value is not None
    }


def rain_codes(book: RuleBook) -> RainCodes:
    """Numbers and words in rain records that are not millimetres."""
    words: Any = book.value("rainfall.codes.trace_words")
    return RainCodes(
        book.numbers("rainfall.codes.missing"),
        book.numbers("rainfall.codes.trace"),
        tuple(str(word) for word in words),
        book.number("rainfall.codes.coded_from"),
        book.number("rainfall.codes.coded_to"),
        book.number("rainfall.record.day_max_mm"),
    )


def step_limits(book: RuleBook) -> StepLimits:
    """What a breakpoint record must keep to."""
    return StepLimits(
        book.number("rainfall.record.step_max_min"),
        book.number("rainfall.record.missing_share_max"),
        book.number("rainfall.record.intensity_max_mm_h"),
        int(book.number("rainfall.record.cumulative_pairs")),
    )


def interpolation(book: RuleBook, method: Method = "auto") -> Interpolation:
    """How to go from stations to points."""
    if method not in get_args(Method):
        raise DomainError(f"插值方法 {method!r} 不认识。可写 {'、'.join(get_args(Method))}。")
    variogram = book.value("rainfall.kriging.variogram")
    if variogram not in _VARIOGRAMS:
        raise RuleValueWrong("rainfall.kriging.variogram", variogram, f"{'、'.join(_VARIOGRAMS)} 之一")
    return Interpolation(
        method,
        int(book.number("rainfall.kriging.stations_min")),
        int(book.number("rainfall.kriging.stations_least")),
        variogram,
        int(book.number("rainfall.kriging.lags")),
        book.number("rainfall.idw.power"),
    )
