"""A page of the rows that meet an area, exactly: what only meets its box is left out and not counted."""

from typing import Any, NamedTuple

import shapely
from django.db.models import Q, QuerySet

from shuibao.platform.core.geometry.cells import Box
from shuibao.platform.core.geometry.field import within
from shuibao.platform.registers.near import near

_BATCH = 500
_LEFT_OUT_BY_QUERY = 500


class Page(NamedTuple):
    """Some rows, and how many there are in all."""

    rows: list[Any]
    matched: int


def page_of(
    rows: "QuerySet[Any]", shape: str, window: shapely.Geometry | None, first: int, limit: int
) -> Page:
    """The rows from a place on, in the order of their keys.

    Rows whose box lies inside a box of the area meet it for certain; only the others, along its edge, are
    read and tested, and those that fail are left out of the query, so that the database does the paging.
    """
    if window is None:
        return _cut(rows, first, limit)
    parts = [Box(*part.bounds) for part in shapely.get_parts(window)]
    place, certain = _any(within(shape, part) for part in parts), _any(_inside(shape, part) for part in parts)
    is_box = bool(shapely.equals(window, shapely.union_all([shapely.box(*part) for part in parts])))
    rows = near(rows, place)
    uncertain = rows.exclude(certain) if is_box else rows
    misses = _misses(uncertain, shape, window)
    if len(misses) <= _LEFT_OUT_BY_QUERY:
        return _cut(rows.exclude(pk__in=misses), first, limit)
    left_out = set(misses)
    hits = [key for key in rows.order_by("pk").values_list("pk", flat=True) if key not in left_out]
    found = rows.filter(pk__in=hits[first : first + limit]).order_by("pk")
    return Page(list(found), len(hits))


def _cut(rows: "QuerySet[Any]", first: int, limit: int) -> Page:
    """Keys first: so neither joined tables nor shapes are walked through on the way to a page far on."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[first : first + limit])
    return Page(list(rows.filter(pk__in=keys).order_by("pk")), rows.count())


def _misses(rows: "QuerySet[Any]", shape: str, window: shapely.Geometry) -> list[Any]:
    """The keys of rows whose shape does not meet the area."""
    shapely.prepare(window)
    found = rows.order_by().values_list("pk", shape).iterator(chunk_size=_BATCH)
    return [key for key, drawn in found if not window.intersects(drawn)]


def _inside(shape: str, box: Box) -> Q:
    return Q(
        **{
            f"{shape}_west__gte": box.west,
            f"{shape}_east__lte": box.east,
            f"{shape}_south__gte": box.south,
            f"{shape}_north__lte": box.north,
        }
    )


def _any(conditions: Any) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found
