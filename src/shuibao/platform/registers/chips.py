"""The chips of the filter line: what each is set to in words, and the address without it."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from shuibao.platform.core.models import Region
from shuibao.platform.registers.declaration import Filter, Register
from shuibao.platform.registers.filtering import YES_NO, links_of
from shuibao.platform.registers.values import chip_head, head

_ENDS = {"number": ("_min", "_max"), "date": ("_after", "_before")}
_WORDS_SHOWN = 3


@dataclass(frozen=True)
class Option:
    """One value that can be chosen; depth: how far it is set in (regions)."""

    value: str
    label: str
    is_on: bool
    depth: int = 0


@dataclass(frozen=True)
class Chip:
    """One chip. words: what it is set to, nothing when it is not; without: the query with it taken out."""

    name: str
    label: str
    kind: str
    words: str
    without: str
    unit: str = ""
    value: str = ""
    options: tuple[Option, ...] = ()
    ends: tuple[tuple[str, str], ...] = ()
    errors: tuple[str, ...] = ()


def chips_of(register: Register, bound: Any, query: QueryDict) -> list[Chip]:
    """The chips of a bound FilterSet, declared ones first; a link to one object only when it is set."""
    errors = bound.form.errors
    made = [
        _chip(register, chip, bound, query, tuple(errors.get(chip.field, ()))) for chip in register.filters
    ]
    return made + [_link(register, name, query) for name in links_of(register) if query.get(name)]


def said(register: Register, bound: Any, query: QueryDict) -> str:
    """The whole filter in words, as a copy of the rows says it; nothing when all rows are meant."""
    text = query.get("q", "").strip()
    parts = [f"{_('搜索')}“{text}”"] if text else []
    parts += [f"{chip.label} {chip.words}" for chip in chips_of(register, bound, query) if chip.words]
    return "；".join(parts)


def _chip(register: Register, chip: Filter, bound: Any, query: QueryDict, errors: tuple[str, ...]) -> Chip:
    ends = tuple(
        (f"{chip.field}{end}", query.get(f"{chip.field}{end}", "")) for end in _ENDS.get(chip.kind, ())
    )
    options = () if ends else tuple(_options(chip, bound, query))
    words = _span(chip, *(value for _name, value in ends)) if ends else _chosen(chip, options, query)
    names = [name for name, _value in ends] or [chip.field]
    return Chip(
        name=chip.field,
        label=chip_head(register, chip.field),
        kind=chip.kind,
        unit=chip.unit,
        words=words,
        without=_without(query, names),
        options=options,
        ends=ends,
        errors=errors,
    )


def _link(register: Register, name: str, query: QueryDict) -> Chip:
    key = query.get(name) or ""
    is_region = register.model._meta.get_field(name).related_model is Region
    named = Region.objects.filter(pk=key).first() if is_region and key.isalnum() else None
    words = named.name if named else key
    return Chip(name, head(register, name), "link", words, _without(query, [name]), value=key)


def _options(chip: Filter, bound: Any, query: QueryDict) -> list[Option]:
    given = set(query.getlist(chip.field))
    if chip.kind == "region":
        return [Option(code, name, code in given, depth) for code, name, depth in _regions()]
    if chip.kind == "flag":
        return [Option(value, _(str(label)), value in given) for value, label in YES_NO]
    choices = bound.form.fields[chip.field].choices
    return [Option(str(value), _(str(label)), str(value) in given) for value, label in choices]


def _regions() -> list[tuple[str, str, int]]:
    """Provinces, cities, counties and zones, each under the one it lies in. Never walks the townships."""
    current = Region.objects.filter(valid_to=None).order_by("code")
    tops = list(current.filter(parent=None).values_list("code", "name"))
    found = [(code, name, 0) for code, name in tops]
    above = [code for code, _name in tops]
    for depth in (1, 2):
        parts = current.filter(parent__in=above).exclude(level=Region.Level.TOWNSHIP)
        found += [(code, name, depth) for code, name in parts.values_list("code", "name")]
        above = [code for code, _name, at in found if at == depth]
    return sorted(found)


def _chosen(chip: Filter, options: tuple[Option, ...], query: QueryDict) -> str:
    labels = [option.label for option in options if option.is_on]
    if chip.kind == "region" and not labels:
        labels = [value for value in query.getlist(chip.field) if value]
    return "、".join(labels[:_WORDS_SHOWN]) + ("…" if len(labels) > _WORDS_SHOWN else "")


def _span(chip: Filter, least: str, most: str) -> str:
    """A span in words: ≥ 35 %, 10 – 20 km², 至 2026-11-22."""
    unit = f" {chip.unit}" if chip.unit else ""
    if least and most:
        return f"{least} – {most}{unit}"
    if chip.kind == "date":
        return _("{day} 起").format(day=least) if least else _("至 {day}").format(day=most) if most else ""
    return f"≥ {least}{unit}" if least else f"≤ {most}{unit}" if most else ""


def _without(query: QueryDict, names: list[str]) -> str:
    left = query.copy()
    for name in (*names, "page"):
        left.pop(name, None)
    return left.urlencode()
