"""Where and when a person is looking: the region and the year of the top bar, kept in the session."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import inside, reader_of, region_stem

FIRST_YEAR = 2019
DEEPEST = 2  # province, city, county
_REGION, _YEAR = "region", "year"


@dataclass(frozen=True)
class Choice:
    """A region of the switch. depth: 0 province, 1 city, 2 county; is_open: it can be chosen."""

    code: str
    name: str
    depth: int
    is_open: bool


def scope(user: object) -> tuple[str, ...]:
    """The stems of the regions a person works in: of every role held, and of their own region."""
    stems = [held.stem for held in reader_of(user).held]
    own = getattr(user, "region_id", None)
    return tuple(stems) or ((region_stem(own),) if own else ())


def region_of(request: HttpRequest) -> Region | None:
    """The region a person chose, or their own, or the first they work in; None where there is none."""
    stems = scope(request.user)
    mine = _regions(stems)
    for code in (request.session.get(_REGION), getattr(request.user, "region_id", None)):
        if code and _is_inside(code, stems) and (region := mine.filter(pk=code).first()):
            return region
    return mine.exclude(level=Region.Level.TOWNSHIP).first()


def choose_region(request: HttpRequest, code: str) -> None:
    """Remembers a region. Raises DoesNotExist for one outside the regions the person works in."""
    request.session[_REGION] = _regions(scope(request.user)).get(pk=code).code


def year_of(request: HttpRequest) -> int:
    """The year a person chose, or this one."""
    return int(request.session.get(_YEAR, timezone.localdate().year))


def choose_year(request: HttpRequest, text: str) -> None:
    """Remembers a year that can be chosen; another one changes nothing."""
    if text.isdigit() and int(text) in years():
        request.session[_YEAR] = int(text)


def years() -> list[int]:
    """The years of the switch, this one first."""
    return list(range(timezone.localdate().year, FIRST_YEAR - 1, -1))


def path_of(region: Region | None) -> list[Region]:
    """The region and what it lies in, the province first."""
    steps: list[Region] = []
    while region is not None:
        steps.insert(0, region)
        region = Region.objects.filter(pk=region.parent_id).defer("boundary").first()  # boundaries are large
    return steps


def choices_for(region: Region | None, user: object) -> list[Choice]:
    """What the switch offers: the way down to the region, and its parts or its neighbours in reach."""
    path = path_of(region)
    if not path:
        return []
    return list(_walk(path[0], 0, {step.code for step in path}, scope(user)))


def stem_of(region: Region | None) -> str:
    """What every code inside the region starts with; everything without one."""
    return region_stem(region.code) if region else ""


def _regions(stems: tuple[str, ...]) -> "QuerySet[Region]":
    found: QuerySet[Region] = Region.objects.filter(inside(stems, "code"), valid_to=None)
    return found.order_by("code").defer("boundary")


def _is_inside(code: str, stems: tuple[str, ...]) -> bool:
    return any(code.startswith(stem) for stem in stems)


def _walk(region: Region, depth: int, opened: set[str], stems: tuple[str, ...]) -> Iterable[Choice]:
    """The region and its opened parts, when the person works in it or in a part of it."""
    is_open = _is_inside(region.code, stems)
    if not is_open and not any(stem.startswith(region.stem) for stem in stems):
        return
    yield Choice(region.code, region.name, depth, is_open)
    if region.code in opened and depth < DEEPEST:
        parts = region.parts.filter(valid_to=None).exclude(level=Region.Level.TOWNSHIP)
        for part in parts.order_by("code").defer("boundary"):
            yield from _walk(part, depth + 1, opened, stems)
