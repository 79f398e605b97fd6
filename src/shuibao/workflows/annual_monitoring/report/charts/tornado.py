"""How far the rate moves with each scenario: one bar per factor around the base, widest first."""

from collections.abc import Iterable
from dataclasses import dataclass

from shuibao.workflows.annual_monitoring.report.charts.axis import Axis, axis_around
from shuibao.workflows.annual_monitoring.result import Scenario


@dataclass(frozen=True)
class Dot:
    """One scenario: its label, rate [%] and place [%]."""

    label: str
    rate_pct: float
    x: float
    is_base: bool


@dataclass(frozen=True)
class Span:
    """A factor's scenarios, from the lowest to the highest rate; the base stands among them."""

    factor: str
    dots: tuple[Dot, ...]
    base_x: float

    @property
    def lowest(self) -> Dot | None:
        """The scenario left of the base by most, if any is."""
        dot = self.dots[0]
        return dot if dot.x < self.base_x else None

    @property
    def highest(self) -> Dot | None:
        """The scenario right of the base by most, if any is."""
        dot = self.dots[-1]
        return dot if dot.x > self.base_x else None

    @property
    def left(self) -> float:
        """Where the bar begins [%]."""
        return min(self.dots[0].x, self.base_x)

    @property
    def right(self) -> float:
        """Where the bar ends [%]."""
        return max(self.dots[-1].x, self.base_x)


@dataclass(frozen=True)
class Tornado:
    """The spans on one axis; the base's rate [%] and place [%]."""

    spans: tuple[Span, ...]
    axis: Axis
    base_pct: float
    base_x: float


def tornado(scenarios: Iterable[Scenario], base_pct: float | None) -> Tornado | None:
    """The chart; None when the base rate is unknown or no other scenario has a rate."""
    known = [scenario for scenario in scenarios if scenario.water_conservation_rate_pct is not None]
    varied = {scenario.factor: [] for scenario in known if not scenario.is_base}  # type: dict[str, list[Scenario]]
    if base_pct is None or not varied:
        return None
    for scenario in known:
        if scenario.factor in varied:
            varied[scenario.factor].append(scenario)
    axis = axis_around([base_pct, *(_rate(scenario) for group in varied.values() for scenario in group)])
    spans = [_span(factor, group, axis, axis.x(base_pct)) for factor, group in varied.items()]
    spans.sort(key=lambda span: span.left - span.right)
    return Tornado(tuple(spans), axis, base_pct, axis.x(base_pct))


def _span(factor: str, group: list[Scenario], axis: Axis, base_x: float) -> Span:
    dots = [
        Dot(scenario.label, _rate(scenario), axis.x(_rate(scenario)), scenario.is_base) for scenario in group
    ]
    return Span(factor, tuple(sorted(dots, key=lambda dot: dot.x)), base_x)


def _rate(scenario: Scenario) -> float:
    return scenario.water_conservation_rate_pct or 0.0
