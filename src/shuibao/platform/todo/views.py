"""The page of 待办."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from shuibao.platform.core.deadline_card import shown
from shuibao.platform.todo import queries

PER_PAGE = 50


@login_required
@require_GET
def todo_list(request: HttpRequest) -> HttpResponse:
    """What the person must see to, by tab."""
    now = timezone.now()
    tab = request.GET.get("tab", queries.ALL)
    page = Paginator(queries.todo(request.user, tab, now), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "rail": "home",
        "tab": tab,
        "tabs": queries.tabs(request.user, now),
        "page_obj": page,
        "deadlines": shown(page.object_list),
    }
    return render(request, "todo/list.html", context)
