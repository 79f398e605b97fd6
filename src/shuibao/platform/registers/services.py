"""What may happen to a record of any register: made, changed, ended with a reason. And to a kept view."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from shuibao.platform.core.errors import Conflict
from shuibao.platform.core.events import record
from shuibao.platform.core.visibility import require
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.models import SavedView
from shuibao.platform.registers.values import head
from shuibao.science.errors import InputError

_ENDINGS = ("ended_at", "valid_to")


@transaction.atomic
def create(register: Register, made: models.Model, *, by: Any) -> models.Model:
    """The new record, saved and remembered."""
    require(by, register.verb("edit"), made)
    made.save()
    record(made, register.verb("created"), f"新增{register.model._meta.verbose_name}：{made}", by=by)
    return made


@transaction.atomic
def change(
    register: Register, changed: models.Model, fields: list[str], *, by: Any, seen: str | None = None
) -> models.Model:
    """The record with its fields changed; before and after stand in the log.

    seen: the version that the person had before them; Conflict is raised when there is a later one.
    """
    old = register.rows(by).select_for_update().get(pk=changed.pk)
    require(by, register.verb("edit"), old)
    require(by, register.verb("edit"), changed)
    if seen is not None and seen != version_of(old):
        raise Conflict(f"“{old}”刚被别人修改过。请打开它的页面看新的内容，再改一次。")
    before, after = _values(old, fields), _values(changed, fields)
    touched = [name for name in fields if before[name] != after[name]]
    if not touched:
        return changed
    changed.save()
    names = "、".join(head(register, name) for name in touched)
    record(
        changed,
        register.verb("changed"),
        f"修改{names}",
        by=by,
        before={name: before[name] for name in touched},
        after={name: after[name] for name in touched},
    )
    return changed


@transaction.atomic
def end(register: Register, key: str, *, by: Any, reason: str) -> models.Model:
    """The record, ended today. It stays in the register with its history."""
    found = register.find(by, key)
    require(by, register.verb("edit"), found)
    field = ending_of(register)
    if field is None:
        raise InputError(f"{register.title}里的记录不能终止。")
    if getattr(found, field) is not None:
        raise Conflict(f"“{found}”已经终止。")
    if not reason.strip():
        raise InputError("请写明终止的原因。")
    setattr(found, field, timezone.now() if field == "ended_at" else timezone.localdate())
    found.save(update_fields=[field])
    record(found, register.verb("ended"), f"终止：{found}", by=by, reason=reason.strip())
    return found


def version_of(row: Any) -> str:
    """What names the present version of a record; nothing for models without history."""
    if not hasattr(row, "history"):
        return ""
    return str(row.history.order_by("-history_id").values_list("history_id", flat=True).first() or "")


def ending_of(register: Register) -> str | None:
    """The field that says since when a record is no longer valid; None where records do not end."""
    names = {field.name for field in register.model._meta.concrete_fields}
    return next((name for name in _ENDINGS if name in names), None)


def keep_view(register: Register, name: str, query: str, *, by: Any) -> SavedView:
    """A filter under a name; the same name again takes its place."""
    if not name.strip():
        raise InputError("请给视图起个名字。")
    view, _ = SavedView.objects.update_or_create(
        owner=by,
        register=register.name,
        name=name.strip()[:40],
        defaults={"query": query[:500], "ended_at": None},
    )
    return view


def drop_view(view_id: int, *, by: Any) -> None:
    """Takes one of a person's own views out of their list."""
    view = SavedView.objects.visible_to(by).get(pk=view_id)
    view.ended_at = timezone.now()
    view.save(update_fields=["ended_at"])


def _values(row: models.Model, fields: list[str]) -> dict[str, Any]:
    encoder = DjangoJSONEncoder()
    found = {}
    for name in fields:
        value = row._meta.get_field(name).value_from_object(row)  # type: ignore[union-attr]
        found[name] = (
            value if isinstance(value, str | int | float | bool | None) else encoder.encode(value).strip('"')
        )
    return found
