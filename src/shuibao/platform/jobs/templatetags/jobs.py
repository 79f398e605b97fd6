"""How long something took, in words."""

from datetime import timedelta

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def took(span: timedelta | None) -> str:
    """A time span in the two largest of its units; a dash for something that has not begun."""
    if span is None:
        return "—"
    seconds = max(0, round(span.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return gettext("%(hours)d 小时 %(minutes)d 分") % {"hours": hours, "minutes": minutes}
    if minutes:
        return gettext("%(minutes)d 分 %(seconds)d 秒") % {"minutes": minutes, "seconds": left}
    return gettext("%(seconds)d 秒") % {"seconds": left}
