"""Writing messages into the outbox, sending them, marking them as read."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from shuibao.platform.accounts.models import User
from shuibao.platform.core.transitions import move
from shuibao.platform.notices.channels import channel_named
from shuibao.platform.notices.channels.channel import Receipt, TryLater, Undeliverable
from shuibao.platform.notices.models import Message
from shuibao.science.errors import DomainError, InputError

logger = logging.getLogger(__name__)

ATTEMPTS = 6
LEASE = timedelta(minutes=5)

IN_APP = (Message.Channel.IN_APP,)


@transaction.atomic
def notify(
    people: Iterable[User],
    subject: str,
    body: str,
    link: str,
    key: str,
    channels: Sequence[str] = IN_APP,
) -> int:
    """How many messages were new: one in the platform for each person, and one over the other channels.

    Of the other channels the first is tried, the next when it fails. key: names the cause; the same key never
    tells the same person twice. link: an address of the platform, from its root.
    """
    if link and (not link.startswith("/") or link.startswith(("//", "/\\"))):
        raise InputError(f"通知的链接 {link!r} 不是本平台的地址，应以单个 / 开头。")
    others = [Message.Channel(name).value for name in channels if name != Message.Channel.IN_APP]
    written = 0
    for person in people:
        written += _write(person, subject, body, link, key, [Message.Channel.IN_APP.value])
        if others:
            written += _write(person, subject, body, link, key, others)
    return written


def deliver(limit: int = 50) -> int:
    """How many waiting messages were taken up: sent, put off, or passed on to their next channel."""
    taken = 0
    while taken < limit and (message := _claim()):
        _send(message)
        taken += 1
    return taken


def inbox(user: object) -> "QuerySet[Message]":
    """A person's messages in the platform, last first."""
    found: QuerySet[Message] = Message.objects.visible_to(user).filter(channel=Message.Channel.IN_APP)
    return found


def unread_count(user: object) -> int:
    """How many messages a person has not read."""
    return inbox(user).filter(read_at=None).count()


def mark_read(user: object, message_id: int) -> Message:
    """The message, read. Raises DoesNotExist for one of somebody else."""
    message: Message = inbox(user).get(pk=message_id)
    if message.read_at is None:
        message.read_at = timezone.now()
        message.save(update_fields=["read_at"])
    return message


def mark_all_read(user: object, until: datetime) -> int:
    """How many messages that were there at a moment are read now."""
    return inbox(user).filter(read_at=None, written_at__lte=until).update(read_at=timezone.now())


def missing_channels() -> list[tuple[str, str]]:
    """The channels that cannot send, each with what is not configured."""
    lacks = [(str(channel.label), channel_named(channel.value).lack()) for channel in Message.Channel]
    return [(label, lack) for label, lack in lacks if lack]


def _write(person: User, subject: str, body: str, link: str, key: str, channels: list[str]) -> bool:
    is_here = channels[0] == Message.Channel.IN_APP
    now = timezone.now()
    _, is_new = Message.objects.get_or_create(
        key=f"{key}/{person.pk}/{channels[0]}",
        defaults={
            "recipient": person,
            "channel": channels[0],
            "next_channels": channels[1:],
            "subject": subject[:200],
            "body": body,
            "link": link,
            "next_at": now,
            "state": Message.State.SENT if is_here else Message.State.QUEUED,
            "sent_at": now if is_here else None,
        },
    )
    return is_new


@transaction.atomic
def _claim() -> Message | None:
    """A message whose time has come, leased to this worker: should it die, another takes it later."""
    now = timezone.now()
    waiting = Message.objects.filter(state=Message.State.QUEUED, next_at__lte=now)
    message: Message | None = waiting.select_for_update(skip_locked=True).order_by("next_at", "pk").first()
    if message is not None:
        message.attempts += 1
        message.next_at = now + LEASE
        message.save(update_fields=["attempts", "next_at"])
    return message


def _send(message: Message) -> None:
    """Sends outside any transaction and writes down what came of it."""
    channel = channel_named(message.channel)
    lack = channel.lack()
    try:
        if lack:
            raise Undeliverable(f"{message.get_channel_display()}不能发送：{lack}。")
        _sent(message, channel.send(message))
    except TryLater as problem:
        _put_off(message, problem)
    except Undeliverable as problem:
        _give_up(message, problem)
    except Exception as problem:  # the boundary of the worker: one message must not hold up those behind it
        fault = type(problem).__name__  # not its text: it may hold a name or a telephone number
        logger.error("message %s over %s failed: %s", message.pk, message.channel, fault)
        _put_off(message, TryLater(f"发送程序出错（{fault}）。"))


@transaction.atomic
def _sent(message: Message, receipt: Receipt) -> None:
    if _is_ours(message):
        move(message, to=Message.State.SENT)
        message.sent_at, message.provider_id, message.problem = timezone.now(), receipt.provider_id, ""
        message.save(update_fields=["sent_at", "provider_id", "problem"])


def _put_off(message: Message, problem: DomainError) -> None:
    logger.warning("message %s over %s put off (%s)", message.pk, message.channel, message.attempts)
    if message.attempts >= ATTEMPTS:
        _give_up(message, problem)
        return
    wait = timedelta(seconds=30 * 2**message.attempts)
    ours = Message.objects.filter(pk=message.pk, next_at=message.next_at, state=Message.State.QUEUED)
    ours.update(next_at=timezone.now() + wait, problem=str(problem)[:300])


@transaction.atomic
def _give_up(message: Message, problem: DomainError) -> None:
    """Ends the message with the reason, and writes the one for the next channel with it."""
    logger.warning("message %s over %s not delivered", message.pk, message.channel)
    if not _is_ours(message):
        return
    move(message, to=Message.State.FAILED)
    message.problem = str(problem)[:300]
    message.save(update_fields=["problem"])
    if message.next_channels:
        cause = message.key.rpartition("/")[0].rpartition("/")[0]
        _write(message.recipient, message.subject, message.body, message.link, cause, message.next_channels)


def _is_ours(message: Message) -> bool:
    """Whether no other worker has taken the message over since."""
    locked = Message.objects.select_for_update().filter(pk=message.pk, next_at=message.next_at)
    return locked.filter(state=Message.State.QUEUED).first() is not None
