"""The history of a record: what each change made of which field."""

from typing import Any, NamedTuple

from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.values import field_at, head, plain


class Change(NamedTuple):
    """One field of one change."""

    at: Any
    by: str
    kind: str
    field: str
    before: str
    after: str


_KINDS = {"+": "新增", "~": "修改", "-": "终止"}


def changes_of(register: Register, row: Any) -> list[Change]:
    """Every field that ever changed, last first; the first entry of all says when the record was made."""
    versions = list(row.history.select_related("history_user").order_by("-history_date", "-history_id"))
    found: list[Change] = []
    for newer, older in zip(versions, [*versions[1:], None], strict=True):
        by = str(newer.history_user or "系统")
        if older is None:
            found.append(Change(newer.history_date, by, _KINDS[newer.history_type], "", "", ""))
            continue
        for change in newer.diff_against(older, foreign_keys_are_objs=True).changes:
            field = field_at(register.model, change.field)
            labels = dict(field.flatchoices) if field is not None else {}
            found.append(
                Change(
                    newer.history_date,
                    by,
                    _KINDS[newer.history_type],
                    head(register, change.field),
                    plain(labels.get(change.old, change.old)),
                    plain(labels.get(change.new, change.new)),
                )
            )
    return found
