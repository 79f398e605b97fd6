"""{% attachments object %}: the files of an object, and the form that adds one."""

from typing import Any

from django import template
from django.db import models
from django.template import Context

from shuibao.platform.core.attachments.content import IMAGES
from shuibao.platform.core.attachments.forms import AddForm
from shuibao.platform.core.attachments.queries import attachments_of
from shuibao.platform.core.visibility import reader_of

register = template.Library()


@register.inclusion_tag("core/attachments_panel.html", takes_context=True)
def attachments(context: Context, about: models.Model) -> dict[str, Any]:
    """What the panel shows. The page has made sure that its reader may see the object."""
    request = context["request"]
    reader = reader_of(request.user)
    code = getattr(about, "region_id", "") or ""
    may_end = reader.may("attachments.end", code)
    initial = {
        "about_type": about._meta.label_lower,
        "about_key": str(about.pk),
        "back": request.get_full_path(),
    }
    rows = [
        {
            "file": found,
            "is_photo": found.media_type in IMAGES and "width" in found.facts,
            "may_end": may_end or found.added_by_id == reader.user_id,
        }
        for found in attachments_of(about, request.user)
    ]
    return {
        "rows": rows,
        "form": AddForm(initial=initial) if reader.may("attachments.add", code) else None,
        "back": request.get_full_path(),
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }
