"""The transition matrix as a heat table: better is green, worse is violet, the deeper the more area."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuibao.workflows.annual_monitoring.report import figures
from shuibao.workflows.annual_monitoring.report.palette import LESS, MORE
from shuibao.workflows.annual_monitoring.result import CLASS_NAMES

_DEEPEST = 0.42  # opacity at which ink on it is still easy to read


@dataclass(frozen=True)
class Cell:
    """An area as text, and the colour behind it ("" for none)."""

    text: str
    colour: str


@dataclass(frozen=True)
class HeatRow:
    """A class of the baseline year: what it became, and its whole area then."""

    name: str
    cells: tuple[Cell, ...]
    total: str


@dataclass(frozen=True)
class HeatTable:
    """Rows by the baseline's class, columns by this year's, with the sums of the columns and of all."""

    rows: tuple[HeatRow, ...]
    column_totals: tuple[str, ...]
    total: str


def heat_table(transition_km2: NDArray[np.float64]) -> HeatTable:
    """The table of one 6 × 6 matrix [km²]."""
    moved = transition_km2.copy()
    np.fill_diagonal(moved, 0.0)
    greatest = float(moved.max(initial=0.0))
    return HeatTable(
        tuple(
            HeatRow(
                name,
                tuple(
                    Cell(figures.area(float(km2)), _colour(before, after, float(km2), greatest))
                    for after, km2 in enumerate(areas)
                ),
                figures.area(float(areas.sum())),
            )
            for before, (name, areas) in enumerate(zip(CLASS_NAMES, transition_km2, strict=True))
        ),
        tuple(figures.area(float(km2)) for km2 in transition_km2.sum(axis=0)),
        figures.area(float(transition_km2.sum())),
    )


def _colour(before: int, after: int, km2: float, greatest: float) -> str:
    if before == after or km2 <= 0:
        return ""
    opacity = max(0.06, _DEEPEST * float(np.sqrt(km2 / greatest)))
    red, green, blue = bytes.fromhex((LESS if after < before else MORE)[1:])
    return f"rgba({red},{green},{blue},{opacity:.2f})"
