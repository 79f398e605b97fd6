"""The targets page, and the allocation of a city's target."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import reader_of, require
from shuibao.platform.goals.charts import bar_of, scale
from shuibao.platform.goals.forms import AllocationForm, IssueForm
from shuibao.platform.goals.models import Allocation
from shuibao.platform.goals.queries.region_years import counties_of, latest_common_year, year_rows
from shuibao.platform.goals.queries.targets import board
from shuibao.platform.goals.services import issue_allocation, make_allocation
from shuibao.platform.goals.services.allocations import NoPublishedYear
from shuibao.platform.goals.views.step import need, step
from shuibao.platform.home.place import region_of
from shuibao.platform.rulebook.queries import book_for
from shuibao.rules.goals import area_weight
from shuibao.rules.targets import plan_targets


@login_required
def targets(request: HttpRequest) -> HttpResponse:
    """水土保持率目标：各县的实际、目标、上限、需要的进度；三种面积各自列出。"""
    region = _region(request)
    require(request.user, "goals.view", region)
    shown = board(region, _whole(request, "year"), _whole(request, "target"))
    facts = {
        "rail": "goals",
        "board": shown,
        "bars": [(line, bar_of(line)) for line in shown.lines],
        "scale": scale(),
        "may_allocate": region.level == Region.Level.CITY
        and reader_of(request.user).may("goals.allocate", region.code),
        "versions": Allocation.objects.visible_to(request.user).filter(region=region)[:10],
    }
    return render(request, "goals/targets.html", facts)


@login_required
def allocate(request: HttpRequest) -> HttpResponse:
    """分配：把市的目标按流失面积和可消减面积分到各县，得到一个试算版本。"""
    city = _region(request)
    if city.level != Region.Level.CITY:
        raise Http404
    require(request.user, "goals.allocate", city)
    rows, base = _county_rows(city)
    book = book_for(city.code, timezone.localdate())
    years = [year for year in sorted(plan_targets(book, city.code)) if year > base]
    form = AllocationForm(request.POST or None, years=years, rows=rows, weight=area_weight(book))

    def act(typed: dict[str, Any]) -> str:
        made = make_allocation(
            city.code,
            year=typed["year"],
            area_weight=typed["area_weight"],
            reducible_km2=form.reducible_km2(),
            potential_source=typed["potential_source"],
            by=request.user,
        )
        return reverse("goals:allocation", args=[made.pk])

    return step(request, form, "goals/allocate.html", {"city": city, "base_year": base}, act)


@login_required
def allocation(request: HttpRequest, pk: int) -> HttpResponse:
    """一个版本的分配：每一步怎样算出来。"""
    found = _allocation(request, pk)
    shares = found.shares.visible_to(request.user).select_related("region")
    checked = sum(share.rate_pct * share.land_km2 for share in found.shares.all()) / found.land_km2
    facts = {
        "rail": "goals",
        "allocation": found,
        "shares": shares,
        "rest_weight": 1 - found.area_weight,
        "reducible": sum(share.reducible_km2 for share in found.shares.all()),
        "checked_pct": checked,
        "may_issue": found.state == Allocation.State.TRIAL
        and reader_of(request.user).may("goals.issue", found.region_id),
    }
    return render(request, "goals/allocation.html", facts)


@login_required
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """下达：这个版本成为各县的目标。"""
    found = _allocation(request, pk)
    need(request, "goals.issue", found)

    def act(typed: dict[str, Any]) -> str:
        issue_allocation(pk, document=typed["document"], by=request.user)
        return reverse("goals:allocation", args=[pk])

    form = IssueForm(request.POST or None)
    return step(request, form, "goals/issue.html", {"allocation": found}, act)


def _allocation(request: HttpRequest, pk: int) -> Allocation:
    rows = Allocation.objects.visible_to(request.user).select_related("region", "made_by")
    found: Allocation = get_object_or_404(rows, pk=pk)
    return found


def _region(request: HttpRequest) -> Region:
    """The region in the address, else the one of the top bar."""
    wish = request.GET.get("region", "")
    region = get_object_or_404(Region, pk=wish) if wish else region_of(request)
    if region is None or (wish and not reader_of(request.user).may("goals.view", region.code)):
        raise Http404
    return region


def _county_rows(city: Region) -> tuple[list[Any], int]:
    codes = [county.code for county in counties_of(city)]
    base = latest_common_year(codes)
    if base is None:
        raise NoPublishedYear(city)
    rows = year_rows(codes, base)
    return [rows[code] for code in codes], base


def _whole(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) == 4 else None
