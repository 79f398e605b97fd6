"""The home page, the pages of sections, search, and the switches of the top bar."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from shuibao.platform.accounts.services import set_preferences
from shuibao.platform.core.deadline_card import shown
from shuibao.platform.core.deadlines import open_deadlines
from shuibao.platform.core.visibility import inside
from shuibao.platform.home import place, style_samples
from shuibao.platform.home.changes import changes
from shuibao.platform.home.county_map import counted, county_map
from shuibao.platform.home.last_visit import last_visit
from shuibao.platform.home.search import search
from shuibao.platform.home.sections import SECTIONS, entries, open_registers
from shuibao.platform.jobs.models import Job
from shuibao.platform.todo.queries import ALL, tabs, todo

DUE_SHOWN, CHANGES_SHOWN, JOBS_SHOWN = 11, 8, 5


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """首页：要办的事、上次登录以来的变化、正在执行的作业、台账的数量。"""
    region = place.region_of(request)
    facts = {
        "rail": "home",
        "today": timezone.localdate(),
        "region": region,
        **_due(request),
        **_changes(request, place.stem_of(region)),
        "jobs": Job.objects.visible_to(request.user).filter(state__in=Job.UNFINISHED)[:JOBS_SHOWN],
        "counts": [
            (shown_one, shown_one.rows(request.user).count()) for shown_one in open_registers(request.user)
        ],
        "drawing": region and _drawing(region, request.user),
    }
    return render(request, "home/home.html", facts)


def _due(request: HttpRequest) -> dict[str, Any]:
    """What is to be done, in the tab that is open, and when the first of those not shown is due."""
    now = timezone.now()
    tab = request.GET.get("tab", ALL)
    due = todo(request.user, tab, now)
    rest = due[DUE_SHOWN : DUE_SHOWN + 1].first()
    return {
        "tab": tab,
        "tabs": tabs(request.user, now),
        "deadlines": shown(due[:DUE_SHOWN]),
        "more": due.count() - DUE_SHOWN,
        "next_due": rest and rest.due_on,
    }


def _changes(request: HttpRequest, stem: str) -> dict[str, Any]:
    since = last_visit(request)
    found = changes(request.user, stem, since)
    return {"since": since, "changes": found[:CHANGES_SHOWN], "changes_count": len(found)}


def _drawing(region: Any, user: object) -> Any:
    """The map of the region's parts with what is to be done in each."""
    drawing = county_map(region)
    if drawing is None:
        return None
    where = open_deadlines(user).filter(inside([place.stem_of(region)])).values_list("region_id", flat=True)
    return counted(drawing, where)


@require_GET
def section(request: HttpRequest, name: str) -> HttpResponse:
    """What stands behind a word of the rail."""
    found = next((entry for entry in SECTIONS if entry.name == name and not entry.page), None)
    if found is None:
        raise Http404
    facts = {"rail": name, "section": found, "entries": entries(name, request.user)}
    return render(request, "home/section.html", facts)


@require_GET
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


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Changes the language, and keeps it with the account of who is signed in."""
    code = request.POST.get("language", "")
    user = request.user
    if user.is_authenticated and code in dict(settings.LANGUAGES):
        set_preferences(user, language=code, area_unit=user.area_unit)
    return set_language(request)


@require_GET
def style(request: HttpRequest) -> HttpResponse:
    """Every part of the pages with made-up content, where nobody works in earnest."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    return render(request, "home/style.html", {"rail": "", **style_samples.samples()})


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page the switch was used on, which is one of ours."""
    wanted = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return HttpResponseRedirect(wanted if is_ours else "/")
