"""A register's fields as JSON: the type that each one has, and the value of a row."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args, get_type_hints
from uuid import UUID

from django.db import models
from django.db.models.constants import LOOKUP_SEP

from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.values import field_at, value_at

_TYPES: tuple[tuple[type[models.Field], Any], ...] = (
    (models.BooleanField, bool),
    (models.IntegerField, int),
    (models.AutoField, int),
    (models.FloatField, float),
    (models.DecimalField, float),
    (models.DateTimeField, datetime),
    (models.DateField, date),
    (models.UUIDField, UUID),
    (models.JSONField, Any),
    (models.CharField, str),
    (models.TextField, str),
)
_PLAIN = (str, int, float, bool, date, datetime, type(None))


def shown_fields(register: Register) -> tuple[str, ...]:
    """The paths of one object's facts: what is handed out, what stands on its page, what may be changed."""
    on_page = (path for group in register.facts for path in group.fields)
    return tuple(dict.fromkeys((*register.exported, *on_page, *register.editable)))


def type_of_field(field: "models.Field[Any, Any]") -> Any:
    """The Python type of a model field's values; of a foreign key, that of the key it holds."""
    if field.is_relation:
        field = field.target_field  # type: ignore[attr-defined]
    return next((found for kind, found in _TYPES if isinstance(field, kind)), Any)


def type_at(register: Register, path: str) -> Any:
    """The type of the values at a path, with None: a way may end early."""
    field = field_at(register.model, path)
    found = _type_of_property(register.model, path) if field is None else type_of_field(field)
    return found if found is Any else found | None


def choices_of(field: "models.Field[Any, Any] | None") -> dict[str, str]:
    """The words of a field's values; empty for a field without choices."""
    return {str(value): str(label) for value, label in field.flatchoices} if field is not None else {}


def literal_of(values: Iterable[str]) -> Any:
    """The type that takes these words and no other."""
    return Literal[tuple(values)]


def json_value(row: Any, path: str) -> Any:
    """The stored value at a path: keys for other objects, choices by their value."""
    *steps, last = path.split(LOOKUP_SEP)
    owner = value_at(row, LOOKUP_SEP.join(steps)) if steps else row
    if owner is None:
        return None
    value = getattr(owner, _attribute(type(owner), last))
    if isinstance(value, models.Model):
        return value.pk
    return float(value) if isinstance(value, Decimal) else value


def _attribute(model: type[models.Model], name: str) -> str:
    """Where the value lies: `region_id` for `region`, so that nothing is fetched."""
    field = field_at(model, name)
    return field.attname if field is not None and field.is_relation else name


def _type_of_property(model: type[models.Model], path: str) -> Any:
    """What a property says it returns, when that is plain."""
    getter = getattr(getattr(model, path, None), "fget", None)
    said = get_type_hints(getter).get("return", Any) if getter is not None else Any
    parts = get_args(said) or (said,)
    return said if all(part in _PLAIN for part in parts) else Any
