"""Pages of administrators: a person's roles and posts, new accounts, ended ones."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from shuibao.platform.accounts import queries, services
from shuibao.platform.accounts.forms import (
    DetailsForm,
    EndForm,
    GrantForm,
    OrganisationForm,
    PersonForm,
    PostForm,
)
from shuibao.platform.accounts.models import Grant, Post, User
from shuibao.platform.accounts.policy import policy
from shuibao.platform.accounts.services.scope import may_act_on
from shuibao.platform.accounts.views.attempt import succeeded
from shuibao.platform.core.visibility import require


@login_required
@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """The form of a new account, and the account."""
    require(request.user, "people.edit", _("人员"))
    form = PersonForm(request.POST or None, by=_user(request))
    made: list[User] = []

    def make() -> None:
        made.append(services.create_person(services.NewPerson(**form.cleaned_data), by=_user(request)))

    if request.method == "POST" and succeeded(form, make):
        messages.success(request, _("账号已建立。请授予角色，再把设置口令的链接交给本人。"))
        return redirect("accounts:person", made[0].pk)
    status = 422 if form.errors else 200
    return render(request, "accounts/new_person.html", {"form": form, "rail": "data"}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody holds; a role given by POST."""
    seen = _seen(request, pk)
    if request.method == "GET":
        return _page(request, seen)
    form = GrantForm(request.POST, by=_user(request))
    return _after(
        request,
        seen,
        "grant_form",
        form,
        lambda: services.grant_role(pk, **form.cleaned_data, by=_user(request)),
    )


@login_required
@require_POST
def end_grant(request: HttpRequest, pk: int, grant: int) -> HttpResponse:
    """A role ended."""
    seen = _seen(request, pk)
    get_object_or_404(Grant, pk=grant, user=seen)
    return _after(
        request, seen, "act_form", forms.Form({}), lambda: services.end_grant(grant, by=_user(request))
    )


@login_required
@require_POST
def add_post(request: HttpRequest, pk: int) -> HttpResponse:
    """A post taken."""
    seen = _seen(request, pk)
    form = PostForm(request.POST, by=_user(request))
    return _after(
        request,
        seen,
        "post_form",
        form,
        lambda: services.set_post(pk, **form.cleaned_data, by=_user(request)),
    )


@login_required
@require_POST
def end_post(request: HttpRequest, pk: int, post: int) -> HttpResponse:
    """A post left today."""
    seen = _seen(request, pk)
    get_object_or_404(Post, pk=post, holder=seen)
    today: date = timezone.localdate()
    return _after(
        request,
        seen,
        "act_form",
        forms.Form({}),
        lambda: services.end_post(post, on=today, by=_user(request)),
    )


@login_required
@require_POST
def change_organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Another organisation."""
    seen = _seen(request, pk)
    form = OrganisationForm(request.POST, by=_user(request))
    return _after(
        request,
        seen,
        "organisation_form",
        form,
        lambda: services.change_organisation(pk, form.cleaned_data["organisation"], by=_user(request)),
    )


@login_required
@require_POST
def change_details(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, telephone or e-mail."""
    seen = _seen(request, pk)
    form = DetailsForm(request.POST, by=_user(request))
    return _after(
        request,
        seen,
        "details_form",
        form,
        lambda: services.change_details(pk, **form.cleaned_data, by=_user(request)),
    )


@login_required
@require_POST
def reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """A new authenticator at the next sign-in."""
    seen = _seen(request, pk)
    return _after(
        request, seen, "act_form", forms.Form({}), lambda: services.reset_second_factor(pk, by=_user(request))
    )


@login_required
@require_POST
def end_person(request: HttpRequest, pk: int) -> HttpResponse:
    """An account ended."""
    seen = _seen(request, pk)
    form = EndForm(request.POST, by=_user(request))
    return _after(
        request,
        seen,
        "end_form",
        form,
        lambda: services.end_person(pk, by=_user(request), reason=form.cleaned_data["reason"]),
    )


@login_required
@never_cache
@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """The link with which somebody sets a password, shown once."""
    seen = _seen(request, pk)
    path: list[str] = []
    form = forms.Form({})
    if not succeeded(form, lambda: path.append(services.invitation_path(pk, by=_user(request)))):
        return _page(request, seen, status=409, act_form=form)
    link = request.build_absolute_uri(path[0])
    context = {"person": seen, "link": link, "hours": policy().invitation_hours, "rail": "data"}
    return render(request, "accounts/invitation.html", context)


def _after(
    request: HttpRequest, seen: User, slot: str, form: forms.Form, act: Callable[[], object]
) -> HttpResponse:
    """Back to the person when the act is done; the page with the form and its errors when it is not."""
    if succeeded(form, act):
        messages.success(request, _("已办理。"))
        return redirect("accounts:person", seen.pk)
    return _page(request, seen, status=422, **{slot: form})


def _page(
    request: HttpRequest, seen: User, *, status: int = 200, **forms_with_errors: forms.Form
) -> HttpResponse:
    by = _user(request)
    may_edit = may_act_on(by, "people.edit", seen.region_id)
    context: dict[str, Any] = {
        "person": seen,
        "grants": queries.grants_of(seen),
        "posts": queries.posts_of(seen),
        "may_edit": may_edit,
        "may_act": may_edit and seen.is_active and seen.pk != by.pk,
        "rail": "data",
    }
    if may_edit:
        context |= _empty_forms(seen, by)
    return render(request, "accounts/person.html", context | forms_with_errors, status=status)


def _empty_forms(seen: User, by: User) -> dict[str, forms.Form]:
    works_for = {"organisation": seen.organisation and seen.organisation.code}
    details = {"name": seen.name, "phone": seen.phone, "email": seen.email}
    return {
        "grant_form": GrantForm(by=by),
        "post_form": PostForm(by=by, initial=works_for),
        "organisation_form": OrganisationForm(by=by, initial=works_for),
        "details_form": DetailsForm(by=by, initial=details),
        "end_form": EndForm(by=by),
    }


def _seen(request: HttpRequest, pk: int) -> User:
    """The person, or 404 for one whom the reader may not see."""
    return get_object_or_404(
        User.objects.visible_to(request.user).select_related("organisation", "region"), pk=pk
    )


def _user(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]
