"""A page on which one thing is decided: the form, or where it leads once it is done."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from shuibao.platform.core.errors import NotAllowed
from shuibao.platform.core.visibility import reader_of
from shuibao.science.errors import DomainError


def step(
    request: HttpRequest,
    form: forms.Form,
    template: str,
    facts: dict[str, Any],
    act: Callable[[dict[str, Any]], str],
) -> HttpResponse:
    """The page of a step with what was typed, or the address that the act returns."""
    if form.is_valid():
        try:
            address = act(form.cleaned_data)
        except NotAllowed:
            raise
        except DomainError as problem:
            form.add_error(None, str(problem))
        else:
            return redirect(address)
    status = 400 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, "rail": "goals", **facts}, status=status)


def need(request: HttpRequest, verb: str, about: Any) -> None:
    """Raises NotAllowed unless the person has the verb in the region of what they opened."""
    if not reader_of(request.user).may(verb, about.region_id):
        raise NotAllowed(verb, about)
