"""The dense table of a register: a django-tables2 class made from its columns."""

from collections.abc import Callable
from functools import cache
from typing import Any

import django_tables2
from django.db.models.constants import LOOKUP_SEP
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shuibao.platform.home.templatetags.parts import state
from shuibao.platform.registers.declaration import Column, Register
from shuibao.platform.registers.values import head, words


@cache
def table_of(register: Register) -> type[django_tables2.Table]:
    """The class that draws a page of rows."""
    made: dict[str, Any] = {_name(column): _column(register, column) for column in register.columns}
    made |= {f"render_{_name(column)}": _render(register, column) for column in register.columns}
    pick = django_tables2.Column(
        accessor="pk", orderable=False, verbose_name="", attrs={"th": {"class": "pick-cell"}}
    )
    meta = type(
        "Meta",
        (),
        {
            "attrs": {"class": "grid"},
            "order_by": register.order or None,
            "row_attrs": {"data-key": lambda record: key_of(register, record)},
            "sequence": ("pick", "..."),
            "template_name": "registers/table.html",
        },
    )
    made |= {"pick": pick, "render_pick": _render_pick, "Meta": meta}
    return type(f"{register.name.title()}Table", (django_tables2.Table,), made)


def related(register: Register) -> list[str]:
    """The foreign keys that the columns walk through, to be fetched in the same query."""
    paths = {c.field.rsplit(LOOKUP_SEP, 1)[0] for c in register.columns if LOOKUP_SEP in c.field}
    own = {
        field.name
        for field in register.model._meta.concrete_fields
        if field.is_relation and any(column.field == field.name for column in register.columns)
    }
    return sorted(paths | own)


def key_of(register: Register, row: Any) -> str:
    """What stands for the row in its address."""
    return str(row.pk if register.key == "pk" else getattr(row, register.key))


def address_of(register: Register, row: Any) -> str:
    """The row's own page."""
    return reverse("registers:detail", args=[register.name, key_of(register, row)])


def _name(column: Column) -> str:
    return column.field.replace(LOOKUP_SEP, "_of_")


def _column(register: Register, column: Column) -> django_tables2.Column:
    title = head(register, column.field)
    shown = format_html('{} <span class="u">{}</span>', title, column.unit) if column.unit else title
    kind = " ".join(("num" if column.digits is not None else "", "m" if column.is_minor else "")).strip()
    attrs = {"th": {"class": kind}, "td": {"class": kind}} if kind else {}
    return django_tables2.Column(
        accessor=column.field.replace(LOOKUP_SEP, "."),
        verbose_name=shown,
        orderable=column.is_sortable,
        order_by=(column.field, "pk"),
        attrs=attrs,
        empty_values=(),
    )


def _render(register: Register, column: Column) -> Callable[..., Any]:
    def render(self: django_tables2.Table, record: Any) -> SafeString | str:
        text = words(record, column.field, column.digits)
        if column.tones:
            return state(column.tones.get(_raw(record, column.field), "off"), text)
        if column.is_link:
            return format_html('<a href="{}">{}</a>', address_of(register, record), text)
        return text

    return render


def _raw(record: Any, path: str) -> Any:
    for step in path.split(LOOKUP_SEP):
        record = getattr(record, step)
    return record


def _render_pick(self: django_tables2.Table, record: Any) -> SafeString:
    return format_html('<input type="checkbox" name="pick" value="{}" aria-label="{}">', record.pk, record)
