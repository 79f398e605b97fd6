"""What the bell of every page shows."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from shuibao.platform.core.deadlines import open_deadlines
from shuibao.platform.notices.services import unread_count


def bell(request: HttpRequest) -> dict[str, Any]:
    """The numbers of unread notices and of things to do, counted only where a page shows them."""
    user = getattr(request, "user", None)
    return {
        "unread_count": SimpleLazyObject(lambda: unread_count(user)),
        "due_count": SimpleLazyObject(lambda: open_deadlines(user).count()),
    }
