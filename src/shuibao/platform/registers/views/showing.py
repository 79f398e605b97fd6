"""详情: one object with its facts, place, timeline and links; its history field by field."""

from typing import Any

import shapely
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from shuibao.platform.core.events import timeline
from shuibao.platform.core.visibility import reader_of
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.features import may_draw
from shuibao.platform.registers.linked import linked_to
from shuibao.platform.registers.past import changes_of
from shuibao.platform.registers.services import ending_of
from shuibao.platform.registers.table import address_of, key_of
from shuibao.platform.registers.values import field_at, head, words
from shuibao.platform.registers.views.found import open_register


def detail(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """The object's page."""
    register, row = _object(request, name, key)
    reader, region = reader_of(request.user), getattr(row, "region_id", None)
    may_edit = reader.may(register.verb("edit"), region)
    ending = ending_of(register)
    facts = {
        "rail": register.rail,
        "register": register,
        "object": row,
        "key": key_of(register, row),
        "groups": _groups(register, row),
        "shape": _shape(register, row, request.user),
        "actions": [
            {"word": act.word, "address": reverse(act.page, args=[key_of(register, row)])}
            for act in register.actions
            if act.applies(row) and reader.may(act.verb)
        ],
        "may_edit": may_edit and bool(register.editable),
        "may_end": may_edit and bool(register.editable) and ending and getattr(row, ending) is None,
        "panels": [
            render_to_string(panel.template, {"object": row, **panel.facts(row, request.user)}, request)
            for panel in register.panels
        ],
        "events": timeline(row)[:50] if request.user.is_authenticated else [],
        "linked": linked_to(row, request.user),
        "has_history": hasattr(row, "history") and request.user.is_authenticated,
    }
    return render(request, "registers/detail.html", facts)


def card(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """The short facts beside the map."""
    register, row = _object(request, name, key)
    facts = {"object": row, "address": address_of(register, row), "groups": _groups(register, row)[:1]}
    return render(request, "registers/card.html", facts)


def history(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """Every change of a field: when, who, before, after."""
    register, row = _object(request, name, key)
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


def _object(request: HttpRequest, name: str, key: str) -> tuple[Register, Any]:
    register = open_register(request, name)
    try:
        return register, register.find(request.user, key)
    except (ValueError, register.model.DoesNotExist) as problem:
        raise Http404 from problem


def _groups(register: Register, row: Any) -> list[dict[str, Any]]:
    units = {column.field: (column.unit, column.digits) for column in register.columns}
    return [
        {
            "title": group.title,
            "facts": [
                {
                    "label": head(register, path),
                    "value": words(row, path, units.get(path, ("", None))[1]),
                    "unit": units.get(path, ("", None))[0],
                    "address": _target(row, path),
                }
                for path in group.fields
            ],
        }
        for group in register.facts
    ]


def _target(row: Any, path: str) -> str:
    """The page of the object a foreign key points to, when it has one."""
    from shuibao.platform.registers.registry import register_of

    field = field_at(type(row), path) if "__" not in path else None
    if field is None or not field.is_relation or getattr(row, path) is None:
        return ""
    register = register_of(type(getattr(row, path)))
    return address_of(register, getattr(row, path)) if register else ""


def _shape(register: Register, row: Any, user: object) -> dict[str, Any] | None:
    """The object's own shape for the small map, thinned; None without one, or where it may not be drawn."""
    layer = register.layer
    shape = getattr(row, layer.field) if layer else None
    if layer is None or shape is None or not may_draw(layer, register, user):
        return None
    west, south, east, north = shape.bounds
    thinned = shapely.simplify(shape, max(east - west, north - south) / 1000)
    return {"geometry": shapely.to_geojson(thinned), "bounds": [west, south, east, north]}
