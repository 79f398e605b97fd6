"""待办 and its reminders: each sees their own, by tab, and is told once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shuibao.platform.accounts.models import Organisation, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core import deadlines, due, terms
from shuibao.platform.core.deadlines import Basis, Task, Term
from shuibao.platform.core.models import Deadline, DueRow, Region
from shuibao.platform.core.responsible import Responsible
from shuibao.platform.notices.models import Message


def give(
    about: Region, days: int, to: Responsible, task: str = "整改复核", by: User | None = None
) -> Deadline:
    today = timezone.localdate()
    last = terms.by_day(today + timedelta(days=days), about.code)
    term = Term(today, last, Basis("deadline.x", "限期整改通知书", "own"))
    what = Task(task, "/registers/regions/140822/", "整改复核", "/step/1/", "拦挡整改")
    return deadlines.set_deadline(about, what, term, responsible=to, by=by)


@pytest.fixture
def clerk(make_user: Callable[..., User]) -> User:
    return make_user("clerk", Role.LIAISON, "140822", email="clerk@example.test")


@pytest.fixture
def page() -> Callable[..., str]:
    def read(user: User, address: str = "/todo/") -> str:
        client = Client()
        client.force_login(user)
        answer = client.get(address)
        assert answer.status_code == 200
        return answer.content.decode()

    return read


def test_each_tab_shows_what_belongs_there(
    regions: dict[str, Region], clerk: User, make_user: Callable[..., User], page: Callable[..., str]
) -> None:
    chief = make_user("chief", Role.SUPERVISOR, "140800")
    for days, task in ((-2, "甲事"), (0, "乙事"), (40, "丙事")):
        give(regions["140822"], days, Responsible(clerk), task, by=chief)
    Deadline.objects.filter(task="乙事").update(due_at=timezone.now() + timedelta(minutes=1))
    every = page(clerk)
    assert [every.index(task) for task in ("甲事", "乙事", "丙事")] == sorted(
        every.index(task) for task in ("甲事", "乙事", "丙事")
    )
    assert "逾期 2 天" in every
    assert 'href="/step/1/"' in every
    overdue, today = page(clerk, "/todo/?tab=overdue"), page(clerk, "/todo/?tab=today")
    assert ("甲事" in overdue, "乙事" in overdue) == (True, False)
    assert ("甲事" in today, "乙事" in today, "丙事" in today) == (False, True, False)
    assert "丙事" not in page(clerk, "/todo/?tab=week")
    assert "甲事" not in page(chief)
    assert "甲事" in page(chief, "/todo/?tab=handed_out")


def test_an_empty_list_says_what_will_stand_there(clerk: User, page: Callable[..., str]) -> None:
    assert "没有要办的事" in page(clerk)
    assert "没有要办的事" in page(clerk, "/todo/?tab=nonsense&page=99")


def test_a_visitor_must_sign_in(db: None) -> None:
    for address in ("/todo/", "/notices/"):
        answer = Client().get(address)
        assert (answer.status_code, "/account/login" in answer["Location"]) == (302, True)


def _fire(name: str) -> None:
    row = DueRow.objects.get(key__endswith=f"/{name}")
    due.schedule(row.kind, row.key, timezone.now(), **row.facts)
    assert due.run_due("duty", "w1") >= 1


def test_those_responsible_are_told_at_once_and_reminded_before_the_day(
    regions: dict[str, Region],
    water_bureau: Organisation,
    make_user: Callable[..., User],
    clerk: User,
) -> None:
    people = [make_user(name, Role.LIAISON, "140800", organisation=water_bureau) for name in ("a", "b")]
    make_user("gone", Role.LIAISON, "140800", organisation=water_bureau, is_active=False)
    give(regions["140822"], 20, Responsible(organisation=water_bureau))
    due.run_due("duty", "w1")
    told = Message.objects.filter(channel="in_app")
    assert {message.recipient for message in told} == set(people)
    assert all(message.subject == "新的待办：整改复核" for message in told)
    assert all(message.link == "/step/1/" for message in told)
    _fire("before-1")
    _fire("before-1")
    assert told.all().count() == 4
    assert not told.filter(recipient=clerk).exists()


def test_who_set_it_hears_of_it_when_it_is_overdue(
    regions: dict[str, Region], clerk: User, make_user: Callable[..., User]
) -> None:
    chief = make_user("chief", Role.SUPERVISOR, "140800")
    give(regions["140822"], -2, Responsible(clerk), by=chief)
    _fire("after-3")
    told = Message.objects.filter(channel="in_app", subject="逾期 2 天：整改复核")
    assert {message.recipient for message in told} == {clerk, chief}


def test_who_gets_it_back_is_told_again(
    regions: dict[str, Region], clerk: User, make_user: Callable[..., User]
) -> None:
    chief = make_user("chief", Role.SUPERVISOR, "140800")
    other = make_user("other", Role.LIAISON, "140822")
    deadline = give(regions["140822"], 20, Responsible(clerk))
    for person in (clerk, other, clerk):
        deadlines.hand_over(deadline.pk, to=Responsible(person), reason="分工", by=chief)
        due.run_due("duty", "w1")
    told = Message.objects.filter(channel="in_app")
    assert [told.filter(recipient=person).count() for person in (clerk, other)] == [2, 1]


def test_nobody_is_reminded_of_what_is_done(regions: dict[str, Region], clerk: User) -> None:
    deadline = give(regions["140822"], 20, Responsible(role=Role.LIAISON))
    deadlines.meet(deadline.pk, by=clerk)
    _fire("today")
    assert not Message.objects.exists()


def test_the_holders_of_a_role_are_told_and_also_after_an_extension(
    regions: dict[str, Region], clerk: User, make_user: Callable[..., User]
) -> None:
    chief = make_user("chief", Role.SUPERVISOR, "140800")
    deadline = give(regions["140822"], 20, Responsible(role=Role.LIAISON))
    _fire("today")
    later = terms.by_day(deadline.due_on + timedelta(days=7), "140822")
    basis = Basis("deadline.x", "经批准延长", "own")
    deadlines.extend(deadline.pk, due=later, reason="情况复杂", basis=basis, by=chief)
    _fire("today")
    told = Message.objects.filter(recipient=clerk, channel="in_app")
    assert told.filter(key__contains="/today/").count() == 2
