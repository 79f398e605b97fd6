"""详情: one object with its facts, place, timeline and links; its history field by field."""

from typing import Any

import shapely
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from shuibao.platform.core.events import timeline
from shuibao.platform.core.visibility import reader_of
from shuibao.platform.registers.declaration import Column, Register
from shuibao.platform.registers.features import may_draw
from shuibao.platform.registers.linked import linked_to
from shuibao.platform.registers.past import changes_of
from shuibao.platform.registers.registry import register_of
from shuibao.platform.registers.services import ending_of
from shuibao.platform.registers.table import address_of, key_of
from shuibao.platform.registers.values import head, value_at, words
from shuibao.platform.registers.views.found import of_register, row_at

EVENTS = 50
CARD_FACTS = 6


@of_register
def detail(request: HttpRequest, register: Register, key: str) -> HttpResponse:
    """The object's page."""
    row = row_at(register, request.user, key)
    facts = {
        "rail": register.rail,
        "register": register,
        "object": row,
        "key": key_of(register, row),
        "state": state_of(register, row),
        "groups": _groups(register, row, request.user),
        "shape": _shape(register, row, request.user),
        "panels": [
            render_to_string(panel.template, {"object": row, **panel.facts(row, request.user)}, request)
            for panel in register.panels
        ],
        "events": timeline(row)[:EVENTS] if request.user.is_authenticated else [],
        "linked": linked_to(row, request.user),
        "has_history": hasattr(row, "history") and request.user.is_authenticated,
        **_rights(register, row, request.user),
    }
    return render(request, "registers/detail.html", facts)


@of_register
def card(request: HttpRequest, register: Register, key: str) -> HttpResponse:
    """The short facts beside the map."""
    row = row_at(register, request.user, key)
    facts = {
        "object": row,
        "address": address_of(register, row),
        "state": state_of(register, row),
        "facts": _groups(register, row, request.user)[0]["facts"][:CARD_FACTS],
        **_rights(register, row, request.user),
    }
    return render(request, "registers/card.html", facts)


@of_register
def history(request: HttpRequest, register: Register, key: str) -> HttpResponse:
    """Every change of a field: when, who, before, after."""
    row = row_at(register, request.user, key)
    if not hasattr(row, "history") or not request.user.is_authenticated:
        raise Http404
    facts = {
        "rail": register.rail,
        "register": register,
        "object": row,
        "address": address_of(register, row),
        "changes": changes_of(register, row),
    }
    return render(request, "registers/history.html", facts)


def state_of(register: Register, row: Any) -> dict[str, str] | None:
    """The state of an object: that it has ended, else the first column with tones; None without any."""
    ending = ending_of(register)
    ended = getattr(row, ending) if ending else None
    if ended is not None:
        return {"tone": "off", "word": _("已终止")}
    column = next((column for column in register.columns if column.tones), None)
    if column is None or column.tones is None:
        return None
    return {
        "tone": column.tones.get(value_at(row, column.field), "off"),
        "word": words(row, column.field),
    }


def _rights(register: Register, row: Any, user: object) -> dict[str, Any]:
    """The acts that are possible for the object now and allowed to this person in its region."""
    reader = reader_of(user)
    code = (row.region_id or "") if hasattr(row, "region_id") else None  # as `require` asks
    may_edit = bool(register.editable) and reader.may(register.verb("edit"), code)
    ending = ending_of(register)
    return {
        "actions": [
            {"word": act.word, "address": reverse(act.page, args=[key_of(register, row)])}
            for act in register.actions
            if act.applies(row) and reader.may(act.verb, code)
        ],
        "may_edit": may_edit,
        "may_end": may_edit and ending is not None and getattr(row, ending) is None,
    }


def _groups(register: Register, row: Any, user: object) -> list[dict[str, Any]]:
    columns = {column.field: column for column in register.columns}
    return [
        {
            "title": group.title,
            "facts": [_fact(register, row, path, columns.get(path), user) for path in group.fields],
        }
        for group in register.facts
    ]


def _fact(register: Register, row: Any, path: str, column: Column | None, user: object) -> dict[str, Any]:
    value = value_at(row, path)
    is_known = value is not None and value != ""
    return {
        "label": head(register, path),
        "value": words(row, path, column.digits if column else None),
        "unit": column.unit if column and is_known else "",
        "address": _target(value, user) if isinstance(value, models.Model) else "",
    }


def _target(value: models.Model, user: object) -> str:
    """The page of an object that a fact names, when it has one that this person may open."""
    register = register_of(type(value))
    if register is None or not register.rows(user).filter(pk=value.pk).exists():
        return ""
    return address_of(register, value)


def _shape(register: Register, row: Any, user: object) -> dict[str, Any] | None:
    """The object's own shape for the small map, thinned; None without one, or where it may not be drawn."""
    layer = register.layer
    shape = getattr(row, layer.field) if layer else None
    if layer is None or shape is None or not may_draw(layer, register, user):
        return None
    west, south, east, north = shape.bounds
    thinned = shapely.simplify(shape, max(east - west, north - south) / 1000)
    return {"geometry": shapely.to_geojson(thinned), "bounds": [west, south, east, north]}
