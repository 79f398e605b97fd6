"""The page of notices, and opening one."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST

from shuibao.platform.notices import services

PER_PAGE = 50


@login_required
@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """A person's notices, all or the unread ones."""
    is_unread = request.GET.get("tab") == "unread"
    found = services.inbox(request.user)
    shown = found.filter(read_at=None) if is_unread else found
    context = {
        "rail": "home",
        "page_obj": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "tab": "unread" if is_unread else "all",
        "all_count": found.count(),
        "unread_count": services.unread_count(request.user),
        "until": timezone.now().isoformat(),
    }
    return render(request, "notices/list.html", context)


@login_required
@require_POST
def open_notice(request: HttpRequest, message_id: int) -> HttpResponse:
    """Marks the notice as read and goes where it points."""
    get_object_or_404(services.inbox(request.user), pk=message_id)
    message = services.mark_read(request.user, message_id)
    return redirect(message.link or "notices:list")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Marks as read what stood on the page; what came since stays unread."""
    until = parse_datetime(request.POST.get("until", "")) or timezone.now()
    services.mark_all_read(request.user, until if timezone.is_aware(until) else timezone.make_aware(until))
    return redirect("notices:list")
