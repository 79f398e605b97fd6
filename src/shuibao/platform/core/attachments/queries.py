"""Who sees which file: whoever sees files in its region and the object it belongs to."""

from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models
from django.db.models import QuerySet

from shuibao.platform.core.models import Attachment
from shuibao.platform.core.visibility import reader_of
from shuibao.platform.registers.registry import register_of


def attachments_of(about: models.Model, user: object) -> "QuerySet[Attachment]":
    """The files of an object that the user may see, the last one first; none that was ended."""
    found: QuerySet[Attachment] = Attachment.objects.visible_to(user).filter(
        about_type=about._meta.label_lower, about_key=str(about.pk), ended_at=None
    )
    return found.select_related("added_by")


def visible_attachment(user: object, key: Any) -> Attachment:
    """A file that the user may see: where they see files, and only with its object; or as their own.

    Raises ObjectDoesNotExist.
    """
    attachment: Attachment = Attachment.objects.visible_to(user).select_related("added_by").get(pk=key)
    is_own = attachment.added_by_id is not None and attachment.added_by_id == reader_of(user).user_id
    if not is_own:
        visible_object(user, attachment.about_type, attachment.about_key)
    return attachment


def visible_object(user: object, about_type: str, about_key: str) -> Any:
    """An object that the user may see. Raises ObjectDoesNotExist, also for what is no type of object."""
    try:
        model = apps.get_model(about_type)
    except (LookupError, ValueError) as problem:
        raise ObjectDoesNotExist(about_type) from problem
    declared = register_of(model)
    try:
        if declared is not None:
            return declared.rows(user).get(pk=about_key)
        if hasattr(model, "visibility"):
            return model._default_manager.visible_to(user).get(pk=about_key)
    except (ValueError, ValidationError) as problem:
        raise ObjectDoesNotExist(about_key) from problem
    raise ObjectDoesNotExist(about_type)
