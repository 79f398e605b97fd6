"""The bars of the targets page: zero-based, 0 to 100 %, as the numbers an SVG needs."""

from typing import NamedTuple

from shuibao.platform.goals.queries.targets import Line

WIDTH = 404.0
TICKS = (0, 20, 40, 60, 80, 100)


class Bar(NamedTuple):
    """Places along the bar; None is not drawn."""

    actual: str | None
    target: str | None
    reachable: str | None


class Tick(NamedTuple):
    """A number of the scale and its place."""

    place: str
    word: str


def bar_of(line: Line) -> Bar:
    """The places of a region's bar."""
    return Bar(_place(line.rate_pct), _place(line.target_pct), _place(line.reachable_pct))


def scale() -> list[Tick]:
    """The numbers above the bars."""
    return [Tick(f"{WIDTH * tick / 100:.1f}", str(tick)) for tick in TICKS]


def _place(rate_pct: float | None) -> str | None:
    return None if rate_pct is None else f"{WIDTH * rate_pct / 100:.1f}"
