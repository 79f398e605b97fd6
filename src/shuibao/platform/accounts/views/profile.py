"""One's own page."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shuibao.platform.accounts import queries, services
from shuibao.platform.accounts.forms import PreferencesForm
from shuibao.platform.accounts.models import User


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name, unit, posts, roles, second factor, own sign-ins; language and area unit to choose."""
    person: User = request.user  # type: ignore[assignment]
    chosen = {"language": person.language, "area_unit": person.area_unit}
    form = PreferencesForm(request.POST or None, initial=chosen, by=person)
    if request.method == "POST" and form.is_valid():
        services.set_preferences(person, **form.cleaned_data)
        messages.success(request, _("已保存。"))
        answer = redirect("accounts:profile")
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, person.language, samesite="Lax")
        return answer
    factors = set(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    return render(
        request,
        "accounts/profile.html",
        {
            "person": person,
            "form": form,
            "grants": [grant for grant in queries.grants_of(person) if grant.is_valid_today],
            "posts": queries.posts_of(person).filter(valid_to=None),
            "sign_ins": queries.sign_ins_of(person),
            "has_second_factor": Authenticator.Type.TOTP in factors,
            "may_manage": person.reader.may("people.edit"),
            "rail": "home",
        },
        status=200 if request.method == "GET" else 422,
    )
