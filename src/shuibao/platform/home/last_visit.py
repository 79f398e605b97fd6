"""When a person was here before: kept at sign-in, before this visit counts."""

from datetime import datetime
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

_KEY = "last_visit"


def last_visit(request: HttpRequest) -> datetime | None:
    """When the person was last seen before they signed in; None at the first visit."""
    kept = request.session.get(_KEY)
    return datetime.fromisoformat(kept) if kept else None


@receiver(user_logged_in)
def _keep(request: HttpRequest, user: Any, **_facts: Any) -> None:
    if user.last_seen_at is not None:
        request.session[_KEY] = user.last_seen_at.isoformat()
