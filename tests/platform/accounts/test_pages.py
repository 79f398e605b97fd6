from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from shuibao.platform.accounts.models import Grant, Organisation, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Event

MakeUser = Callable[..., User]
TODAY = timezone.localdate


@pytest.fixture
def officer(make_user: MakeUser) -> User:
    """Somebody in a county, with a telephone."""
    return make_user("officer", Role.SUPERVISOR, "140802", phone="13812345678")


@pytest.fixture
def as_city_admin(client: Client, city_admin: User) -> Client:
    """The city's administrator at the browser."""
    client.force_login(city_admin)
    return client


def test_the_own_page_says_what_one_is_and_when_one_signed_in(
    make_user: MakeUser, water_bureau: Organisation, sign_in: Callable[..., Client]
) -> None:
    make_user("officer", Role.SUPERVISOR, "140802", organisation=water_bureau)
    page = sign_in("officer").get("/account/profile/").content.decode()
    for fact in ("运城市水务局", "监督管理人员（盐湖区）", "没有设置验证器", "登录"):
        assert fact in page


def test_language_and_area_unit_are_kept(client: Client, officer: User) -> None:
    client.force_login(officer)
    answer = client.post("/account/profile/", {"language": "en", "area_unit": "mu"})
    officer.refresh_from_db()
    assert (officer.language, officer.area_unit) == ("en", "mu")
    assert answer.cookies["django_language"].value == "en"
    assert client.post("/account/profile/", {"language": "tlh", "area_unit": "mu"}).status_code == 422


def test_the_address_of_the_account_leads_to_the_own_page(client: Client, officer: User) -> None:
    client.force_login(officer)
    assert client.get("/account/")["Location"] == "/account/profile/"


def test_a_new_person_is_made_on_one_page(as_city_admin: Client, water_bureau: Organisation) -> None:
    form = {"username": "newcomer", "name": "新来者", "region": "140802", "organisation": water_bureau.code}
    answer = as_city_admin.post("/account/people/new/", form)
    made = User.objects.get(username="newcomer")
    assert answer["Location"] == f"/account/people/{made.pk}/grants/"
    assert made.organisation == water_bureau


def test_what_was_typed_stays_when_something_is_wrong(as_city_admin: Client, officer: User) -> None:
    answer = as_city_admin.post(
        "/account/people/new/", {"username": "officer", "name": "新来者", "region": "140802"}
    )
    assert answer.status_code == 422
    assert "已有人用" in answer.content.decode()
    assert "新来者" in answer.content.decode()


def test_a_region_outside_ones_own_is_not_offered(client: Client, county_admin: User, officer: User) -> None:
    client.force_login(county_admin)
    page = client.get(f"/account/people/{officer.pk}/grants/").content.decode()
    assert '<option value="140802"' in page
    assert '<option value="140822"' not in page
    facts = {"role": "supervisor", "region": "140822", "valid_from": TODAY()}
    assert client.post(f"/account/people/{officer.pk}/grants/", facts).status_code == 422


def test_a_role_is_given_and_ended_on_the_persons_page(as_city_admin: Client, officer: User) -> None:
    page = f"/account/people/{officer.pk}/grants/"
    facts = {"role": "duty", "region": "140802", "valid_from": TODAY()}
    assert as_city_admin.post(page, facts)["Location"] == page
    given = Grant.objects.get(user=officer, role=Role.DUTY)
    assert "淤地坝值守人员" in as_city_admin.get(page).content.decode()
    assert as_city_admin.post(f"{page}{given.pk}/end/")["Location"] == page
    given.refresh_from_db()
    assert not given.is_valid_today
    again = as_city_admin.post(f"{page}{given.pk}/end/")
    assert again.status_code == 422
    assert "停止" in again.content.decode()


def test_a_post_is_set_and_left_on_the_persons_page(
    as_city_admin: Client, officer: User, water_bureau: Organisation
) -> None:
    base = f"/account/people/{officer.pk}"
    as_city_admin.post(
        f"{base}/posts/", {"organisation": water_bureau.code, "title": "科长", "valid_from": TODAY()}
    )
    post = officer.posts.get()
    as_city_admin.post(f"{base}/posts/{post.pk}/end/")
    post.refresh_from_db()
    assert post.valid_to == TODAY()


def test_the_organisation_is_changed_on_the_persons_page(
    as_city_admin: Client, officer: User, water_bureau: Organisation
) -> None:
    as_city_admin.post(f"/account/people/{officer.pk}/organisation/", {"organisation": water_bureau.code})
    officer.refresh_from_db()
    assert officer.organisation == water_bureau


def test_name_and_telephone_are_changed_without_being_logged(as_city_admin: Client, officer: User) -> None:
    base = f"/account/people/{officer.pk}/details/"
    assert as_city_admin.post(base, {"name": "改过名", "phone": "138****0000"}).status_code == 422
    assert as_city_admin.post(base, {"name": "改过名", "phone": "13900001111"}).status_code == 302
    officer.refresh_from_db()
    assert (officer.name, officer.phone) == ("改过名", "13900001111")
    logged = str(Event.objects.filter(verb="people.changed").values().get())
    assert "改过名" not in logged
    assert "13900001111" not in logged


def test_an_invitation_is_shown_and_kept_out_of_every_cache(as_city_admin: Client, officer: User) -> None:
    answer = as_city_admin.post(f"/account/people/{officer.pk}/invitation/")
    assert "http://testserver/account/password/set/" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert Event.objects.filter(verb="people.invited").exists()


def test_an_account_is_ended_with_a_reason(as_city_admin: Client, officer: User) -> None:
    base = f"/account/people/{officer.pk}/end/"
    assert as_city_admin.post(base, {"reason": ""}).status_code == 422
    assert as_city_admin.post(base, {"reason": "退休"}).status_code == 302
    officer.refresh_from_db()
    assert not officer.is_active


def test_who_may_only_look_sees_no_forms_and_no_whole_number(
    client: Client, make_user: MakeUser, officer: User
) -> None:
    client.force_login(make_user("colleague", Role.SUPERVISOR))
    page = client.get(f"/account/people/{officer.pk}/grants/").content.decode()
    assert "138****5678" in page
    assert "13812345678" not in page
    assert "授予角色" not in page


PATHS = (
    ("get", "grants/"),
    ("post", "grants/"),
    ("post", "posts/"),
    ("post", "organisation/"),
    ("post", "invitation/"),
    ("post", "second-factor/"),
    ("post", "end/"),
)


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_a_person_of_another_county_is_not_there(
    client: Client, make_user: MakeUser, officer: User, method: str, path: str
) -> None:
    client.force_login(make_user("stranger", Role.ADMINISTRATOR, "141002"))
    assert getattr(client, method)(f"/account/people/{officer.pk}/{path}").status_code == 404


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_a_visitor_is_sent_to_the_sign_in_page(client: Client, officer: User, method: str, path: str) -> None:
    answer = getattr(client, method)(f"/account/people/{officer.pk}/{path}")
    assert answer["Location"].startswith("/account/login/")


def test_a_colleague_without_the_right_changes_nothing(
    make_user: MakeUser, officer: User, client: Client
) -> None:
    client.force_login(make_user("colleague", Role.SUPERVISOR))
    client.raise_request_exception = False
    facts = {"role": "duty", "region": "140802", "valid_from": TODAY()}
    for path in ("grants/", "invitation/", "second-factor/", "end/", "organisation/"):
        answer = client.post(f"/account/people/{officer.pk}/{path}", facts | {"reason": "试试"})
        assert answer.status_code in (403, 422)
    officer.refresh_from_db()
    assert officer.is_active
    assert officer.grants.count() == 1
