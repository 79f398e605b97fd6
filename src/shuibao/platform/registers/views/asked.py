"""What an address of a list asks for: filter, order, page, and how it is shown."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict

SIZES = (20, 50, 100)
SHOWS = ("table", "both", "map")
_ASIDE = frozenset({"page", "sort", "per", "show", "pick"})


@dataclass(frozen=True)
class Asked:
    """The parts of a query. condition: what filters, in one order, without what is empty."""

    condition: str
    sort: str
    page: int
    per: int
    show: str


def asked(query: QueryDict) -> Asked:
    """The query read with defaults: what cannot be read is as if it were not there."""
    filters = [(name, value) for name in query for value in query.getlist(name) if name not in _ASIDE]
    per, show = _whole(query.get("per", "")), query.get("show", "")
    return Asked(
        condition=same(urlencode(filters)),
        sort=query.get("sort", ""),
        page=max(1, _whole(query.get("page", ""))),
        per=per if per in SIZES else SIZES[0],
        show=show if show in SHOWS else "",
    )


def same(query: str) -> str:
    """A query in one order of its parts, so that two that ask the same are equal."""
    return urlencode(sorted(parse_qsl(query)))


def _whole(text: str) -> int:
    """A whole number of at most nine digits; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
