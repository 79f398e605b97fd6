"""The pages of monitoring: publish, start, compare."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from shuibao.platform.accounts.models import User
from shuibao.platform.core.errors import NotAllowed
from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import reader_of, require
from shuibao.platform.jobs import services as jobs
from shuibao.platform.monitoring.forms import PublishForm, StartForm
from shuibao.platform.monitoring.intake import KIND
from shuibao.platform.monitoring.models import Product, Secrecy
from shuibao.platform.monitoring.models.product import PUBLISH
from shuibao.platform.monitoring.results import CLASSES, row_of
from shuibao.platform.monitoring.services import publish_product
from shuibao.science.errors import DomainError


@login_required
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """发布：定密级，替换同年已发布的成果。"""
    product = get_object_or_404(Product.objects.visible_to(request.user), pk=pk)
    require(request.user, PUBLISH, product)
    form = PublishForm(request.POST or None)
    if form.is_valid():
        try:
            job = publish_product(
                pk,
                by=_person(request),
                secrecy=Secrecy(form.cleaned_data["secrecy"]),
                approval_number=form.cleaned_data["approval_number"],
            )
        except DomainError as problem:
            form.add_error(None, str(problem))
        else:
            return redirect(job)
    earlier = Product.objects.filter(
        region=product.region, year=product.year, state=Product.State.PUBLISHED
    ).first()
    facts = {"product": product, "form": form, "earlier": earlier, "rail": "monitoring"}
    return render(request, "monitoring/publish.html", facts, status=400 if form.errors else 200)


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """发起监测：一个运行文件，一个作业。"""
    if not reader_of(request.user).may("jobs.start"):
        raise NotAllowed("jobs.start", "监测")
    form = StartForm(request.POST or None, user=request.user)
    if form.is_valid():
        run_file = form.cleaned_data["run_file"]
        region = Region.objects.get(pk=run_file.split("/")[1])
        baseline = form.cleaned_data["baseline"]
        asked = {"run_file": run_file} | ({"baseline": baseline.folder} if baseline else {})
        try:
            job = jobs.start(KIND, asked, by=_person(request), region=region)
        except DomainError as problem:
            form.add_error("run_file", str(problem))
        else:
            return redirect(job)
    facts = {"form": form, "rail": "monitoring"}
    return render(request, "monitoring/start.html", facts, status=400 if form.errors else 200)


@login_required
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Two products beside each other, zone by zone."""
    seen = Product.objects.visible_to(request.user).select_related("region")
    facts: dict[str, object] = {"rail": "monitoring", "products": seen, "classes": CLASSES}
    keys = [request.GET.get(name, "") for name in ("a", "b")]
    if all(key.isdecimal() for key in keys):
        first, second = (get_object_or_404(seen, pk=int(key)) for key in keys)
        facts |= {"first": first, "second": second, "pairs": _pairs(first, second)}
    return render(request, "monitoring/compare.html", facts)


def _person(request: HttpRequest) -> User:
    """Who is signed in: the pages that use it let nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def _pairs(first: Product, second: Product) -> list[dict[str, object]]:
    """The zones that both have, and the sums of all, each with what differs."""
    before = {zone["code"]: zone for zone in (*first.summary["zones"], first.summary["totals"])}
    found = []
    for zone in (*second.summary["zones"], second.summary["totals"]):
        if zone["code"] in before:
            old, new = row_of(before[zone["code"]]), row_of(zone)
            rates = None if None in (old.rate_pct, new.rate_pct) else new.rate_pct - old.rate_pct  # type: ignore[operator]
            found.append(
                {"old": old, "new": new, "rate": rates, "erosion": new.erosion_km2 - old.erosion_km2}
            )
    return found
