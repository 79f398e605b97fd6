"""What happened: append-only, each entry sealed with the hash of the one before."""

import hashlib
import json
from datetime import UTC
from typing import Any, NoReturn

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from shuibao.platform.core.visibility import Reader, Visible, inside


class Event(models.Model):
    """One thing that happened to one object: who, when, what, with which values before and after.

    It is written once by `events.record` and never changed. Names of people stand in `by`, not in the text.
    """

    number = models.BigIntegerField("序号", primary_key=True)
    at = models.DateTimeField("时间", db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="人员"
    )
    verb = models.CharField("动作", max_length=60, db_index=True)
    text = models.CharField("内容", max_length=300)
    about_type = models.CharField("对象类型", max_length=60)
    about_key = models.CharField("对象编号", max_length=60)
    region = models.ForeignKey("core.Region", models.PROTECT, null=True, verbose_name="行政区")
    facts = models.JSONField("事实", default=dict, encoder=DjangoJSONEncoder)
    before = models.CharField("前一条", max_length=64)
    seal = models.CharField("封印", max_length=64)

    objects = Visible.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "经过"
        ordering = ("-number",)
        indexes = (models.Index(fields=("about_type", "about_key", "-number"), name="event_about"),)

    def __str__(self) -> str:
        return f"{self.number} {self.text}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Writes a new entry. Raises TypeError for one that is written already."""
        if not self._state.adding:
            raise TypeError("an event is never changed")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Raises TypeError: nothing that happened is deleted."""
        raise TypeError("an event is never deleted")

    @classmethod
    def visibility(cls, reader: Reader) -> Q:
        """Those of the regions whose log the reader may read; an object's own timeline asks the object."""
        stems = reader.stems("events.view")
        return Q() if "" in stems else inside(stems)

    def sealed(self) -> str:
        """The hash of all that this entry says and of the seal before it."""
        said = [
            self.number,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.by_id,
            self.verb,
            self.text,
            self.about_type,
            self.about_key,
            self.region_id,
            self.facts,
            self.before,
        ]
        line = json.dumps(said, ensure_ascii=False, sort_keys=True, cls=DjangoJSONEncoder)
        return hashlib.sha256(line.encode()).hexdigest()


class ChainHead(models.Model):
    """The last entry of the chain: one row, locked while the next one is written."""

    number = models.BigIntegerField(default=0)
    seal = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        verbose_name = verbose_name_plural = "经过链头"

    def __str__(self) -> str:
        return f"{self.number} {self.seal}"
