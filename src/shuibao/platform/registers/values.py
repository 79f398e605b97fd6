"""How a field of an object reads on a page: its head, its words, its unit."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.utils import timezone
from django.utils.translation import gettext as _

from shuibao.platform.registers.declaration import Column, Filter, Register

UNKNOWN, NOT_APPLICABLE = "缺", "—"


def field_at(model: type[models.Model], path: str) -> "models.Field[Any, Any] | None":
    """The model field at the end of an `a__b` path; None for a property."""
    *steps, last = path.split(LOOKUP_SEP)
    for step in steps:
        related = model._meta.get_field(step).related_model
        assert isinstance(related, type)
        model = related
    try:
        found = model._meta.get_field(last)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, models.Field) else None


def head(register: Register, path: str) -> str:
    """What a column or a fact is called: as declared, or the model field's own name."""
    given = (register.heads or {}).get(path) or _declared(register.columns, path)
    field = None if given else field_at(register.model, path)
    if field is not None:
        return _(str(field.verbose_name))
    return _(given or _declared(register.filters, path) or path)


def chip_head(register: Register, path: str) -> str:
    """What a chip is called: as declared for it, or as the column."""
    given = _declared(register.filters, path)
    return _(given) if given else head(register, path)


def _declared(parts: Iterable[Column] | Iterable[Filter], path: str) -> str:
    return next((part.head for part in parts if part.field == path and part.head), "")


def value_at(row: Any, path: str) -> Any:
    """The value at the end of an `a__b` path; None where the way ends early."""
    for step in path.split(LOOKUP_SEP):
        if row is None:
            return None
        row = getattr(row, step)
    return row


def words(row: Any, path: str, digits: int | None = None) -> str:
    """The value as it is read: choices by their labels, 缺 for an unknown number, — where none applies."""
    *steps, last = path.split(LOOKUP_SEP)
    owner = value_at(row, LOOKUP_SEP.join(steps)) if steps else row
    if owner is None:
        return NOT_APPLICABLE
    value = getattr(owner, last)
    field = field_at(type(owner), last)
    if field is not None and field.choices and value is not None:
        return _(str(getattr(owner, f"get_{last}_display")()))
    is_number = digits is not None or isinstance(
        field, models.FloatField | models.IntegerField | models.DecimalField
    )
    return plain(value, digits, none=UNKNOWN if is_number else NOT_APPLICABLE)


def plain(value: Any, digits: int | None = None, *, none: str = NOT_APPLICABLE) -> str:
    """A value in words of its kind."""
    if value is None or value == "":
        return none
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return f"{value:,.{digits}f}" if digits is not None else f"{value:,}"
    return str(value)
