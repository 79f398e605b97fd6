"""What each factor did to the erosion area, step by step from no change to the whole change."""

from collections.abc import Mapping
from dataclasses import dataclass

from shuibao.workflows.annual_monitoring.report import figures
from shuibao.workflows.annual_monitoring.report.charts.axis import Axis, axis_around
from shuibao.workflows.annual_monitoring.report.palette import LESS, MORE, OBSERVED, RESIDUAL
from shuibao.workflows.annual_monitoring.report.words import FACTOR_NAMES, factor_name

RESIDUAL_NAME, OBSERVED_NAME = "不能归于因子", "合计变化"


@dataclass(frozen=True)
class Step:
    """A bar: name, colour, place and length [%], where it ends [%], its values as text."""

    name: str
    colour: str
    x: float
    width: float
    end: float
    area: str
    loss: str


@dataclass(frozen=True)
class Waterfall:
    """The steps in order, on an axis of changes of erosion area [km²] with 0 at `zero` [%]."""

    steps: tuple[Step, ...]
    axis: Axis
    zero: float


def waterfall(attribution: Mapping[str, tuple[float, float]]) -> Waterfall | None:
    """The factors that acted, then what is left, then the whole change; None without attribution."""
    if "observed" not in attribution:
        return None
    order = [*acting(attribution), *(["residual"] if "residual" in attribution else [])]
    ends = [0.0]
    for name in order:
        ends.append(ends[-1] + attribution[name][0])
    observed = attribution["observed"]
    axis = axis_around([0.0, *ends, observed[0]])
    steps = [
        _step(_name(name), _colour(name, attribution[name][0]), axis, start, end, attribution[name])
        for name, start, end in zip(order, ends, ends[1:], strict=False)
    ]
    steps.append(_step(OBSERVED_NAME, OBSERVED, axis, 0.0, observed[0], observed))
    return Waterfall(tuple(steps), axis, axis.x(0.0))


def acting(attribution: Mapping[str, tuple[float, float]]) -> tuple[str, ...]:
    """The factors that changed anything, in the order of the equation."""
    return tuple(name for name in FACTOR_NAMES if any(attribution.get(name, (0.0, 0.0))))


def _step(name: str, colour: str, axis: Axis, start: float, end: float, values: tuple[float, float]) -> Step:
    return Step(
        name,
        colour,
        axis.x(min(start, end)),
        axis.width(abs(end - start)),
        axis.x(end),
        figures.area_change(values[0]),
        figures.loss_change(values[1]),
    )


def _name(name: str) -> str:
    return RESIDUAL_NAME if name == "residual" else factor_name(name)


def _colour(name: str, change: float) -> str:
    if name == "residual":
        return RESIDUAL
    return MORE if change > 0 else LESS
