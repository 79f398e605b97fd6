"""What the shell of every page shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from shuibao.platform.home import place
from shuibao.platform.home.sections import SECTIONS


def shell(request: HttpRequest) -> dict[str, Any]:
    """Region, year and rail, looked up only where a page shows them."""
    region = SimpleLazyObject(lambda: place.region_of(request))
    return {
        "is_demo": settings.DEMO,
        "shell_rail": SECTIONS,
        "shell_region": region,
        "shell_region_path": SimpleLazyObject(lambda: place.path_of(place.region_of(request))),
        "shell_region_choices": SimpleLazyObject(lambda: place.choices_for(place.region_of(request))),
        "shell_year": SimpleLazyObject(lambda: place.year_of(request)),
        "shell_years": SimpleLazyObject(place.years),
    }
