"""One search over all registers, the people one may see, and the pages."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from shuibao.platform.home.sections import SECTIONS, open_registers, tools
from shuibao.platform.registers.declaration import Register

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
    if not wanted:
        return []
    groups = [_pages(wanted, user), *(_rows(wanted, register, user) for register in open_registers(user))]
    return [group for group in groups if group.hits]


def _pages(wanted: str, user: object) -> Hits:
    pages = [Hit(str(section.word), str(section.about), section.address) for section in SECTIONS]
    for section in SECTIONS:
        pages += [Hit(tool.word, str(section.word), tool.address) for tool in tools(section.name, user)]
    pages += [
        Hit(register.title, "", reverse("registers:list", args=[register.name]))
        for register in open_registers(user)
    ]
    hits = [page for page in pages if wanted.casefold() in page.word.casefold()]
    return Hits(_("页面"), tuple(hits[:PER_REGISTER]))


def _rows(wanted: str, register: Register, user: object) -> Hits:
    matches, exact = Q(), Q()
    for field in register.search:
        matches |= Q(**{f"{field}__icontains": wanted})
        exact |= Q(**{f"{field}__iexact": wanted})
    first = Case(When(exact, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = register.rows(user).filter(matches).order_by(first, register.search[0], "pk")
    hits = tuple(_hit(row, register) for row in rows[:PER_REGISTER])
    address = f"{reverse('registers:list', args=[register.name])}?{urlencode({'q': wanted})}"
    return Hits(register.title, hits, address)


def _hit(row: Any, register: Register) -> Hit:
    key = row.pk if register.key == "pk" else getattr(row, register.key)
    detail = next((str(value) for f in register.search if (value := getattr(row, f, "")) != str(row)), "")
    return Hit(str(row), detail, reverse("registers:detail", args=[register.name, key]))
