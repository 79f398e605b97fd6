"""The history of a record: what each change made of which field."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models.constants import LOOKUP_SEP

from shuibao.platform.core.models import Region
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.values import field_at, head, plain

MOST = 200


class Change(NamedTuple):
    """One field of one change. The making of a record names no field."""

    at: datetime
    by: str
    kind: str
    field: str
    before: str
    after: str
    reason: str


_KINDS = {"+": "新增", "~": "修改", "-": "删除"}


def changes_of(register: Register, row: Any) -> list[Change]:
    """Every change of a field that the register shows, last first, of the last versions of the record.

    Fields that the register does not show (telephone numbers, secrets) have no history here either.
    """
    versions = list(
        row.history.select_related("history_user").order_by("-history_date", "-history_id")[:MOST]
    )
    fields = _fields(register)
    found: list[Change] = []
    for newer, older in zip(versions, [*versions[1:], None], strict=True):
        found += _between(register, newer, older, fields)
    return found


def _fields(register: Register) -> list[Any]:
    """The model fields among the facts, each once."""
    shown = [path for group in register.facts for path in group.fields] + list(register.editable)
    found = {path: field_at(register.model, path) for path in shown if LOOKUP_SEP not in path}
    tracked = {field.name for field in register.model.history.model._meta.concrete_fields}  # type: ignore[attr-defined]
    return [field for field in found.values() if field is not None and field.name in tracked]


def _between(register: Register, newer: Any, older: Any, fields: list[Any]) -> list[Change]:
    by, reason = str(newer.history_user or "系统"), newer.history_change_reason or ""
    kind = _KINDS[newer.history_type]
    if older is None:
        return [Change(newer.history_date, by, kind, "", "", "", reason)]
    return [
        Change(
            newer.history_date,
            by,
            kind,
            head(register, field.name),
            _said(field, getattr(older, field.attname)),
            _said(field, getattr(newer, field.attname)),
            reason,
        )
        for field in fields
        if getattr(older, field.attname) != getattr(newer, field.attname)
    ]


def _said(field: Any, value: Any) -> str:
    """A former value in words: a region by its name, any other object by its key."""
    if field.is_relation and value is not None and field.related_model is Region:
        return Region.objects.filter(pk=value).values_list("name", flat=True).first() or str(value)
    return plain(dict(field.flatchoices).get(value, value))
