"""What the shell of every page shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from shuibao.platform.home import place
from shuibao.platform.home.sections import SECTIONS

ON_A_PHONE = 5  # words of the rail that fit beside "more"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Region, year and rail, looked up only where a page shows them."""
    return {
        "is_demo": settings.DEMO,
        "shell_rail": SECTIONS,
        "shell_rail_more": SECTIONS[ON_A_PHONE:],
        "shell_place": SimpleLazyObject(lambda: _place(request)),
    }


def _place(request: HttpRequest) -> dict[str, Any]:
    region = place.region_of(request)
    return {
        "region": region,
        "path": place.path_of(region),
        "regions": place.choices_for(region, request.user),
        "year": place.year_of(request),
        "years": place.years(),
    }
