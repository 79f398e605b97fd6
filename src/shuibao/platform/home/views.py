"""The home page, the pages of sections, search, and the switches of the top bar."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from shuibao.platform.core.models import Event
from shuibao.platform.core.visibility import inside
from shuibao.platform.home import place
from shuibao.platform.home.county_map import county_map
from shuibao.platform.home.search import search
from shuibao.platform.home.sections import SECTIONS, entries
from shuibao.platform.jobs.models import Job
from shuibao.platform.registers.registry import registers
from shuibao.platform.todo.queries import ALL, tabs, todo

SHOWN = 12


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """首页：要办的事、最近的变化、正在执行的作业、台账的数量。"""
    user, now = request.user, timezone.now()
    region = place.region_of(request)
    stem = place.stem_of(region)
    tab = request.GET.get("tab", ALL)
    due = todo(user, tab, now)
    facts = {
        "rail": "home",
        "today": timezone.localdate(),
        "tab": tab,
        "tabs": tabs(user, now),
        "deadlines": due[:SHOWN],
        "more": max(0, due.count() - SHOWN),
        "events": Event.objects.visible_to(user).filter(inside([stem])).select_related("by", "region")[:8],
        "jobs": Job.objects.visible_to(user).filter(inside([stem]), state__in=Job.UNFINISHED)[:5],
        "counts": [(shown, shown.rows(user).count()) for shown in registers() if shown.rail != "home"],
        "drawing": county_map(region) if region else None,
        "region": region,
    }
    return render(request, "home/home.html", facts)


def section(request: HttpRequest, name: str) -> HttpResponse:
    """What stands behind a word of the rail."""
    found = next((entry for entry in SECTIONS if entry.name == name and not entry.page), None)
    if found is None:
        raise Http404
    facts = {"rail": name, "section": found, "entries": entries(name, request.user)}
    return render(request, "home/section.html", facts)


def search_page(request: HttpRequest) -> HttpResponse:
    """The hits of a search: a page, or the list inside the palette."""
    text = request.GET.get("q", "")[:100]
    facts = {"q": text, "groups": search(text, request.user), "rail": ""}
    page = "home/found.html" if request.headers.get("HX-Request") else "home/search.html"
    return render(request, page, facts)


@require_POST
def region(request: HttpRequest) -> HttpResponse:
    """Changes the region every page is about."""
    place.choose_region(request, request.POST.get("code", ""))
    return _back(request)


@require_POST
def year(request: HttpRequest) -> HttpResponse:
    """Changes the year every page is about."""
    place.choose_year(request, request.POST.get("year", ""))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page the switch was used on, which is one of ours."""
    wanted = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return HttpResponseRedirect(wanted if is_ours else "/")
