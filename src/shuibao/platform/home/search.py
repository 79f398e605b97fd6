"""One search over all registers, the people one may see, and the pages."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.urls import reverse

from shuibao.platform.home.sections import SECTIONS, entries
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.registry import registers

SHORTEST = 1
PER_REGISTER = 6


@dataclass(frozen=True)
class Hit:
    """A line of the result."""

    word: str
    detail: str
    address: str


@dataclass(frozen=True)
class Hits:
    """What was found in one register, and where all of it is."""

    title: str
    hits: tuple[Hit, ...]
    address: str = ""


def search(text: str, user: object) -> list[Hits]:
    """What a person may see that has the text in a searched field; exact matches first."""
    wanted = text.strip()
    if len(wanted) < SHORTEST:
        return []
    groups = [_pages(wanted, user), *(_rows(wanted, register, user) for register in registers())]
    return [group for group in groups if group.hits]


def _pages(wanted: str, user: object) -> Hits:
    hits = [
        Hit(str(section.word), str(section.about), section.address)
        for section in SECTIONS
        if wanted in str(section.word)
    ]
    for section in SECTIONS:
        hits += [
            Hit(entry.word, str(section.word), entry.address)
            for entry in entries(section.name, user)
            if wanted in entry.word
        ]
    return Hits("页面", tuple(hits[:PER_REGISTER]))


def _rows(wanted: str, register: Register, user: object) -> Hits:
    matches, exact = Q(), Q()
    for field in register.search:
        matches |= Q(**{f"{field}__icontains": wanted})
        exact |= Q(**{f"{field}__iexact": wanted})
    first = Case(When(exact, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = register.rows(user).filter(matches).order_by(first, register.search[0], "pk")
    hits = tuple(_hit(row, register) for row in rows[:PER_REGISTER])
    address = reverse("registers:list", args=[register.name]) + f"?q={wanted}"
    return Hits(register.title, hits, address)


def _hit(row: Any, register: Register) -> Hit:
    key = row.pk if register.key == "pk" else getattr(row, register.key)
    detail = next((str(value) for f in register.search if (value := getattr(row, f, "")) != str(row)), "")
    return Hit(str(row), detail, reverse("registers:detail", args=[register.name, key]))
