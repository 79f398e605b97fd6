"""The page of notices: one's own, read and unread."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.notices.models import Message
from shuibao.platform.notices.services import notify, unread_count


@pytest.fixture
def person(make_user: Callable[..., User]) -> User:
    return make_user("person", Role.LIAISON, "140822")


@pytest.fixture
def client(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_notices_are_listed_and_counted_at_the_bell(person: User, client: Client) -> None:
    notify([person], "逾期 1 天：<b>判定变更</b>", "闻喜县", "/todo/", "cause/1")
    page = client.get("/notices/")
    text = page.content.decode()
    assert "逾期 1 天：&lt;b&gt;判定变更" in text
    assert page.context["unread_count"] == 1


def test_opening_a_notice_marks_it_and_goes_where_it_points(person: User, client: Client) -> None:
    notify([person], "一", "", "/todo/", "cause/1")
    message = Message.objects.get()
    assert client.get(f"/notices/{message.pk}/").status_code == 405
    assert client.post(f"/notices/{message.pk}/")["Location"] == "/todo/"
    message.refresh_from_db()
    read_at = message.read_at
    assert read_at is not None
    client.post(f"/notices/{message.pk}/")
    message.refresh_from_db()
    assert message.read_at == read_at
    assert "没有未读的通知" in client.get("/notices/?tab=unread").content.decode()


def test_a_notice_without_an_address_comes_back_to_the_list(person: User, client: Client) -> None:
    notify([person], "一", "", "", "cause/1")
    assert client.post(f"/notices/{Message.objects.get().pk}/")["Location"] == "/notices/"


def test_reading_all_leaves_what_came_since_unread(person: User, client: Client) -> None:
    notify([person], "一", "", "", "cause/1")
    until = timezone.now().isoformat()
    notify([person], "二", "", "", "cause/2")
    client.post("/notices/read/", {"until": until})
    assert [message.subject for message in Message.objects.filter(read_at=None)] == ["二"]
    client.post("/notices/read/", {"until": "nonsense"})
    assert unread_count(person) == 0


def test_nobody_sees_or_reads_the_notices_of_another(
    person: User, client: Client, make_user: Callable[..., User]
) -> None:
    other = make_user("other", Role.LIAISON, "140822")
    notify([other], "给别人的", "", "/todo/", "cause/1")
    message = Message.objects.get()
    assert "给别人的" not in client.get("/notices/").content.decode()
    assert client.post(f"/notices/{message.pk}/").status_code == 404
    client.post("/notices/read/", {"until": timezone.now().isoformat()})
    message.refresh_from_db()
    assert message.read_at is None
