"""Orders that are the same on every database: text by code points, what is unknown at the end."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import OrderBy
from django.db.models.functions import Collate

from shuibao.platform.registers.values import field_at

_BINARY = {"postgresql": "C"}


class ByCodePoint(Collate):
    """A text compared by its code points, whatever the database's own collation is."""

    def __init__(self, expression: Any) -> None:
        super().__init__(expression, "binary")

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra_context: Any) -> Any:
        """The expression with the name that this database has for it."""
        name = connection.ops.quote_name(_BINARY.get(connection.vendor, "BINARY"))
        return super().as_sql(compiler, connection, *args, collation=name, **extra_context)


def ordering(model: type[models.Model], names: Iterable[str]) -> list[OrderBy]:
    """An order by `a__b` paths, each with a minus for descending."""
    return [_by(model, name.lstrip("-"), name.startswith("-")) for name in names]


def _by(model: type[models.Model], path: str, is_descending: bool) -> OrderBy:
    field = model._meta.pk if path == "pk" else field_at(model, path)
    is_key = field is not None and (field.primary_key or field.is_relation)
    is_text = isinstance(field, models.CharField | models.TextField) and not is_key
    term: Any = ByCodePoint(F(path)) if is_text else F(path)
    # An index serves an order only when nothing is said about NULLs: it is said where there can be some.
    can_be_unknown = field is None or field.null or LOOKUP_SEP in path
    last = {"nulls_last": True} if can_be_unknown else {}
    return term.desc(**last) if is_descending else term.asc(**last)
