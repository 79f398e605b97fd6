"""Rules in the platform: loaded, verified, replaced by a person with evidence; the past keeps its version."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.errors import Conflict, NotAllowed
from shuibao.platform.core.events import timeline
from shuibao.platform.core.models import Region
from shuibao.platform.rulebook.models import RuleUse, RuleVersion
from shuibao.platform.rulebook.queries import book_for, versions_of
from shuibao.platform.rulebook.services import (
    WrongValue,
    load_shipped_rules,
    record_uses,
    replace_rule,
    value_of_text,
    verify_rule,
)
from shuibao.rules import RuleBook
from shuibao.science.errors import InputError

RULE = "patches.min_area_m2"


@pytest.fixture
def shipped(db: None) -> RuleVersion:
    load_shipped_rules()
    return RuleVersion.objects.get(rule_id=RULE)


@pytest.fixture
def engineer(make_user: Callable[..., User]) -> User:
    return make_user("engineer", Role.ENGINEER, "140800")


@pytest.fixture
def administrator(make_user: Callable[..., User]) -> User:
    user = make_user("administrator")
    user.grants.create(role=Role.ADMINISTRATOR, region=None, valid_from=date(2020, 1, 1))
    return user


def replaced(shipped: RuleVersion, by: User, **facts: object) -> RuleVersion:
    given = {
        "value": 500.0,
        "basis": "运水保〔2026〕1号",
        "region_code": "140800",
        "valid_from": date(2026, 1, 1),
        "evidence": "原件第 3 条",
    }
    return replace_rule(shipped.pk, by=by, **{**given, **facts})  # type: ignore[arg-type]


def verified(shipped: RuleVersion, by: User, region_code: str, on: date | None = None) -> RuleVersion:
    day = on or timezone.localdate()
    return verify_rule(shipped.pk, by=by, on=day, region_code=region_code, evidence="原件")


def test_every_shipped_rule_is_loaded_once(shipped: RuleVersion) -> None:
    assert RuleVersion.objects.count() == len(RuleBook.load().rules)
    assert load_shipped_rules() == 0


def test_a_version_reads_back_as_the_rule_it_is(shipped: RuleVersion) -> None:
    for row in RuleVersion.objects.all():
        assert row.rule().version == row.version


def test_a_replaced_rule_holds_in_its_region_from_its_day(shipped: RuleVersion, engineer: User) -> None:
    replaced(shipped, engineer)
    old = shipped.value
    assert book_for("140802", date(2026, 6, 1)).number(RULE) == 500
    assert book_for("140802", date(2025, 12, 31)).number(RULE) == old
    assert book_for("141002", date(2026, 6, 1)).number(RULE) == old


def test_a_value_replaced_twice_keeps_the_days_between(shipped: RuleVersion, engineer: User) -> None:
    first = replaced(shipped, engineer)
    second = replaced(first, engineer, value=600.0, valid_from=date(2026, 7, 1))
    assert [book_for("1408", day).number(RULE) for day in (date(2026, 6, 30), date(2026, 7, 1))] == [500, 600]
    first.refresh_from_db()
    assert (first.is_replaced, first.replaced_from) == (True, date(2026, 7, 1))
    assert [version.pk for version in versions_of(shipped)] == [second.pk, first.pk, shipped.pk]
    with pytest.raises(Conflict):
        replaced(first, engineer, value=700.0, valid_from=date(2027, 1, 1))


def test_who_verified_it_stands_in_the_rule_and_the_log(shipped: RuleVersion, administrator: User) -> None:
    unverified = RuleVersion.objects.filter(is_unverified=True, value__isnull=False).first()
    assert unverified is not None
    new = verified(unverified, administrator, unverified.region_code)
    assert not new.is_unverified
    assert book_for("", timezone.localdate()).rule(new.rule_id, region=new.region_code).verified_by == str(
        administrator
    )
    assert "核验" in timeline(new).get().text


def test_an_engineer_verifies_for_their_city_what_holds_everywhere(
    shipped: RuleVersion, engineer: User
) -> None:
    today = timezone.localdate()
    verified(shipped, engineer, "140800")
    assert book_for("140802", today).rule(RULE).verified_by == str(engineer)
    assert book_for("141002", today).rule(RULE).verified_by == ""
    shipped.refresh_from_db()
    assert not shipped.is_replaced
    for elsewhere in ("", "141000"):
        with pytest.raises(NotAllowed):
            verified(shipped, engineer, elsewhere)


def test_who_may_verify_somewhere_is_shown_the_way(
    shipped: RuleVersion, engineer: User, make_user: Callable[..., User], client: Client
) -> None:
    client.force_login(engineer)
    assert f"/rules/{shipped.pk}/verify/" in client.get(f"/registers/rules/{shipped.pk}/").content.decode()
    client.force_login(make_user("auditor", Role.AUDITOR))
    assert "/verify/" not in client.get(f"/registers/rules/{shipped.pk}/").content.decode()


def test_an_engineer_of_a_city_may_not_change_what_holds_everywhere(
    shipped: RuleVersion, engineer: User
) -> None:
    with pytest.raises(NotAllowed):
        replaced(shipped, engineer, region_code="")
    with pytest.raises(NotAllowed):
        replaced(shipped, engineer, region_code="141002")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"value": [1.0, 2.0]}, "一个数"),
        ({"basis": " "}, "依据"),
        ({"evidence": ""}, "核验依据"),
    ],
)
def test_what_cannot_stand_in_for_a_rule_is_refused(
    shipped: RuleVersion, engineer: User, facts: dict, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        replaced(shipped, engineer, **facts)
    assert RuleVersion.objects.filter(rule_id=RULE).count() == 1


def test_a_verification_of_tomorrow_is_refused(shipped: RuleVersion, administrator: User) -> None:
    with pytest.raises(InputError, match="晚于今天"):
        verified(shipped, administrator, "", on=timezone.localdate() + timedelta(days=1))


@pytest.mark.parametrize("text", ["abc", "true", "[]", '["a"]', "{}"])
def test_only_numbers_are_values(text: str) -> None:
    with pytest.raises(WrongValue):
        value_of_text(text)


def test_what_used_a_rule_is_remembered_once(shipped: RuleVersion, regions: dict[str, Region]) -> None:
    book = RuleBook.load()
    book.number(RULE)
    for _ in range(2):
        record_uses(book.used.values(), regions["140802"], "2025 年监测", "/x/")
    assert RuleUse.objects.get().rule == shipped


def test_a_rule_is_replaced_on_its_page(client: Client, shipped: RuleVersion, engineer: User) -> None:
    client.force_login(engineer)
    address = f"/rules/{shipped.pk}/replace/"
    typed = {"value": "5oo", "region": "140802", "valid_from": "2026-01-01", "basis": "文", "evidence": "条"}
    wrong = client.post(address, typed)
    assert wrong.status_code == 400
    assert "不是数值" in wrong.content.decode()
    assert "5oo" in wrong.content.decode()
    right = client.post(address, typed | {"value": "500"})
    assert right.status_code == 302
    assert RuleVersion.objects.get(origin="site").region_code == "140802"


def test_others_may_read_the_rule_and_not_open_its_steps(
    client: Client, shipped: RuleVersion, make_user: Callable[..., User]
) -> None:
    client.force_login(make_user("duty", Role.DUTY))
    assert client.get(f"/rules/{shipped.pk}/verify/").status_code == 403
    client.logout()
    assert client.get(f"/rules/{shipped.pk}/verify/").status_code == 302
