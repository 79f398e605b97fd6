"""The dense table of a register: a django-tables2 class made from its columns."""

from collections.abc import Callable
from functools import cache
from typing import Any

import django_tables2
from django.db.models import DecimalField, FloatField, IntegerField, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from shuibao.platform.home.templatetags.parts import state
from shuibao.platform.registers.declaration import Column, Register
from shuibao.platform.registers.ordering import ordering
from shuibao.platform.registers.values import UNKNOWN, field_at, head, value_at, words


@cache
def table_of(register: Register) -> type[django_tables2.Table]:
    """The class that draws a page of rows."""
    made: dict[str, Any] = {"pick": _pick_column()}
    for column in register.columns:
        name = _name(column)
        made[name] = _column(register, column)
        made[f"render_{name}"] = _render(register, column)
        made[f"order_{name}"] = _order(register, column)
    meta = type(
        "Meta",
        (),
        {
            "attrs": {"class": "grid"},
            "row_attrs": {"data-key": lambda record: key_of(register, record)},
            "sequence": ("pick", "..."),
            "template_name": "registers/table.html",
        },
    )
    made |= {"render_pick": _render_pick, "Meta": meta}
    return type(f"{register.name.title()}Table", (django_tables2.Table,), made)


def related(register: Register) -> list[str]:
    """The foreign keys that the columns walk through, to be fetched in the same query."""
    return joined(register, [column.field for column in register.columns])


def joined(register: Register, paths: list[str]) -> list[str]:
    """The foreign keys that lie on the way of some paths."""
    steps = {path.rsplit(LOOKUP_SEP, 1)[0] for path in paths if LOOKUP_SEP in path}
    own = {field.name for field in register.model._meta.concrete_fields if field.is_relation}
    return sorted(steps | (own & set(paths)))


def key_of(register: Register, row: Any) -> str:
    """What stands for the row in its address."""
    return str(row.pk if register.key == "pk" else getattr(row, register.key))


def address_of(register: Register, row: Any) -> str:
    """The row's own page."""
    return reverse("registers:detail", args=[register.name, key_of(register, row)])


def _name(column: Column) -> str:
    return column.field.replace(LOOKUP_SEP, "_of_")


def _pick_column() -> django_tables2.Column:
    attrs = {"th": {"class": "pick-cell"}, "td": {"class": "pick-cell"}}
    return django_tables2.Column(accessor="pk", orderable=False, verbose_name="", attrs=attrs)


def _column(register: Register, column: Column) -> django_tables2.Column:
    title = head(register, column.field)
    shown = format_html('{} <span class="u">{}</span>', title, column.unit) if column.unit else title
    field = field_at(register.model, column.field)
    is_number = column.digits is not None or isinstance(field, FloatField | DecimalField | IntegerField)
    kind = " ".join(filter(None, ("num" if is_number else "", "m" if column.is_minor else "")))
    return django_tables2.Column(
        accessor=column.field,
        verbose_name=shown,
        orderable=column.is_sortable and field is not None,
        attrs={"th": {"class": kind}, "td": {"class": kind}},
        empty_values=(),
    )


def _order(register: Register, column: Column) -> Callable[..., Any]:
    """A click on the head: by the column, and by the key where it is the same."""

    def order(self: django_tables2.Table, rows: "QuerySet[Any]", is_descending: bool) -> tuple[Any, bool]:
        path = f"-{column.field}" if is_descending else column.field
        return rows.order_by(*ordering(register.model, (path, "pk"))), True

    return order


def _render(register: Register, column: Column) -> Callable[..., Any]:
    def render(self: django_tables2.Table, record: Any) -> SafeString | str:
        text = words(record, column.field, column.digits)
        if column.tones:
            return state(column.tones.get(value_at(record, column.field), "off"), text)
        if column.is_link:
            return format_html('<a href="{}">{}</a>', address_of(register, record), text)
        return format_html('<span class="t-note">{}</span>', text) if text == UNKNOWN else text

    return render


def _render_pick(self: django_tables2.Table, record: Any) -> SafeString:
    return format_html(
        '<input type="checkbox" name="pick" value="{}" aria-label="{} {}">', record.pk, _("选中"), record
    )
