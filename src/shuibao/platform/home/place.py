"""Where and when a person is looking: the region and the year of the top bar, kept in the session."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import reader_of, region_stem

FIRST_YEAR = 2019
_REGION, _YEAR = "region", "year"


@dataclass(frozen=True)
class Choice:
    """A region of the switch; depth: 0 province, 1 city, 2 county."""

    code: str
    name: str
    depth: int


def region_of(request: HttpRequest) -> Region | None:
    """The region a person chose, or their own, or the first they have a right in; visitors: the province."""
    for code in (request.session.get(_REGION), getattr(request.user, "region_id", None)):
        region = Region.objects.filter(pk=code).first() if code else None
        if region is not None:
            return region
    stems = [held.stem for held in reader_of(request.user).held]
    regions = Region.objects.exclude(level=Region.Level.TOWNSHIP).order_by("code")
    inside_rights = regions.filter(code__startswith=min(stems)) if stems else regions
    return inside_rights.first()


def choose_region(request: HttpRequest, code: str) -> None:
    """Remembers a region that exists. What may be seen in it is asked anew on every page."""
    if Region.objects.filter(pk=code, valid_to=None).exists():
        request.session[_REGION] = code


def year_of(request: HttpRequest) -> int:
    """The year a person chose, or this one."""
    return int(request.session.get(_YEAR, timezone.localdate().year))


def choose_year(request: HttpRequest, text: str) -> None:
    """Remembers a year that can be chosen."""
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
        region = region.parent
    return steps


def choices_for(region: Region | None) -> list[Choice]:
    """What the switch offers: the way down to the region, and its parts or its neighbours."""
    path = path_of(region)
    if not path:
        return []
    opened = {step.code for step in path}
    wanted: list[Choice] = []
    _walk(path[0], 0, opened, wanted)
    return wanted


def _walk(region: Region, depth: int, opened: set[str], wanted: list[Choice]) -> None:
    wanted.append(Choice(region.code, region.name, depth))
    if region.code in opened and depth < 2:
        for part in _parts(region):
            _walk(part, depth + 1, opened, wanted)


def _parts(region: Region) -> "QuerySet[Region]":
    found: QuerySet[Region] = region.parts.filter(valid_to=None)
    return found.exclude(level=Region.Level.TOWNSHIP).order_by("code").defer("boundary")


def stem_of(region: Region | None) -> str:
    """What every code inside the region starts with; everything without one."""
    return region_stem(region.code) if region else ""
