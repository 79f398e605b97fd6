"""台账: the list, its map, and its copies."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from shuibao.platform.core.visibility import reader_of
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.export import export, forms_of, is_allowed
from shuibao.platform.registers.features import features, may_draw, view_of
from shuibao.platform.registers.filtering import filtered
from shuibao.platform.registers.models import SavedView
from shuibao.platform.registers.table import related, table_of
from shuibao.platform.registers.views.found import open_register, sign_in_first

SIZES = (20, 50, 100)
_ASIDE = ("page", "sort", "per", "show")


def listing(request: HttpRequest, name: str) -> HttpResponse:
    """A page of the list under the filter of the address."""
    register = open_register(request, name)
    found = filtered(register, _rows(register, request), request.GET)
    table = table_of(register)(found.qs, order_by=request.GET.get("sort", ""), request=request)
    table.paginate(page=_number(request, "page", 1), per_page=_size(request), silent=True)
    show = request.GET.get("show", "table")
    facts = {
        "rail": register.rail,
        "register": register,
        "filter": found,
        "chips": [_chip(found, chip.field, chip.kind, request) for chip in register.filters],
        "table": table,
        "page_obj": table.page,
        "sizes": SIZES,
        "show": show if register.layer and may_draw(register.layer, register, request.user) else "table",
        "has_map": register.layer is not None and may_draw(register.layer, register, request.user),
        "views": _views(register, request),
        "own_views": SavedView.objects.visible_to(request.user).filter(register=name, ended_at=None),
        "query": _condition(request),
        "forms": forms_of(register) if is_allowed(register, request.user) else [],
        "may_import": bool(register.importing) and reader_of(request.user).may(register.verb("import")),
        "may_edit": bool(register.editable) and reader_of(request.user).may(register.verb("edit")),
    }
    page = "registers/rows.html" if request.headers.get("HX-Target") == "rows" else "registers/list.html"
    return render(request, page, facts)


def map_features(request: HttpRequest, name: str) -> JsonResponse:
    """What the map beside the list draws: the same filter, inside the view."""
    register = open_register(request, name)
    if register.layer is None or not may_draw(register.layer, register, request.user):
        raise Http404
    view = view_of(request.GET.get("bbox", ""), request.GET.get("width", ""))
    rows = filtered(register, register.rows(request.user), request.GET).qs
    return JsonResponse(features(register, rows, view))


def take_copy(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """The filtered or chosen rows as a file."""
    register = open_register(request, name)
    if not register.is_open and (answer := sign_in_first(request)):
        return answer
    rows = filtered(register, register.rows(request.user), request.GET).qs
    picked = request.GET.getlist("pick")
    if picked:
        rows = rows.filter(pk__in=picked)
    condition = f"所选 {len(picked)} {register.counter}" if picked else _condition(request)
    copy = export(
        register, rows.order_by(*(register.order or ("pk",))), form, by=request.user, condition=condition
    )
    response = StreamingHttpResponse(_sent(copy.file), content_type=copy.media_type)
    response["Content-Length"] = str(copy.file.stat().st_size)
    response["Content-Disposition"] = content_disposition_header(True, copy.name)
    return response


def _sent(file: Path) -> Iterator[bytes]:
    """The file in pieces; its folder is removed when it has gone, or the reader has."""
    try:
        with file.open("rb") as stream:
            while piece := stream.read(1 << 16):
                yield piece
    finally:
        shutil.rmtree(file.parent, ignore_errors=True)


def _rows(register: Register, request: HttpRequest) -> Any:
    rows = register.rows(request.user).select_related(*related(register))
    return rows.defer(register.layer.field) if register.layer else rows


def _chip(found: Any, field: str, kind: str, request: HttpRequest) -> dict[str, Any]:
    """A chip of the filter line: its form field, and in words what it is set to."""
    names = [
        key
        for key in request.GET
        if key == field
        or key.startswith((f"{field}_min", f"{field}_max", f"{field}_after", f"{field}_before"))
    ]
    given = [value for key in names for value in request.GET.getlist(key) if value]
    bound = found.form[field]
    labels = {str(value): str(label) for value, label in getattr(bound.field, "choices", [])}
    words = "、".join(labels.get(value, value) for value in given[:3]) + ("…" if len(given) > 3 else "")
    if kind in ("number", "date") and given:
        words = " – ".join(request.GET.get(key, "") or "…" for key in _ends(field, kind))
    return {"field": bound, "label": bound.label, "words": words, "names": names}


def _ends(field: str, kind: str) -> tuple[str, str]:
    return (f"{field}_min", f"{field}_max") if kind == "number" else (f"{field}_after", f"{field}_before")


def _views(register: Register, request: HttpRequest) -> list[dict[str, Any]]:
    """The declared views, with a mark on the one that is open."""
    now = _condition(request)
    views = [{"name": "全部", "query": "", "is_open": not now}]
    return views + [
        {"name": view.name, "query": view.query, "is_open": view.query == now} for view in register.views
    ]


def _condition(request: HttpRequest) -> str:
    """The part of the query that filters, without page and order."""
    query = request.GET.copy()
    for name in (*_ASIDE, "pick"):
        query.pop(name, None)
    for name in [key for key in query if not any(query.getlist(key))]:
        query.pop(name)
    return query.urlencode()


def _number(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdigit() else default


def _size(request: HttpRequest) -> int:
    wanted = _number(request, "per", SIZES[0])
    return wanted if wanted in SIZES else SIZES[0]
