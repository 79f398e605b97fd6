"""Deadlines: set, met, ended, extended, handed over, reminded of, and told in words."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from shuibao.law.clocks import WorkCalendar
from shuibao.platform.accounts.models import Organisation, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core import deadlines, reminders, terms
from shuibao.platform.core.deadline_card import cards
from shuibao.platform.core.deadline_words import standing
from shuibao.platform.core.deadlines import Basis, Task, Term, handed_out, open_deadlines
from shuibao.platform.core.errors import Conflict, MoveNotAllowed, NotAllowed
from shuibao.platform.core.events import timeline
from shuibao.platform.core.models import Deadline, DueRow, Region
from shuibao.platform.core.responsible import NotOneResponsible, Responsible
from shuibao.platform.core.terms import Due
from shuibao.platform.core.times import times_of
from shuibao.science.errors import InputError

BASIS = Basis("plan.accept_days", "水利部令第53号", "seen")


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def give(
    about: Region, to: Responsible, due: Due | None = None, task: str = "决定受理", **facts: Any
) -> Deadline:
    if due is None:
        due = terms.by_day(timezone.localdate() + timedelta(days=5), about.code)
    today = timezone.localdate()
    what = Task(task, "/registers/regions/140822/", "受理", "/step/")
    term = Term(today, due, BASIS)
    return deadlines.set_deadline(about, what, term, responsible=to, **facts)


@pytest.fixture
def clerk(make_user: Callable[..., User]) -> User:
    return make_user("clerk", Role.LIAISON, "140822")


def waiting(deadline: Deadline) -> set[str]:
    rows = DueRow.objects.filter(kind=reminders.REMINDER, done_at=None, ended_at=None)
    start = f"{deadline.pk}/"
    return {row.key.removeprefix(start) for row in rows if row.key.startswith(start)}


def test_a_deadline_writes_its_reminders_and_the_objects_timeline(
    regions: dict[str, Region], clerk: User
) -> None:
    last = timezone.localdate() + timedelta(days=21)
    deadline = give(regions["140822"], Responsible(clerk), terms.by_day(last, "140822"))
    names = {"assigned", "before-3", "before-1", "today", "after-1", "after-3", "after-7"}
    assert waiting(deadline) == names
    today = DueRow.objects.get(key=f"{deadline.pk}/today")
    assert today.due_at == at(f"{last} 09:00")
    event = timeline(regions["140822"]).get()
    assert (event.verb, event.text) == ("deadlines.set", f"决定受理期限 {last}")
    assert timezone.localtime(deadline.due_at).strftime("%H:%M") == "17:30"


def test_reminders_whose_moment_has_passed_are_not_written(regions: dict[str, Region], clerk: User) -> None:
    yesterday = timezone.localdate() - timedelta(days=2)
    deadline = give(regions["140822"], Responsible(clerk), terms.by_day(yesterday, "140822"))
    assert waiting(deadline) == {"assigned", "after-3", "after-7"}


def test_a_task_has_one_open_deadline(regions: dict[str, Region], clerk: User) -> None:
    first = give(regions["140822"], Responsible(clerk))
    with pytest.raises(Conflict, match="决定受理"):
        give(regions["140822"], Responsible(clerk))
    give(regions["140802"], Responsible(clerk))
    deadlines.meet(first.pk, by=clerk)
    give(regions["140822"], Responsible(clerk))


def test_somebody_and_only_one_is_responsible(
    regions: dict[str, Region], clerk: User, water_bureau: Organisation
) -> None:
    with pytest.raises(NotOneResponsible):
        give(regions["140822"], Responsible())
    with pytest.raises(NotOneResponsible):
        give(regions["140822"], Responsible(clerk, water_bureau))
    assert not Deadline.objects.exists()


@pytest.mark.parametrize(("days", "state"), [(1, "met"), (-1, "late")])
def test_a_deadline_is_met_in_time_or_late(
    regions: dict[str, Region], clerk: User, days: int, state: str
) -> None:
    due = Due(timezone.localdate() + timedelta(days=days), timezone.now() + timedelta(days=days))
    deadline = deadlines.meet(give(regions["140822"], Responsible(clerk), due).pk, by=clerk)
    assert deadline.state == state
    assert waiting(deadline) == set()
    assert timeline(regions["140822"])[0].verb == "deadlines.met"


def test_the_closing_moment_itself_is_too_late(regions: dict[str, Region], clerk: User) -> None:
    closing = timezone.now() - timedelta(hours=1)
    due = Due(timezone.localdate(closing), closing)
    first = give(regions["140822"], Responsible(clerk), due)
    second = give(regions["140822"], Responsible(clerk), due, task="另一件")
    assert deadlines.meet(first.pk, at=closing - timedelta(microseconds=1)).state == "met"
    assert deadlines.meet(second.pk, at=closing).state == "late"


def test_what_is_done_cannot_be_done_again_or_in_the_future(regions: dict[str, Region], clerk: User) -> None:
    deadline = give(regions["140822"], Responsible(clerk))
    with pytest.raises(InputError, match="晚于现在"):
        deadlines.meet(deadline.pk, at=timezone.now() + timedelta(hours=1))
    deadlines.meet(deadline.pk)
    with pytest.raises(MoveNotAllowed):
        deadlines.meet(deadline.pk)
    with pytest.raises(MoveNotAllowed):
        deadlines.end(deadline.pk, reason="撤回")


def test_an_ended_deadline_says_why(regions: dict[str, Region], clerk: User) -> None:
    deadline = give(regions["140822"], Responsible(clerk))
    with pytest.raises(InputError, match="终止原因"):
        deadlines.end(deadline.pk, reason=" ")
    ended = deadlines.end(deadline.pk, reason="申请人撤回", by=clerk)
    assert (ended.state, ended.reason) == ("ended", "申请人撤回")
    assert ended.standing == ("off", "已终止")
    assert waiting(ended) == set()


def test_an_extension_needs_the_right_a_later_end_and_a_reason(
    regions: dict[str, Region], clerk: User, make_user: Callable[..., User]
) -> None:
    chief = make_user("chief", Role.SUPERVISOR, "140800")
    stranger = make_user("stranger", Role.SUPERVISOR, "141000")
    deadline = give(regions["140822"], Responsible(clerk))
    later = terms.by_day(deadline.due_on + timedelta(days=14), "140822")
    for person in (clerk, stranger):
        with pytest.raises(NotAllowed):
            deadlines.extend(deadline.pk, due=later, reason="情况复杂", basis=BASIS, by=person)
    with pytest.raises(deadlines.NotLater, match="更晚"):
        deadlines.extend(
            deadline.pk, due=Due(deadline.due_on, deadline.due_at), reason="x", basis=BASIS, by=chief
        )
    with pytest.raises(InputError, match="延期原因"):
        deadlines.extend(deadline.pk, due=later, reason="", basis=BASIS, by=chief)
    extended = deadlines.extend(deadline.pk, due=later, reason="情况复杂", basis=BASIS, by=chief)
    assert extended.due_at == later.at
    assert DueRow.objects.get(key=f"{deadline.pk}/today", ended_at=None).due_at.date() == later.on
    facts = timeline(regions["140822"])[0].facts
    assert (facts["reason"], facts["rule"]) == ("情况复杂", BASIS.rule_id)


def test_handing_over_moves_it_from_one_list_to_another(
    regions: dict[str, Region], clerk: User, make_user: Callable[..., User]
) -> None:
    chief = make_user("chief", Role.SUPERVISOR, "140800")
    other = make_user("other", Role.LIAISON, "140802")
    deadline = give(regions["140822"], Responsible(clerk))
    with pytest.raises(NotAllowed):
        deadlines.hand_over(deadline.pk, to=Responsible(other), reason="出差", by=clerk)
    deadlines.hand_over(deadline.pk, to=Responsible(other), reason="出差", by=chief)
    assert list(open_deadlines(clerk)) == []
    assert [row.pk for row in open_deadlines(other)] == [deadline.pk]
    assert [row.pk for row in handed_out(chief)] == [deadline.pk]


def test_each_sees_what_is_theirs_by_name_by_organisation_and_by_role(
    regions: dict[str, Region],
    water_bureau: Organisation,
    make_user: Callable[..., User],
) -> None:
    wanrong, yaodu = regions["140822"], regions["141002"]
    named = make_user("named", Role.LIAISON, "140822")
    colleague = make_user("colleague", Role.LIAISON, "140800", organisation=water_bureau)
    city_inspector = make_user("city", Role.INSPECTOR, "140800")
    other_inspector = make_user("linfen", Role.INSPECTOR, "141000")
    give(wanrong, Responsible(named), task="甲")
    give(wanrong, Responsible(organisation=water_bureau), task="乙")
    give(wanrong, Responsible(role=Role.INSPECTOR), task="丙")
    give(yaodu, Responsible(role=Role.INSPECTOR), task="丁")

    def mine(user: object) -> set[str]:
        return set(open_deadlines(user).values_list("task", flat=True))

    assert mine(named) == {"甲"}
    assert mine(colleague) == {"乙"}
    assert mine(city_inspector) == {"丙"}
    assert mine(other_inspector) == {"丁"}
    assert mine(None) == set()


def test_those_who_watch_a_region_see_its_deadlines_and_no_others(
    regions: dict[str, Region], make_user: Callable[..., User], clerk: User
) -> None:
    chief = make_user("chief", Role.SUPERVISOR, "140800")
    linfen = make_user("linfen", Role.SUPERVISOR, "141000")
    give(regions["140822"], Responsible(clerk), task="甲")
    give(regions["141002"], Responsible(role=Role.INSPECTOR), task="乙", by=clerk)

    def seen(user: object) -> set[str]:
        return set(Deadline.objects.visible_to(user).values_list("task", flat=True))

    assert seen(chief) == {"甲"}
    assert seen(linfen) == {"乙"}
    assert seen(clerk) == {"甲", "乙"}
    assert seen(make_user("auditor", Role.AUDITOR, "140802")) == set()
    assert seen(None) == set()


def test_the_most_urgent_comes_first(regions: dict[str, Region], clerk: User) -> None:
    for days, task in ((9, "丙"), (-2, "甲"), (1, "乙")):
        due = terms.by_day(timezone.localdate() + timedelta(days=days), "140822")
        give(regions["140822"], Responsible(clerk), due, task=task)
    assert [row.task for row in open_deadlines(clerk)] == ["甲", "乙", "丙"]


@pytest.mark.parametrize(
    ("last", "now", "tone", "words"),
    [
        ("2026-11-21 17:30", "2026-11-23 09:00", "bad", "逾期 2 天"),
        ("2026-11-23 17:30", "2026-11-23 09:00", "warn", "今天 17:30"),
        ("2026-11-23 17:30", "2026-11-23 17:30", "bad", "今天 17:30 已过"),
        ("2026-11-24 17:30", "2026-11-23 23:59", "note", "剩 1 个工作日"),
        ("2026-11-26 17:30", "2026-11-23 09:00", "note", "剩 3 个工作日"),
        ("2026-11-30 17:30", "2026-11-23 09:00", "ok", "剩 5 个工作日"),
        ("2026-12-03 17:30", "2026-11-23 09:00", "ok", "12-03"),
        ("2026-10-09 17:30", "2026-09-29 09:00", "note", "剩 3 个工作日"),
        ("2026-11-22 17:30", "2026-11-21 09:00", "note", "剩 1 天"),  # a Sunday seen from a Saturday
        ("2029-11-23 17:30", "2026-11-23 09:00", "ok", "2029-11-23"),
    ],
)
@pytest.mark.django_db
def test_a_deadline_says_how_it_stands(last: str, now: str, tone: str, words: str) -> None:
    due_at = at(last)
    deadline = Deadline(due_on=due_at.date(), due_at=due_at, region_id="140800")
    assert standing(deadline, at(now), times_of("140800", at(now).date())) == (tone, words)


@pytest.mark.django_db
def test_days_are_counted_plainly_where_the_holidays_are_unknown() -> None:
    only_2026 = WorkCalendar(frozenset(), frozenset(), frozenset({2026}))
    times = times_of("140800", date(2026, 12, 31))._replace(calendar=only_2026)
    deadline = Deadline(due_on=date(2027, 1, 4), due_at=at("2027-01-04 17:30"))
    assert standing(deadline, at("2026-12-31 09:00"), times) == ("ok", "剩 4 天")


@pytest.mark.django_db
def test_midnight_is_shown_as_24_of_the_last_day() -> None:
    deadline = Deadline(due_on=date(2026, 11, 23), due_at=at("2026-11-24 00:00"))
    times = times_of("140800", date(2026, 11, 23))
    assert standing(deadline, at("2026-11-23 18:00"), times) == ("warn", "今天 24:00")
    assert standing(deadline, at("2026-11-24 00:00"), times) == ("bad", "逾期 1 天")


@pytest.mark.django_db
def test_terms_end_on_the_calendar_and_hours_of_the_region() -> None:
    assert terms.after_working_days(date(2026, 9, 18), 10, "140822").on == date(2026, 10, 9)
    due = terms.after_days(date(2026, 9, 16), 15, "140822")
    assert (due.on, due.is_settled) == (date(2026, 10, 8), True)
    assert due.at == at("2026-10-08 17:30")
    assert terms.after_hours(at("2026-11-23 10:00"), 24) == Due(date(2026, 11, 24), at("2026-11-24 10:00"))


def test_a_last_day_in_an_unknown_year_is_settled_when_its_holidays_are_known(
    regions: dict[str, Region], clerk: User
) -> None:
    from shuibao.platform.rulebook.models import RuleVersion

    due = terms.after_months(date(2040, 10, 1), 3, "140822")
    assert due.is_settled is False
    deadline = give(regions["140822"], Responsible(clerk), due)
    reminders.settle({"deadline": deadline.pk})
    deadline.refresh_from_db()
    assert (deadline.due_on, deadline.is_settled) == (date(2041, 1, 1), False)
    RuleVersion.objects.create(
        rule_id="holidays.2041",
        version="site",
        name="2041 年放假调休",
        value={"off": [["2041-01-01", "2041-01-03"]], "makeup": []},
        unit="日期",
        basis="测试用的安排",
        confidence="seen",
        table="site",
        origin="site",
    )
    reminders.settle({"deadline": deadline.pk})
    deadline.refresh_from_db()
    assert (deadline.due_on, deadline.is_settled) == (date(2041, 1, 4), True)
    assert deadline.due_at == at("2041-01-04 17:30")


def test_the_card_counts_the_working_days_of_the_term(regions: dict[str, Region], clerk: User) -> None:
    deadline = give(
        regions["140822"], Responsible(clerk), terms.after_working_days(date(2026, 9, 18), 10, "140822")
    )
    Deadline.objects.filter(pk=deadline.pk).update(started_on=date(2026, 9, 18))
    (card,) = cards(regions["140822"])
    assert (card.days, card.deadline.basis) == (10, "水利部令第53号")
    assert card.days_used == 10
    assert not card.deadline.is_unverified
    assert card.deadline.responsible == "clerk"
