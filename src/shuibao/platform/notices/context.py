"""What the bell of every page shows."""

from functools import cache
from typing import Any

from django.http import HttpRequest

from shuibao.platform.core.deadlines import open_deadlines
from shuibao.platform.notices.services import unread_count


def bell(request: HttpRequest) -> dict[str, Any]:
    """The numbers of unread notices and of things to do, counted only where a page shows them.

    They are functions: a template calls them, once for all the places in which it shows the number.
    """
    user = getattr(request, "user", None)
    return {
        "unread_count": cache(lambda: unread_count(user)),
        "due_count": cache(lambda: open_deadlines(user).count()),
    }
