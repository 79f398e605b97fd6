"""The outbox: written once with its cause, sent after it, tried again, passed on, and never doubled."""

import email
import email.policy
import hashlib
import json
import logging
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from shuibao.platform.accounts.models import Grant, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core import due
from shuibao.platform.core.due_kinds import KINDS
from shuibao.platform.core.events import record
from shuibao.platform.core.models import Event, Region
from shuibao.platform.notices import services
from shuibao.platform.notices.alarms import verify_log
from shuibao.platform.notices.channels.gateway import signature
from shuibao.platform.notices.models import Message
from shuibao.platform.notices.recipients import holders
from shuibao.platform.notices.services import deliver, missing_channels, notify
from shuibao.science.errors import DomainError, InputError

PHONE = "13800000001"


@pytest.fixture
def person(make_user: Callable[..., User]) -> User:
    return make_user("person", Role.LIAISON, "140822", email="person@example.test", phone=PHONE)


def tell(person: User, *channels: str, key: str = "cause/1") -> int:
    return notify([person], "剩 1 个工作日：复核整改", "垣曲县 拦挡整改", "/todo/", key, channels)


def wake(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(next_at=timezone.now())


def test_a_message_in_the_platform_has_arrived_when_it_is_written(person: User) -> None:
    assert tell(person) == 1
    message = Message.objects.get()
    assert (message.channel, message.state) == ("in_app", "sent")
    assert services.unread_count(person) == 1
    assert deliver() == 0


def test_the_same_cause_tells_the_same_person_once(person: User, make_user: Callable[..., User]) -> None:
    other = make_user("other", Role.LIAISON, "140822")
    assert tell(person) == 1
    assert tell(person) == 0
    assert tell(other) == 1
    assert tell(person, key="cause/2") == 1


@pytest.mark.django_db(transaction=True)
def test_a_message_whose_cause_was_undone_was_never_written(person: User) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(person, "email")
        raise ZeroDivisionError
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "link", ["https://elsewhere.example/", "//elsewhere.example", "todo/", "/\\elsewhere"]
)
def test_a_message_points_into_the_platform_only(person: User, link: str) -> None:
    with pytest.raises(InputError, match="链接"):
        notify([person], "标题", "", link, "cause/1")


def test_mail_goes_out_with_subject_text_link_and_a_number_of_its_own(
    person: User, mail_server: Callable[..., Any]
) -> None:
    server = mail_server()
    tell(person, "email")
    assert deliver() == 1
    assert deliver() == 0
    ((recipients, text),) = server.taken
    mail = email.message_from_string(text, policy=email.policy.default)
    assert recipients == ["person@example.test"]
    assert mail["Subject"] == "剩 1 个工作日：复核整改"
    assert "https://shuibao.example/todo/" in mail.get_content()
    sent = Message.objects.get(channel="email")
    assert (sent.state, sent.provider_id) == ("sent", mail["Message-ID"])
    assert sent.sent_at is not None


def test_a_busy_mail_server_is_tried_again_later_and_then_given_up(
    person: User, mail_server: Callable[..., Any]
) -> None:
    mail_server(is_busy=True)
    tell(person, "email")
    waits = []
    for _ in range(services.ATTEMPTS):
        now = timezone.now()
        assert deliver() == 1
        message = Message.objects.get(channel="email")
        waits.append(round((message.next_at - now).total_seconds()))
        wake(message)
    assert deliver() == 0
    message.refresh_from_db()
    assert message.state == "failed"
    assert "没有收下" in message.problem
    assert waits[:5] == [60, 120, 240, 480, 960]


def test_an_address_the_server_refuses_is_final(person: User, mail_server: Callable[..., Any]) -> None:
    mail_server(refused=("person@example.test",))
    tell(person, "email")
    deliver()
    message = Message.objects.get(channel="email")
    assert (message.state, message.attempts) == ("failed", 1)
    assert "拒收" in message.problem


def test_a_gateway_gets_a_signed_message_and_its_receipt_is_kept(
    person: User, gateway_server: Callable[..., Any]
) -> None:
    server = gateway_server("sms")
    tell(person, "sms")
    assert deliver() == 1
    ((headers, body),) = server.taken
    said = json.loads(body)
    assert (said["to"], said["text"]) == (PHONE, "垣曲县 拦挡整改")
    assert headers["X-Shuibao-Signature"] == signature("secret", headers["X-Shuibao-Time"], body)
    assert abs(int(headers["X-Shuibao-Time"]) - timezone.now().timestamp()) < 60
    message = Message.objects.get(channel="sms")
    assert headers["Idempotency-Key"] == hashlib.sha256(message.key.encode()).hexdigest()
    assert (message.state, message.provider_id) == ("sent", "no-1")


@pytest.mark.parametrize("code", [500, 503, 429, 408])
def test_a_gateway_that_fails_is_tried_again_with_the_same_key(
    person: User, gateway_server: Callable[..., Any], code: int
) -> None:
    server = gateway_server("wecom", code, 200)
    tell(person, "wecom")
    deliver()
    message = Message.objects.get(channel="wecom")
    assert (message.state, str(code) in message.problem) == ("queued", True)
    wake(message)
    deliver()
    message.refresh_from_db()
    assert (message.state, message.problem) == ("sent", "")
    assert len({headers["Idempotency-Key"] for headers, _ in server.taken}) == 1


@pytest.mark.parametrize("code", [400, 403, 302])
def test_what_a_gateway_refuses_goes_to_the_next_channel(
    person: User, gateway_server: Callable[..., Any], mail_server: Callable[..., Any], code: int
) -> None:
    gateway = gateway_server("sms", code)
    mail_server()
    tell(person, "sms", "email")
    deliver()
    states = dict(Message.objects.values_list("channel", "state"))
    assert states == {"in_app": "sent", "sms": "failed", "email": "sent"}
    assert len(gateway.taken) == 1


def test_a_gateway_that_is_not_there_is_tried_again(person: User, settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/"
    settings.MESSAGE_GATEWAYS = {**settings.MESSAGE_GATEWAYS, "sms": (address, "secret")}
    tell(person, "sms")
    deliver()
    message = Message.objects.get(channel="sms")
    assert message.state == "queued"
    assert "没有回应" in message.problem


def test_channels_that_are_not_configured_say_so_and_pass_the_message_on(
    person: User, settings: Any, mail_server: Callable[..., Any]
) -> None:
    mail_server()
    tell(person, "voice", "sms", "email")
    deliver()
    problems = dict(Message.objects.values_list("channel", "problem"))
    assert "SHUIBAO_VOICE_URL" in problems["voice"]
    assert "SHUIBAO_SMS_URL" in problems["sms"]
    assert problems["email"] == ""
    assert Message.objects.filter(channel="in_app").count() == 1
    settings.EMAIL_HOST = ""
    settings.MESSAGE_GATEWAYS = {**settings.MESSAGE_GATEWAYS, "sms": ("https://sms.example", "")}
    lacks = dict(missing_channels())
    assert set(lacks) == {"邮件", "短信", "语音电话", "企业微信"}
    assert "SHUIBAO_EMAIL_URL" in lacks["邮件"]
    assert "SHUIBAO_SMS_SECRET" in lacks["短信"]


def test_who_has_no_address_is_told_over_the_next_channel(
    make_user: Callable[..., User], gateway_server: Callable[..., Any], mail_server: Callable[..., Any]
) -> None:
    reachable = make_user("reachable", Role.LIAISON, "140822", phone=PHONE)
    gateway_server("sms")
    mail_server()
    tell(reachable, "email", "sms")
    deliver()
    assert dict(Message.objects.values_list("channel", "state"))["sms"] == "sent"
    assert "没有填写邮箱" in Message.objects.get(channel="email").problem


def test_logs_of_failures_name_no_person(
    person: User, gateway_server: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gateway_server("sms", 500, 400)
    tell(person, "sms", "voice")
    deliver()
    wake(Message.objects.get(channel="sms"))
    deliver()
    assert caplog.records
    for personal in (PHONE, "person@example.test", "复核整改"):
        assert personal not in caplog.text


def test_a_message_taken_by_a_worker_is_left_alone_until_its_lease_ends(
    person: User, gateway_server: Callable[..., Any]
) -> None:
    gateway_server("sms")
    tell(person, "sms")
    taken = services._claim()
    assert taken is not None
    assert deliver() == 0
    Message.objects.filter(pk=taken.pk).update(next_at=timezone.now())
    assert deliver() == 1
    services._give_up(taken, DomainError("迟到的失败"))
    assert Message.objects.get(channel="sms").state == "sent"


def test_the_holders_of_a_role_are_those_of_the_region_and_of_the_ones_around_it(
    regions: dict[str, Region], make_user: Callable[..., User]
) -> None:
    province = make_user("province", Role.DUTY, "140000")
    city = make_user("city", Role.DUTY, "140800")
    county = make_user("county", Role.DUTY, "140822")
    make_user("neighbour", Role.DUTY, "140802")
    make_user("linfen", Role.DUTY, "141000")
    make_user("gone", Role.DUTY, "140822", is_active=False)
    former = make_user("former", Role.DUTY, "140822")
    Grant.objects.filter(user=former).update(valid_to=timezone.localdate() - timedelta(days=1))
    everywhere = make_user("everywhere", None, "140000")
    Grant.objects.create(user=everywhere, role=Role.DUTY, region=None, valid_from=timezone.localdate())
    assert set(holders(Role.DUTY, "140822")) == {province, city, county, everywhere}
    assert set(holders(Role.DUTY, "140822101")) == {province, city, county, everywhere}
    assert set(holders(Role.DUTY, "140800")) == {province, city, everywhere}
    assert set(holders(Role.DUTY)) == {everywhere}


def test_administrators_hear_of_a_row_that_was_given_up(
    regions: dict[str, Region], make_user: Callable[..., User]
) -> None:
    root = make_user("root", None, "140000")
    Grant.objects.create(user=root, role=Role.ADMINISTRATOR, region=None, valid_from=timezone.localdate())

    def fail(facts: dict[str, Any]) -> None:
        raise DomainError("雨量站没有数据。")

    due.on_due("test.failing")(fail)
    try:
        row = due.schedule("test.failing", "station-7", timezone.now())
        type(row).objects.filter(pk=row.pk).update(attempts=due.ATTEMPTS - 1)
        due.run_due("duty", "w1")
    finally:
        del KINDS["test.failing"]
    message = Message.objects.get(recipient=root, channel="in_app")
    assert "雨量站没有数据" in message.body
    assert Event.objects.filter(verb="due.given_up").exists()


def test_a_row_is_given_up_even_when_nobody_can_be_told(regions: dict[str, Region]) -> None:
    def fail(facts: dict[str, Any]) -> None:
        raise DomainError("没有数据。")

    def cannot_tell(row: object, **_: object) -> None:
        raise ZeroDivisionError

    due.given_up.connect(cannot_tell)
    due.on_due("test.failing")(fail)
    try:
        row = due.schedule("test.failing", "one", timezone.now())
        type(row).objects.filter(pk=row.pk).update(attempts=due.ATTEMPTS - 1)
        assert due.run_due("duty", "w1") == 1
    finally:
        del KINDS["test.failing"]
        due.given_up.disconnect(cannot_tell)
    row.refresh_from_db()
    assert row.ended_at is not None


def test_administrators_hear_of_a_broken_log_once_a_night(
    regions: dict[str, Region], make_user: Callable[..., User]
) -> None:
    root = make_user("root", None, "140000")
    Grant.objects.create(user=root, role=Role.ADMINISTRATOR, region=None, valid_from=timezone.localdate())
    record(regions["140822"], "regions.changed", "改名")
    verify_log({})
    assert not Message.objects.exists()
    Event.objects.filter(number=1).update(text="没有改名")
    verify_log({})
    verify_log({})
    message = Message.objects.get(recipient=root, channel="in_app")
    assert "第 1 条" in message.body
