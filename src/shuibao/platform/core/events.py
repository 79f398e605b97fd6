"""Writing the log of what happened, and proving that nobody has changed it."""

from typing import Any, NamedTuple

from django.db import models, transaction
from django.utils import timezone

from shuibao.platform.core.models.event import ChainHead, Event

START = "0" * 64


@transaction.atomic
def record(about: models.Model, verb: str, text: str, *, by: object = None, **facts: Any) -> Event:
    """The entry for what happened to an object, in the transaction that made it happen.

    facts: values before and after, evidence, rule ids; no personal data.
    """
    head = _locked_head()
    event = Event(
        number=head.number + 1,
        at=timezone.now(),
        by_id=getattr(by, "pk", None),
        verb=verb,
        text=text[:300],
        about_type=about._meta.label_lower,
        about_key=str(about.pk),
        region_id=getattr(about, "region_id", None),
        facts=facts,
        before=head.seal,
    )
    event.seal = event.sealed()
    event.save(force_insert=True)
    head.number, head.seal = event.number, event.seal
    head.save()
    return event


def timeline(about: models.Model) -> "models.QuerySet[Event]":
    """Everything that happened to an object that the caller already may see, last first."""
    return Event.objects.filter(about_type=about._meta.label_lower, about_key=str(about.pk)).select_related(
        "by"
    )


class Proof(NamedTuple):
    """What a check of the log found. broken_at: the first entry that is not as it was written, or None."""

    entries: int
    seal: str
    broken_at: int | None
    reason: str


def verify() -> Proof:
    """Whether every entry is as it was written and none is missing, first to last."""
    before, count = START, 0
    for event in Event.objects.order_by("number").iterator(chunk_size=2000):
        count += 1
        reason = _fault(event, count, before)
        if reason:
            return Proof(count, before, count, reason)
        before = event.seal
    head = ChainHead.objects.first() or ChainHead()
    if (head.number, head.seal) != (count, before):
        return Proof(
            count, before, count + 1, f"链头记有 {head.number} 条，实有 {count} 条：末尾被删或被换。"
        )
    return Proof(count, before, None, "")


def _fault(event: Event, number: int, before: str) -> str:
    if event.number != number:
        return f"第 {number} 条不见了。"
    if event.before != before:
        return f"第 {number} 条接不上前一条。"
    if event.seal != event.sealed():
        return f"第 {number} 条的内容与封印不符。"
    return ""


def _locked_head() -> ChainHead:
    """The head, locked until the transaction ends (SQLite's immediate transactions lock all)."""
    head = ChainHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        ChainHead.objects.get_or_create(pk=1)
        head = ChainHead.objects.select_for_update().get(pk=1)
    return head
