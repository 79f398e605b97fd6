"""A horizontal axis: values to percent of the width, with round ticks."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Axis:
    """From the value at the left edge to the value at the right edge."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def x(self, value: float) -> float:
        """Position [% of the width], two decimals."""
        return round(100 * (value - self.low) / (self.high - self.low), 2)

    def width(self, value: float) -> float:
        """Length of a value [% of the width]."""
        return round(100 * value / (self.high - self.low), 2)

    def label(self, tick: float) -> str:
        """A tick's text, with no more decimals than the ticks need."""
        decimals = max(0, -math.floor(math.log10(self.step) + 1e-9)) if self.step else 0
        if self.step and round(self.step, decimals) != self.step:
            decimals += 1
        return f"{round(tick, decimals) + 0.0:,.{decimals}f}".replace("-", "\N{MINUS SIGN}")

    @property
    def step(self) -> float:
        """Between two ticks."""
        return self.ticks[1] - self.ticks[0] if len(self.ticks) > 1 else 0.0


def axis_from_zero(values: Iterable[float], about: int = 4) -> Axis:
    """An axis from 0 to the first tick not below the greatest value."""
    greatest = max(values, default=0.0)
    if greatest <= 0:
        return Axis(0.0, 1.0, (0.0, 1.0))
    step = _round_step(greatest / about)
    count = math.ceil(greatest / step - 1e-9)
    return Axis(0.0, count * step, tuple(number * step for number in range(count + 1)))


def axis_around(values: Iterable[float], about: int = 5) -> Axis:
    """An axis whose ends are the ticks just outside the values; around one value it is one step wide."""
    known = list(values) or [0.0]
    low, high = min(known), max(known)
    step = _round_step((high - low) / about) if high > low else _round_step(max(abs(high), 1.0) / 10)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if first == last:
        first, last = first - 1, last + 1
    return Axis(first * step, last * step, tuple(number * step for number in range(first, last + 1)))


def _round_step(rough: float) -> float:
    """The round number not below: 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough * (1 - 1e-9))
