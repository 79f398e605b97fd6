"""The steps of a rule: 核验 and 替换."""

from collections.abc import Callable

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from shuibao.platform.core.errors import NotAllowed
from shuibao.platform.core.visibility import reader_of
from shuibao.platform.rulebook.forms import ReplaceForm, VerifyForm
from shuibao.platform.rulebook.models import RuleVersion
from shuibao.platform.rulebook.services import replace_rule, verify_rule
from shuibao.science.errors import DomainError


@login_required
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """核验：取值不变，记下在哪里核验、核验人和依据。"""
    version = _version(request, pk)
    form = VerifyForm(request.POST or None, user=request.user, rule=version)
    return _step(
        request,
        version,
        form,
        "verify",
        lambda facts: verify_rule(
            pk,
            by=request.user,
            on=facts["on"],
            region_code=_code(facts),
            evidence=facts["evidence"],
        ),
    )


@login_required
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """替换：换一个取值，自某日起在某地施行。"""
    version = _version(request, pk)
    form = ReplaceForm(request.POST or None, user=request.user, rule=version)
    return _step(
        request,
        version,
        form,
        "replace",
        lambda facts: replace_rule(
            pk,
            by=request.user,
            value=facts["value"],
            basis=facts["basis"],
            region_code=_code(facts),
            valid_from=facts["valid_from"],
            evidence=facts["evidence"],
        ),
    )


def _code(facts: dict) -> str:
    return facts["region"].code if facts["region"] else ""


def _version(request: HttpRequest, pk: int) -> RuleVersion:
    version: RuleVersion = get_object_or_404(RuleVersion.objects.visible_to(request.user), pk=pk)
    if not reader_of(request.user).may("rules.verify"):
        raise NotAllowed("rules.verify", version)
    return version


def _step(
    request: HttpRequest,
    version: RuleVersion,
    form: forms.Form,
    step: str,
    act: Callable[[dict], RuleVersion],
) -> HttpResponse:
    """The page of a step, or the new version's page once it is done."""
    if form.is_valid():
        try:
            new = act(form.cleaned_data)
        except DomainError as problem:
            form.add_error(None, str(problem))
        else:
            return redirect("registers:detail", name="rules", key=new.pk)
    facts = {"rule": version, "form": form, "step": step, "rail": "data"}
    return render(request, f"rulebook/{step}.html", facts, status=400 if form.errors else 200)
