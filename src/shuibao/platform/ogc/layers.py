"""The collections: registers with a layer, as one asker may draw them."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Max, Min
from django.http import Http404, HttpRequest

from shuibao.platform.accounts.models import User
from shuibao.platform.core.visibility import reader_of
from shuibao.platform.registers.declaration import Layer, Register
from shuibao.platform.registers.features import may_draw
from shuibao.platform.registers.registry import register_named, registers
from shuibao.platform.registers.values import field_at

Asker = User | AnonymousUser


def drawable_by(user: Asker) -> list[Register]:
    """The registers whose shapes this asker may fetch."""
    return [register for register in registers() if _may_fetch(register, user)]


def collection_of(request: HttpRequest, name: str) -> tuple[Register, Layer]:
    """The register and layer of a collection. Raises Http404 for one that is not there for this asker."""
    register = register_named(name)
    if register is None or register.layer is None or not _may_fetch(register, request.user):
        raise Http404
    return register, register.layer


def extent_of(register: Register, user: Asker) -> dict[str, Any]:
    """The box and the days of what the asker may see; without what is not known."""
    assert register.layer is not None
    shape = register.layer.field
    ends = {"west": Min, "south": Min, "east": Max, "north": Max}
    asked: dict[str, Any] = {end: made(f"{shape}_{end}") for end, made in ends.items()}
    begins = has_days(register)
    if begins:
        asked["first"] = Min("valid_from")
    found = register.rows(user).order_by().aggregate(**asked)
    extent: dict[str, Any] = {}
    if found["west"] is not None:
        box = [found[end] for end in ends]
        extent["spatial"] = {"bbox": [box], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}
    if begins and found["first"] is not None:
        extent["temporal"] = {"interval": [[f"{found['first'].isoformat()}T00:00:00Z", None]]}
    return extent


def has_days(register: Register) -> bool:
    """Whether rows are valid from a day."""
    return any(
        field.name == "valid_from" and type(field) is models.DateField
        for field in register.model._meta.concrete_fields
    )


def has_last_days(register: Register) -> bool:
    """Whether rows are valid to a day, too."""
    return has_days(register) and any(f.name == "valid_to" for f in register.model._meta.concrete_fields)


def queryable(register: Register) -> dict[str, "models.Field[Any, Any]"]:
    """The exported properties that the database can compare, with their fields."""
    found = {path: field_at(register.model, path) for path in register.exported}
    return {path: field for path, field in found.items() if field is not None}


def _may_fetch(register: Register, user: Asker) -> bool:
    may_read = register.is_open or reader_of(user).may(register.verb("view"))
    return register.layer is not None and may_read and may_draw(register.layer, register, user)
