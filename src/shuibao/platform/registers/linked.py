"""Records of other registers that point to an object."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import models
from django.urls import reverse
from django.utils.http import urlencode

from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import inside, reader_of, region_stem
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.registry import registers
from shuibao.platform.registers.values import head


class Linked(NamedTuple):
    """How many records of a register point here, by which field, and the list of them."""

    title: str
    field: str
    number: int
    counter: str
    address: str


def linked_to(row: models.Model, user: object) -> list[Linked]:
    """The registers with records that point to the object, as far as the person may see them."""
    reader = reader_of(user)
    seen = [one for one in registers() if one.is_open or reader.may(one.verb("view"))]
    return [link for register in seen for link in _links(register, row, user) if link.number]


def _links(register: Register, row: models.Model, user: object) -> Iterator[Linked]:
    by_region = {chip.field.removesuffix("_id") for chip in register.filters if chip.kind == "region"}
    for field in register.model._meta.concrete_fields:
        if not field.is_relation or field.related_model is not type(row):
            continue
        if isinstance(row, Region) and field.name in by_region:
            wanted: Any = inside([region_stem(row.code)], field.name)
        else:
            wanted = models.Q(**{field.name: row})
        count = register.rows(user).filter(wanted).count()
        address = reverse("registers:list", args=[register.name])
        asked = urlencode({_asked_by(register, field): row.pk})
        yield Linked(
            register.title, head(register, field.name), count, register.counter, f"{address}?{asked}"
        )


def _asked_by(register: Register, field: Any) -> str:
    """What the list's address calls the field: its chip, or its own name."""
    chips = {chip.field for chip in register.filters}
    return field.attname if field.attname in chips else field.name
