"""One's own tokens: made, shown once, ended."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from shuibao.platform.accounts.models import User
from shuibao.platform.api.forms import TokenForm
from shuibao.platform.api.queries import tokens_of
from shuibao.platform.api.services import end_token, make_token
from shuibao.science.errors import DomainError


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """接口令牌：the list and the form; a new one is shown in the answer and never again."""
    person, secret = _person(request), ""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            secret = make_token(
                **form.cleaned_data,
                by=person,
                has_second_factor=request.session.get("second_factor") == person.pk,
            ).secret
        except DomainError as problem:
            form.add_error(None, str(problem))
        else:
            form = TokenForm()
    facts = {"rail": "home", "form": form, "secret": secret, "tokens": tokens_of(person)}
    return render(request, "api/tokens.html", facts, status=422 if form.errors else 200)


@login_required
@require_POST
def end(request: HttpRequest, token: int) -> HttpResponse:
    """停用令牌。"""
    ended = end_token(token, by=_person(request))
    messages.success(request, _("令牌“%(name)s”已停用。") % {"name": ended.name})
    return redirect("tokens:list")


def _person(request: HttpRequest) -> User:
    """Who is signed in: login_required stands before every view here."""
    assert isinstance(request.user, User)
    return request.user
