"""What the database would refuse: values that may stand only once, and the model's own rules."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from shuibao.platform.registers.importing.loading import CHUNK, chunks
from shuibao.platform.registers.importing.plan import Change, Fault


def doubles(
    model: type[models.Model],
    changes: Sequence[Change],
    mapping: Mapping[str, str],
    labels: Mapping[str, str],
) -> list[Fault]:
    """The rows with a value that another row of the file, or another object, already has."""
    return [
        fault
        for names in _unique_sets(model)
        if any(name in labels for name in names)
        for fault in _doubles_of(model, names, changes, mapping, labels)
    ]


def broken_rules(model: type[models.Model], changes: Sequence[Change]) -> list[Fault]:
    """The rows that break a rule of the model which is not plain uniqueness, asked of the database.

    A condition on a row's own values is asked once for the same values.
    """
    faults: list[Fault] = []
    for rule in model._meta.constraints:
        if isinstance(rule, models.CheckConstraint) and isinstance(rule.condition, Q):
            faults += _broken_conditions(rule, rule.condition, model, changes)
        elif not _is_plain(rule):
            faults += _broken_otherwise(rule, model, changes)
    return faults


def _broken_conditions(
    rule: models.CheckConstraint, condition: Q, model: type[models.Model], changes: Sequence[Change]
) -> Iterator[Fault]:
    fields: list[Any] = [model._meta.get_field(name) for name in sorted(condition.referenced_base_fields)]
    known: dict[tuple[Any, ...], bool] = {}
    for change in changes:
        values = tuple(getattr(change.instance, field.attname) for field in fields)
        if values not in known:
            pairs = zip(fields, values, strict=True)
            facts = {field.name: models.Value(value, field) for field, value in pairs}
            known[values] = condition.check(facts)
        if not known[values]:
            said = "、".join(map(str, values))
            yield Fault(change.row, "", "", said, str(rule.get_violation_error_message()))


def _broken_otherwise(
    rule: models.BaseConstraint, model: type[models.Model], changes: Sequence[Change]
) -> Iterator[Fault]:
    for change in changes:
        try:
            rule.validate(model, change.instance)
        except ValidationError as problem:
            yield Fault(change.row, "", "", "", "".join(problem.messages))


def _is_plain(rule: models.BaseConstraint) -> bool:
    return isinstance(rule, models.UniqueConstraint) and bool(rule.fields) and not rule.condition


def _unique_sets(model: type[models.Model]) -> Iterator[tuple[str, ...]]:
    options = model._meta
    for field in options.concrete_fields:
        if field.unique and not isinstance(field, models.AutoField):
            yield (field.name,)
    yield from (tuple(names) for names in options.unique_together)
    for constraint in options.constraints:
        if _is_plain(constraint):
            yield tuple(constraint.fields)  # type: ignore[attr-defined]


def _doubles_of(
    model: type[models.Model],
    names: tuple[str, ...],
    changes: Sequence[Change],
    mapping: Mapping[str, str],
    labels: Mapping[str, str],
) -> Iterator[Fault]:
    attributes = [model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    touched = {change.instance.pk for change in changes if change.before}
    first: dict[tuple[Any, ...], int] = {}
    for change in changes:
        value = _value(change, attributes)
        if value is not None and value in first:
            yield _fault(change, names, value, mapping, labels, f"与第 {first[value]} 行重复")
        elif value is not None:
            first[value] = change.row
    by_row = {change.row: change for change in changes}
    for chunk in chunks(sorted({value[0] for value in first}, key=str), CHUNK):
        for pk, *found in model._base_manager.filter(**{f"{attributes[0]}__in": chunk}).values_list(
            "pk", *attributes
        ):
            row = first.get(tuple(found))
            if row is not None and pk not in touched:
                yield _fault(by_row[row], names, tuple(found), mapping, labels, "已被另一条记录使用")


def _value(change: Change, attributes: list[str]) -> tuple[Any, ...] | None:
    """The values, or None when one is unknown: unknown values do not clash."""
    value = tuple(getattr(change.instance, name) for name in attributes)
    return None if any(part is None for part in value) else value


def _fault(
    change: Change,
    names: tuple[str, ...],
    value: tuple[Any, ...],
    mapping: Mapping[str, str],
    labels: Mapping[str, str],
    what: str,
) -> Fault:
    name = next((name for name in names if name in labels), names[0])
    said = "、".join(labels.get(part, part) for part in names)
    return Fault(
        change.row, name, mapping.get(name, ""), "、".join(map(str, value)), f"{said}{what}。请改成不同的值。"
    )
