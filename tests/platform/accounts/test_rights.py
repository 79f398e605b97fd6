from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from shuibao.platform.accounts.models import Grant, Organisation, User
from shuibao.platform.accounts.roles import SECOND_FACTOR_NEEDED, VERBS, Role
from shuibao.platform.accounts.services import (
    AlreadyEnded,
    BeyondOwnRights,
    LastAdministrator,
    NewPerson,
    change_organisation,
    create_administrator,
    create_person,
    end_grant,
    end_person,
    end_post,
    grant_role,
    invitation_path,
    set_post,
)
from shuibao.platform.accounts.services.grants import OwnRights
from shuibao.platform.core.errors import Conflict, NotAllowed
from shuibao.platform.core.models import Event, Region
from shuibao.platform.core.visibility import NOBODY
from shuibao.science.errors import InputError

MakeUser = Callable[..., User]
Regions = dict[str, Region]

TODAY = timezone.localdate
CREATED = NewPerson("newcomer", "新来者", None)


def test_every_role_has_verbs_and_nobody_has_everything() -> None:
    assert set(VERBS) == set(Role)
    assert not any("*" in verbs or "*.*" in verbs for verbs in VERBS.values())
    assert {Role.ADMINISTRATOR, Role.DUTY} == SECOND_FACTOR_NEEDED


def test_an_auditor_reads_and_changes_nothing() -> None:
    assert all(verb.endswith((".view", ".export")) for verb in VERBS[Role.AUDITOR])


def test_a_created_person_cannot_sign_in_before_setting_a_password(
    city_admin: User, regions: Regions
) -> None:
    made = create_person(CREATED._replace(region=regions["140802"]), by=city_admin)
    assert not made.has_usable_password()
    event = Event.objects.get(verb="people.created")
    assert (event.by, event.about_key, event.region_id) == (city_admin, str(made.pk), "140802")
    assert "新来者" not in event.text


def test_people_who_come_in_bulk_cannot_sign_in_either(
    regions: Regions, sign_in: Callable[..., Client]
) -> None:
    User.objects.bulk_create([User(username="imported", name="导入者", region=regions["140802"])])
    assert not User.objects.get(username="imported").has_usable_password()
    assert "_auth_user_id" not in sign_in("imported", "").session


def test_people_are_created_in_the_own_region_only(
    county_admin: User, city_admin: User, make_user: MakeUser, regions: Regions
) -> None:
    for outside in (regions["140822"], regions["140800"], None):
        with pytest.raises(NotAllowed):
            create_person(CREATED._replace(region=outside), by=county_admin)
    with pytest.raises(NotAllowed):
        create_person(CREATED._replace(region=regions["140802"]), by=make_user("s", Role.SUPERVISOR))


def test_a_user_name_is_given_once_in_any_case(city_admin: User, regions: Regions) -> None:
    with pytest.raises(Conflict, match="CityAdmin"):
        create_person(NewPerson("CityAdmin", "某人", regions["140802"]), by=city_admin)


def test_a_wrong_telephone_number_is_refused(city_admin: User, regions: Regions) -> None:
    with pytest.raises(ValidationError, match="电话只能由数字"):
        create_person(NewPerson("a", "某人", regions["140802"], phone="138****0000"), by=city_admin)


def test_nobody_is_put_into_an_organisation_of_another_region(
    county_admin: User, make_user: MakeUser, regions: Regions, water_bureau: Organisation
) -> None:
    officer = make_user("officer", Role.SUPERVISOR, "140802")
    with pytest.raises(NotAllowed):
        change_organisation(officer.pk, water_bureau, by=county_admin)
    with pytest.raises(NotAllowed):
        set_post(officer.pk, water_bureau, title="科长", section="", valid_from=TODAY(), by=county_admin)
    with pytest.raises(NotAllowed):
        create_person(NewPerson("a", "某人", regions["140802"], water_bureau), by=county_admin)


def test_a_granted_role_is_held_at_once_and_logged(
    city_admin: User, make_user: MakeUser, regions: Regions
) -> None:
    officer = make_user("officer", None, "140802")
    grant_role(officer.pk, Role.SUPERVISOR, regions["140802"], by=city_admin, valid_from=TODAY())
    reader = User.objects.get(pk=officer.pk).reader
    assert reader.may("people.view", "140802")
    assert not reader.may("people.view", "140822")
    event = Event.objects.get(verb="people.granted")
    assert event.facts["role"] == "supervisor"
    assert event.facts["granted_region"] == "140802"


@pytest.mark.parametrize("code", ["140800", "140822", "141002", "140000", None])
def test_no_role_is_granted_outside_the_own_region(
    county_admin: User, make_user: MakeUser, regions: Regions, code: str | None
) -> None:
    officer = make_user("officer", None, "140802")
    where = regions[code] if code else None
    with pytest.raises(BeyondOwnRights):
        grant_role(officer.pk, Role.SUPERVISOR, where, by=county_admin, valid_from=TODAY())
    assert not Grant.objects.filter(user=officer).exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_administrators_grant(make_user: MakeUser, regions: Regions, role: Role) -> None:
    giver = make_user("giver", role)
    officer = make_user("officer", None, "140802")
    with pytest.raises((NotAllowed, User.DoesNotExist)):
        grant_role(officer.pk, role, regions["140802"], by=giver, valid_from=TODAY())


def test_nobody_changes_his_own_rights(city_admin: User, regions: Regions) -> None:
    with pytest.raises(OwnRights):
        grant_role(city_admin.pk, Role.AUDITOR, regions["140800"], by=city_admin, valid_from=TODAY())
    with pytest.raises(OwnRights):
        end_grant(city_admin.grants.get().pk, by=city_admin)


def test_people_of_another_city_are_not_there_at_all(
    city_admin: User, make_user: MakeUser, regions: Regions
) -> None:
    stranger = make_user("stranger", Role.SUPERVISOR, "141002")
    for act in (
        lambda: grant_role(stranger.pk, Role.DUTY, regions["140802"], by=city_admin, valid_from=TODAY()),
        lambda: end_person(stranger.pk, by=city_admin, reason="调离"),
        lambda: invitation_path(stranger.pk, by=city_admin),
        lambda: end_grant(stranger.grants.get().pk, by=city_admin),
    ):
        with pytest.raises(User.DoesNotExist):
            act()


def test_a_role_is_not_granted_twice(city_admin: User, make_user: MakeUser, regions: Regions) -> None:
    officer = make_user("officer", Role.SUPERVISOR, "140802")
    with pytest.raises(Conflict, match="已有授权"):
        grant_role(officer.pk, Role.SUPERVISOR, regions["140802"], by=city_admin, valid_from=TODAY())


def test_an_ended_role_gives_nothing_from_now_on_and_stays_written(
    city_admin: User, make_user: MakeUser
) -> None:
    officer = make_user("officer", Role.SUPERVISOR, "140802")
    grant = officer.grants.get()
    end_grant(grant.pk, by=city_admin)
    assert User.objects.get(pk=officer.pk).reader.held == ()
    assert Grant.objects.get(pk=grant.pk).valid_to == TODAY() - timedelta(days=1)
    assert Grant.history.filter(id=grant.pk).count() == 2
    with pytest.raises(Conflict, match="停止"):
        end_grant(grant.pk, by=city_admin)


def test_a_county_administrator_does_not_end_what_the_city_gave(
    county_admin: User, make_user: MakeUser, regions: Regions
) -> None:
    officer = make_user("officer", Role.SUPERVISOR, "140802")
    city_wide = Grant.objects.create(
        user=officer, role=Role.AUDITOR, region=regions["140800"], valid_from=date(2024, 1, 1)
    )
    with pytest.raises(BeyondOwnRights):
        end_grant(city_wide.pk, by=county_admin)


def test_an_ended_person_keeps_the_history_and_holds_nothing(
    city_admin: User, make_user: MakeUser, water_bureau: Organisation
) -> None:
    officer = make_user("officer", Role.SUPERVISOR, "140802")
    set_post(officer.pk, water_bureau, title="科长", section="水土保持科", valid_from=TODAY(), by=city_admin)
    end_person(officer.pk, by=city_admin, reason="调离")
    ended = User.objects.get(pk=officer.pk)
    assert (ended.is_active, ended.ended_on, ended.reader) == (False, TODAY(), NOBODY)
    assert ended.posts.get().valid_to == TODAY()
    assert not any(grant.is_valid_today for grant in ended.grants.all())
    assert User.history.filter(id=officer.pk).count() == 2
    with pytest.raises(AlreadyEnded):
        end_person(officer.pk, by=city_admin, reason="调离")


def test_ending_needs_a_reason_and_another_person(city_admin: User, make_user: MakeUser) -> None:
    officer = make_user("officer", Role.SUPERVISOR, "140802")
    with pytest.raises(InputError, match="原因"):
        end_person(officer.pk, by=city_admin, reason="  ")
    with pytest.raises(LastAdministrator):
        end_person(city_admin.pk, by=city_admin, reason="调离")


def test_no_way_into_an_account_that_holds_more(
    county_admin: User, city_admin: User, make_user: MakeUser, regions: Regions
) -> None:
    mighty = make_user("mighty", None, "140802")
    Grant.objects.create(
        user=mighty, role=Role.ADMINISTRATOR, region=regions["140800"], valid_from=date(2024, 1, 1)
    )
    with pytest.raises(BeyondOwnRights):
        invitation_path(mighty.pk, by=county_admin)
    with pytest.raises(BeyondOwnRights):
        end_person(mighty.pk, by=county_admin, reason="调离")
    assert invitation_path(mighty.pk, by=city_admin).startswith("/account/password/set/")


def test_the_link_of_an_invitation_sets_one_password_once(
    city_admin: User, regions: Regions, client: Client
) -> None:
    made = create_person(NewPerson("newcomer", "新来者", regions["140802"]), by=city_admin)
    path = invitation_path(made.pk, by=city_admin)
    form = client.get(path, follow=True)
    weak = client.post(form.request["PATH_INFO"], {"password1": "short", "password2": "short"})
    assert weak.status_code == 200
    strong = {"password1": "longEnough-0815", "password2": "longEnough-0815"}
    assert client.post(form.request["PATH_INFO"], strong).status_code == 302
    assert User.objects.get(pk=made.pk).check_password("longEnough-0815")
    assert "链接无效" in Client().get(path, follow=True).content.decode()


def test_a_new_password_by_link_lifts_a_lock(
    city_admin: User, make_user: MakeUser, sign_in: Callable[..., Client]
) -> None:
    officer = make_user("officer", Role.SUPERVISOR, "140802")
    for _ in range(6):
        sign_in("officer", "wrong-Guess-1")
    visitor = Client()
    form = visitor.get(invitation_path(officer.pk, by=city_admin), follow=True)
    strong = {"password1": "longEnough-0815", "password2": "longEnough-0815"}
    visitor.post(form.request["PATH_INFO"], strong)
    assert "_auth_user_id" in sign_in("officer", "longEnough-0815").session


def test_a_post_is_taken_once_and_left_no_earlier(
    city_admin: User, make_user: MakeUser, water_bureau: Organisation
) -> None:
    officer = make_user("officer", Role.SUPERVISOR, "140802")
    facts = {"title": "科长", "section": "水土保持科", "valid_from": TODAY(), "by": city_admin}
    post = set_post(officer.pk, water_bureau, **facts)
    with pytest.raises(Conflict, match="已任"):
        set_post(officer.pk, water_bureau, **facts)
    with pytest.raises(InputError, match="早于任职日期"):
        end_post(post.pk, on=TODAY() - timedelta(days=1), by=city_admin)
    assert end_post(post.pk, on=TODAY(), by=city_admin).valid_to == TODAY()


def test_an_administrator_made_at_the_machine_has_a_good_password(regions: Regions) -> None:
    with pytest.raises(InputError, match="口令不合要求"):
        create_administrator("root", "某人", "short")
    made = create_administrator("root", "某人", "longEnough-4711")
    assert made.reader.may("people.edit", "141002")
    assert made.needs_second_factor
    with pytest.raises(Conflict):
        create_administrator("root", "某人", "longEnough-4711")
