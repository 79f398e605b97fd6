"""A sheet of summary.xlsx as a value: columns with units, rows of values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from shuibao.workflows.annual_monitoring.report import figures

TEXT, AREA, RATE, FACTOR, MODULUS = "text", "area", "rate", "factor", "modulus"
"""Kinds of values: how they are written and aligned."""

UNKNOWN, NOT_APPLICABLE, ALL = figures.UNKNOWN, figures.NOT_APPLICABLE, "合计"

Value = str | float | int | None
"""A cell: None is unknown (缺)."""


class Column(NamedTuple):
    """A column: head, unit ("" for none), kind of value, width in characters."""

    head: str
    unit: str = ""
    kind: str = TEXT
    width: int = 12


@dataclass(frozen=True)
class Sheet:
    """A sheet. sums: positions of the rows that add others up. frozen: columns that stay in sight."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Sequence[Value], ...]
    remark: str = ""
    sums: frozenset[int] = field(default_factory=frozenset)
    frozen: int = 1
    has_filter: bool = False
