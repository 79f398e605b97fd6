"""台账: the list, and the map beside it under the same filter."""

from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from shuibao.platform.core.visibility import reader_of
from shuibao.platform.registers.chips import chips_of
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.export import forms_for
from shuibao.platform.registers.features import features, may_draw, view_of
from shuibao.platform.registers.filtering import filtered
from shuibao.platform.registers.models import SavedView
from shuibao.platform.registers.ordering import ordering
from shuibao.platform.registers.paging import Pages, Rows, remembered
from shuibao.platform.registers.table import related, table_of
from shuibao.platform.registers.values import field_at
from shuibao.platform.registers.views.asked import SIZES, Asked, asked, same
from shuibao.platform.registers.views.found import of_register


@of_register
def listing(request: HttpRequest, register: Register) -> HttpResponse:
    """A page of the list under the filter of the address."""
    now = asked(request.GET)
    bound = filtered(register, _rows(register, request.user), request.GET)
    rows = bound.qs.order_by(*ordering(register.model, (*register.order, "pk")))
    rights = _rights(register, request.user)
    unused = () if rights["forms"] else ("pick",)  # rows are chosen to be handed out
    table = table_of(register)(Rows(rows), order_by=now.sort, exclude=unused)
    table.paginator = Pages(table.rows, now.per)
    table.page = table.paginator.get_page(now.page)
    has_map = register.layer is not None and may_draw(register.layer, register, request.user)
    show = now.show if has_map and now.show else "table"
    facts = {
        "rail": register.rail,
        "register": register,
        "table": table,
        "page_obj": table.page,
        "now": now,
        "sizes": SIZES,
        "search": bound.form["q"],
        "chips": chips_of(register, bound, request.GET),
        "has_map": has_map,
        "show": show,
        "legend": _legend(register, rows) if show != "table" else [],
        "views": _views(register, now),
        "own_views": _own_views(register, now, request.user),
        **rights,
    }
    return render(request, "registers/list.html", facts)


@of_register
def map_features(request: HttpRequest, register: Register) -> JsonResponse:
    """What the map beside the list draws: the same filter, inside the view."""
    if register.layer is None or not may_draw(register.layer, register, request.user):
        raise Http404
    view = view_of(request.GET.get("bbox", ""), request.GET.get("width", ""))
    rows = filtered(register, register.rows(request.user), request.GET).qs
    return JsonResponse(features(register, rows, view))


def _rows(register: Register, user: object) -> Any:
    rows = register.rows(user).select_related(*related(register))
    return rows.defer(register.layer.field) if register.layer else rows


def _rights(register: Register, user: object) -> dict[str, Any]:
    reader = reader_of(user)
    return {
        "forms": forms_for(register, user),
        "may_import": register.importing is not None and reader.may(register.verb("import")),
        "may_edit": bool(register.editable) and reader.may(register.verb("edit")),
    }


def _views(register: Register, now: Asked) -> list[dict[str, Any]]:
    """The views everybody has, with a mark on the one that is open."""
    everything = {"name": "全部", "query": "", "is_open": not now.condition}
    return [everything] + [
        {"name": view.name, "query": view.query, "is_open": same(view.query) == now.condition}
        for view in register.views
    ]


def _own_views(register: Register, now: Asked, user: object) -> list[dict[str, Any]]:
    kept = SavedView.objects.visible_to(user).filter(register=register.name, ended_at=None)
    return [
        {"pk": view.pk, "name": view.name, "query": view.query, "is_open": same(view.query) == now.condition}
        for view in kept
    ]


def _legend(register: Register, rows: Any) -> list[dict[str, Any]]:
    """How many rows of the filter are in each state of the layer, in the order the states are declared."""
    layer = register.layer
    if layer is None or not layer.tones or field_at(register.model, layer.tone_field) is None:
        return []
    counts = dict(remembered(rows.order_by().values_list(layer.tone_field).annotate(Count("pk")), list))
    field = field_at(register.model, layer.tone_field)
    labels = dict(field.flatchoices) if field is not None else {}
    return [
        {"tone": tone, "word": labels.get(value, value), "count": counts.get(value, 0)}
        for value, tone in layer.tones.items()
    ]
