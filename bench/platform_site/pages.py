"""What the clients ask for: the kinds of pages, each address somewhat different from the last."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

COUNTIES = (
    "140802",
    "140822",
    "140105",
    "140311",
    "140423",
    "140581",
    "140624",
    "140702",
    "140925",
    "141024",
)
PROVINCE = (110.2, 34.6, 114.6, 40.7)
SHARE_OF_EXPORTS = 15  # one export for so many pages


@dataclass(frozen=True)
class Kind:
    """A kind of page: its name in the table, its addresses, and whether it is a whole file."""

    name: str
    address: Callable[[random.Random], str]
    is_export: bool = False


def kinds(areas: int, places: int) -> list[Kind]:
    """All kinds of pages on registers of so many rows."""
    return [
        Kind("home page", lambda _r: "/"),
        Kind("list, first pages", lambda r: _list("areas", page=r.randint(1, 5))),
        Kind(
            "list, any page, sorted by size", lambda r: _list("areas", sort="-size_ha", page=_page(r, areas))
        ),
        Kind("list beside its map", lambda r: _list("areas", show="both", page=r.randint(1, 5))),
        Kind("list of a county in one state, searched", lambda r: _searched(r)),
        Kind("list searched in all rows", lambda r: _list("areas", q=str(r.randint(1000, 99999)))),
        Kind("detail", lambda r: f"/registers/areas/{_code('A', r, areas)}/"),
        Kind("map, whole province", lambda r: _map("areas", _box(r, 0.0))),
        Kind("map, county (0.2°)", lambda r: _map("areas", _box(r, 0.2))),
        Kind("map, township (0.04°)", lambda r: _map("areas", _box(r, 0.04))),
        Kind("OGC items, 100 in 0.2°", lambda r: _items("areas", _box(r, 0.2), 0)),
        Kind(
            "OGC items, 100 anywhere in the province",
            lambda r: _items("areas", _box(r, 0.0), _page(r, areas) * 5),
        ),
        Kind("REST list, 50 of a county", lambda r: _rest(r)),
        Kind("REST list, any 50", lambda r: f"/api/registers/areas?per=50&page={_page(r, areas) // 3 + 1}"),
        Kind("points: list of a county", lambda r: _list("places", region=r.choice(COUNTIES))),
        Kind("points: map, county (0.2°)", lambda r: _map("places", _box(r, 0.2))),
        Kind("points: detail", lambda r: f"/registers/places/{_code('P', r, places)}/"),
        *(
            Kind(f"export, {_exported(areas):,} rows, {form}", _export(form, areas), True)
            for form in ("xlsx", "gpkg")
        ),
    ]


def _exported(areas: int) -> int:
    return min(5000, areas // 4)


def _export(form: str, areas: int) -> Callable[[random.Random], str]:
    def address(r: random.Random) -> str:
        first = r.randint(0, areas - _exported(areas))
        last = first + _exported(areas) - 1
        return f"/registers/areas/export/{form}/?{urlencode({'serial_min': first, 'serial_max': last})}"

    return address


def _list(name: str, **query: object) -> str:
    return f"/registers/{name}/?{urlencode(query)}"


def _searched(r: random.Random) -> str:
    state = r.choice(("found", "confirmed", "mended", "closed"))
    return _list("areas", region=r.choice(COUNTIES), state=state, q=str(r.randint(10, 99)))


def _rest(r: random.Random) -> str:
    return f"/api/registers/areas?{urlencode({'region': r.choice(COUNTIES), 'per': 50})}"


def _map(name: str, box: str) -> str:
    return f"/registers/{name}/features.json?{urlencode({'bbox': box, 'width': 1200})}"


def _items(name: str, box: str, offset: int) -> str:
    return f"/ogc/collections/{name}/items?{urlencode({'bbox': box, 'limit': 100, 'offset': offset})}"


def _box(r: random.Random, side: float) -> str:
    """A box of so many degrees inside the province; the whole of it for 0."""
    west, south, east, north = PROVINCE
    if side:
        west, south = r.uniform(111.0, 113.5 - side), r.uniform(35.2, 39.8 - side)
        east, north = west + side, south + side
    return f"{west:.4f},{south:.4f},{east:.4f},{north:.4f}"


def _page(r: random.Random, rows: int) -> int:
    return r.randint(1, max(1, rows // 20))


def _code(letter: str, r: random.Random, rows: int) -> str:
    return f"{letter}{r.randrange(rows):07d}"
