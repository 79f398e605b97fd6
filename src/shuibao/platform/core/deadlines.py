"""Deadlines: set, met, ended, extended, handed over. Each writes its reminders and what happened.

Setting, meeting and ending follow from another act, whose service has checked the right to it; extending and
handing over are acts of their own, and are checked here.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from shuibao.law.clocks import is_in_time
from shuibao.platform.core import reminders
from shuibao.platform.core.errors import Conflict
from shuibao.platform.core.events import record
from shuibao.platform.core.models.deadline import Deadline
from shuibao.platform.core.responsible import Responsible
from shuibao.platform.core.terms import Due
from shuibao.platform.core.transitions import move
from shuibao.platform.core.visibility import reader_of, require
from shuibao.science.errors import DomainError, InputError


class Basis(NamedTuple):
    """The ground of a term: the rule it was counted with, its text, and how sure that is."""

    rule_id: str
    text: str
    confidence: str


class Term(NamedTuple):
    """From when, until when, and on what ground."""

    started_on: date
    due: Due
    basis: Basis


class Task(NamedTuple):
    """What is to be done: its name, the object's address, the button's verb and address, a few words more."""

    name: str
    url: str
    act: str
    act_url: str
    detail: str = ""


class NotLater(DomainError):
    """An extension that does not end later."""

    def __init__(self, deadline: Deadline, on: date) -> None:
        super().__init__(f"“{deadline}”现于 {deadline.due_on} 到期，延长到 {on} 并不更晚，请改填更晚的日期。")


def deadlines_of(about: models.Model) -> "QuerySet[Deadline]":
    """The deadlines of an object that the caller already may see, the next one first."""
    return Deadline.objects.filter(about_type=about._meta.label_lower, about_key=str(about.pk))


def open_deadlines(user: object) -> "QuerySet[Deadline]":
    """What a person must see to, the most urgent first."""
    mine = Deadline.responsibility(reader_of(user))
    found: QuerySet[Deadline] = Deadline.objects.filter(mine, state=Deadline.State.OPEN)
    return found.select_related("region", "person", "organisation").order_by("due_at", "pk")


def handed_out(user: object) -> "QuerySet[Deadline]":
    """What a person gave to others and is not done, the most urgent first."""
    reader = reader_of(user)
    if reader.user_id is None:
        return Deadline.objects.none()
    found: QuerySet[Deadline] = Deadline.objects.filter(set_by_id=reader.user_id, state=Deadline.State.OPEN)
    return found.select_related("region", "person", "organisation").order_by("due_at", "pk")


@transaction.atomic
def set_deadline(about: Any, task: Task, term: Term, *, responsible: Responsible, by: Any = None) -> Deadline:
    """The deadline of a task about an object. Raises Conflict when one of that task is open already."""
    if deadlines_of(about).filter(task=task.name, state=Deadline.State.OPEN).exists():
        raise Conflict(f"“{about}”的“{task.name}”已有未完成的期限，请先完成或终止它。")
    person, organisation, role = responsible.checked()
    deadline = Deadline(
        about_type=about._meta.label_lower,
        about_key=str(about.pk),
        region_id=about.region_id,
        title=str(about)[:200],
        task=task.name,
        url=task.url,
        act=task.act,
        act_url=task.act_url,
        detail=task.detail,
        person=person,
        organisation=organisation,
        role=role,
        set_by=by,
        started_on=term.started_on,
    )
    _end_at(deadline, term.due, term.basis)
    deadline.save()
    reminders.announce(deadline)
    reminders.set_reminders(deadline)
    text = f"{task.name}期限 {term.due.on}"
    record(about, "deadlines.set", text, by=by, due_at=term.due.at, rule=term.basis.rule_id)
    return deadline


@transaction.atomic
def meet(deadline_id: int, *, by: Any = None, at: datetime | None = None) -> Deadline:
    """The deadline, met or met too late, by when the task was done."""
    deadline = _locked(deadline_id)
    done_at = at or timezone.now()
    if done_at > timezone.now():
        raise InputError(f"“{deadline}”的完成时间 {done_at:%Y-%m-%d %H:%M} 晚于现在，请填实际完成的时间。")
    is_late = not is_in_time(done_at, deadline.due_at)
    state = Deadline.State.LATE if is_late else Deadline.State.MET
    _close(deadline, state, done_at)
    record(deadline.about, "deadlines.met", f"{deadline.task}：{state.label}", by=by, done_at=done_at)
    return deadline


@transaction.atomic
def end(deadline_id: int, *, reason: str, by: Any = None) -> Deadline:
    """The deadline, ended because its task fell away."""
    deadline = _locked(deadline_id)
    deadline.reason = _given(reason, "终止原因")
    _close(deadline, Deadline.State.ENDED, timezone.now())
    record(deadline.about, "deadlines.ended", f"{deadline.task}期限终止", by=by, reason=reason)
    return deadline


@transaction.atomic
def extend(deadline_id: int, *, due: Due, reason: str, basis: Basis, by: Any) -> Deadline:
    """The deadline with a later end, on a ground of its own."""
    deadline = _locked(deadline_id)
    require(by, "deadlines.extend", deadline)
    _require_open(deadline)
    if due.at <= deadline.due_at:
        raise NotLater(deadline, due.on)
    before = deadline.due_at
    _end_at(deadline, due, basis)
    reason = _given(reason, "延期原因")
    deadline.save()
    reminders.end_reminders(deadline)
    reminders.set_reminders(deadline)
    facts = {"before": before, "after": due.at, "reason": reason, "rule": basis.rule_id}
    record(deadline.about, "deadlines.extended", f"{deadline.task}期限延至 {due.on}", by=by, **facts)
    return deadline


@transaction.atomic
def hand_over(deadline_id: int, *, to: Responsible, reason: str, by: Any) -> Deadline:
    """The deadline with somebody else responsible; they are told."""
    deadline = _locked(deadline_id)
    require(by, "deadlines.hand_over", deadline)
    _require_open(deadline)
    deadline.person, deadline.organisation, deadline.role = to.checked()
    deadline.set_by = by
    reason = _given(reason, "移交原因")
    deadline.save()
    reminders.announce(deadline)
    record(deadline.about, "deadlines.handed_over", f"{deadline.task}已移交", by=by, reason=reason)
    return deadline


def _locked(deadline_id: int) -> Deadline:
    found: Deadline = Deadline.objects.select_for_update().get(pk=deadline_id)
    return found


def _end_at(deadline: Deadline, due: Due, basis: Basis) -> None:
    deadline.due_on, deadline.due_at, deadline.is_settled = due
    deadline.rule_id, deadline.basis, deadline.confidence = basis


def _close(deadline: Deadline, state: Deadline.State, at: datetime) -> None:
    move(deadline, to=state)
    deadline.closed_at = at
    deadline.save(update_fields=["closed_at", "reason"])
    reminders.end_reminders(deadline)


def _require_open(deadline: Deadline) -> None:
    if deadline.state != Deadline.State.OPEN:
        raise Conflict(f"“{deadline}”{deadline.get_state_display()}，不能再改。")


def _given(text: str, name: str) -> str:
    if not text.strip():
        raise InputError(f"{name}没有填写，请写明。")
    return text.strip()[:200]
