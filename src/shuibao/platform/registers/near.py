"""Rows near a place, found by where they lie even when rights or filters name regions too."""

from typing import Any

from django.db.models import Q, QuerySet

_MOST_BY_KEY = 1000


def near(rows: "QuerySet[Any]", place: Q) -> "QuerySet[Any]":
    """The rows that also meet a condition on their place (`core.geometry.field.within`).

    SQLite serves a query by one index: given a region as well, it reads all rows of that region. So while
    they are few, the keys of all rows in the place are found by the place alone, and stand for it.
    """
    keys = rows.model._base_manager.filter(place).order_by().values_list("pk", flat=True)
    few = list(keys[: _MOST_BY_KEY + 1])
    return rows.filter(pk__in=few) if len(few) <= _MOST_BY_KEY else rows.filter(place)
