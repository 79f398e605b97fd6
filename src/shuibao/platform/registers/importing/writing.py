"""Writing a checked plan: everything in one short transaction, with history and one event."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from shuibao.platform.core.errors import Conflict
from shuibao.platform.core.geometry.field import GeometryField, beside_values
from shuibao.platform.registers.importing.history_rows import add_history
from shuibao.platform.registers.importing.loading import CHUNK, chunks
from shuibao.platform.registers.importing.plan import Change, Plan, same

MOVED_ON = "核对之后有人改了同一批记录。请重新核对，看过差别再导入。"


def write(plan: Plan, model: type[models.Model], *, by: Any, reason: str) -> None:
    """Makes and changes the objects of a plan, in the caller's transaction. Raises Conflict, IntegrityError.

    An object that is no longer as the check saw it refuses the whole import.
    """
    _require_as_checked(model, plan.changed)
    made = [change.instance for change in plan.new]
    changed = [change.instance for change in plan.changed]
    model._default_manager.bulk_create(made)
    if changed:
        model._default_manager.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=[model._meta.pk.name],
            update_fields=_written_fields(model, plan.changed),
        )
    add_history(model, made, "+", by=by, reason=reason)
    add_history(model, changed, "~", by=by, reason=reason)


def _require_as_checked(model: type[models.Model], changes: Sequence[Change]) -> None:
    """Raises Conflict when an object has changed, or gone, since the check read it."""
    if not changes:
        return
    names = list(changes[0].before)
    expected = {change.instance.pk: change.before for change in changes}
    found = 0
    for chunk in chunks(expected, CHUNK):
        for pk, *values in model._base_manager.filter(pk__in=chunk).values_list("pk", *names):
            found += 1
            pairs = zip(names, values, strict=True)
            if not all(same(expected[pk][name], value) for name, value in pairs):
                raise Conflict(MOVED_ON)
    if found != len(expected):
        raise Conflict(MOVED_ON)


def _written_fields(model: type[models.Model], changes: Sequence[Change]) -> list[str]:
    """The columns that may change: the imported ones, and those beside a shape."""
    names = set(changes[0].before)
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    shapes = [field.name for field in fields if field.attname in names and isinstance(field, GeometryField)]
    beside = {name for shape in shapes for name in beside_values(shape, None)}
    return [field.name for field in fields if field.attname in names or field.name in beside]
