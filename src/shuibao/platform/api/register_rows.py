"""Rows of a register as one asker may see them, and as they are sent."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja.errors import AuthenticationError

from shuibao.platform.api.problems import Fault, invalid
from shuibao.platform.api.register_values import json_value, shown_fields
from shuibao.platform.core.errors import NotAllowed
from shuibao.platform.core.visibility import reader_of
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.features import may_draw
from shuibao.platform.registers.filtering import filtered
from shuibao.platform.registers.table import address_of, joined, key_of
from shuibao.platform.registers.views.found import row_at


def open_to(request: HttpRequest, register: Register) -> None:
    """Raises what tells the asker that the register is not for him: 401 for a visitor, 404 for a person."""
    if register.is_open or reader_of(request.user).may(register.verb("view")):
        return
    if not request.user.is_authenticated:
        raise AuthenticationError
    raise Http404


def writable_by(request: HttpRequest, register: Register) -> None:
    """Raises NotAllowed for one who may see the register and write nowhere in it."""
    open_to(request, register)
    if not reader_of(request.user).may(register.verb("edit")):
        raise NotAllowed(register.verb("edit"), register.title)


def rows_asked(request: HttpRequest, register: Register, known: Iterable[str]) -> "QuerySet[Any]":
    """The rows under the filter of the address. Raises Refused (422) for a filter that cannot be."""
    unknown = sorted(set(request.GET) - set(known))
    if unknown:
        raise invalid(*(Fault(name, "extra_forbidden", "没有这个参数，请删去。") for name in unknown))
    found = filtered(register, register.rows(request.user), request.GET)
    if not found.form.is_valid():
        raise invalid(*faults_of(found.form))
    rows: QuerySet[Any] = found.qs
    return rows


def record_asked(request: HttpRequest, register: Register, key: str) -> Any:
    """The object with this key. Raises Http404 for one that may not be seen."""
    open_to(request, register)
    try:
        return row_at(register, request.user, key)
    except ValidationError as problem:  # a key that is no UUID
        raise Http404 from problem


def fetched(register: Register, rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """The rows with what their line needs, and without their shapes."""
    rows = rows.select_related(*joined(register, list(register.exported)))
    return rows.defer(register.layer.field) if register.layer else rows


def row_out(register: Register, row: Any) -> dict[str, Any]:
    """A line of the list."""
    values = {path: json_value(row, path) for path in register.exported}
    return {"key": key_of(register, row), "title": str(row), **values}


def record_out(request: HttpRequest, register: Register, row: Any) -> dict[str, Any]:
    """One object: its facts, its page, and where its shape is to be had."""
    values = {path: json_value(row, path) for path in shown_fields(register)}
    page = request.build_absolute_uri(address_of(register, row))
    feature = None
    if register.layer is not None and may_draw(register.layer, register, request.user):
        address = reverse("ogc:item", args=[register.name, key_of(register, row)])
        feature = request.build_absolute_uri(address)
    return {"key": key_of(register, row), "title": str(row), **values, "page": page, "feature": feature}


def faults_of(form: Any) -> list[Fault]:
    """What a form finds wrong, field by field."""
    return [
        Fault("" if name == "__all__" else name, error["code"] or "invalid", error["message"])
        for name, errors in form.errors.get_json_data().items()
        for error in errors
    ]
