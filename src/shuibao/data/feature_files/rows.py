"""Rows of values and shapes, with the place in the file that each came from."""

from dataclasses import dataclass
from datetime import date, datetime

import shapely

Value = str | int | float | bool | date | datetime | None


@dataclass(frozen=True)
class Row:
    """One feature. number: its row in the table (the header counts), or its place in the layer."""

    number: int
    values: tuple[Value, ...]
    shape: shapely.Geometry | None = None


@dataclass(frozen=True)
class Rows:
    """All features of a file; shapes in CGCS2000 longitude and latitude.

    crs: the coordinate system the file had, in words; "" without shapes. notes: what a person should know.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    crs: str = ""
    notes: tuple[str, ...] = ()

    @property
    def has_shapes(self) -> bool:
        """Whether any row has a shape."""
        return any(row.shape is not None for row in self.rows)

    def column(self, name: str) -> list[Value]:
        """The values of a column."""
        place = self.columns.index(name)
        return [row.values[place] for row in self.rows]
