"""The filter line of a register: a FilterSet made from its declaration, kept in the address."""

from functools import cache
from typing import Any

import django_filters
from django import forms
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.utils.translation import gettext_lazy as _

from shuibao.platform.core.visibility import inside, region_stem
from shuibao.platform.registers.declaration import Filter, Register
from shuibao.platform.registers.values import chip_head, field_at, head

SEARCH = "q"
YES_NO = (("yes", _("是")), ("no", _("否")))
_CODE = RegexValidator(r"^[0-9A-Z]{2,12}$", _("行政区划代码由数字和大写字母组成，例如 140800。"))


@cache
def filterset_of(register: Register) -> type[django_filters.FilterSet]:
    """The class that filters a register's rows by the query of an address.

    Every foreign key that has no chip can be asked for by its key too: so lists of linked records have an
    address.
    """
    made: dict[str, Any] = {SEARCH: _search(register)}
    for chip in register.filters:
        made[chip.field] = _MAKERS[chip.kind](register, chip)
    for name in links_of(register):
        made[name] = _link(register, name)
    meta = type("Meta", (), {"model": register.model, "fields": []})
    return type(f"{register.name.title()}Filter", (django_filters.FilterSet,), {**made, "Meta": meta})


def filtered(register: Register, rows: "QuerySet[Any]", query: Any) -> Any:
    """The bound FilterSet: its `qs` are the rows, its `form` has the errors of what was typed."""
    return filterset_of(register)(query, queryset=rows)


def links_of(register: Register) -> tuple[str, ...]:
    """The foreign keys of the model that no chip filters by."""
    chips = {chip.field for chip in register.filters} | {f"{chip.field}_id" for chip in register.filters}
    return tuple(
        field.name
        for field in register.model._meta.concrete_fields
        if field.is_relation and field.name not in chips and field.attname not in chips
    )


def _search(register: Register) -> django_filters.Filter:
    def search(rows: "QuerySet[Any]", _name: str, text: str) -> "QuerySet[Any]":
        wanted = Q()
        for field in register.search:
            wanted |= Q(**{f"{field}__icontains": text.strip()})
        return rows.filter(wanted)

    return django_filters.CharFilter(method=search, label=_("搜索"), max_length=100)


def _choice(register: Register, chip: Filter) -> django_filters.Filter:
    """Any of several values. Rows that are many times there on the way to the field are shown once."""

    def any_of(rows: "QuerySet[Any]", _name: str, chosen: list[str]) -> "QuerySet[Any]":
        if not chosen:
            return rows
        wanted = {f"{chip.field}__in": chosen}
        if not _is_many(register.model, chip.field):
            return rows.filter(**wanted)
        return rows.filter(pk__in=register.model._default_manager.filter(**wanted).values("pk"))

    field = field_at(register.model, chip.field)
    label = chip_head(register, chip.field)
    if field is not None and field.choices:
        return django_filters.MultipleChoiceFilter(method=any_of, choices=field.choices, label=label)
    return django_filters.AllValuesMultipleFilter(method=any_of, label=label, field_name=chip.field)


def _is_many(model: type[models.Model], path: str) -> bool:
    """Whether one row can have several values at the end of the path."""
    for step in path.split(LOOKUP_SEP):
        field = model._meta.get_field(step)
        if field.one_to_many or field.many_to_many:
            return True
        if field.related_model is not None and isinstance(field.related_model, type):
            model = field.related_model
    return False


def _region(register: Register, chip: Filter) -> django_filters.Filter:
    def lies_in(rows: "QuerySet[Any]", _name: str, code: str) -> "QuerySet[Any]":
        return rows.filter(inside([region_stem(code)], chip.field))

    return django_filters.CharFilter(
        method=lies_in, label=chip_head(register, chip.field), validators=[_CODE]
    )


def _number(register: Register, chip: Filter) -> django_filters.Filter:
    return django_filters.RangeFilter(field_name=chip.field, label=chip_head(register, chip.field))


def _date(register: Register, chip: Filter) -> django_filters.Filter:
    return django_filters.DateFromToRangeFilter(field_name=chip.field, label=chip_head(register, chip.field))


def _flag(register: Register, chip: Filter) -> django_filters.Filter:
    def flagged(rows: "QuerySet[Any]", _name: str, answer: str) -> "QuerySet[Any]":
        return rows.filter(**{chip.field: answer == "yes"})

    return django_filters.ChoiceFilter(
        method=flagged, choices=YES_NO, label=chip_head(register, chip.field), empty_label=_("全部")
    )


def _link(register: Register, name: str) -> django_filters.Filter:
    """Records that point to one object, named by its key."""
    target: Any = register.model._meta.get_field(name)

    def pointing(rows: "QuerySet[Any]", _name: str, key: Any) -> "QuerySet[Any]":
        return rows.filter(**{name: key})

    is_text = isinstance(target.target_field, models.CharField)
    typed = forms.CharField if is_text else forms.IntegerField
    made = django_filters.Filter(method=pointing, label=head(register, name))
    made.field_class = typed
    return made


_MAKERS = {"choice": _choice, "region": _region, "number": _number, "date": _date, "flag": _flag}
