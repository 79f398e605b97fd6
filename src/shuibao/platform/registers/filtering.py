"""The filter line of a register: a FilterSet made from its declaration, kept in the address."""

from functools import cache
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import inside, region_stem
from shuibao.platform.registers.declaration import Filter, Register
from shuibao.platform.registers.values import field_at, head

SEARCH = "q"
_YES_NO = (("yes", "是"), ("no", "否"))


@cache
def filterset_of(register: Register) -> type[django_filters.FilterSet]:
    """The class that filters a register's rows by the query of an address."""
    made: dict[str, Any] = {SEARCH: _search(register)}
    for chip in register.filters:
        made[chip.field] = _MAKERS[chip.kind](register, chip)
    meta = type("Meta", (), {"model": register.model, "fields": []})
    return type(f"{register.name.title()}Filter", (django_filters.FilterSet,), {**made, "Meta": meta})


def filtered(register: Register, rows: "QuerySet[Any]", query: Any) -> Any:
    """The bound FilterSet: its `qs` are the rows, its `form` has the errors of what was typed."""
    return filterset_of(register)(query, queryset=rows)


def _search(register: Register) -> django_filters.Filter:
    def search(rows: "QuerySet[Any]", _name: str, text: str) -> "QuerySet[Any]":
        wanted = Q()
        for field in register.search:
            wanted |= Q(**{f"{field}__icontains": text.strip()})
        return rows.filter(wanted)

    return django_filters.CharFilter(method=search, label="搜索", max_length=100)


def _choice(register: Register, chip: Filter) -> django_filters.Filter:
    label = head(register, chip.field)
    field = field_at(register.model, chip.field)
    if field is not None and field.choices:
        return django_filters.MultipleChoiceFilter(
            choices=field.choices, label=label, field_name=chip.field, widget=forms.CheckboxSelectMultiple
        )
    return django_filters.AllValuesMultipleFilter(
        label=label, field_name=chip.field, widget=forms.CheckboxSelectMultiple
    )


def _region(register: Register, chip: Filter) -> django_filters.Filter:
    def within(rows: "QuerySet[Any]", _name: str, code: str) -> "QuerySet[Any]":
        return rows.filter(inside([region_stem(code)], chip.field))

    regions = Region.objects.exclude(level=Region.Level.TOWNSHIP).defer("boundary")
    return django_filters.ModelChoiceFilter(
        method=lambda rows, name, region: within(rows, name, region.code),
        queryset=regions,
        label=head(register, chip.field),
        empty_label="全部",
    )


def _number(register: Register, chip: Filter) -> django_filters.Filter:
    return django_filters.RangeFilter(field_name=chip.field, label=head(register, chip.field))


def _date(register: Register, chip: Filter) -> django_filters.Filter:
    widget = django_filters.widgets.DateRangeWidget(attrs={"type": "date"})
    return django_filters.DateFromToRangeFilter(
        field_name=chip.field, label=head(register, chip.field), widget=widget
    )


def _flag(register: Register, chip: Filter) -> django_filters.Filter:
    def flagged(rows: "QuerySet[Any]", _name: str, answer: str) -> "QuerySet[Any]":
        return rows.filter(**{chip.field: answer == "yes"})

    return django_filters.ChoiceFilter(
        method=flagged,
        choices=_YES_NO,
        label=head(register, chip.field),
        empty_label="全部",
    )


_MAKERS = {"choice": _choice, "region": _region, "number": _number, "date": _date, "flag": _flag}
