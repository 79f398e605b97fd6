"""What happens when the reminder of a deadline is due: those responsible are told, later also who set it."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core import due, reminders
from shuibao.platform.core.models import Deadline
from shuibao.platform.notices.models import Message
from shuibao.platform.notices.recipients import holders
from shuibao.platform.notices.services import notify

_CHANNELS = (Message.Channel.IN_APP, Message.Channel.EMAIL)


@due.on_due(reminders.REMINDER)
def remind(facts: dict[str, Any]) -> None:
    """Tells those responsible for a deadline that is still open, once for each reminder and last day."""
    deadline = (
        Deadline.objects.select_related("region", "person", "organisation", "set_by")
        .filter(pk=facts["deadline"], state=Deadline.State.OPEN)
        .first()
    )
    if deadline is None:
        return
    people = list(_responsible(deadline))
    is_overdue = timezone.now() >= deadline.due_at
    if is_overdue and deadline.set_by is not None and deadline.set_by.is_active:
        people.append(deadline.set_by)
    key = f"deadline/{deadline.pk}/{facts['name']}/{facts.get('at', deadline.due_on)}"
    subject = f"{_head(deadline, facts['name'])}：{deadline.task}"
    notify(people, subject, _body(deadline), deadline.act_url or deadline.url, key, _CHANNELS)


def _responsible(deadline: Deadline) -> Iterable[User]:
    if deadline.person is not None:
        return [deadline.person] if deadline.person.is_active else []
    if deadline.organisation is not None:
        return deadline.organisation.people.filter(is_active=True).order_by("pk")
    return holders(Role(deadline.role), deadline.region_id)


def _head(deadline: Deadline, name: str) -> str:
    if name == reminders.ASSIGNED:
        return "新的待办"
    return deadline.standing.words


def _body(deadline: Deadline) -> str:
    last = timezone.localtime(deadline.due_at)
    lines = [
        f"{deadline.title}（{deadline.region}）",
        f"截止 {deadline.due_on} {last:%H:%M}",
        deadline.detail,
    ]
    return "\n".join(line for line in lines if line)
