"""Records of other registers that point to an object."""

from typing import Any, NamedTuple

from django.urls import reverse

from shuibao.platform.core.visibility import reader_of
from shuibao.platform.registers.registry import registers


class Linked(NamedTuple):
    """How many records of a register point here, and the list of them."""

    title: str
    count: int
    counter: str
    address: str


def linked_to(row: Any, user: object) -> list[Linked]:
    """The registers with records that point to the object, as far as the person may see them."""
    reader = reader_of(user)
    found = []
    for register in registers():
        if not (register.is_open or reader.may(register.verb("view"))):
            continue
        for field in register.model._meta.concrete_fields:
            if not field.is_relation or field.related_model is not type(row):
                continue
            count = register.rows(user).filter(**{field.name: row}).count()
            if count:
                address = reverse("registers:list", args=[register.name])
                filters = {chip.field for chip in register.filters}
                name = next((n for n in (field.attname, field.name) if n in filters), "")
                query = f"?{name}={row.pk}" if name else ""
                found.append(Linked(register.title, count, register.counter, address + query))
    return found
