"""Pages of long lists: rows fetched by their keys, and a count that is not made anew for every page."""

import hashlib
import time
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django_tables2.data import TableQuerysetData

SLOW_S = 0.1
KEPT_S = 15.0
_MOST_KEPT = 256
_slow: dict[str, tuple[object, float]] = {}
Found = TypeVar("Found")


class Rows(TableQuerysetData):
    """The rows of a list. A page is the keys of its place first and then their rows.

    So neither joined tables nor wide columns are walked through on the way to a page far down.
    """

    def __getitem__(self, key: Any) -> Any:
        """The rows of a slice, as a list in the list's order."""
        if not isinstance(key, slice):
            return super().__getitem__(key)
        keys = list(self.data.values_list("pk", flat=True)[key])
        found = {row.pk: row for row in self.data.order_by().filter(pk__in=keys)}
        return [found[one] for one in keys if one in found]


class Pages(Paginator):
    """Pages of a table's rows."""

    @cached_property
    def count(self) -> int:
        """How many rows there are in all."""
        return count_of(self.object_list.data.data)  # type: ignore[attr-defined]


def count_of(rows: "QuerySet[Any]") -> int:
    """The exact number of rows; one that took long is remembered for some seconds."""
    return remembered(rows.order_by(), lambda unordered: unordered.count())


def remembered(rows: "QuerySet[Any]", found: Callable[["QuerySet[Any]"], Found]) -> Found:
    """What a query gives, made anew unless it took long within the last seconds.

    The query names what its reader may see, so people with other rights never share an answer.
    """
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return found(rows.none())
    key = hashlib.sha256(repr((rows.db, sql, params)).encode()).hexdigest()
    known = _slow.get(key)
    if known is not None and known[1] > time.monotonic():
        return cast(Found, known[0])
    begun = time.monotonic()
    answer = found(rows)
    if time.monotonic() - begun > SLOW_S:
        if len(_slow) >= _MOST_KEPT:
            _slow.clear()
        _slow[key] = (answer, time.monotonic() + KEPT_S)
    return answer
