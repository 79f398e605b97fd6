"""What happened lately to what a person may see."""

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from django.apps import apps
from django.urls import reverse

from shuibao.platform.core.models import Event
from shuibao.platform.core.visibility import inside
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.registry import register_of

LOOKED_AT = 300
_SIGNING_IN = ("people.sign", "people.locked")


class Change(NamedTuple):
    """An event, and the page of what it happened to (empty where there is none)."""

    event: Event
    address: str


def changes(user: object, stem: str, since: datetime | None) -> list[Change]:
    """What happened in a region since a moment, last first: events of objects that the person may see.

    An event about something that no register shows needs the right to read the log. Of very many only the
    last LOOKED_AT are looked at; sign-ins are left out.
    """
    events = Event.objects.filter(inside([stem])).select_related("by", "region")
    for verb in _SIGNING_IN:
        events = events.exclude(verb__startswith=verb)
    if since is not None:
        events = events.filter(at__gt=since)
    found = list(events[:LOOKED_AT])
    addresses = _addresses(found, user)
    logged = set(
        Event.objects.visible_to(user)
        .filter(number__in=[event.number for event in found])
        .values_list("number", flat=True)
    )
    return [
        Change(event, addresses.get((event.about_type, event.about_key), ""))
        for event in found
        if (event.about_type, event.about_key) in addresses or event.number in logged
    ]


def _addresses(events: list[Event], user: object) -> dict[tuple[str, str], str]:
    """The pages of the objects that the person may see, by type and key."""
    keys: dict[str, set[str]] = defaultdict(set)
    for event in events:
        keys[event.about_type].add(event.about_key)
    return {
        (about_type, str(row.pk)): _page(declared, row)
        for about_type, wanted in keys.items()
        if (declared := register_of(apps.get_model(about_type))) is not None
        for row in declared.rows(user).filter(pk__in=wanted)
    }


def _page(declared: Register, row: object) -> str:
    return reverse("registers:detail", args=[declared.name, getattr(row, declared.key)])
