"""What administrators are told of by the platform itself: rows given up, a broken log."""

import logging
from datetime import time
from typing import Any

from django.utils import timezone

from shuibao.platform.accounts.roles import Role
from shuibao.platform.core import due
from shuibao.platform.core.events import verify
from shuibao.platform.core.models import DueRow
from shuibao.platform.notices.models import Message
from shuibao.platform.notices.recipients import holders
from shuibao.platform.notices.services import notify

logger = logging.getLogger(__name__)

_CHANNELS = (Message.Channel.IN_APP, Message.Channel.EMAIL)
_NIGHTLY = time(2, 30)


def tell_of_given_up(sender: type[DueRow], row: DueRow, **_named: object) -> None:
    """Tells the administrators that a due row will not be tried again."""
    subject = f"到期事项没有办成：{row.kind}"
    body = f"{row.kind}（{row.key}）试了多次没有成功。原因：{row.problem}"
    key = f"due-given-up/{row.pk}/{row.due_at:%Y%m%d%H%M%S}"
    notify(holders(Role.ADMINISTRATOR), subject, body, "", key, _CHANNELS)


@due.every_day("events.verify", _NIGHTLY)
def verify_log(facts: dict[str, Any]) -> None:
    """Checks the log of events and tells the administrators of the first entry that was changed."""
    proof = verify()
    if proof.broken_at is None:
        return
    logger.error("the log of events is broken at entry %s", proof.broken_at)
    body = f"第 {proof.broken_at} 条起不可信：{proof.reason}请保留现场，核对备份，查明是谁改动了数据库。"
    key = f"log-broken/{proof.broken_at}/{timezone.localdate()}"
    notify(holders(Role.ADMINISTRATOR), "经过日志被改动", body, "", key, _CHANNELS)


due.given_up.connect(tell_of_given_up, dispatch_uid="notices.tell_of_given_up")
